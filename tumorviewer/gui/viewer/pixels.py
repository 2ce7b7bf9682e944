"""Pixels for the screen: the chosen window on full-depth values, as fine as the screen can show and no finer.

A picture of any size costs about what the view costs: it is reduced by halves once, and only the part that is seen is
windowed.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage

from tumorviewer.imaging.render import STORED_RANGE, apply_window
from tumorviewer.imaging.scan import WindowLevel
from tumorviewer.state.loaded import LoadedScan

TILE = 512
"""Parts of a large picture begin and end at multiples of this, so that panning a little costs nothing."""
SMALL = 2 << 20
"""Pictures of at most so many pixels are windowed whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some of the picture, ready to be drawn.

    Attributes
    ----------
    image : QImage
    target : QRectF
        Where it lies, in image pixels.
    """

    image: QImage
    target: QRectF


class Pixels:
    """One scan in one window.

    Parameters
    ----------
    loaded : LoadedScan
    window : WindowLevel or None
        None is the scan's own.
    inverted : bool
        Black and white are swapped after the window.
    """

    def __init__(self, loaded: LoadedScan, window: WindowLevel | None, *, inverted: bool) -> None:
        self.loaded, self.window, self.inverted = loaded, window, inverted
        as_stored = window is None and loaded.scan.pixels.ndim == 2
        self._levels: list[NDArray[Any]] = [loaded.grey if as_stored else loaded.scan.pixels]
        self._ready = as_stored
        self._key: tuple[int, QRect] | None = None
        self._part: Part | None = None

    def rewindowed(self, window: WindowLevel | None, *, inverted: bool) -> "Pixels":
        """Return the same scan in another window; what was reduced already is used again where it can be."""
        other = Pixels(self.loaded, window, inverted=inverted)
        if other._levels[0] is self._levels[0]:
            other._levels = self._levels
        return other

    def part(self, shrink: float, seen: QRectF) -> Part:
        """Return what is to be drawn.

        Parameters
        ----------
        shrink : float
            Image pixels for each pixel of the screen.
        seen : QRectF
            The part of the image that is in the view.
        """
        level = max(int(np.floor(np.log2(max(shrink, 1.0)))), 0)
        values = self._reduced(level)
        span = self._span(values, seen)
        if self._key != (level, span) or self._part is None:
            self._key, self._part = (level, span), self._make(values, span)
        return self._part

    @property
    def cost(self) -> float:
        """How long windowing takes, where a pixel with a table of all its values takes 1."""
        return 4.0 if self._levels[0].dtype.kind == "f" else 1.0

    def _reduced(self, level: int) -> NDArray[Any]:
        while len(self._levels) <= level:
            last = self._levels[-1]
            height, width = last.shape[:2]
            if min(height, width) < 2:
                break
            size = (max(width // 2, 1), max(height // 2, 1))
            self._levels.append(cv2.resize(last, size, interpolation=cv2.INTER_AREA))
        return self._levels[min(level, len(self._levels) - 1)]

    def _span(self, values: NDArray[Any], seen: QRectF) -> QRect:
        height, width = values.shape[:2]
        everything = QRect(0, 0, width, height)
        if width * height <= SMALL:
            return everything
        across, down = width / self.loaded.scan.width, height / self.loaded.scan.height
        left, top = int(seen.left() * across) // TILE * TILE, int(seen.top() * down) // TILE * TILE
        right, bottom = (int(-(-edge // TILE)) * TILE for edge in (seen.right() * across, seen.bottom() * down))
        return everything.intersected(QRect(left, top, right - left, bottom - top))

    def _make(self, values: NDArray[Any], span: QRect) -> Part:
        x, y, width, height = span.x(), span.y(), span.width(), span.height()
        scan = self.loaded.scan
        across, down = scan.width / values.shape[1], scan.height / values.shape[0]
        shown = self._shown(values[y : y + height, x : x + width])
        return Part(as_image(shown), QRectF(x * across, y * down, width * across, height * down))

    def _shown(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        if self._ready:
            grey: NDArray[np.uint8] = values.astype(np.uint8, copy=False)
            return np.bitwise_not(grey) if self.inverted else grey
        scan = self.loaded.scan
        shown = apply_window(values, self.window or STORED_RANGE)
        swapped = self.inverted != (scan.inverted and scan.pixels.ndim == 2)
        return np.bitwise_not(shown) if swapped else shown


def as_image(shown: NDArray[np.uint8]) -> QImage:
    """Return an image of its own memory: grey (H, W) or RGB (H, W, 3).

    Four bytes a pixel are what Qt draws fastest.
    """
    height, width = shown.shape[:2]
    image = QImage(width, height, QImage.Format.Format_RGB32)
    if image.isNull() or not width or not height:
        return QImage()
    code = cv2.COLOR_GRAY2BGRA if shown.ndim == 2 else cv2.COLOR_RGB2BGRA
    target = np.frombuffer(image.bits(), np.uint8).reshape(height, width, 4)
    target[:] = cv2.cvtColor(np.ascontiguousarray(shown), code)
    return image
