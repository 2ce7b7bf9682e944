"""The training run that the tab shows: its settings, its folder, its curves."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from training.config import TrainConfig
from training.estimate import DataCounts, estimate
from training.events import Event, Failed, Noted, RunFinished, RunStarted
from training.runs import KeptRun, RunStatus
from training.speeds import Measured
from tumorviewer.state.training.history import RunHistory
from tumorviewer.state.training.pace import RunPace
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
    pace : RunPace
        How far the process is.
    output : Path or None
        The folder of the run that is shown.
    data : Path or None
    config : TrainConfig or None
    notes : list of Noted
        What does not stop the run but should be known.
    kept : KeptRun or None
        What is shown, where that is a run of before and not that of the process.
    """

    progressed = Signal()
    """The history has grown."""
    begun = Signal()
    """Another run is shown."""
    ended = Signal()
    """The run that is shown has ended well, or one that had ended well is shown: `end` says with what."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.task = Task(self)
        self.history = RunHistory()
        self.pace = RunPace()
        self.output: Path | None = None
        self.data: Path | None = None
        self.config: TrainConfig | None = None
        self.notes: list[Noted] = []
        self.kept: KeptRun | None = None
        self._measured: Measured | None = None
        self.task.told.connect(self._told)
        self.task.changed.connect(self._task_changed)

    @property
    def end(self) -> RunFinished | None:
        """How the run that is shown ended, if it ended well."""
        return self.history.finished

    @property
    def failure(self) -> Failed | None:
        """Why the run that is shown could not go on."""
        if self.kept is not None:
            return self.kept.failure
        return self.task.outcome if isinstance(self.task.outcome, Failed) else None

    @property
    def can_resume(self) -> bool:
        """Whether the run that is shown was interrupted and can go on."""
        if self.output is None or self.task.busy:
            return False
        if self.kept is not None:
            unfinished = self.kept.status in (RunStatus.UNFINISHED, RunStatus.FAILED)
            return unfinished and self.kept.asked is not None and self.kept.config is not None
        return self.task.status in (TaskStatus.STOPPED, TaskStatus.FAILED)

    def start(
        self,
        config: TrainConfig,
        recipe: Path,
        data: Path,
        output: Path,
        cache: Path,
        *,
        decisions: Path | None = None,
        before: Iterable[Mapping[str, Any]] = (),
        measured: Measured | None = None,
    ) -> bool:
        """Begin a run, or go on with the one in `output`.

        Parameters
        ----------
        config : TrainConfig
            What `recipe` holds.
        recipe : Path
            The settings as a file, written already.
        data, output, cache : Path
            The data set, the run's own folder, and the folder of crops that runs share.
        decisions : Path, optional
            What a person decided about labels.
        before : iterable of mapping
            The history that lies in `output`, where that run goes on.
        measured : Measured, optional
            How fast this machine is.

        Returns
        -------
        bool
            False if a run is at work.
        """
        if self.task.busy:
            return False
        self.data, self._measured = data, measured
        self._show(config, output, None, before)
        self.pace = RunPace()
        self.pace.foresee(config.epochs)
        words = ["train", str(data), "--output", str(output), "--recipe", str(recipe), "--cache", str(cache)]
        return self.task.start([*words, "--decisions", str(decisions)] if decisions is not None else words)

    def show_kept(self, kept: KeptRun) -> None:
        """Show a run of before; while one is at work, that is the one to look at."""
        if self.task.busy:
            return
        self.data = kept.asked.data if kept.asked is not None else None
        self._show(kept.config, kept.folder, kept, kept.history)
        self.history.finished = kept.end
        self.progressed.emit()
        if kept.end is not None:
            self.ended.emit()

    def clear(self) -> None:
        """Show no run, as the one that was shown is deleted."""
        if not self.task.busy:
            self.config = self.output = self.data = self.kept = None
            self.history, self.notes = RunHistory(), []
            self.begun.emit()

    def _show(
        self, config: TrainConfig | None, output: Path, kept: KeptRun | None, before: Iterable[Mapping[str, Any]]
    ) -> None:
        self.config, self.output, self.kept = config, output, kept
        self.history, self.notes = RunHistory(), []
        self.history.restore(before)
        self.begun.emit()

    def _told(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Noted):
                self.notes.append(event)
            else:
                self.history.take(event)
            if isinstance(event, RunStarted):
                self._foresee(event)
            self.pace.take(event)
        self.progressed.emit()

    def _foresee(self, event: RunStarted) -> None:
        """Reckon again, now that the parts of the data are known."""
        if self.config is not None:
            counts = DataCounts(event.train, event.validation, event.test, audited=True)
            self.pace.foresee(self.config.epochs, estimate(self.config, counts, self._measured).steps)

    def _task_changed(self) -> None:
        if self.task.status is TaskStatus.PAUSED:
            self.pace.pause()
        elif self.task.status is TaskStatus.RUNNING:
            self.pace.go_on()
        elif self.task.status is TaskStatus.DONE:
            self.ended.emit()
