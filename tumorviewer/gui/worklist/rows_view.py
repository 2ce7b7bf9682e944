"""A list whose rows have one height and whose headings have another, without laying out each of them."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAccessible, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from tumorviewer.gui.worklist.delegate import RowDelegate
from tumorviewer.gui.worklist.geometry import RowGeometry
from tumorviewer.gui.worklist.model import WorklistModel
from tumorviewer.gui.worklist.throttle import Throttle

Index = QModelIndex | QPersistentModelIndex
_Move = QAbstractItemView.CursorAction
COUNT_MS = 200
"""While rows arrive further down, those on the screen only say anew how many there are: so often is enough."""


class RowsView(QListView):
    """Places of the rows of a `WorklistModel`, and the keys and selections that depend on them.

    Qt's own list view lays out every row when one has another height. Here a place is a sum, so that ten thousand rows
    cost what twenty do. Headings stand between the rows and are none themselves: keys and selection do not know of
    them. All that is left of Qt's list view is what it is to a screen reader.
    """

    moved = Signal()
    """Other rows may be on the screen."""

    def __init__(self, model: WorklistModel, delegate: RowDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows, self.delegate = model, delegate
        self._geometry = RowGeometry(0, 1, 1)
        self._count_on = Throttle(self.viewport().update, COUNT_MS, self)
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setSelectionMode(self.SelectionMode.ExtendedSelection)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def places(self) -> RowGeometry:
        """Where rows and headings lie."""
        return self._geometry

    def visualRect(self, index: Index) -> QRect:
        """Return where a row is seen, in pixels of the viewport."""
        if not index.isValid():
            return QRect()
        top = self._geometry.top(index.row()) - self.verticalOffset()
        return QRect(0, top, self.viewport().width(), self._geometry.row_height)

    def heading_rect(self, section: int) -> QRect:
        """Return where a heading is seen; the one of the topmost row stays at the top."""
        top = self._geometry.heading_top(section) - self.verticalOffset()
        height = self._geometry.heading_height
        if top < 0:
            last = section + 1 == len(self._geometry.starts)
            end = height if last else self._geometry.heading_top(section + 1) - self.verticalOffset()
            top = min(0, end - height)
        return QRect(0, top, self.viewport().width(), height)

    def section_under(self, point: QPoint) -> int | None:
        """Return which heading is at a place of the viewport."""
        section = self._geometry.section_at(self.verticalOffset() + max(point.y(), 0))
        for near in () if section is None else (section, section + 1):
            if near < len(self._geometry.starts) and self.heading_rect(near).contains(point):
                return near
        return None

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return the row at a place of the viewport."""
        if self.section_under(point) is not None:
            return QModelIndex()
        row = self._geometry.row_at(point.y() + self.verticalOffset())
        return QModelIndex() if row is None else self.rows.index(row)

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Scroll so far that a row is seen, below the heading that stays at the top."""
        if not index.isValid():
            return
        pinned = self._geometry.heading_height if self._geometry.starts else 0
        top, height, bar = self._geometry.top(index.row()), self._geometry.row_height, self.verticalScrollBar()
        highest, lowest = top - pinned, top + height - self.viewport().height()
        if hint == self.ScrollHint.PositionAtCenter:
            bar.setValue((highest + lowest) // 2)
        elif hint == self.ScrollHint.PositionAtTop or bar.value() > highest:
            bar.setValue(highest)
        elif hint == self.ScrollHint.PositionAtBottom or bar.value() < lowest:
            bar.setValue(lowest)

    def reveal(self, index: Index) -> None:
        """Scroll a row that is not wholly seen to the middle, or nearly: the first row on the screen is a whole one.

        The next steps then move no rows: with each of them the whole list would be drawn.
        """
        pinned, height = self._geometry.heading_height if self._geometry.starts else 0, self.viewport().height()
        rect = self.visualRect(index)
        if rect.top() < pinned or rect.bottom() >= height:
            above = (height - pinned) // self._geometry.row_height // 2
            self.scrollTo(self.rows.index(max(index.row() - above, 0)), self.ScrollHint.PositionAtTop)

    def rows_on_screen(self) -> range:
        """Return the rows of which something is seen."""
        top = self.verticalOffset()
        return self._geometry.rows_between(top, top + self.viewport().height())

    def selected_rows(self) -> list[int]:
        """Return the selected rows from the top down."""
        return sorted(row for part in _ranges(self.selectionModel().selection()) for row in part)

    def only_selected_row(self) -> int | None:
        """Return the selected row, if it is the only one."""
        parts = _ranges(self.selectionModel().selection())
        return parts[0][0] if len(parts) == 1 and len(parts[0]) == 1 else None

    def horizontalOffset(self) -> int:
        """Return 0: rows are as wide as the list."""
        return 0

    def verticalOffset(self) -> int:
        """Return how far the list is scrolled."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        """Return False: rows that are not shown are not in the model."""
        return False

    def viewportSizeHint(self) -> QSize:
        """Return a size that shows some rows."""
        return QSize(self.delegate.wanted_width(self), 8 * self.delegate.row_height(self))

    # ------------------------------------------------------------ Qt asks and tells

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Return the row that a key leads to."""
        count, row = self._geometry.count, self.currentIndex().row()
        if not count:
            return QModelIndex()
        page = max(1, self.viewport().height() // self._geometry.row_height - 1)
        steps = {
            _Move.MoveUp: -1,
            _Move.MovePrevious: -1,
            _Move.MoveDown: 1,
            _Move.MoveNext: 1,
            _Move.MovePageUp: -page,
            _Move.MovePageDown: page,
            _Move.MoveHome: -count,
            _Move.MoveEnd: count,
        }
        target = row + steps.get(action, 0) if row >= 0 else 0
        return self.rows.index(min(max(target, 0), count - 1))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select the rows that a rectangle of the viewport touches."""
        top = rect.normalized().top() + self.verticalOffset()
        rows = self._geometry.rows_between(top, top + max(rect.normalized().height(), 1))
        chosen = QItemSelection()
        if rows:
            chosen.select(self.rows.index(rows[0]), self.rows.index(rows[-1]))
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Return the part of the viewport that selected rows cover."""
        region = QRegion()
        seen = self.rows_on_screen()
        for part in _ranges(selection):
            rows = range(max(part.start, seen.start), min(part.stop, seen.stop))
            if rows:
                first, last = (self.visualRect(self.rows.index(row)) for row in (rows[0], rows[-1]))
                region += first.united(last)
        return region

    def updateGeometries(self) -> None:
        """Take the number of rows and the size of the viewport."""
        QAbstractItemView.updateGeometries(self)  # not the list view's, which would ask every row for its size
        rows, delegate = self.rows, self.delegate
        height, heading = delegate.row_height(self), delegate.heading_height(self)
        self._geometry = RowGeometry(rows.rowCount(), height, heading, rows.starts)
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(max(1, height // 2))
        bar.setRange(0, max(0, self._geometry.height - self.viewport().height()))
        self.moved.emit()

    def doItemsLayout(self) -> None:
        """Lay out nothing: see `updateGeometries`."""
        self.updateGeometries()
        self.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Draw all again: the heading at the top does not scroll with the rest."""
        self.viewport().update()
        self.moved.emit()

    def reset(self) -> None:
        """Show another list."""
        super().reset()
        self.updateGeometries()
        self.viewport().update()

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        """Make room for new rows; what is seen stays where it is."""
        bar, held = self.verticalScrollBar(), self.rows_on_screen()
        kept = held.start if held else 0
        shift = self.verticalOffset() - (self._geometry.top(kept) if held else 0)
        scrolled = self.verticalOffset() > 0
        QAbstractItemView.rowsInserted(self, parent, start, end)  # as above
        self.updateGeometries()
        if scrolled and held:
            moved = kept + (end - start + 1 if start <= kept else 0)
            bar.setValue(self._geometry.top(moved) + shift)
        if start > self.rows_on_screen().stop:
            self._count_on.request()
        else:
            self.viewport().update()

    def dataChanged(self, topLeft: Index, bottomRight: Index, roles: Sequence[int] = ()) -> None:
        """Draw changed rows again; only a screen reader needs to hear of those that are not seen."""
        if QAccessible.isActive():
            super().dataChanged(topLeft, bottomRight, roles)
        seen = self.rows_on_screen()
        first, last = max(topLeft.row(), seen.start), min(bottomRight.row(), seen.stop - 1)
        if first <= last:
            rects = (self.visualRect(self.rows.index(row)) for row in (first, last))
            self.viewport().update(next(rects).united(next(rects)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take another size."""
        super().resizeEvent(event)
        self.updateGeometries()

    def changeEvent(self, event: QEvent) -> None:
        """Take another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometries()
            self.viewport().update()


def _ranges(selection: QItemSelection) -> list[range]:
    parts: list[QItemSelectionRange] = list(selection)  # type: ignore[call-overload]  # it is a list, untold by Qt
    return [range(part.top(), part.bottom() + 1) for part in parts]
