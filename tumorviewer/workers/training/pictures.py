"""Reading scans for the grids of the training tab, a few at a time."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal

from training.pictures import crop_pair
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.prepare import InputSpec
from tumorviewer.imaging.scan import CropBox
from tumorviewer.workers.threads import Worker

LARGEST: Final = 320
"""Pixels a side to which originals are made smaller: tiles are not larger, at twice the scale of the screen."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A scan as it is shown in grids.

    Attributes
    ----------
    before : ndarray of uint8, shape (H, W), or None
        The original, made smaller; None if it cannot be read.
    box : CropBox or None
        In pixels of `before`.
    after : ndarray of uint8, shape (S, S), or None
        What the network is given.
    error : ScanError or None
    """

    before: NDArray[np.uint8] | None
    box: CropBox | None
    after: NDArray[np.uint8] | None
    error: ScanError | None = None


class PictureReader(Worker):
    """Reads and prepares scans that are asked for."""

    read = Signal(object, object)
    """The key that it was asked for with, and a `Picture`."""

    def __init__(self) -> None:
        super().__init__()
        self._wanted: OrderedDict[Hashable, tuple[Path, int, InputSpec]] = OrderedDict()

    def ask(self, key: Hashable, path: Path, frame: int, spec: InputSpec) -> None:
        """Ask for a scan, from any thread; the answer carries the key."""
        with self.lock:
            self._wanted[key] = (path, frame, spec)
        self.poke()

    def forget(self) -> None:
        """Drop all wishes that are not answered yet, from any thread."""
        with self.lock:
            self._wanted.clear()

    def work(self) -> None:
        """Read all that is wanted, in the order in which it was asked for."""
        while not self.stopping.is_set():
            with self.lock:
                if not self._wanted:
                    return
                key, (path, frame, spec) = self._wanted.popitem(last=False)
            self.read.emit(key, read_picture(path, frame, spec))


def read_picture(path: Path, frame: int, spec: InputSpec) -> Picture:
    """Return a scan before and after preparation; one that cannot be read has its error."""
    try:
        pair = crop_pair(path, frame, spec)
    except ScanError as error:
        return Picture(None, None, None, error)
    rows, columns = pair.before.shape
    scale = min(1.0, LARGEST / max(rows, columns))
    size = max(1, round(columns * scale)), max(1, round(rows * scale))
    before = cv2.resize(pair.before, size, interpolation=cv2.INTER_AREA) if scale < 1.0 else pair.before
    return Picture(np.asarray(before, np.uint8), _scaled(pair.box, scale), pair.after)


def _scaled(box: CropBox | None, scale: float) -> CropBox | None:
    if box is None:
        return None
    x, y, width, height = (round(value * scale) for value in (box.x, box.y, box.width, box.height))
    return CropBox(x, y, max(width, 1), max(height, 1))
