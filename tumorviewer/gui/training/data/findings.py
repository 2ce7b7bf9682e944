"""What was found, in words; copies and contradictions can be looked at as pairs, unreadable files are listed."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final, cast

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from training.findings import Finding, FindingKind, Weight
from training.overview import CopyPair, DataOverview, ScanRef
from tumorviewer.gui.look.icons import IconName, paint_icon
from tumorviewer.gui.look.tokens import UNIT, tokens
from tumorviewer.gui.training.data.shelf import Shelf
from tumorviewer.gui.training.data.words import files_text, finding_text, label_name, part_name
from tumorviewer.gui.training.parts import Card, Tile, TileGrid, quiet
from tumorviewer.gui.words import number
from tumorviewer.imaging.prepare import InputSpec

SIDE: Final = 11 * UNIT
AT_ONCE: Final = 6
"""Pairs that are made between two turns of the window."""
LISTED: Final = 8
"""Lines of unreadable files that are seen at once."""
_SIGNS: Final[dict[Weight, IconName]] = {
    Weight.BLOCKING: "warning",
    Weight.WARNING: "warning",
    Weight.NOTE: "info",
}


class Sign(QWidget):
    """Says by shape and colour how grave a finding is."""

    def __init__(self, weight: Weight, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weight = weight
        self.setFixedSize(QSize(20, 20))
        names = {
            Weight.BLOCKING: self.tr("Nothing can be trained"),
            Weight.WARNING: self.tr("Warning"),
            Weight.NOTE: self.tr("Note"),
        }
        self.setAccessibleName(names[weight])
        self.setToolTip(names[weight])

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the sign."""
        look = tokens()
        colours = {Weight.BLOCKING: look.danger, Weight.WARNING: look.warning, Weight.NOTE: look.accent}
        paint_icon(QPainter(self), QRectF(self.rect()), _SIGNS[self._weight], colours[self._weight])


class FindingRow(QWidget):
    """A finding, with room below for what it is about."""

    def __init__(self, finding: Finding, details: QWidget | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding, self.details = finding, details
        self.text = QLabel(finding_text(finding))
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton()
        self.button.setAutoDefault(False)
        self.button.setCheckable(True)
        self.button.setVisible(details is not None)
        self.button.toggled.connect(self._toggled)
        row = QHBoxLayout()
        row.setSpacing(UNIT)
        row.addWidget(Sign(finding.weight), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addLayout(row)
        if details is not None:
            column.addWidget(details)
            details.hide()
        self._write()

    def _toggled(self, shown: bool) -> None:
        if self.details is not None:
            self.details.setVisible(shown)
        self._write()

    def _write(self) -> None:
        text = self.tr("Hide") if self.button.isChecked() else self.tr("Show")
        self.button.setText(text)
        self.button.setAccessibleName(f"{text}: {self.text.text()}")


class PairGrid(QWidget):
    """Pairs of copies, one beside the other; made when it is first shown.

    Parameters
    ----------
    pairs : tuple of CopyPair
    count : int
        How many there are in all; the first of them are shown.
    shelf : Shelf
    """

    scan_wanted = Signal(str)

    def __init__(self, pairs: tuple[CopyPair, ...], count: int, shelf: Shelf, spec: InputSpec) -> None:
        super().__init__()
        self.pairs, self._shelf, self._spec = pairs, shelf, spec
        self.grid = TileGrid(SIDE)
        self.grid.setAccessibleName(self.tr("Pairs of copies"))
        self.grid.chosen.connect(lambda key: self.scan_wanted.emit(key[1].path))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, UNIT)
        column.setSpacing(UNIT)
        text = self.tr("Two and two belong together. A click opens a scan in the viewer.")
        if count > len(pairs):
            text += " " + self.tr("The first {shown} of {all} are shown.").format(
                shown=number(len(pairs)), all=number(count)
            )
        column.addWidget(quiet(text))
        column.addWidget(self.grid)
        shelf.filled.connect(self._show_picture)
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._grow)

    def setVisible(self, visible: bool) -> None:
        """Read the pictures when they are to be seen."""
        super().setVisible(visible)
        if visible and not self.grid.views:
            self._grow()

    def _grow(self) -> None:
        """Show some pairs more: a window that waits for a hundred pictures at once would stand still."""
        shown = len(self.grid.views) // 2 + AT_ONCE
        pairs = list(enumerate(self.pairs[:shown]))
        self.grid.show_tiles([tile for place, pair in pairs for tile in self._tiles(place, pair)])
        if shown < len(self.pairs):
            self._next.start()

    def _tiles(self, place: int, pair: CopyPair) -> list[Tile]:
        return [self._tile((place, scan), pair.conflicting) for scan in (pair.first, pair.second)]

    def _tile(self, key: tuple[int, ScanRef], conflicting: bool) -> Tile:
        place, scan = key
        picture = self._shelf.picture(scan.path, scan.frame, self._spec)
        text = self.tr("Pair {number}: {path}, {label}, {part}")
        return Tile(
            key,
            picture.before if picture is not None else None,
            caption=label_name(scan.label),
            below=self.tr("{number} · {part}").format(number=number(place + 1), part=part_name(scan.part)),
            tone="danger" if conflicting else None,
            describe=text.format(
                number=number(place + 1), path=scan.path, label=label_name(scan.label), part=part_name(scan.part)
            ),
        )

    def _show_picture(self, filled: tuple[str, int]) -> None:
        for view in self.grid.views:
            key: tuple[int, ScanRef] = cast("tuple[int, ScanRef]", view.tile.key)
            if (key[1].path, key[1].frame) == filled:
                view.show_tile(self._tile(key, self.pairs[key[0]].conflicting))


