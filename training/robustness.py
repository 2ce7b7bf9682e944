"""Whether the answer survives what happens to pictures on their way: the changes, and how a share is counted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.metrics import Estimate, wilson_of
from tumorviewer.imaging.scan import CropBox

Grey = NDArray[np.uint8]

CROP_MOVED: Final = "crop moved by 10 %"
"""The one change that is made to the crop box and not to the picture."""


def rotate(grey: Grey, degrees: float = 10.0) -> Grey:
    """Turn a picture about its centre; the corners that open take the shade of the border."""
    rows, columns = grey.shape
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    turn = cv2.getRotationMatrix2D(((columns - 1) / 2, (rows - 1) / 2), degrees, 1.0)
    shade = float(np.median(edge))
    turned = cv2.warpAffine(grey, turn, (columns, rows), flags=cv2.INTER_LINEAR, borderValue=(shade,))
    return np.asarray(turned, dtype=np.uint8)


def mirror(grey: Grey) -> Grey:
    """Swap left and right."""
    return np.ascontiguousarray(grey[:, ::-1])


def brighten(grey: Grey, factor: float = 1.2) -> Grey:
    """Multiply by `factor`; what exceeds white is lost, as on a screen."""
    return np.clip(np.rint(grey.astype(np.float32) * factor), 0, 255).astype(np.uint8)


def recompress(grey: Grey, quality: int = 30) -> Grey:
    """Encode as JPEG and decode again."""
    _, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def blur(grey: Grey) -> Grey:
    """Blur with a Gaussian whose sigma is 1/256 of the longer side (2 pixels at 512)."""
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), max(grey.shape) / 256.0), dtype=np.uint8)


def resize(grey: Grey, longest: int) -> Grey:
    """Scale so that the longer side has `longest` pixels."""
    rows, columns = grey.shape
    scale = longest / max(rows, columns)
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC), np.uint8)


def _to_128(grey: Grey) -> Grey:
    return resize(grey, 128)


def _to_1024(grey: Grey) -> Grey:
    return resize(grey, 1024)


PICTURE_CHANGES: Final[tuple[tuple[str, Callable[[Grey], Grey]], ...]] = (
    ("rotated by 10 degrees", rotate),
    ("mirrored", mirror),
    ("brightened by 20 %", brighten),
    ("JPEG, quality 30", recompress),
    ("blurred", blur),
    ("resized to 128 pixels", _to_128),
    ("resized to 1024 pixels", _to_1024),
)
"""Changes of the whole grey picture, before its crop is found again."""

CHANGES: Final[tuple[str, ...]] = (*(name for name, _ in PICTURE_CHANGES), CROP_MOVED)


def move_box(box: CropBox | None, image_shape: tuple[int, int], direction: int, share: float = 0.1) -> CropBox:
    """Move a crop by a share of its own size, and cut it at the picture's edge.

    Parameters
    ----------
    box : CropBox or None
        None = the whole image.
    image_shape : tuple of int
        Rows and columns.
    direction : int
        0 right, 1 left, 2 down, 3 up (taken modulo 4).
    share : float
        Of the box's width or height.
    """
    rows, columns = image_shape
    box = box or CropBox(0, 0, columns, rows)
    step_x, step_y = ((1, 0), (-1, 0), (0, 1), (0, -1))[direction % 4]
    left = box.x + round(step_x * share * box.width)
    top = box.y + round(step_y * share * box.height)
    right, bottom = min(columns, left + box.width), min(rows, top + box.height)
    left, top = max(0, left), max(0, top)
    return CropBox(left, top, max(1, right - left), max(1, bottom - top))


def answers_after_changes(
    grey: Grey,
    box: CropBox | None,
    find_box: Callable[[Grey], CropBox | None],
    answer: Callable[[Grey, CropBox | None], int],
    direction: int,
) -> tuple[int, ...]:
    """Return the class that is answered after each of `CHANGES`.

    Parameters
    ----------
    grey, box
        The picture, and the crop that was found in it.
    find_box, answer : callable
        The program's own crop and model.
    direction : int
        Where the crop is moved to, see `move_box`.
    """
    changed = [change(grey) for _, change in PICTURE_CHANGES]
    answers = [answer(picture, find_box(picture)) for picture in changed]
    rows, columns = grey.shape
    answers.append(answer(grey, move_box(box, (rows, columns), direction)))
    return tuple(answers)


@dataclass(frozen=True, slots=True)
class RobustnessFigures:
    """Share of the scans that keep their class under one change."""

    change: str
    kept: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Return the figures for JSON."""
        return {"change": self.change, "keeps_class": self.kept.to_dict()}


def robustness_figures(before: Sequence[int], after: Sequence[tuple[int, ...]]) -> tuple[RobustnessFigures, ...]:
    """Count how many of the first answers are the same after each change; nothing without scans."""
    if not before:
        return ()
    plain, changed = np.asarray(before), np.asarray(after)
    return tuple(RobustnessFigures(name, wilson_of(changed[:, column] == plain)) for column, name in enumerate(CHANGES))
