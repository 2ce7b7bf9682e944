"""The runs of before."""

from PySide6.QtCore import QObject, Signal


class KeptRuns(QObject):
    """Runs that lie in the user's folder, the newest first, and those that are drawn beside the current one."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
