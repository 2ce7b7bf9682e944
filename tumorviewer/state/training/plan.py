"""The settings of the next run, as they are typed, and what it will need."""

from PySide6.QtCore import QObject, Signal

from tumorviewer.state.training.data import DataState


class PlanState(QObject):
    """Settings, what is wrong with them, and an estimate.

    Parameters
    ----------
    data : DataState
        What they are for.
    """

    changed = Signal()

    def __init__(self, data: DataState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data = data
