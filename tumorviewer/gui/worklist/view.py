"""The list itself: draws the rows on the screen and the headings, and takes mouse and keys."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QToolTip, QWidget

from tumorviewer.gui.worklist.delegate import RowDelegate
from tumorviewer.gui.worklist.model import WorklistModel
from tumorviewer.gui.worklist.rows_view import RowsView

VISIBLE_MS = 80
"""What is on the screen is told so long after it changed."""

_Select = QItemSelectionModel.SelectionFlag


class WorklistView(RowsView):
    """Shows a `WorklistModel`."""

    visible_changed = Signal(list)
    """Ids of the rows on the screen, then of those a page further on."""
    menu_wanted = Signal(object, QPoint)
    """Rows (list of int) and a place on the screen."""
    copy_wanted = Signal()

    def __init__(self, model: WorklistModel, delegate: RowDelegate, parent: QWidget | None = None) -> None:
        super().__init__(model, delegate, parent)
        self._hovered: int | None = None
        self._menu_ids: list[int] = []
        self._told: list[int] = []
        self._tell = QTimer(self, singleShot=True, interval=VISIBLE_MS)
        self._tell.timeout.connect(self._tell_visible)
        self.moved.connect(self._soon_tell)
        model.modelReset.connect(lambda: self._hover(None))
        self.setStyleSheet("QListView { border: 0; border-top: 1px solid palette(mid); border-radius: 0; }")
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)

    def mark_menu(self, rows: list[int]) -> None:
        """Outline the rows that an open menu is about, and let no row move meanwhile."""
        self._menu_ids = self.rows.ids(rows)
        self.rows.hold(bool(rows))
        self.viewport().update()

    def update_scans(self, ids: Sequence[int]) -> None:
        """Draw some rows again, because their thumbnails are there."""
        seen = self.rows_on_screen()
        for row in map(self.rows.row, ids):
            if row is not None and row in seen:
                self.update(self.rows.index(row))

    # ------------------------------------------------------------ drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows on the screen, and the headings over them."""
        painter = QPainter(self.viewport())
        top, area = self.verticalOffset(), event.rect()
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        for row in self.places.rows_between(top + area.top(), top + area.bottom() + 1):
            index = self.rows.index(row)
            option.rect = self.visualRect(index)
            option.state = self._state_of(row, index)
            self.delegate.paint(painter, option, index)
        for section in self._sections_on_screen():
            option.rect = self.heading_rect(section)
            if not option.rect.intersects(area):
                continue
            self.delegate.paint_heading(painter, option, self.rows, section)
        painter.end()

    def _sections_on_screen(self) -> range:
        top = self.verticalOffset()
        seen = self.places.headings_between(top, top + self.viewport().height())
        pinned = self.places.section_at(top)
        if pinned is None:
            return seen
        return range(pinned, max(seen.stop, pinned + 1))

    def _state_of(self, row: int, index: QModelIndex) -> QStyle.StateFlag:
        state = QStyle.StateFlag.State_Enabled
        if self.hasFocus():
            state |= QStyle.StateFlag.State_Active
        if self.selectionModel().isSelected(index):
            state |= QStyle.StateFlag.State_Selected
        if row == self._hovered:
            state |= QStyle.StateFlag.State_MouseOver
        meant = self.rows.entry(row).id in self._menu_ids
        if meant or (index == self.currentIndex() and self.hasFocus()):
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
        self.rows.hold(True)
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        super().mouseReleaseEvent(event)
        self.rows.hold(False)

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
                stack, _ = self.rows.section(section)
                QToolTip.showText(event.globalPos(), f"<p>{escape(stack.name)}</p>", self, self.heading_rect(section))
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

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is elsewhere."""
        super().focusOutEvent(event)
        self.viewport().update()

    # ------------------------------------------------------------ inside

    def _select_section(self, section: int, *, add: bool) -> None:
        _, rows = self.rows.section(section)
        chosen = QItemSelection(self.rows.index(rows[0]), self.rows.index(rows[-1]))
        self.selectionModel().select(chosen, _Select.Select if add else _Select.ClearAndSelect)
        self.selectionModel().setCurrentIndex(self.rows.index(rows[0]), _Select.NoUpdate)

    def _hover(self, row: int | None) -> None:
        if row != self._hovered:
            self._hovered = row
            self.viewport().update()

    def _soon_tell(self) -> None:
        if not self._tell.isActive():
            self._tell.start()

    def _tell_visible(self) -> None:
        seen = self.rows_on_screen()
        ahead = range(seen.stop, min(seen.stop + len(seen), self.places.count))
        ids = self.rows.ids([*seen, *ahead])
        if ids != self._told:
            self._told = ids
            self.visible_changed.emit(ids)
