"""Doing something soon, but not all the time."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

REST = 8
"""After work, at least so many times as long is left to everything else."""


class Throttle(QObject):
    """Calls a function when it is asked to: at once after a pause, else when the interval is over.

    Parameters
    ----------
    call : callable
    interval_ms : int
        Between two calls; longer where a call takes long itself.
    """

    def __init__(self, call: Callable[[], None], interval_ms: int, parent: QObject) -> None:
        super().__init__(parent)
        self._call, self._interval = call, interval_ms
        self._wanted = self._held = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._rested)

    def request(self) -> None:
        """Ask for a call."""
        self._wanted = True
        if not self._timer.isActive():
            self._rested()

    def hold(self, held: bool) -> None:
        """Put calls off, for as long as a person holds on to something that they would move."""
        self._held = held
        if not held and not self._timer.isActive():
            self._rested()

    def drop(self) -> None:
        """Forget that a call was asked for, because something else did its work."""
        self._wanted = False

    def _rested(self) -> None:
        if self._wanted and not self._held:
            self._wanted = False
            begun = time.perf_counter()
            self._call()
            took = (time.perf_counter() - begun) * 1000.0
            self._timer.start(max(self._interval, round(REST * took)))
