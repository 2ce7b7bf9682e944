"""Small pieces of work that take longer than a frame: reading a text, writing a picture."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject

from tumorviewer.workers.in_turn import InTurn

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class _Errand:
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[OSError], None]


class ErrandRunner(InTurn):
    """Runs one errand after the other in its thread."""

    def outcome(self, errand: _Errand) -> tuple[Any, OSError | None]:
        """Return the errand's result, and the error that ended it or None."""
        try:
            return errand.work(), None
        except OSError as error:
            return None, error


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
        self._runner.ask(_Errand(work, done, failed))

    def _ended(self, errand: _Errand, outcome: tuple[Any, OSError | None]) -> None:
        result, error = outcome
        if error is not None:
            errand.failed(error)
        else:
            errand.done(result)
