"""A command that works on the data set in a process of its own: how far it is, and what it came to."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from training.events import Event, Failed, Found, Progress
from tumorviewer.state.training.task import Task

_ENOUGH: Final = 1.0
"""Seconds of a step after which its speed says how long it will take."""


class DataJob(QObject):
    """Runs a command and keeps what it told.

    Attributes
    ----------
    task : Task
    stage : str
        The step that it is at, as the command calls it; "" before the first.
    done, total : int
        How far that step is.
    found : dict or None
        What it came to.
    failure : Failed or None
    """

    changed = Signal()
    """It began or ended."""
    progressed = Signal()

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self.task = Task(self)
        self.stage, self.done, self.total = "", 0, 0
        self.found: dict[str, Any] | None = None
        self.failure: Failed | None = None
        self._clock = clock
        self._began, self._done_at_begin = 0.0, 0
        self._dropped = False
        self.task.told.connect(self._told)
        self.task.changed.connect(self.changed)

    @property
    def busy(self) -> bool:
        """Whether it works."""
        return self.task.busy

    @property
    def seconds_left(self) -> float | None:
        """How long the step will still take; None while nobody can tell."""
        elapsed, done = self._clock() - self._began, self.done - self._done_at_begin
        if elapsed < _ENOUGH or done < 1:
            return None
        return elapsed / done * (self.total - self.done)

    def start(self, words: Sequence[str]) -> bool:
        """Begin; False if it is at work."""
        if self.busy:
            return False
        self.stage, self.done, self.total = "", 0, 0
        self.found, self.failure, self._dropped = None, None, False
        return self.task.start(words)

    def cancel(self) -> None:
        """Let it stop soon."""
        self.task.stop()

    def drop(self) -> None:
        """Let it stop, and take nothing from it any more: it works on data that are no longer open."""
        self.cancel()
        self.found, self.failure, self._dropped = None, None, True

    def _told(self, events: list[Event]) -> None:
        if self._dropped:
            return
        for event in events:
            if isinstance(event, Progress):
                self._move(event)
            elif isinstance(event, Found):
                self.found = event.value
            elif isinstance(event, Failed):
                self.failure = event
        self.progressed.emit()

    def _move(self, event: Progress) -> None:
        if event.stage != self.stage:
            self.stage, self._began, self._done_at_begin = event.stage, self._clock(), event.done
        self.done, self.total = event.done, event.total
