"""What a finished run came to: its figures, its answers on the test scans, and how it stands to the current model."""

from PySide6.QtCore import QObject, Signal

from tumorviewer.state.training.run import TrainingRun


class ResultState(QObject):
    """The result of the run that is shown.

    Parameters
    ----------
    run : TrainingRun
    """

    changed = Signal()

    def __init__(self, run: TrainingRun, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