class FindingsCard(Card):
    """The list, the gravest first."""

    scan_wanted = Signal(str)
    """Path below the data set's root."""

    def __init__(self, shelf: Shelf, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._shelf = shelf
        self.rows: list[FindingRow] = []
        self.title.setText(self.tr("What was found"))

    def show_overview(self, overview: DataOverview, spec: InputSpec) -> Iterator[Callable[[], None]]:
        """Show the findings on a data set, but for the rows: return what makes them, one by one."""
        for row in self.rows:
            self.column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        self.say("" if overview.findings else self.tr("Nothing that would speak against training."))
        return (partial(self._add_row, one, overview, spec) for one in overview.findings)

    def row(self, kind: FindingKind) -> FindingRow | None:
        """Return the row of a kind of finding."""
        return next((row for row in self.rows if row.finding.kind is kind), None)

    def _add_row(self, finding: Finding, overview: DataOverview, spec: InputSpec) -> None:
        row = FindingRow(finding, self._details(finding, overview, spec))
        self.rows.append(row)
        self.add(row)

    def _details(self, finding: Finding, overview: DataOverview, spec: InputSpec) -> QWidget | None:
        if finding.kind is FindingKind.UNREADABLE and overview.problems:
            return _file_list(overview, self.tr("Unreadable files"))
        pairs = pairs_of(finding, overview.copies)
        if not pairs:
            return None
        count = finding.count if finding.kind is FindingKind.CONFLICTS else len(pairs)
        grid = PairGrid(pairs, count, self._shelf, spec)
        grid.scan_wanted.connect(self.scan_wanted)
        return grid


def pairs_of(finding: Finding, copies: Iterable[CopyPair]) -> tuple[CopyPair, ...]:
    """Return the pairs that a finding is about."""
    if finding.kind is FindingKind.COPIES:
        return tuple(pair for pair in copies if not pair.conflicting)
    conflicting = (pair for pair in copies if pair.conflicting)
    if finding.kind is FindingKind.CONFLICTS:
        return tuple(conflicting)
    if finding.kind is FindingKind.SAME_PICTURES:
        return tuple(pair for pair in conflicting if {pair.first.label, pair.second.label} == set(finding.names))
    return ()


def _file_list(overview: DataOverview, name: str) -> QPlainTextEdit:
    field = QPlainTextEdit("\n".join(files_text(path, reason) for path, reason in overview.problems))
    field.setReadOnly(True)
    field.setTabChangesFocus(True)
    field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    field.setAccessibleName(name)
    lines = min(len(overview.problems), LISTED) + 1
    field.setFixedHeight(lines * field.fontMetrics().lineSpacing() + 2 * UNIT)
    return field
