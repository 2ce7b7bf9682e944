"""The only place where objects are moved to threads."""

import logging
import sys
import threading
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from tumorviewer.workers.garbage import Garbage

log = logging.getLogger(__name__)

QUEUED: Final = Qt.ConnectionType.QueuedConnection
DIRECT: Final = Qt.ConnectionType.DirectConnection
"""For methods of workers that may be called from any thread: a queued call would wait behind the work under way."""
SWITCH_SECONDS: Final = 0.0001
"""After so long a thread lets others run Python. By default it is fifty times as long, and the window would wait
so long for each of the workers, several times in one frame: many of Qt's functions let go of Python for a moment."""


class Worker(QObject):
    """Does work in a thread of its own.

    Requests are left in the worker under `lock`, from any thread, and `poke` wakes it; so the newest request can
    replace those before it, which a queue of signals could not. `work` is called in the worker's thread.
    """

    _poked = Signal()
    _asked_to_end = Signal()
    failed_badly = Signal(str)
    """A fault of the program: the log has it; the worker goes on with the next request."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self._awake = threading.Event()
        self._poked.connect(self._wake, QUEUED)
        self._asked_to_end.connect(self._end, QUEUED)

    def poke(self) -> None:
        """Wake the worker, from any thread; one wake is enough for all that was left until then."""
        if not self._awake.is_set():
            self._awake.set()
            self._poked.emit()

    def work(self) -> None:
        """Do all that was asked for; return when nothing is left or `stopping` is set.

        A request is taken away before it is worked on, so that one which breaks is not met again.
        """
        raise NotImplementedError

    def finish(self) -> None:
        """Do what must not be left undone, in the worker's thread, before it ends."""

    def stop(self) -> None:
        """Ask the worker to end soon, from any thread."""
        self.stopping.set()
        self._asked_to_end.emit()

    @Slot()
    def _wake(self) -> None:
        self._awake.clear()  # before the look at what is asked: who asks later pokes again
        if not self.stopping.is_set() and not self._guarded(self.work):
            self.poke()  # what broke is dropped already; the rest is still to be done

    @Slot()
    def _end(self) -> None:
        self._guarded(self.finish)
        QThread.currentThread().quit()

    def _guarded(self, step: Callable[[], None]) -> bool:
        """Take a step, and tell whether it went well."""
        try:
            step()
        except Exception as error:  # the barrier: a fault ends one request and not the program
            log.exception("%s failed", type(self).__name__)
            self.failed_badly.emit(f"{type(error).__name__}: {error}")
            return False
        return True


class Threads(QObject):
    """Owns a thread for each worker, and ends them all without ever blocking the window.

    Parameters
    ----------
    busy : callable
        Whether something is going on that should not be held up by tidying the memory.
    """

    stopped = Signal()
    """All threads have ended."""

    def __init__(self, parent: QObject | None = None, *, busy: Callable[[], bool] = lambda: False) -> None:
        super().__init__(parent)
        self._garbage = Garbage(busy, self)
        self._running: dict[QThread, Worker] = {}
        self._stopping = False

    def start(self, worker: Worker, priority: QThread.Priority = QThread.Priority.InheritPriority) -> None:
        """Give a worker its thread."""
        if not self._running:
            self._garbage.start()
            sys.setswitchinterval(SWITCH_SECONDS)
        thread = QThread(self)
        thread.setObjectName(type(worker).__name__)
        worker.moveToThread(thread)
        # Queued: `finished` comes out of the thread itself, which is then not quite over.
        thread.finished.connect(self._sweep, QUEUED)
        self._running[thread] = worker
        thread.start(priority)

    def stop(self) -> None:
        """Ask all workers to stop; `stopped` follows when they have."""
        if self._stopping:
            return
        self._stopping = True
        for worker in self._running.values():
            worker.stop()
        if not self._running:
            self.stopped.emit()

    @Slot()
    def _sweep(self) -> None:
        for thread in [thread for thread in self._running if thread.isFinished()]:
            thread.wait()  # it has left its event loop: this takes no time
            del self._running[thread]
            thread.deleteLater()
        if self._stopping and not self._running:
            self._stopping = False
            self._garbage.stop()
            self.stopped.emit()
