"""The changes do what they are called, and kept answers are counted per change."""

import numpy as np
import pytest

from training.robustness import (
    CHANGES,
    answers_after_changes,
    blur,
    brighten,
    mirror,
    move_box,
    recompress,
    resize,
    robustness_figures,
    rotate,
)
from tumorviewer.imaging.phantom import draw_head
from tumorviewer.imaging.scan import CropBox


@pytest.fixture(scope="module")
def head() -> np.ndarray:
    return draw_head(3, size=256, lesion="meningioma")


def test_rotation_is_ten_degrees_about_the_middle() -> None:
    dot = np.full((201, 201), 9, np.uint8)
    dot[98:103, 158:163] = 250
    turned = rotate(dot)
    rows, columns = np.nonzero(turned > 128)
    angle = np.degrees(np.arctan2(100 - rows.mean(), columns.mean() - 100))
    assert angle == pytest.approx(10.0, abs=0.5)
    # Opened corners look like the border, not like painted black.
    assert turned[0, 0] == 9


def test_simple_changes(head: np.ndarray) -> None:
    assert np.array_equal(mirror(head)[:, 0], head[:, -1])
    assert brighten(np.array([[100, 250]], np.uint8)).tolist() == [[120, 255]]
    assert resize(head[:, :128], 1024).shape == (1024, 512)
    assert resize(head, 128).shape == (128, 128)
    for changed in (recompress(head), blur(head)):
        assert changed.shape == head.shape
        assert 0.2 < np.abs(changed.astype(int) - head.astype(int)).mean() < 12
    assert np.abs(np.diff(blur(head).astype(int))).sum() < 0.9 * np.abs(np.diff(head.astype(int))).sum()


def test_moved_crops_stay_in_the_picture() -> None:
    box = CropBox(50, 60, 100, 40)
    assert move_box(box, (200, 300), 0) == CropBox(60, 60, 100, 40)
    assert move_box(box, (200, 300), 1) == CropBox(40, 60, 100, 40)
    assert move_box(box, (200, 300), 2) == CropBox(50, 64, 100, 40)
    assert move_box(box, (200, 300), 7) == CropBox(50, 56, 100, 40)
    assert move_box(None, (200, 300), 0) == CropBox(30, 0, 270, 200)
    assert move_box(CropBox(0, 0, 300, 200), (200, 300), 3) == CropBox(0, 0, 300, 180)


def test_every_change_is_judged_with_a_crop_of_its_own(head: np.ndarray) -> None:
    box = CropBox(40, 40, 100, 100)
    seen: list[tuple[tuple[int, ...], CropBox | None]] = []

    def find(picture: np.ndarray) -> CropBox:
        return CropBox(0, 0, picture.shape[1], 7)

    def answer(picture: np.ndarray, crop: CropBox | None) -> int:
        seen.append((picture.shape, crop))
        return len(seen)

    assert answers_after_changes(head, box, find, answer, 0) == tuple(range(1, len(CHANGES) + 1))
    assert [crop for _, crop in seen[:-1]] == [CropBox(0, 0, shape[1], 7) for shape, _ in seen[:-1]]
    assert seen[-1] == (head.shape, CropBox(50, 40, 100, 100))


def test_shares_are_counted_per_change() -> None:
    after = [(0,) * 7 + (3,), (1,) * 8, (2,) * 8, (3,) + (0,) * 7]
    figures = robustness_figures([0, 1, 2, 3], after)
    assert [row.change for row in figures] == list(CHANGES)
    assert figures[0].kept.value == 1.0
    assert figures[1].kept.value == 0.75
    assert figures[-1].kept.value == 0.5
    assert robustness_figures([], []) == ()
