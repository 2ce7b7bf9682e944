"""Small changes are small, and an answer that hangs on a detail is found."""

import numpy as np
import pytest

from tumorviewer.imaging.phantom import draw_head
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.stability import CHANGES, MIRRORED, MOVED_LEFT, MOVED_RIGHT, Flip, Stability, probe

GREY = draw_head(3, size=200)
BOX = CropBox(20, 30, 150, 160)


@pytest.mark.parametrize("box", [BOX, None, CropBox(0, 0, 200, 200), CropBox(198, 0, 2, 200)])
@pytest.mark.parametrize("name", list(CHANGES))
def test_a_change_is_small_and_stays_in_the_picture(name: str, box: CropBox | None) -> None:
    grey, changed = CHANGES[name]((GREY, box))
    assert grey.shape == GREY.shape
    assert grey.dtype == np.uint8
    whole = changed or CropBox(0, 0, 200, 200)
    assert whole.x >= 0
    assert whole.y >= 0
    assert whole.x + whole.width <= 200
    assert whole.y + whole.height <= 200
    assert whole.width >= 1
    kept = (box or CropBox(0, 0, 200, 200)).width
    assert whole.width >= 0.95 * kept or kept < 10
    assert (
        (grey is not GREY and not np.array_equal(grey, GREY)) or whole != (box or CropBox(0, 0, 200, 200)) or kept < 10
    )


def test_the_mirrored_crop_holds_the_mirrored_head() -> None:
    grey, box = CHANGES[MIRRORED]((GREY, BOX))
    assert box is not None
    seen = grey[box.y : box.y + box.height, box.x : box.x + box.width]
    np.testing.assert_array_equal(seen[:, ::-1], GREY[30:190, 20:170])


def test_flips_are_told_with_what_the_answer_became() -> None:
    def judge(grey: np.ndarray, box: CropBox | None) -> str:
        assert box is not None
        return "glioma" if box.x <= 20 else "meningioma"  # hangs on where the crop begins

    flips = tuple(probe(GREY, BOX, "glioma", judge))
    assert Flip(MOVED_RIGHT, "meningioma") in flips
    assert MOVED_LEFT not in {flip.change for flip in flips}
    assert not Stability(len(CHANGES), flips).is_stable
    assert Stability(len(CHANGES), tuple(probe(GREY, BOX, "x", lambda *_: "x"))).is_stable
