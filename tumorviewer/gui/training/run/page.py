"""The page Run."""

from PySide6.QtWidgets import QWidget

from tumorviewer.state.training.desk import TrainingDesk
from tumorviewer.workers.training.crew import Crew


class RunPage(QWidget):
    """The page.

    Parameters
    ----------
    desk : TrainingDesk
    crew : Crew
    """

    def __init__(self, desk: TrainingDesk, crew: Crew, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._crew = desk, crew
