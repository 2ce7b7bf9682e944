"""The data set that is looked at: its folder, what is known of it, and what a person decided about its labels."""

from PySide6.QtCore import QObject, Signal


class DataState(QObject):
    """The data set of the first page."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
