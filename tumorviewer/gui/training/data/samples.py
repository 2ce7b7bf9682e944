"""Scans of each class, drawn by chance: the first thing to look at in any data set."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from training.overview import DataOverview, ScanRef, draw
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.look.verdicts import verdict_icon
from tumorviewer.gui.training.data.shelf import Shelf
from tumorviewer.gui.training.data.words import label_name
from tumorviewer.gui.training.parts import Card, Tile, TileGrid
from tumorviewer.imaging.prepare import InputSpec

SIDE: Final = 12 * UNIT
FEWEST: Final = 4
MOST: Final = 14


class SampleCard(Card):
    """A row of scans a class; a click opens one in the viewer.

    Parameters
    ----------
    shelf : Shelf
    """

    scan_wanted = Signal(str)
    """Path below the data set's root."""

    def __init__(self, shelf: Shelf, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._shelf = shelf
        self._overview: DataOverview | None = None
        self._spec = InputSpec()
        self._seed, self._columns = 1, FEWEST
        self.grids: dict[str, TileGrid] = {}
        self._shown: dict[str, tuple[ScanRef, ...]] = {}
        self.title.setText(self.tr("Scans, drawn by chance"))
        self.say(self.tr("Does every row look like its class? A click opens a scan in the viewer."))
        self.shuffle = QPushButton(icon("reset"), self.tr("Shuffle"))
        self.shuffle.setAutoDefault(False)
        self.shuffle.clicked.connect(self._shuffle)
        self.head.addWidget(self.shuffle)
        self._rows: list[QWidget] = []
        shelf.filled.connect(self._show_picture)

    def show_overview(self, overview: DataOverview, spec: InputSpec) -> Iterator[Callable[[], None]]:
        """Take another data set, or the same one as it is now; return what shows its rows, one by one."""
        self._overview, self._spec = overview, spec
        labels = list(dict.fromkeys(scan.label for scan in overview.pool))
        if labels != list(self.grids):
            self._remove_rows()
        self._shown = draw(overview.pool, self._columns, self._seed)
        return (partial(self._show_row, label) for label in labels)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many in a row as there is room for."""
        super().resizeEvent(event)
        room = self.contentsRect().width() - 4 * UNIT
        columns = min(max((room + TileGrid.GAP) // (SIDE + TileGrid.GAP), FEWEST), MOST)
        if columns != self._columns:
            self._columns = columns
            self._show()

    def _remove_rows(self) -> None:
        for part in self._rows:
            self.column.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._rows, self.grids = [], {}

    def _make_row(self, label: str) -> None:
        heading, grid = _heading(label), TileGrid(SIDE)
        grid.setAccessibleName(label_name(label))
        grid.chosen.connect(lambda scan: self.scan_wanted.emit(scan.path))
        self.grids[label] = grid
        self._rows += [heading, grid]
        self.add(heading)
        self.add(grid)

    def _shuffle(self) -> None:
        self._seed += 1
        self._show()

    def _show(self) -> None:
        if self._overview is None:
            return
        self._shown = draw(self._overview.pool, self._columns, self._seed)
        for label in self.grids:
            self._show_row(label)

    def _show_row(self, label: str) -> None:
        if label not in self.grids:
            self._make_row(label)
        self.grids[label].show_tiles([self._tile(scan) for scan in self._shown[label]])

    def _show_picture(self, filled: tuple[str, int]) -> None:
        for label in self.grids:  # rows that are still to be made ask for their pictures then
            for scan in self._shown[label]:
                if (scan.path, scan.frame) == filled:
                    self.grids[label].show_tile(self._tile(scan))

    def _tile(self, scan: ScanRef) -> Tile:
        picture = self._shelf.picture(scan.path, scan.frame, self._spec)
        caption = PurePosixPath(scan.path).stem
        if picture is not None and picture.error is not None:
            text = self.tr("{path} cannot be read any more. Look the data set over again.").format(path=scan.path)
            return Tile(scan, None, caption=caption, tone="danger", describe=text)
        return Tile(scan, picture.before if picture is not None else None, caption=caption, describe=scan.path)


def _heading(label: str) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, UNIT, 0, 0)
    row.setSpacing(UNIT)
    mark = QLabel()
    mark.setPixmap(verdict_icon(label).pixmap(QSize(16, 16)))
    name = QLabel(label_name(label))
    name.setFont(figures(name.font(), bold=True))
    row.addWidget(mark)
    row.addWidget(name, 1)
    return line
