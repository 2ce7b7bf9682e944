"""The page Data."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from tumorviewer.state.training.desk import TrainingDesk
from tumorviewer.workers.training.crew import Crew


class DataPage(QWidget):
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

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Take a data set that was dropped."""
