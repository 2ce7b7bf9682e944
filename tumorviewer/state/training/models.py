"""The models that are installed."""

from PySide6.QtCore import QObject, Signal


class ModelsState(QObject):
    """Models with their cards, which one is used, and which one was used before it."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
