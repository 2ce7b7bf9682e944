"""The rows that are shown, as Qt's views want them."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from tumorviewer.gui.worklist.row_text import accessible_description, accessible_text, tool_tip
from tumorviewer.gui.worklist.throttle import Throttle
from tumorviewer.state.entries import Entry, Stack
from tumorviewer.state.ordering import KEYS, Filter, Sort, arrange, opened_key
from tumorviewer.state.worklist import Worklist

ARRANGE_MS = 250
"""Between two new arrangements while rows arrive or are answered."""
MOST_RUNS = 16
"""Rows that arrive in more places than that are arranged anew."""
MOST_CHECKS = 64
"""Of so many changed rows each is looked at; more of them are arranged anew."""

Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


class WorklistModel(QAbstractListModel):
    """The rows of the worklist that pass the filter, in the order that is chosen.

    New rows in the order of opening are put in their place. In any other order, and where answers move rows, all are
    arranged anew, a few times a second; such a change is a reset of the model.
    """

    sections_changed = Signal()
    """Which rows have a heading above them."""

    def __init__(self, worklist: Worklist, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.worklist = worklist
        self.filter = Filter()
        self.order = Sort.OPENED
        self._rows: list[Entry] = []
        self._places: dict[int, int] = {}
        self._starts: list[int] | None = None
        self._throttle = Throttle(self.arrange, ARRANGE_MS, self)
        worklist.added.connect(self._added)
        worklist.changed.connect(self._changed)
        worklist.cleared.connect(self.arrange)
        self.arrange()

    # ------------------------------------------------------------ what others ask

    def rowCount(self, parent: Index = _TOP) -> int:
        """Return how many rows are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a row's text for a role."""
        entry = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return entry.name
            case Qt.ItemDataRole.ToolTipRole:
                return tool_tip(entry, self.worklist)
            case Qt.ItemDataRole.AccessibleTextRole:
                return accessible_text(entry)
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return accessible_description(entry, self.worklist)
        return None

    def entry(self, row: int) -> Entry:
        """Return what a row shows."""
        return self._rows[row]

    def ids(self, rows: Sequence[int] | None = None) -> list[int]:
        """Return the ids of some rows, or of all that are shown."""
        return [entry.id for entry in self._rows] if rows is None else [self._rows[row].id for row in rows]

    def row(self, entry_id: int | None) -> int | None:
        """Return where a scan is shown; None if it is not."""
        return None if entry_id is None else self._places.get(entry_id)

    @property
    def starts(self) -> list[int]:
        """The rows that have a heading above them: the first of each stack, in the order of opening."""
        if self._starts is None:
            stacks = [entry.stack for entry in self._rows] if self.order is Sort.OPENED else []
            self._starts = [row for row, stack in enumerate(stacks) if row == 0 or stack != stacks[row - 1]]
        return self._starts

    def section(self, section: int) -> tuple[Stack, range]:
        """Return a stack and its rows."""
        starts = self.starts
        end = starts[section + 1] if section + 1 < len(starts) else len(self._rows)
        return self.worklist.stacks[self._rows[starts[section]].stack], range(starts[section], end)

    # ------------------------------------------------------------ what a person chooses

    def set_filter(self, chosen: Filter) -> None:
        """Show the rows that pass another filter."""
        if chosen != self.filter:
            self.filter = chosen
            self.arrange()

    def set_order(self, order: Sort) -> None:
        """Show the rows in another order."""
        if order is not self.order:
            self.order = order
            self.arrange()

    def hold(self, held: bool) -> None:
        """Let no row move by itself meanwhile."""
        self._throttle.hold(held)

    def arrange(self) -> None:
        """Bring all rows into their order."""
        self._throttle.drop()
        rows = arrange(self.worklist.in_order(), self.filter, self.order)
        if rows == self._rows:
            return
        self.beginResetModel()
        self._rows = rows
        self._places = {entry.id: row for row, entry in enumerate(rows)}
        self._starts = None
        self.endResetModel()

    # ------------------------------------------------------------ the worklist changed

    def _added(self, ids: list[int]) -> None:
        entries = self.worklist.entries
        new = self.filter.passing(entries[entry_id] for entry_id in ids)
        if not new:
            return
        if self.order is not Sort.OPENED:
            self._throttle.request()
            return
        new.sort(key=opened_key)
        runs = [(place, list(run)) for place, run in groupby(new, key=self._place_for)]
        if len(runs) > MOST_RUNS:
            self._throttle.request()
            return
        for place, run in reversed(runs):  # from the end: what lies before keeps its place
            self._insert(place, run)

    def _place_for(self, entry: Entry) -> int:
        rows, key = self._rows, opened_key(entry)
        if not rows or opened_key(rows[-1]) < key:
            return len(rows)
        return bisect_left(rows, key, key=opened_key)

    def _insert(self, place: int, run: list[Entry]) -> None:
        self.beginInsertRows(QModelIndex(), place, place + len(run) - 1)
        self._rows[place:place] = run
        for row in range(place, len(self._rows)):
            self._places[self._rows[row].id] = row
        self._starts = None
        self.endInsertRows()

    def _changed(self, ids: list[int]) -> None:
        rows = [row for row in map(self._places.get, ids) if row is not None]
        if rows:
            self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))
        if self.order is Sort.OPENED and self.filter.passes_all:
            return
        if len(ids) > MOST_CHECKS or not all(self._in_place(self.worklist.entries[entry_id]) for entry_id in ids):
            self._throttle.request()

    def _in_place(self, entry: Entry) -> bool:
        """Tell whether a row is shown, or not, and stands where it should."""
        row = self._places.get(entry.id)
        if self.filter.passes(entry) is not (row is not None):
            return False
        if row is None:
            return True
        key = KEYS[self.order]
        three = self._rows[max(row - 1, 0) : row + 2]
        keys = [(key(one), opened_key(one)) for one in three]
        return keys == sorted(keys)
