"""A menu in which several entries can be ticked before it closes."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu

_TOGGLES = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class StayingMenu(QMenu):
    """Stays open while entries that can be ticked are ticked."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tick and stay, or do what a menu does."""
        if not _toggled(self.actionAt(event.position().toPoint())):
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick and stay, or do what a menu does."""
        if event.key() not in _TOGGLES or not _toggled(self.activeAction()):
            super().keyPressEvent(event)


def _toggled(action: QAction | None) -> bool:
    if action is None or not action.isCheckable() or not action.isEnabled():
        return False
    action.trigger()
    return True
