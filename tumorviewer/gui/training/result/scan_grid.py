"""Test scans as pictures, with what the model said of each."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from training.results import JudgedScan
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.parts import Tile, TileGrid
from tumorviewer.gui.training.result.words import answer_text, label_name, scan_text
from tumorviewer.imaging.prepare import InputSpec
from tumorviewer.workers.training.pictures import Picture, PictureReader

Key = tuple[str, Path, int]


class ScanGrid(QWidget):
    """A grid of test scans; right and wrong are told apart by frame, sign and words.

    Parameters
    ----------
    name : str
        Of the grid, so that its pictures are told from those of others.
    pictures : PictureReader
    """

    chosen = Signal(object)
    """The `Path` of a scan that was clicked."""

    def __init__(self, name: str, pictures: PictureReader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._pictures = name, pictures
        self._scans: dict[Key, JudgedScan] = {}
        self._read: dict[Key, NDArray[np.uint8] | None] = {}
        self.grid = TileGrid(18 * UNIT)
        self.grid.chosen.connect(lambda key: self.chosen.emit(key[1]))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.grid)
        pictures.read.connect(self._take)

    def show_scans(self, scans: Sequence[JudgedScan], spec: InputSpec | None) -> None:
        """Show these, as a model that wants `spec` sees them; pictures come as they are read."""
        self._scans = {(self._name, scan.path, scan.frame): scan for scan in scans}
        self._read = {key: picture for key, picture in self._read.items() if key in self._scans}
        self.grid.show_tiles([self._tile(key) for key in self._scans])
        for key in self._scans:
            if key not in self._read and spec is not None:
                self._pictures.ask(key, key[1], key[2], spec)

    def forget(self) -> None:
        """Drop all pictures: another model sees them in another way."""
        self._read.clear()

    def _take(self, key: object, picture: Picture) -> None:
        if isinstance(key, tuple) and key in self._scans:
            self._read[key] = picture.after
            self.grid.show_tile(self._tile(key))

    def _tile(self, key: Key) -> Tile:
        scan, lost = self._scans[key], key in self._read and self._read[key] is None
        below = self.tr("no longer readable") if lost else answer_text(scan)
        tone: Literal["good", "danger"] = "good" if scan.right else "danger"
        return Tile(key, self._read.get(key), label_name(scan.label), below, tone, scan_text(scan))
