"""Small pieces of work that take longer than a frame: reading a text, writing a picture."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from tumorviewer.workers.threads import Worker

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class _Errand:
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[OSError], None]


class ErrandRunner(Worker):
    """Runs one errand after the other in its thread."""

    ended = Signal(object, object, object)
    """The errand, its result, and the error that ended it or None."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[_Errand] = deque()

    def add(self, errand: _Errand) -> None:
        """Take an errand, from any thread."""
        with self.lock:
            self._waiting.append(errand)
        self.poke()

    def work(self) -> None:
        """Run all that waits."""
        while not self.stopping.is_set():
            with self.lock:
                errand = self._waiting.popleft() if self._waiting else None
            if errand is None:
                return
            try:
                result = errand.work()
            except OSError as error:
                self.ended.emit(errand, None, error)
            else:
                self.ended.emit(errand, result, None)


class Errands(QObject):
    """Hands errands to the runner and brings what they found back into the window's thread."""

    def __init__(self, runner: ErrandRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        runner.ended.connect(self._ended)

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[OSError], None]) -> None:
        """Do something elsewhere.

        Parameters
        ----------
        work : callable
            Called in another thread; touches nothing that others do.
        done : callable
            Called with the result, in the window's thread.
        failed : callable
            Called with the error of the disk that ended it.
        """
        self._runner.add(_Errand(work, done, failed))

    def _ended(self, errand: _Errand, result: object, error: OSError | None) -> None:
        if error is not None:
            errand.failed(error)
        else:
            errand.done(result)
