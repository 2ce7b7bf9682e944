"""The training run that the tab shows: its settings, its folder, its curves."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from training.config import TrainConfig
from training.events import Event, Failed, Noted
from tumorviewer.state.training.history import RunHistory
from tumorviewer.state.training.task import Task, TaskStatus

RECIPE = "recipe.toml"


class TrainingRun(QObject):
    """One run at a time; the same folder again goes on with an unfinished one.

    Attributes
    ----------
    task : Task
        The process.
    history : RunHistory
        Of the run that is shown.
    output : Path or None
        Its folder.
    config : TrainConfig or None
    notes : list of Noted
        What does not stop the run but should be known.
    """

    progressed = Signal()
    """The history has grown."""
    begun = Signal()
    """Another run is shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.task = Task(self)
        self.history = RunHistory()
        self.output: Path | None = None
        self.data: Path | None = None
        self.config: TrainConfig | None = None
        self.notes: list[Noted] = []
        self.task.told.connect(self._told)

    @property
    def failure(self) -> Failed | None:
        """Why the last run could not go on."""
        return self.task.outcome if isinstance(self.task.outcome, Failed) else None

    @property
    def can_resume(self) -> bool:
        """Whether the run that is shown was interrupted and can go on."""
        return self.output is not None and self.task.status in (TaskStatus.STOPPED, TaskStatus.FAILED)

    def start(self, config: TrainConfig, recipe: Path, data: Path, output: Path, cache: Path) -> bool:
        """Begin a run, or go on with the one in `output`.

        Parameters
        ----------
        config : TrainConfig
            What `recipe` holds.
        recipe : Path
            The settings as a file, written already.
        data, output, cache : Path
            The data set, the run's own folder, and the folder of crops that runs share.

        Returns
        -------
        bool
            False if a run is at work.
        """
        if self.task.busy:
            return False
        self.config, self.data, self.output = config, data, output
        self.history, self.notes = RunHistory(), []
        self.begun.emit()
        words = ["train", str(data), "--output", str(output), "--recipe", str(recipe), "--cache", str(cache)]
        return self.task.start(words)

    def show_kept(self, config: TrainConfig | None, output: Path, epochs: list[dict[str, object]]) -> None:
        """Show a run of before."""
        if not self.task.busy:
            self.config, self.output = config, output
            self.history, self.notes = RunHistory(), []
            self.history.restore(epochs)
            self.begun.emit()
            self.progressed.emit()

    def _told(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Noted):
                self.notes.append(event)
            else:
                self.history.take(event)
        self.progressed.emit()
