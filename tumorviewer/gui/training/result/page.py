"""The page Result."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from tumorviewer.state.training.desk import TrainingDesk
from tumorviewer.workers.training.crew import Crew


class ResultPage(QWidget):
    """The page.

    Parameters
    ----------
    desk : TrainingDesk
    crew : Crew
    """

    scans_wanted = Signal(list)
    """Some `Path`: scans to be opened in the viewer."""

    def __init__(self, desk: TrainingDesk, crew: Crew, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._crew = desk, crew
