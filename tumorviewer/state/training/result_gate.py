"""Whether a new model should take the place of the current one: both on the same scans, and a person who decides."""

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from training.events import Event, Failed, Found, Progress
from training.promotion import Promotion, Standing
from training.results import RunResult, comparison_folder
from tumorviewer.state.training.task import Task, TaskStatus

Pair = tuple[str, str]
"""SHA-256 of the new model and of the current one."""


class GateStatus(Enum):
    """How far the choice is."""

    NOTHING = auto()
    """No new model is shown."""
    LOADING = auto()
    """The current model is being loaded."""
    NO_MODEL = auto()
    """None is in use: there is nothing to compare with."""
    IN_USE = auto()
    """The new model is the current one."""
    NO_DATA = auto()
    """The scans that both would be asked about are gone."""
    OPEN = auto()
    """They can be compared."""
    COMPARING = auto()
    COMPARED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Current:
    """The model in use."""

    name: str
    sha256: str
    folder: Path


class Gate(QObject):
    """The comparison of the model of a run with the current one.

    Attributes
    ----------
    result : RunResult or None
        The run whose model is the new one.
    current : Current or None
    promotion : Promotion or None
        The comparison of the new model that was made last; while it is in use itself, that with the one before.
    task : Task
        The process that compares.
    progress : (int, int)
        Answers given, and all that are asked for.
    using : bool
        The new model is being installed.
    trouble : str
        Why it could not be.
    """

    changed = Signal()
    advanced = Signal()
    """Only the progress."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.result: RunResult | None = None
        self.current: Current | None = None
        self.promotion: Promotion | None = None
        self.task = Task(self)
        self.progress = (0, 0)
        self.using, self.trouble = False, ""
        self._loading = True
        self._compared: Pair | None = None  # what `promotion` compares
        self._at_work: Pair | None = None
        self._failed: dict[Pair, Failed] = {}
        self._stopped: set[Pair] = set()
        self._looked_for: Pair | None = None
        self.task.told.connect(self._told)
        self.task.changed.connect(self._task_changed)

    # ------------------------------------------------------------ how it stands

    @property
    def pair(self) -> Pair | None:
        """The models to compare."""
        if self.result is None or self.current is None:
            return None
        return self.result.model_sha256, self.current.sha256

    @property
    def status(self) -> GateStatus:
        """How far the choice is."""
        if self.result is None:
            return GateStatus.NOTHING
        if self.current is None or self.pair is None:
            return GateStatus.LOADING if self._loading else GateStatus.NO_MODEL
        if self.pair[0] == self.pair[1]:
            return GateStatus.IN_USE
        if self.task.busy and self._at_work == self.pair:
            return GateStatus.COMPARING
        if self._compared == self.pair:
            return GateStatus.COMPARED
        if self.pair in self._failed:
            return GateStatus.FAILED
        return GateStatus.OPEN if self.result.data is not None else GateStatus.NO_DATA

    @property
    def failure(self) -> Failed | None:
        """Why they could not be compared."""
        return self._failed.get(self.pair) if self.pair is not None else None

    @property
    def is_missing(self) -> bool:
        """Whether it is not known yet if they were compared before."""
        return self.status in (GateStatus.OPEN, GateStatus.NO_DATA) and self._looked_for != self.pair

    @property
    def starts_by_itself(self) -> bool:
        """Whether they should be compared now, without being asked to."""
        asked = self._looked_for == self.pair and self.pair not in self._stopped
        return self.status is GateStatus.OPEN and asked and not self.task.busy

    @property
    def asks_again(self) -> bool:
        """Whether a person should be asked once more before the new model is used."""
        if self.status is GateStatus.NO_MODEL:
            return False
        found = self.promotion if self.status is GateStatus.COMPARED else None
        return found is None or self.verdict_is_worse or bool(found.worse_for)

    @property
    def verdict_is_worse(self) -> bool:
        """Whether the new model is surely worse as a whole."""
        return self.promotion is not None and self.promotion.verdict is Standing.WORSE

    # ------------------------------------------------------------ what happens

    def take_result(self, result: RunResult | None) -> None:
        """Take another new model."""
        self.result, self.trouble = result, ""
        if result is None or self._compared is None or self._compared[0] != result.model_sha256:
            self.promotion = self._compared = None
        self._drop_other_work()
        self.changed.emit()

    def take_current(self, current: Current | None, *, loading: bool) -> None:
        """Take another current model."""
        self.current, self._loading = current, loading
        if self.status not in (GateStatus.IN_USE, GateStatus.LOADING, GateStatus.COMPARED):
            self.promotion = self._compared = None
        self._drop_other_work()
        self.changed.emit()

    def take_saved(self, pair: Pair, promotion: Promotion | None) -> None:
        """Take what was measured before, or that nothing was."""
        if pair == self.pair:
            self._looked_for = pair
            if promotion is not None:
                self.promotion, self._compared = promotion, pair
            self.changed.emit()

    def begin(self, cache: Path) -> bool:
        """Compare; False where that cannot be.

        Parameters
        ----------
        cache : Path
            The folder of fingerprints, where the run had none of its own.
        """
        result, current, pair = self.result, self.current, self.pair
        if result is None or current is None or pair is None or result.data is None or self.task.busy:
            return False
        asked = result.run.asked
        words = ["compare", str(result.bundle), str(result.data), "--current", str(current.folder)]
        words += ["--output", str(comparison_folder(result.run.folder, *pair))]
        words += ["--cache", str(asked.cache if asked is not None and asked.cache is not None else cache)]
        if asked is not None and asked.decisions is not None:
            words += ["--decisions", str(asked.decisions)]
        self._at_work, self.progress = pair, (0, 0)
        self._failed.pop(pair, None)
        self._stopped.discard(pair)
        if self._compared == pair:
            self.promotion = self._compared = None
        return self.task.start(words)

    def stop(self) -> None:
        """Compare no longer; it does not begin by itself again."""
        if self._at_work is not None:
            self._stopped.add(self._at_work)
        self.task.stop()

    def set_using(self, using: bool, trouble: str = "") -> None:
        """Say whether the new model is being installed, or why it could not be."""
        self.using, self.trouble = using, trouble
        self.changed.emit()

    # ------------------------------------------------------------ inside

    def _drop_other_work(self) -> None:
        """Stop comparing models that nobody looks at any more."""
        if self.task.busy and self._at_work != self.pair and not self._loading:
            self.task.stop()

    def _told(self, events: list[Event]) -> None:
        steps = [event for event in events if isinstance(event, Progress)]
        if steps:
            self.progress = (steps[-1].done, steps[-1].total)
            self.advanced.emit()

    def _task_changed(self) -> None:
        outcome, pair = self.task.outcome, self._at_work
        if pair is not None and isinstance(outcome, Found) and self.task.status is TaskStatus.DONE:
            if self.result is not None and pair[0] == self.result.model_sha256:
                self.promotion, self._compared = Promotion.from_dict(outcome.value), pair
        elif pair is not None and isinstance(outcome, Failed):
            self._failed[pair] = outcome
        self.changed.emit()
