"""From a slice to the model's input: geometry that can be undone, and grey values that do not tell the source."""

import json

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.phantom import draw_head
from tumorviewer.imaging.prepare import InputSpec, input_to_image, place, prepare, to_model_input
from tumorviewer.imaging.scan import CropBox

SPEC = InputSpec()


@st.composite
def _boxes(draw: st.DrawFn) -> tuple[CropBox | None, tuple[int, int]]:
    height, width = draw(st.integers(1, 700)), draw(st.integers(1, 700))
    if draw(st.booleans()):
        return None, (height, width)
    x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    return CropBox(x, y, draw(st.integers(1, width - x)), draw(st.integers(1, height - y))), (height, width)


@settings(max_examples=200, deadline=None)
@given(_boxes(), st.sampled_from([32, 192, 224]))
def test_placement_stays_inside_and_can_be_undone(case: tuple[CropBox | None, tuple[int, int]], size: int) -> None:
    box, shape = case
    placed = place(box, InputSpec(size=size), shape)
    s, t = placed.source, placed.target
    assert 0 <= s.x < s.x + s.width <= shape[1]
    assert 0 <= s.y < s.y + s.height <= shape[0]
    assert 0 <= t.x < t.x + t.width <= size
    assert 0 <= t.y < t.y + t.height <= size
    point = (0.3 * size, 0.7 * size)
    assert placed.to_input(*placed.to_image(*point)) == pytest.approx(point, abs=1e-6)


@pytest.mark.parametrize(
    ("shape", "box"),
    [
        ((512, 512), CropBox(60, 90, 380, 300)),
        ((300, 700), None),
        ((700, 300), None),
        ((512, 512), CropBox(0, 0, 512, 512)),
        ((100, 120), CropBox(10, 5, 80, 90)),
        ((512, 512), CropBox(-40, 300, 300, 400)),
    ],
)
def test_a_dot_is_found_again(shape: tuple[int, int], box: CropBox | None) -> None:
    placed = place(box, SPEC, shape).source
    for across, down in ((0.2, 0.3), (0.5, 0.5), (0.85, 0.7)):
        x, y = placed.x + across * placed.width, placed.y + down * placed.height
        rows, columns = np.mgrid[: shape[0], : shape[1]]
        grey = (250 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 6.0**2))).astype(np.uint8)
        prepared = prepare(grey, box, SPEC).astype(float)
        prepared[prepared < 60] = 0
        rows, columns = np.mgrid[: SPEC.size, : SPEC.size]
        centre = ((columns * prepared).sum() / prepared.sum(), (rows * prepared).sum() / prepared.sum())
        found = input_to_image(centre, box, SPEC, shape)
        assert found == pytest.approx((x, y), abs=0.6)


def test_a_wide_crop_is_padded_with_black_to_a_centred_square() -> None:
    grey = np.tile(np.linspace(80, 200, 400).astype(np.uint8), (200, 1))
    prepared = prepare(grey, None, SPEC)
    assert prepared.shape == (192, 192)
    assert not prepared[:48].any()
    assert not prepared[-48:].any()
    assert prepared[48:144, 20:].all()


def test_margin_is_kept_where_the_box_touches_the_border() -> None:
    placed = place(CropBox(0, 0, 200, 200), InputSpec(size=212, margin=0.03), (200, 200))
    assert placed.source == CropBox(0, 0, 200, 200)
    assert placed.target == CropBox(6, 6, 200, 200)


@pytest.mark.parametrize("border", [0, 255, 90])
def test_a_border_does_not_change_the_input(border: int) -> None:
    grey = draw_head(4, lesion="meningioma")
    wide = np.pad(grey, ((100, 30), (10, 200)), constant_values=border)
    # the box may move by a pixel or two of the input: compare what is left of it after a small blur
    first, second = (
        cv2.GaussianBlur(prepare(g, find_brain_box(g), SPEC), (0, 0), 1.5).astype(float) for g in (grey, wide)
    )
    assert np.abs(first - second).mean() < 10
    assert np.corrcoef(first.ravel(), second.ravel())[0, 1] > 0.95


