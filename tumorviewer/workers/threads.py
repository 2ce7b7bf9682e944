"""The only place where objects are moved to threads."""

import functools
import logging
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal, Slot

log = logging.getLogger(__name__)


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
        self._poked.connect(self._wake)
        self._asked_to_end.connect(self._end)

    def poke(self) -> None:
        """Wake the worker."""
        self._poked.emit()

    def work(self) -> None:
        """Do all that was asked for; return when nothing is left or `stopping` is set."""
        raise NotImplementedError

    def finish(self) -> None:
        """Do what must not be left undone, in the worker's thread, before it ends."""

    def stop(self) -> None:
        """Ask the worker to end soon, from any thread; subclasses wake whatever they wait on."""
        self.stopping.set()
        self._asked_to_end.emit()

    @Slot()
    def _wake(self) -> None:
        if not self.stopping.is_set():
            self._guarded(self.work)

    @Slot()
    def _end(self) -> None:
        self._guarded(self.finish)
        QThread.currentThread().quit()

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as error:  # the barrier: a fault ends one request and not the program
            log.exception("%s failed", type(self).__name__)
            self.failed_badly.emit(f"{type(error).__name__}: {error}")


class Threads(QObject):
    """Owns a thread for each worker, and ends them all without ever blocking the window."""

    stopped = Signal()
    """All threads have ended."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: dict[QThread, Worker] = {}
        self._told = False

    def start(self, worker: Worker, priority: QThread.Priority = QThread.Priority.InheritPriority) -> None:
        """Give a worker its thread."""
        thread = QThread(self)
        thread.setObjectName(type(worker).__name__)
        worker.moveToThread(thread)
        thread.finished.connect(functools.partial(self._ended, thread))
        self._running[thread] = worker
        thread.start(priority)

    def stop(self) -> None:
        """Ask all workers to stop; `stopped` follows when they have."""
        for worker in self._running.values():
            worker.stop()
        self._tell()

    def _ended(self, thread: QThread) -> None:
        worker = self._running.pop(thread, None)
        if worker is not None:
            thread.deleteLater()
            worker.deleteLater()
            self._tell()

    def _tell(self) -> None:
        if not self._running and not self._told:
            self._told = True
            self.stopped.emit()
