"""How far a run is, and how long it will still take, from what it tells and from what was foreseen."""

import time
from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Final

from training.events import BatchEnded, EpochEnded, Event, PhaseStarted, Progress, RunFinished, RunStarted
from tumorviewer.state.training.history import HEAD


class Stage(Enum):
    """What a run is at; the window has the words."""

    START = auto()
    AUDIT = auto()
    CROPS = auto()
    EMBEDDINGS = auto()
    HEAD = auto()
    EPOCHS = auto()
    EXPORT = auto()
    EVALUATION = auto()
    DONE = auto()


_STAGES: Final = {
    "start": Stage.START,
    "audit": Stage.AUDIT,
    "crops": Stage.CROPS,
    "embeddings": Stage.EMBEDDINGS,
    "export": Stage.EXPORT,
    "evaluation": Stage.EVALUATION,
}
_STEPS: Final = {
    Stage.START: "start",
    Stage.AUDIT: "data",
    Stage.CROPS: "data",
    Stage.EMBEDDINGS: "embeddings",
    Stage.HEAD: "embeddings",
    Stage.EPOCHS: "training",
    Stage.EXPORT: "export",
    Stage.EVALUATION: "evaluation",
}
_USUAL: Final = {"start": 10.0, "data": 20.0, "embeddings": 10.0, "training": 300.0, "export": 6.0, "evaluation": 10.0}
"""Seconds of the steps, as long as nothing is foreseen."""
_ENOUGH: Final = 0.02
"""Share of a step that has to be done before its own speed counts for more than what was foreseen."""


class RunPace:
    """Follows one run.

    Parameters
    ----------
    clock : callable
        Seconds; does not go back.

    Attributes
    ----------
    stage : Stage
    share : float
        Of the whole run that is done, 0..1; never falls.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.stage = Stage.START
        self.share = 0.0
        self._clock = clock
        self._steps: Mapping[str, float] = _USUAL
        self._epochs = 1
        self._resumed = 0.0
        self._step, self._part, self._part_at_begin = "start", 0.0, 0.0
        self._began = clock()
        self._paused_at: float | None = None

    def foresee(self, epochs: int, steps: Mapping[str, float] | None = None) -> None:
        """Take how many epochs are planned, and how long each step will take (`Estimate.steps`)."""
        self._epochs = max(epochs, 1)
        if steps is not None:
            self._steps = {name: max(steps.get(name, 0.0), 1e-3) for name in _USUAL}

    def pause(self) -> None:
        """Stop the clock."""
        if self._paused_at is None:
            self._paused_at = self._clock()

    def go_on(self) -> None:
        """Let the clock go on."""
        if self._paused_at is not None:
            self._began += self._clock() - self._paused_at
            self._paused_at = None

    def take(self, event: Event) -> None:
        """Follow what the run tells."""
        match event:
            case RunStarted():
                self._resumed = event.resumed_epochs / self._epochs
            case Progress(stage=name) if name in _STAGES:
                self._move(_STAGES[name], _part_of(_STAGES[name], event.done / max(event.total, 1)))
            case PhaseStarted(name=name):
                self._move(Stage.HEAD if name == HEAD else Stage.EPOCHS, 0.0)
            case BatchEnded(phase=phase) if phase != HEAD:
                self._move(Stage.EPOCHS, (event.epoch - 1 + event.batch / event.batches) / self._epochs)
            case EpochEnded(phase=phase, epoch=epoch) if phase != HEAD:
                self._move(Stage.EPOCHS, epoch / self._epochs)
            case RunFinished():
                self.stage, self.share = Stage.DONE, 1.0

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take; None when it is done."""
        if self.stage is Stage.DONE:
            return None
        order = list(_USUAL)
        return self._left_of_step() + sum(self._steps[name] for name in order[order.index(self._step) + 1 :])

    def _left_of_step(self) -> float:
        elapsed = (self._clock() if self._paused_at is None else self._paused_at) - self._began
        done, rest = self._part - self._part_at_begin, 1.0 - self._part
        if done < _ENOUGH or elapsed < 1.0:
            return self._steps[self._step] * rest
        return elapsed / done * rest

    def _move(self, stage: Stage, part: float) -> None:
        self.stage = stage
        if _STEPS[stage] != self._step:
            self._step, self._began = _STEPS[stage], self._clock()
            self._part = self._part_at_begin = self._resumed if stage is Stage.EPOCHS else 0.0
        self._part = min(max(part, self._part), 1.0)
        order = list(_USUAL)
        before = sum(self._steps[name] for name in order[: order.index(self._step)])
        share = (before + self._steps[self._step] * self._part) / sum(self._steps.values())
        self.share = max(self.share, min(share, 0.999))


def _part_of(stage: Stage, part: float) -> float:
    """Return the share of the step: comparing scans and cropping them share one, half and half."""
    return {Stage.AUDIT: 0.5 * part, Stage.CROPS: 0.5 + 0.5 * part}.get(stage, part)
