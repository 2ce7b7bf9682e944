"""Does the answer hold when nothing that matters changes? A few small changes of the scan, judged again.

A crop that lies a little elsewhere, the mirrored slice, another window: a reader would not change their mind. An answer
that flips hangs on a detail, whatever its confidence (test-time perturbation; Hendrycks and Dietterich 2019 measure
networks by such flips).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.scan import CropBox

Grey = NDArray[np.uint8]
View = tuple[Grey, CropBox | None]
"""A picture and the part of it that is judged."""

SHIFT: Final = 0.04
"""Share of the crop's side that it is moved by: less than two people differ who draw it."""
MIRRORED: Final = "mirrored"
MOVED_RIGHT, MOVED_LEFT = "moved right", "moved left"
MOVED_DOWN, MOVED_UP = "moved down", "moved up"
BRIGHTER, DARKER = "brighter", "darker"


@dataclass(frozen=True, slots=True)
class Flip:
    """A change after which another class is the likeliest."""

    change: str
    label: str


@dataclass(frozen=True, slots=True)
class Stability:
    """How an answer held; `changes` is how many were tried."""

    changes: int
    flips: tuple[Flip, ...]

    @property
    def is_stable(self) -> bool:
        """Whether the likeliest class stayed the same every time."""
        return not self.flips


def _moved(across: float, down: float) -> Callable[[View], View]:
    def move(view: View) -> View:
        grey, box = view
        rows, columns = grey.shape
        box = box or CropBox(0, 0, columns, rows)
        left = round(box.x + across * box.width)
        top = round(box.y + down * box.height)
        right, bottom = min(columns, left + box.width), min(rows, top + box.height)
        left, top = max(0, left), max(0, top)
        return grey, CropBox(left, top, max(1, right - left), max(1, bottom - top))

    return move


def _mirrored(view: View) -> View:
    grey, box = view
    turned = None if box is None else CropBox(grey.shape[1] - box.x - box.width, box.y, box.width, box.height)
    return np.ascontiguousarray(grey[:, ::-1]), turned


def _curved(power: float) -> Callable[[View], View]:
    """Bend the grey values: black and white stay, what lies between gets brighter (below 1) or darker."""
    table = np.rint(255.0 * (np.arange(256) / 255.0) ** power).astype(np.uint8)
    return lambda view: (table[view[0]], view[1])


CHANGES: Final[dict[str, Callable[[View], View]]] = {
    MIRRORED: _mirrored,
    MOVED_RIGHT: _moved(SHIFT, 0.0),
    MOVED_LEFT: _moved(-SHIFT, 0.0),
    MOVED_DOWN: _moved(0.0, SHIFT),
    MOVED_UP: _moved(0.0, -SHIFT),
    BRIGHTER: _curved(0.8),
    DARKER: _curved(1.25),
}


def probe(grey: Grey, box: CropBox | None, label: str, judge: Callable[[Grey, CropBox | None], str]) -> Iterator[Flip]:
    """Judge a scan after each change, and yield the flips as they are found.

    Parameters
    ----------
    grey : ndarray of uint8, shape (H, W)
    box : CropBox or None
        What was judged; None is the whole image.
    label : str
        The likeliest class.
    judge : callable
        Returns the likeliest class of a picture and a box.
    """
    for name, change in CHANGES.items():
        other = judge(*change((grey, box)))
        if other != label:
            yield Flip(name, other)
