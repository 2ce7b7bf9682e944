"""The head is found whatever surrounds it, and only where there is one."""

import csv
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn_heads import draw_head
from numpy.typing import NDArray

from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.phantom_pages import draw_page
from tumorviewer.imaging.scan import CropBox

Grey = NDArray[np.uint8]
HEADS = [("axial", 0), ("axial", 3), ("coronal", 1), ("sagittal", 2)]


def _overlap(first: CropBox, second: CropBox) -> float:
    across = min(first.x + first.width, second.x + second.width) - max(first.x, second.x)
    down = min(first.y + first.height, second.y + second.height) - max(first.y, second.y)
    common = max(across, 0) * max(down, 0)
    return common / (first.width * first.height + second.width * second.height - common)


def _drawn_box(grey: Grey) -> CropBox:
    """Return where the noise-free phantom is not air."""
    return CropBox(*cv2.boundingRect((grey > 30).astype(np.uint8)))


def _found(grey: Grey) -> CropBox:
    box = find_brain_box(grey)
    assert box is not None
    assert box.x >= 0
    assert box.y >= 0
    assert box.x + box.width <= grey.shape[1]
    assert box.y + box.height <= grey.shape[0]
    return box


def _text(grey: Grey) -> Grey:
    changed = grey.copy()
    for line, words in enumerate(("ANON 12345", "SE 4 IM 11", "T1 +C")):
        cv2.putText(changed, words, (4, 18 + 18 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 255, 1)
    cv2.putText(changed, "R", (6, 256), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 255, 2)
    cv2.putText(changed, "2009-01-01", (400, 506), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 255, 1)
    return changed


def _frame(grey: Grey) -> Grey:
    return cv2.rectangle(grey.copy(), (6, 6), (505, 505), 255, 2).astype(np.uint8)


def _noise(grey: Grey) -> Grey:
    return np.clip(grey + np.random.default_rng(0).normal(8, 8, grey.shape), 0, 255).astype(np.uint8)


def _jpeg(grey: Grey) -> Grey:
    encoded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 30])[1]
    return cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE).astype(np.uint8)


IN_PLACE: dict[str, Callable[[Grey], Grey]] = {
    "as drawn": lambda grey: grey,
    "text": _text,
    "frame": _frame,
    "text and frame": lambda grey: _frame(_text(grey)),
    "noise": _noise,
    "noise and frame": lambda grey: _frame(_noise(grey)),
    "low contrast": lambda grey: (grey * 0.18 + 20).astype(np.uint8),
    "bright": lambda grey: np.clip(grey * 1.2, 0, 255).astype(np.uint8),
    "JPEG": _jpeg,
    "white ground": lambda grey: np.where(cv2.GaussianBlur(grey, (0, 0), 3) < 8, np.uint8(255), grey),
}


@pytest.mark.parametrize(("plane", "seed"), HEADS)
@pytest.mark.parametrize("change", IN_PLACE)
def test_head_is_found(plane: str, seed: int, change: str) -> None:
    true = _drawn_box(draw_head(seed, plane=plane, noise=0))  # type: ignore[arg-type]
    changed = IN_PLACE[change](draw_head(seed, plane=plane))  # type: ignore[arg-type]
    assert _overlap(_found(changed), true) > 0.9


@pytest.mark.parametrize(("plane", "seed"), HEADS)
@pytest.mark.parametrize("level", [0, 255, 100])
@pytest.mark.parametrize("widths", [(100, 100, 100, 100), (0, 300, 40, 0), (0, 0, 7, 250)])
def test_borders_move_the_box_and_nothing_else(
    plane: str, seed: int, level: int, widths: tuple[int, int, int, int]
) -> None:
    top, bottom, left, right = widths
    grey = draw_head(seed, plane=plane)  # type: ignore[arg-type]
    box = _found(grey)
    wide = np.pad(grey, ((top, bottom), (left, right)), constant_values=level)
    assert _overlap(_found(wide), CropBox(box.x + left, box.y + top, box.width, box.height)) > 0.92


@pytest.mark.parametrize(("plane", "seed"), HEADS)
@pytest.mark.parametrize("size", [100, 256, 1024])
def test_size_does_not_matter(plane: str, seed: int, size: int) -> None:
    grey = draw_head(seed, plane=plane)  # type: ignore[arg-type]
    filtering = cv2.INTER_AREA if size < 512 else cv2.INTER_CUBIC
    resized = cv2.resize(grey, (size, size), interpolation=filtering).astype(np.uint8)
    expected = CropBox(*(round(v * size / 512) for v in _found(grey).as_list()))
    assert _overlap(_found(resized), expected) > 0.93


@pytest.mark.parametrize("tilt", [-10.0, 10.0, 25.0])
def test_a_turned_head_is_found(tilt: float) -> None:
    true = _drawn_box(draw_head(5, noise=0, tilt=tilt))
    assert _overlap(_found(draw_head(5, tilt=tilt)), true) > 0.92


@pytest.mark.parametrize(("plane", "seed"), HEADS)
def test_a_head_that_fills_the_picture_keeps_nearly_all_of_it(plane: str, seed: int) -> None:
    grey = draw_head(seed, plane=plane)  # type: ignore[arg-type]
    box = _found(grey)
    tight = np.ascontiguousarray(grey[box.y : box.y + box.height, box.x : box.x + box.width])
    assert _overlap(_found(tight), CropBox(0, 0, box.width, box.height)) > 0.93