def test_a_painted_black_border_inside_the_crop_does_not_change_the_grey_values() -> None:
    grey = np.maximum(draw_head(4, size=384), 1)
    tight = prepare(grey, None, InputSpec(size=96))
    wide = prepare(np.pad(grey, 192), None, InputSpec(size=192))[48:144, 48:144]
    assert np.abs(tight.astype(int) - wide).max() <= 3


@pytest.mark.parametrize("change", ["darker", "washed out", "small", "large"])
def test_contrast_and_size_are_evened_out(change: str) -> None:
    grey = draw_head(6, plane="sagittal")
    changed = {
        "darker": lambda: (grey * 0.4).astype(np.uint8),
        "washed out": lambda: (grey * 0.6 + 40).astype(np.uint8),
        "small": lambda: cv2.resize(grey, (256, 256), interpolation=cv2.INTER_AREA),
        "large": lambda: cv2.resize(grey, (1024, 1024), interpolation=cv2.INTER_CUBIC),
    }[change]()
    box = CropBox(40, 30, 440, 460)
    scale = changed.shape[0] / 512
    scaled = CropBox(*(round(v * scale) for v in box.as_list()))
    difference = prepare(grey, box, SPEC).astype(int) - prepare(changed, scaled, SPEC)
    assert np.abs(difference).mean() < 3


def test_one_grey_gives_zeros() -> None:
    for level in (0, 128, 255):
        assert not prepare(np.full((60, 90), level, np.uint8), None, SPEC).any()


def test_the_whole_range_is_used_and_rounded() -> None:
    ramp = np.tile(np.arange(50, 150, dtype=np.uint8), (100, 1))
    prepared = prepare(ramp, None, InputSpec(size=100, low_percentile=0, high_percentile=100))
    assert prepared[0, 0] == 0
    assert prepared[0, -1] >= 253
    assert np.all(np.diff(prepared[0].astype(int)) >= 2)


def test_model_input_has_three_equal_channels() -> None:
    grey = draw_head(0, size=200)
    made = to_model_input(grey, None, SPEC)
    assert made.shape == (192, 192, 3)
    assert made.dtype == np.float32
    assert made.flags.c_contiguous
    assert np.array_equal(made[..., 0], prepare(grey, None, SPEC))
    assert np.array_equal(made[..., 0], made[..., 2])
    assert made.max() == 255


def test_the_picture_itself_is_left_alone() -> None:
    grey = draw_head(0, size=128)
    grey.flags.writeable = False
    assert np.array_equal(prepare(grey, find_brain_box(grey), SPEC), prepare(grey, find_brain_box(grey), SPEC))


def test_wrong_pictures_and_boxes_are_refused() -> None:
    with pytest.raises(ValueError, match="lies outside"):
        prepare(np.zeros((20, 20), np.uint8), CropBox(30, 0, 5, 5), SPEC)
    with pytest.raises(ValueError, match="grey uint8"):
        prepare(np.zeros((20, 20, 3), np.uint8), None, SPEC)
    with pytest.raises(ValueError, match="grey uint8"):
        prepare(np.zeros((20, 20), np.uint16), None, SPEC)  # type: ignore[arg-type]


def test_settings_survive_json_and_their_key_tells_them_apart() -> None:
    spec = InputSpec(size=224, margin=0.1)
    again = InputSpec.from_dict(json.loads(json.dumps(spec.to_dict())))
    assert again == spec
    assert again.key() == spec.key()
    assert len({InputSpec().key(), spec.key(), InputSpec(high_percentile=99.0).key(), InputSpec(size=224).key()}) == 4


@pytest.mark.parametrize(
    "change", [{"size": 4}, {"margin": -1.0}, {"low_percentile": 100.0}, {"method": 99}, {"extra": 1}, {"size": None}]
)
def test_senseless_settings_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"input|margin|percentiles"):
        InputSpec.from_dict({**InputSpec().to_dict(), **change})
