"""Long work that a person sees, with the time it will still take, and can stop."""

import threading
import time
from collections.abc import Callable
from enum import Enum, auto

from PySide6.QtCore import QObject, Signal


class JobKind(Enum):
    """What is being done; the window has the words."""

    OPENING = auto()
    JUDGING = auto()
    EXPORTING = auto()
    PRINTING = auto()
    DRAWING = auto()
    """The phantom series."""


class JobEnd(Enum):
    """How it ended."""

    DONE = auto()
    CANCELLED = auto()
    FAILED = auto()


class Job(QObject):
    """One piece of long work. It belongs to the window's thread; workers report through queued signals.

    Attributes
    ----------
    kind : JobKind
    done : int
    total : int or None
        None while it is not known yet.
    stop : threading.Event
        Polled by the work.
    """

    progressed = Signal()
    cancel_asked = Signal()
    ended = Signal(object)
    """A `JobEnd`."""

    def __init__(
        self, kind: JobKind, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self.kind = kind
        self.done = 0
        self.total: int | None = None
        self.stop = threading.Event()
        self.end: JobEnd | None = None
        self._clock = clock
        self._began = clock()

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take at the speed so far; None while nobody can tell."""
        elapsed = self._clock() - self._began
        if self.total is None or self.done < 1 or elapsed < 1.0:
            return None
        return elapsed / self.done * max(self.total - self.done, 0)

    def progress(self, done: int, total: int | None) -> None:
        """Take what the work reports."""
        if (done, total) != (self.done, self.total):
            self.done, self.total = done, total
            self.progressed.emit()

    def cancel(self) -> None:
        """Ask the work to stop; it ends soon, with `JobEnd.CANCELLED`."""
        if not self.stop.is_set():
            self.stop.set()
            self.cancel_asked.emit()

    def finish(self, end: JobEnd) -> None:
        """Take the one end that it has."""
        if self.end is None:
            self.end = end
            self.ended.emit(end)


class Jobs(QObject):
    """The work that is going on now."""

    changed = Signal()
    """One began, moved or ended."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.running: list[Job] = []

    def begin(self, kind: JobKind) -> Job:
        """Start to show a new job."""
        job = Job(kind, self)
        self.running.append(job)
        job.progressed.connect(self.changed)
        job.ended.connect(lambda _end: self._remove(job))
        self.changed.emit()
        return job

    def cancel_all(self) -> None:
        """Ask all work to stop."""
        for job in self.running:
            job.cancel()

    def _remove(self, job: Job) -> None:
        if job in self.running:
            self.running.remove(job)
            job.deleteLater()
            self.changed.emit()
