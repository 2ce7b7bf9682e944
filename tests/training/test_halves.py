"""A half of a slice and its mirror image, against drawn heads of which the same slice without its tumour is known."""

import cv2
import numpy as np
import pytest

from training.halves import LIKENESS, find_axes, fold, halves_with_tumor, mirror_halves, without_tumor
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.phantom import Lesion, Plane, draw_head, usual_position
from tumorviewer.imaging.prepare import InputSpec, prepare

SPEC = InputSpec(size=128)
_, MENINGIOMA, PITUITARY, NO_TUMOR = np.eye(4, dtype=np.float32)  # masks of the classes, in their order


def crop_of(seed: int, *, tumor: bool = False, plane: Plane = "axial") -> np.ndarray:
    """Return a crop of a drawn head; with and without a meningioma it shows the same slice."""
    place = usual_position(seed, plane, "meningioma")
    lesion: Lesion | None = "meningioma" if tumor else None
    picture = draw_head(seed, size=256, lesion=lesion, plane=plane, position=place, tilt=0.0, noise=0.0)
    return prepare(picture, find_brain_box(picture), SPEC)


def tumor_in(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a crop with a tumour, the same without it, and the tumour's box: what is much brighter than without."""
    ill, well = crop_of(seed, tumor=True), crop_of(seed)
    brighter = (ill.astype(int) - well > 40).astype(np.uint8)
    *_, areas, _ = cv2.connectedComponentsWithStats(brighter)
    left, top, width, height, _ = areas[1:][areas[1:, cv2.CC_STAT_AREA].argmax()]
    return ill, well, np.array([left, top, left + width, top + height]) / SPEC.size


@pytest.mark.parametrize("shift", [-2, 0, 3])
def test_the_axis_is_found_where_the_head_is(shift: int) -> None:
    axes, likeness = find_axes(np.stack([np.roll(crop_of(seed), shift, axis=1) for seed in range(6)]))
    assert np.abs(axes - (63.5 + shift)).max() <= 1.5
    assert likeness.min() > 0.8


def test_slices_from_the_side_are_told_apart_and_blank_ones_too() -> None:
    planes: tuple[Plane, ...] = ("axial", "coronal", "sagittal")
    axial, coronal, sagittal = (find_axes(np.stack([crop_of(n, plane=p) for n in range(8)]))[1] for p in planes)
    assert min(axial.min(), coronal.min()) >= LIKENESS > sagittal.max() + 0.1
    assert find_axes(np.zeros((1, 64, 64), np.uint8))[1] == [0.0]


def test_one_half_stays_and_the_other_mirrors_it() -> None:
    picture = np.arange(40).reshape(4, 10)
    left, right = fold(picture, 4, left=True), fold(picture, 4, left=False)
    assert left[1].tolist() == [10, 11, 12, 13, 13, 12, 11, 10, 0, 0]
    assert right[0].tolist() == [7, 6, 5, 4, 4, 5, 6, 7, 8, 9]
    np.testing.assert_array_equal(fold(picture[..., None], 4, left=True)[..., 0], left)


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ((0.1, 0.3), {True: True, False: False}),  # left of the axis
        ((0.6, 0.9), {True: False, False: True}),
        ((0.4, 0.6), {True: True, False: True}),  # on the axis: both halves show it
        ((0.3, 0.55), {True: True}),  # a sliver in the right half
        ((0.3, 0.495), {True: True}),  # too near to be sure of
    ],
)
def test_which_halves_show_the_tumour(edges: tuple[float, float], expected: dict[bool, bool]) -> None:
    assert halves_with_tumor(np.array([edges[0], 0.2, edges[1], 0.4]), 0.5) == expected


@pytest.mark.parametrize("seed", [1, 3, 5, 8, 9])
def test_without_its_tumour_a_head_looks_as_it_would(seed: int) -> None:
    ill, well, box = tumor_in(seed)
    healed = without_tumor(ill, box)
    assert healed is not None
    left, top, right, bottom = np.rint(box * SPEC.size).astype(int)
    where = np.s_[top:bottom, left:right]
    before = np.abs(ill[where].astype(int) - well[where]).mean()
    after = np.abs(healed[where].astype(int) - well[where]).mean()
    assert after < 0.5 * before


def test_a_tumour_in_the_middle_or_a_slice_from_the_side_has_no_healthy_half() -> None:
    ill, _, _ = tumor_in(0)
    assert without_tumor(ill, np.array([0.4, 0.4, 0.6, 0.6])) is None
    assert without_tumor(crop_of(0, tumor=True, plane="sagittal"), np.array([0.1, 0.3, 0.3, 0.5])) is None


def test_labels_boxes_and_pictures_go_together() -> None:
    """Of one head tried often, both halves come; what is called free of tumours is the half that is."""
    ill, well, box = tumor_in(1)
    count = 40
    pixels = np.repeat(ill[None, ..., None].astype(np.float32), count, axis=0)
    marks = np.zeros_like(pixels)
    left, top, right, bottom = np.rint(box * SPEC.size).astype(int)
    marks[:, top:bottom, left:right] = 1.0
    masks, boxes = np.tile(MENINGIOMA, (count, 1)), np.tile(box.astype(np.float32), (count, 1))
    rng = np.random.default_rng(0)
    mirrored, moved, labels = mirror_halves(pixels, marks, masks, boxes, 1.0, rng)
    free = labels[:, 3] == 1.0
    assert 10 < free.sum() < 30
    np.testing.assert_array_equal(labels[free], np.tile(NO_TUMOR, (free.sum(), 1)))
    np.testing.assert_array_equal(labels[~free], np.tile(MENINGIOMA, ((~free).sum(), 1)))
    assert not moved[free].any()
    assert moved[~free].sum(axis=(1, 2, 3)) == pytest.approx(2 * marks[0].sum(), rel=0.1)
    at_home = np.s_[:, top:bottom, left:right, 0]
    error = np.abs(mirrored[at_home] - well[top:bottom, left:right]).mean(axis=(1, 2))
    assert error[free].max() < 0.5 * error[~free].min()


def test_what_is_left_alone() -> None:
    """Tumours without a box, slices from the side, and all that is not tried."""
    crops = [crop_of(0, tumor=True), crop_of(1, plane="sagittal"), crop_of(2)]
    pixels = np.stack(crops).astype(np.float32)[..., None]
    marks, masks = np.zeros_like(pixels), np.stack([PITUITARY, NO_TUMOR, NO_TUMOR])
    boxes = np.full((3, 4), np.nan, np.float32)
    tried, _, labels = mirror_halves(pixels, marks, masks, boxes, 1.0, np.random.default_rng(0))
    np.testing.assert_array_equal(tried[:2], pixels[:2])
    assert not np.array_equal(tried[2], pixels[2])
    np.testing.assert_array_equal(labels, masks)
    never, _, _ = mirror_halves(pixels, marks, masks, boxes, 0.0, np.random.default_rng(0))
    np.testing.assert_array_equal(never, pixels)
