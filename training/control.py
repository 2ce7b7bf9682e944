"""Pausing and stopping a run from another thread, and a watch that does not count pauses."""

import threading
import time

from training.events import Cancelled, Paused, Report, Resumed


class RunControl:
    """What a run is asked to do; its `cancelled` is given to the run, which asks it after every batch.

    Safe to use from several threads: long steps ask from a thread a core.

    Parameters
    ----------
    report : callable
        Takes `Paused` when the run waits, and `Resumed` when it goes on.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._changed = threading.Condition()
        self._paused = self._stopped = self._waiting = False

    def pause(self) -> None:
        """Let the run wait at its next question."""
        with self._changed:
            self._paused = True

    def resume(self) -> None:
        """Let it go on."""
        with self._changed:
            self._paused = False
            if self._waiting and not self._stopped:
                self._report(Resumed())
            self._waiting = False
            self._changed.notify_all()

    def stop(self) -> None:
        """Let it end at its next question, also out of a pause."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def cancelled(self) -> bool:
        """Return whether to stop; while the run is paused, wait first."""
        with self._changed:
            if self._paused and not self._stopped and not self._waiting:
                self._waiting = True
                self._report(Paused())
            self._changed.wait_for(lambda: self._stopped or not self._paused)
            return self._stopped


class Stopwatch:
    """Seconds of work: what a run waits inside `cancelled`, which is where pauses are, does not count.

    Parameters
    ----------
    cancelled : callable
        The run's own; `asked` has to be used in its place.
    """

    def __init__(self, cancelled: Cancelled) -> None:
        self._cancelled = cancelled
        self._waited = 0.0
        self._began = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Since the watch was made, pauses left out."""
        return time.perf_counter() - self._began - self._waited

    def asked(self) -> bool:
        """Ask whether to stop, and leave out the time until the answer."""
        before = time.perf_counter()
        answer = self._cancelled()
        self._waited += time.perf_counter() - before
        return answer
