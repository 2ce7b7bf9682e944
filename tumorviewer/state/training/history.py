"""A run as it is drawn: curves over epochs, made from the events that it tells."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum, auto
from typing import Any

from training.events import BatchEnded, EpochEnded, Event, PhaseStarted, Progress, RunFinished, RunStarted

HEAD = "head"
SMOOTHING = 0.9
"""Share of the smoothed value that stays after a batch: what came before the last 20 batches hardly counts."""

LOW_ACCURACY = 0.6
"""Validation accuracy below which nobody would call a model good."""
CLEAR_GAP = 0.10
"""Training accuracy above validation accuracy by so much is more than the noise of a validation part."""


@dataclass(slots=True)
class Curve:
    """Points of a line; `x` counts epochs, the head phase before 0."""

    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)

    def add(self, x: float, y: float) -> None:
        """Append a point."""
        self.x.append(x)
        self.y.append(y)


@dataclass(slots=True)
class _Smoothed:
    """A curve of batches. Keras tells the mean over the epoch so far; single batches are recovered from it."""

    curve: Curve = field(default_factory=Curve)
    _value: float = 0.0
    _weight: float = 0.0
    _total: float = 0.0

    def add(self, x: float, mean: float, batch: int) -> None:
        if batch == 1:
            self._total = 0.0
        single = mean * batch - self._total
        self._total = mean * batch
        # Corrected for its beginning (as in Adam): the first values are means of few, and not pulled to zero.
        self._value = SMOOTHING * self._value + (1.0 - SMOOTHING) * single
        self._weight = SMOOTHING * self._weight + (1.0 - SMOOTHING)
        self.curve.add(x, self._value / self._weight)


class Fit(Enum):
    """How training and validation stand to each other; the window has the words."""

    UNKNOWN = auto()
    GOOD = auto()
    LEARNING = auto()
    """Both are low and rising: more epochs will help."""
    STUCK = auto()
    """Both are low, and do not rise."""
    OVERFITTING = auto()
    """The gap is wide, or the validation loss rises while the training loss falls."""


class RunHistory:
    """Everything that one run told, in the order in which it was told.

    Attributes
    ----------
    started : RunStarted or None
    finished : RunFinished or None
    phases : list of (float, PhaseStarted)
        With the epoch at which each begins.
    head_epochs, epochs : list of EpochEnded
        Of the head alone, and of fine-tuning.
    batch_loss, batch_accuracy, learning_rate : Curve
        By batch; the first two smoothed.
    progress : Progress or None
        The long step that is going on, if it is not an epoch.
    last_batch : BatchEnded or None
    """

    def __init__(self) -> None:
        self.started: RunStarted | None = None
        self.finished: RunFinished | None = None
        self.phases: list[tuple[float, PhaseStarted]] = []
        self.head_epochs: list[EpochEnded] = []
        self.epochs: list[EpochEnded] = []
        self.progress: Progress | None = None
        self.last_batch: BatchEnded | None = None
        self.learning_rate = Curve()
        self._loss, self._accuracy = _Smoothed(), _Smoothed()

    @property
    def batch_loss(self) -> Curve:
        """Smoothed loss by batch."""
        return self._loss.curve

    @property
    def batch_accuracy(self) -> Curve:
        """Smoothed accuracy by batch."""
        return self._accuracy.curve

    def take(self, event: Event) -> None:
        """Add what the run just told."""
        match event:
            case RunStarted():
                self.started = event
                self._forget_after(event.resumed_epochs)
            case PhaseStarted():
                self.phases.append((self._begin_of(event), event))
                self.progress = None
            case BatchEnded():
                self._take_batch(event)
            case EpochEnded():
                (self.head_epochs if event.phase == HEAD else self.epochs).append(event)
            case Progress():
                self.progress = event
            case RunFinished():
                self.finished = event

    def restore(self, epochs: Iterable[Mapping[str, Any]]) -> None:
        """Take the epochs of a kept history, as a finished or interrupted run left it."""
        known = {item.name for item in fields(EpochEnded)}
        # A row without its figures was written by another version, or by nobody.
        kept = [EpochEnded(**{name: row[name] for name in known}) for row in epochs if known <= row.keys()]
        self.head_epochs = [epoch for epoch in kept if epoch.phase == HEAD]
        self.epochs = [epoch for epoch in kept if epoch.phase != HEAD]

    @property
    def all_epochs(self) -> list[EpochEnded]:
        """Those of the head, then those of fine-tuning."""
        return [*self.head_epochs, *self.epochs]

    @property
    def judged(self) -> list[EpochEnded]:
        """The epochs that words are about: of fine-tuning, or of the head while there are no others."""
        return self.epochs or self.head_epochs

    def place_of(self, epoch: EpochEnded) -> float:
        """Return where an epoch stands on the axis: the head's end at 0, as its batches do."""
        return float(epoch.epoch - self.planned_head_epochs if epoch.phase == HEAD else epoch.epoch)

    @property
    def best(self) -> EpochEnded | None:
        """The epoch whose weights are kept; None before the first that was better than the head alone."""
        return next((epoch for epoch in reversed(self.epochs) if epoch.best), None)

    @property
    def planned_epochs(self) -> int:
        """How many fine-tuning epochs there will be."""
        return self.epochs[-1].epochs if self.epochs else sum(p.epochs for _, p in self.phases if p.name != HEAD)

    @property
    def fit(self) -> Fit:
        """Judge the last epoch: the words of overfitting and of learning still."""
        judged = self.judged
        if len(judged) < 2:
            return Fit.UNKNOWN
        last, best = judged[-1], self.best or judged[0]
        rising = last.validation_loss > 1.1 * min(e.validation_loss for e in judged) and last.loss < best.loss
        if rising or last.accuracy - last.validation_accuracy > CLEAR_GAP:
            return Fit.OVERFITTING
        gaining = last.validation_accuracy > judged[-2].validation_accuracy + 0.005
        if gaining and last.best:
            return Fit.LEARNING
        return Fit.GOOD if last.validation_accuracy >= LOW_ACCURACY else Fit.STUCK

    def gap(self) -> tuple[list[float], list[float], list[float]]:
        """Return epochs, training accuracy and validation accuracy: the two edges of what is shaded."""
        done = self.all_epochs
        return (
            [self.place_of(epoch) for epoch in done],
            [epoch.accuracy for epoch in done],
            [epoch.validation_accuracy for epoch in done],
        )

    def _take_batch(self, event: BatchEnded) -> None:
        self.last_batch = event
        self.progress = None
        x = event.epoch - 1 + event.batch / event.batches
        if event.phase == HEAD:
            x -= self.planned_head_epochs
        self._loss.add(x, event.loss, event.batch)
        self._accuracy.add(x, event.accuracy, event.batch)
        self.learning_rate.add(x, event.learning_rate)

    def _forget_after(self, epoch: int) -> None:
        """Keep what a run that goes on begins with; without a finished epoch the head is trained anew, too."""
        self.epochs = [done for done in self.epochs if done.epoch <= epoch]
        if epoch == 0:
            self.head_epochs = []

    @property
    def planned_head_epochs(self) -> int:
        """How many epochs of the head alone there are."""
        told = next((phase.epochs for _, phase in self.phases if phase.name == HEAD), 0)
        return told or max((epoch.epochs for epoch in self.head_epochs), default=0)

    def _begin_of(self, phase: PhaseStarted) -> float:
        if phase.name == HEAD:
            return float(-phase.epochs)
        return float(sum(before.epochs for _, before in self.phases if before.name != HEAD))
