"""All state of one window, made in one place."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from tumorviewer.state.header import HeaderState
from tumorviewer.state.jobs import Jobs
from tumorviewer.state.loaded import ScanCache
from tumorviewer.state.model import ModelState
from tumorviewer.state.notices import Notices
from tumorviewer.state.overlays import OverlayState
from tumorviewer.state.receiving import Receiving, Watching
from tumorviewer.state.series import SeriesState
from tumorviewer.state.session import Session
from tumorviewer.state.settings import Settings
from tumorviewer.state.similar import SimilarState
from tumorviewer.state.stability import StabilityState
from tumorviewer.state.worklist import Worklist

if TYPE_CHECKING:
    from tumorviewer.state.training.desk import TrainingDesk


class Workspace(QObject):
    """What is open, looked at, answered and chosen. Widgets read and change it; workers feed it.

    Parameters
    ----------
    settings_file : Path
        Where choices are kept.

    Attributes
    ----------
    training : TrainingDesk or None
        None until the training tab is opened: what it needs takes a while to load.
    """

    def __init__(self, settings_file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = Settings(settings_file, self)
        self.worklist = Worklist(self)
        self.model = ModelState(self)
        self.session = Session(self.worklist, self.model, ScanCache(), self)
        self.similar = SimilarState(self.session, self)
        self.stability = StabilityState(self.session, self)
        self.series = SeriesState(self.session, self)
        self.overlays = OverlayState(self)
        self.header = HeaderState(self.session, self.overlays, self)
        self.jobs = Jobs(self)
        self.notices = Notices(self)
        self.watching = Watching(self.settings, self)
        self.receiving = Receiving(self.settings, settings_file.parent / "received", self)
        self.training: TrainingDesk | None = None

    @property
    def training_runs(self) -> bool:
        """Whether a model is being trained."""
        return self.training is not None and self.training.run.task.busy