@pytest.mark.parametrize("seed", [0, 3, 6])
def test_a_window_inside_the_head_keeps_nearly_all_of_it(seed: int) -> None:
    box = _found(grey := draw_head(seed))
    x, y = box.x + box.width // 8, box.y + box.height // 8
    inside = np.ascontiguousarray(grey[y : y + box.height * 3 // 4, x : x + box.width * 3 // 4])
    assert _overlap(_found(inside), CropBox(0, 0, inside.shape[1], inside.shape[0])) > 0.9


def test_a_skull_stripped_brain_is_found() -> None:
    grey = draw_head(0, tilt=0.0)
    flooded = cv2.morphologyEx(((grey > 30) & (grey < 110)).astype(np.uint8), cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(flooded)
    brain = labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    stripped = np.where(brain, grey, 0).astype(np.uint8)
    assert _overlap(_found(stripped), CropBox(*cv2.boundingRect(brain.astype(np.uint8)))) > 0.9


def test_two_pieces_make_one_box() -> None:
    grey = draw_head(0, noise=0, tilt=0.0).copy()
    true = _drawn_box(grey)
    grey[310:330] = 3  # a slab without signal across the head
    assert _overlap(_found(grey), true) > 0.9


def test_a_head_in_the_corner_is_found() -> None:
    grey = draw_head(2)
    shifted = np.zeros_like(grey)
    shifted[:412, :432] = grey[100:, 80:]
    assert _overlap(_found(shifted), CropBox(*cv2.boundingRect((shifted > 30).astype(np.uint8)))) > 0.9


def _specks() -> Grey:
    grey = np.zeros((512, 512), np.uint8)
    for x, y in np.random.default_rng(0).integers(20, 490, (8, 2)):
        cv2.circle(grey, (int(x), int(y)), 6, 200, cv2.FILLED)
    return grey


ROWS, COLUMNS = np.mgrid[:512, :512]
HEADLESS: dict[str, Callable[[], Grey]] = {
    "black": lambda: np.zeros((512, 512), np.uint8),
    "grey": lambda: draw_page("blank", 1),
    "noise": lambda: draw_page("noise", 1),
    "dim noise": lambda: np.clip(np.random.default_rng(0).normal(5, 5, (512, 512)), 0, 255).astype(np.uint8),
    "small noise": lambda: draw_page("noise", 1, 128),
    "text": lambda: draw_page("text", 1),
    "text on black": lambda: 255 - draw_page("text", 1),
    "gradient": lambda: (COLUMNS / 2).astype(np.uint8),
    "slanting gradient": lambda: ((ROWS + COLUMNS) / 4).astype(np.uint8),
    "glow": lambda: np.clip(255 - np.hypot(ROWS - 256, COLUMNS - 256), 0, 255).astype(np.uint8),
    "flat disc": lambda: np.where(np.hypot(ROWS - 256, COLUMNS - 256) < 150, 200, 0).astype(np.uint8),
    "specks": _specks,
    "frame": lambda: cv2.rectangle(np.zeros((512, 512), np.uint8), (10, 10), (500, 500), 255, 2).astype(np.uint8),
    "words only": lambda: _text(np.zeros((512, 512), np.uint8)),
    "a line": lambda: cv2.line(np.zeros((512, 512), np.uint8), (10, 30), (400, 480), 255, 5).astype(np.uint8),
    "tiny": lambda: draw_page("noise", 1, 8),
}


@pytest.mark.parametrize("name", HEADLESS)
def test_nothing_is_found_where_there_is_no_head(name: str) -> None:
    assert find_brain_box(HEADLESS[name]()) is None


def test_deterministic_and_without_side_effects() -> None:
    grey = draw_head(9)
    before = grey.copy()
    grey.flags.writeable = False
    assert find_brain_box(grey) == find_brain_box(grey)
    assert np.array_equal(grey, before)
    turned = np.ascontiguousarray(grey[::-1])
    assert find_brain_box(grey[::-1]) == find_brain_box(turned)  # strides do not matter


@pytest.mark.parametrize("wrong", [np.zeros((50, 50, 3), np.uint8), np.zeros((50, 50), np.uint16)])
def test_other_arrays_are_refused(wrong: NDArray[np.generic]) -> None:
    with pytest.raises(ValueError, match="grey uint8"):
        find_brain_box(wrong)  # type: ignore[arg-type]


@pytest.mark.data
def test_real_scans_have_a_box_that_holds_the_tumour(shared_data: Path) -> None:
    with (shared_data / "index.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    sample = [rows[i] for i in np.random.default_rng(0).permutation(len(rows))[:300]]
    boxed, inside, missing = 0, 0, []
    for row in sample:
        content = np.frombuffer((shared_data / row["path"]).read_bytes(), np.uint8)
        grey = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE).astype(np.uint8, copy=False)
        box = find_brain_box(grey)
        if box is None:
            missing.append(row["path"])
            continue
        assert box.width * box.height > 0.15 * grey.size, row["path"]
        if row["box_x"]:
            x, y, width, height = (float(row[f"box_{name}"]) for name in "xywh")
            margin = 0.03 * max(box.width, box.height)
            boxed += 1
            inside += (
                (x - width / 2) * grey.shape[1] >= box.x - margin
                and (x + width / 2) * grey.shape[1] <= box.x + box.width + margin
                and (y - height / 2) * grey.shape[0] >= box.y - margin
                and (y + height / 2) * grey.shape[0] <= box.y + box.height + margin
            )
    assert len(missing) <= 1, missing
    assert boxed > 30
    assert inside == boxed
