"""The list itself: draws only what is on the screen, with a heading above each stack."""

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
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem, QToolTip, QWidget

from tumorviewer.gui.worklist.delegate import RowDelegate
from tumorviewer.gui.worklist.geometry import RowGeometry
from tumorviewer.gui.worklist.model import WorklistModel

VISIBLE_MS = 80
"""What is on the screen is told when the list has rested so long."""

Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()
_Select = QItemSelectionModel.SelectionFlag
_Move = QAbstractItemView.CursorAction


class WorklistView(QListView):
    """Shows a `WorklistModel`.

    Qt's own list view lays out every row when one has another height. Here rows have one height and headings another,
    so that a place is a sum, and ten thousand rows cost what twenty do. Headings are drawn between the rows and are
    none themselves: keys and selection do not know of them. All that is left of Qt's list view is what it is to a
    screen reader.
    """

    visible_changed = Signal(list)
    """Ids of the rows on the screen, then of those a page further on."""
    menu_wanted = Signal(object, QPoint)
    """Rows (list of int) and a place on the screen."""
    copy_wanted = Signal()

    def __init__(self, model: WorklistModel, delegate: RowDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self._delegate = delegate
        self._geometry = RowGeometry(0, 1, 1)
        self._hovered: int | None = None
        self._menu_rows: list[int] = []
        self._told: list[int] = []
        self._tell = QTimer(self, singleShot=True, interval=VISIBLE_MS)
        self._tell.timeout.connect(self._tell_visible)
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setSelectionMode(self.SelectionMode.ExtendedSelection)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QListView { border: 0; border-top: 1px solid palette(mid); border-radius: 0; }")
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)

    # ------------------------------------------------------------ places

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
            end = self.heading_rect(section + 1).top() if section + 1 < len(self._geometry.starts) else height
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
        return QModelIndex() if row is None else self._rows.index(row)

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

    def rows_on_screen(self) -> range:
        """Return the rows of which something is seen."""
        top = self.verticalOffset()
        return self._geometry.rows_between(top, top + self.viewport().height())

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
        return QSize(self._delegate.wanted_width(self), 8 * self._delegate.row_height(self))

    # ------------------------------------------------------------ Qt asks

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
        return self._rows.index(min(max(target, 0), count - 1))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select the rows that a rectangle of the viewport touches."""
        top = rect.normalized().top() + self.verticalOffset()
        rows = self._geometry.rows_between(top, top + max(rect.normalized().height(), 1))
        chosen = QItemSelection()
        if rows:
            chosen.select(self._rows.index(rows[0]), self._rows.index(rows[-1]))
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Return the part of the viewport that selected rows cover."""
        region = QRegion()
        seen = self.rows_on_screen()
        for part in _ranges(selection):
            rows = range(max(part.start, seen.start), min(part.stop, seen.stop))
            if rows:
                first, last = (self.visualRect(self._rows.index(row)) for row in (rows[0], rows[-1]))
                region += first.united(last)
        return region

    def updateGeometries(self) -> None:
        """Take the number of rows and the size of the viewport."""
        QAbstractItemView.updateGeometries(self)  # not the list view's, which would ask every row for its size
        rows, delegate = self._rows, self._delegate
        height, heading = delegate.row_height(self), delegate.heading_height(self)
        self._geometry = RowGeometry(rows.rowCount(), height, heading, rows.starts)
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(max(1, height // 2))
        bar.setRange(0, max(0, self._geometry.height - self.viewport().height()))
        self._soon_tell()

    def doItemsLayout(self) -> None:
        """Lay out nothing: see `updateGeometries`."""
        self.updateGeometries()
        self.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Draw all again: the heading at the top does not scroll with the rest."""
        self.viewport().update()
        self._soon_tell()

    def reset(self) -> None:
        """Show another list."""
        super().reset()
        self._hovered, self._menu_rows = None, []
        self.updateGeometries()
        self.viewport().update()

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        """Make room for new rows; what is seen stays where it is."""
        bar, held = self.verticalScrollBar(), self.rows_on_screen()
        kept = held.start if held else 0
        shift = self.verticalOffset() - (self._geometry.top(kept) if held else 0)
        scrolled = self.verticalOffset() > 0
        super().rowsInserted(parent, start, end)
        self.updateGeometries()
        if scrolled and held:
            moved = kept + (end - start + 1 if start <= kept else 0)
            bar.setValue(self._geometry.top(moved) + shift)
        self.viewport().update()

    def dataChanged(self, topLeft: Index, bottomRight: Index, roles: Sequence[int] = ()) -> None:
        """Draw changed rows again; only a screen reader needs to hear of those that are not seen."""
        if QAccessible.isActive():
            super().dataChanged(topLeft, bottomRight, roles)
        seen = self.rows_on_screen()
        if topLeft.row() < seen.stop and bottomRight.row() >= seen.start:
            self.viewport().update()

    # ------------------------------------------------------------ drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows on the screen, and the headings over them."""
        painter = QPainter(self.viewport())
        top, area = self.verticalOffset(), event.rect()
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        for row in self._geometry.rows_between(top + area.top(), top + area.bottom() + 1):
            index = self._rows.index(row)
            option.rect = self.visualRect(index)
            option.state = self._state_of(row, index)
            self._delegate.paint(painter, option, index)
        for section in self._sections_on_screen():
            option.rect = self.heading_rect(section)
            self._delegate.paint_heading(painter, option, self._rows, section)
        painter.end()

    def _sections_on_screen(self) -> range:
        top = self.verticalOffset()
        seen = self._geometry.headings_between(top, top + self.viewport().height())
        pinned = self._geometry.section_at(top)
        return (
            seen if pinned is None else range(min(pinned, seen.start if seen else pinned), max(seen.stop, pinned + 1))
        )

    def _state_of(self, row: int, index: QModelIndex) -> QStyle.StateFlag:
        state = QStyle.StateFlag.State_Enabled
        if self.hasFocus():
            state |= QStyle.StateFlag.State_Active
        if self.selectionModel().isSelected(index):
            state |= QStyle.StateFlag.State_Selected
        if row == self._hovered:
            state |= QStyle.StateFlag.State_MouseOver
        if row in self._menu_rows or (index == self.currentIndex() and self.hasFocus()):
            state |= QStyle.StateFlag.State_HasFocus
        return state

    # ------------------------------------------------------------ mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select; on a heading, the whole stack. The right button opens the menu and selects nothing."""
        if event.button() == Qt.MouseButton.RightButton:
            return
        section = self.section_under(event.position().toPoint())
        if section is not None and event.button() == Qt.MouseButton.LeftButton:
            self._select_section(section, add=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
            return
        self._rows.hold(True)
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        super().mouseReleaseEvent(event)
        self._rows.hold(False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the row under the mouse."""
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        self._hover(index.row() if index.isValid() else None)

    def leaveEvent(self, event: QEvent) -> None:
        """Mark no row."""
        super().leaveEvent(event)
        self._hover(None)

    def viewportEvent(self, event: QEvent) -> bool:
        """Show the whole name of a stack over its heading."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            section = self.section_under(event.pos())
            if section is not None:
                stack, _ = self._rows.section(section)
                QToolTip.showText(event.globalPos(), stack.name, self, self.heading_rect(section))
                return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and select. Letters and figures are left to the window: they mean something there."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
            event.accept()
            return
        text = event.text()
        if text.isprintable() and text.strip() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu: of the selected rows where one of them is meant, else of the one that is."""
        selected = self.selected_rows()
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
            rows = selected if index.row() in selected else [index.row()] if index.isValid() else []
            self.menu_wanted.emit(rows, event.globalPos())
            return
        place = self.visualRect(self.currentIndex()).bottomLeft() if self.currentIndex().isValid() else QPoint(0, 0)
        self.menu_wanted.emit(selected, self.viewport().mapToGlobal(place))

    def mark_menu(self, rows: list[int]) -> None:
        """Outline the rows that an open menu is about, and let no row move meanwhile."""
        self._menu_rows = rows
        self._rows.hold(bool(rows))
        self.viewport().update()

    def update_scans(self, ids: Sequence[int]) -> None:
        """Draw some rows again, because their thumbnails are there."""
        seen = self.rows_on_screen()
        for row in map(self._rows.row, ids):
            if row is not None and row in seen:
                self.update(self._rows.index(row))

    def selected_rows(self) -> list[int]:
        """Return the selected rows from the top down."""
        return sorted(row for part in _ranges(self.selectionModel().selection()) for row in part)

    def only_selected_row(self) -> int | None:
        """Return the selected row, if it is the only one."""
        parts = _ranges(self.selectionModel().selection())
        return parts[0][0] if len(parts) == 1 and len(parts[0]) == 1 else None

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is elsewhere."""
        super().focusOutEvent(event)
        self.viewport().update()

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

    # ------------------------------------------------------------ inside

    def _select_section(self, section: int, *, add: bool) -> None:
        _, rows = self._rows.section(section)
        chosen = QItemSelection(self._rows.index(rows[0]), self._rows.index(rows[-1]))
        self.selectionModel().select(chosen, _Select.Select if add else _Select.ClearAndSelect)
        self.selectionModel().setCurrentIndex(self._rows.index(rows[0]), _Select.NoUpdate)

    def _hover(self, row: int | None) -> None:
        if row != self._hovered:
            self._hovered = row
            self.viewport().update()

    def _soon_tell(self) -> None:
        if not self._tell.isActive():
            self._tell.start()

    def _tell_visible(self) -> None:
        seen = self.rows_on_screen()
        ahead = range(seen.stop, min(seen.stop + len(seen), self._geometry.count))
        ids = self._rows.ids([*seen, *ahead])
        if ids != self._told:
            self._told = ids
            self.visible_changed.emit(ids)


def _ranges(selection: QItemSelection) -> list[range]:
    parts: list[QItemSelectionRange] = list(selection)  # type: ignore[call-overload]  # it is a list, untold by Qt
    return [range(part.top(), part.bottom() + 1) for part in parts]
