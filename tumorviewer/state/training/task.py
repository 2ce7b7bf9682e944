"""A command of the program that works in a process of its own: what it is asked, and what it tells."""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QObject, Signal

from training.events import Event, Failed, Found, Outcome, Paused, Resumed, RunFinished, Stopped


class TaskStatus(Enum):
    """How far it is."""

    IDLE = auto()
    STARTING = auto()
    """Asked for; the process has told nothing yet."""
    RUNNING = auto()
    PAUSING = auto()
    """Asked to wait; it does so after the batch that it is at."""
    PAUSED = auto()
    STOPPING = auto()
    DONE = auto()
    STOPPED = auto()
    FAILED = auto()


BUSY = frozenset({TaskStatus.STARTING, TaskStatus.RUNNING, TaskStatus.PAUSING, TaskStatus.PAUSED, TaskStatus.STOPPING})
"""There is a process."""

_ENDS = {RunFinished: TaskStatus.DONE, Found: TaskStatus.DONE, Stopped: TaskStatus.STOPPED, Failed: TaskStatus.FAILED}


class Task(QObject):
    """One command at a time. It belongs to the window's thread; a worker starts the process and hands its events in.

    Attributes
    ----------
    status : TaskStatus
    outcome : Outcome or None
        How the last command ended; None while it works.
    """

    changed = Signal()
    """The status."""
    told = Signal(list)
    """Some events, in order, the outcome last."""
    start_wanted = Signal(list)
    """The words of a command."""
    command_wanted = Signal(str)
    """``pause``, ``resume`` or ``stop``."""
    request_wanted = Signal(dict)
    """A line for the process that is no such command."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.status = TaskStatus.IDLE
        self.outcome: Outcome | None = None

    @property
    def busy(self) -> bool:
        """Whether there is a process."""
        return self.status in BUSY

    @property
    def done(self) -> bool:
        """Whether the last command ended well."""
        return self.status is TaskStatus.DONE

    @property
    def failed(self) -> bool:
        """Whether the last command could not go on."""
        return self.status is TaskStatus.FAILED

    def start(self, arguments: Sequence[str]) -> bool:
        """Start a command; False if one is at work."""
        if self.busy:
            return False
        self.outcome = None
        self._set(TaskStatus.STARTING)
        self.start_wanted.emit(list(arguments))
        return True

    def pause(self) -> None:
        """Let it wait."""
        if self.status is TaskStatus.RUNNING:
            self._set(TaskStatus.PAUSING)
            self.command_wanted.emit("pause")

    def resume(self) -> None:
        """Let it go on."""
        if self.status in (TaskStatus.PAUSING, TaskStatus.PAUSED):
            self._set(TaskStatus.RUNNING)
            self.command_wanted.emit("resume")

    def stop(self) -> None:
        """Let it stop; what was done is kept."""
        if self.busy and self.status is not TaskStatus.STOPPING:
            self._set(TaskStatus.STOPPING)
            self.command_wanted.emit("stop")

    def request(self, line: dict[str, Any]) -> None:
        """Ask the process something."""
        if self.busy:
            self.request_wanted.emit(line)

    def take(self, events: Sequence[Event]) -> None:
        """Take what the process told."""
        if not events:
            return
        last = events[-1]
        self.told.emit(list(events))
        if isinstance(last, RunFinished | Found | Stopped | Failed):
            self.outcome = last
            self._set(_ENDS[type(last)])
        else:
            self._follow(events)

    def _follow(self, events: Sequence[Event]) -> None:
        if self.status is TaskStatus.STARTING:
            self._set(TaskStatus.RUNNING)
        for event in events:
            if isinstance(event, Paused) and self.status is TaskStatus.PAUSING:
                self._set(TaskStatus.PAUSED)
            elif isinstance(event, Resumed) and self.status is TaskStatus.PAUSED:
                self._set(TaskStatus.RUNNING)

    def _set(self, status: TaskStatus) -> None:
        if status is not self.status:
            self.status = status
            self.changed.emit()
