"""The elements as a table; values that may tell of a person are hidden until they may be shown."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from tumorviewer.state.header import HeaderRow

Index = QModelIndex | QPersistentModelIndex
HIDDEN: Final = "••••••"
NO_INDEX: Final = QModelIndex()


class Column(IntEnum):
    """From left to right."""

    PLACE = 0
    NAME = 1
    KIND = 2
    VALUE = 3


class TagModel(QAbstractTableModel):
    """A row an element; items of sequences stand below them, indented."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[HeaderRow] = ()
        self._open = False

    def show_rows(self, rows: Sequence[HeaderRow], *, patient: bool) -> None:
        """Show other elements; `patient` lets values through that may tell of a person."""
        self.beginResetModel()
        self._rows, self._open = rows, patient
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Return how many elements there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the heading of a column."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Tag"), self.tr("Name"), self.tr("Type"), self.tr("Value"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what stands in a cell."""
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, Column(index.column()))
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == Column.VALUE:
            hidden = self.tr("Hidden: it may tell who was scanned. Press P to show data of the patient.")
            return hidden if self._hides(row) else row.tag.value
        return None

    def _text(self, row: HeaderRow, column: Column) -> str:
        tag = row.tag
        if column is Column.PLACE:
            return "    " * tag.depth + tag.place
        if column is Column.NAME:
            return tag.name or (self.tr("Private") if tag.is_private else "")
        if column is Column.KIND:
            return tag.kind
        return HIDDEN if self._hides(row) else tag.value

    def _hides(self, row: HeaderRow) -> bool:
        return row.tells and bool(row.tag.value) and not self._open
