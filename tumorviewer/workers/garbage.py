"""Python's garbage is collected in the window's thread only.

The collector runs in whichever thread happens to allocate. In a worker's it would destroy objects of the window there,
and Qt crashes over a timer that is not stopped in its own thread; and it would hold up the window at a bad moment.
"""

import gc
import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

LOOK_MS: Final = 200
FULL_SECONDS: Final = 30.0
"""So long at least lies between two looks at everything, which take some hundredths of a second."""


class Garbage(QObject):
    """Takes over from the automatic collector between `start` and `stop`.

    Parameters
    ----------
    busy : callable
        Whether something is going on that a pause would disturb.
    """

    def __init__(self, busy: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._busy = busy
        self._full_at = time.monotonic()
        self._took_over = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Collect here from now on."""
        if gc.isenabled():  # else somebody has taken over already
            self._took_over = True
            gc.disable()
            self._timer.start()

    def stop(self) -> None:
        """Let Python collect by itself again."""
        if self._took_over:
            self._took_over = False
            self._timer.stop()
            gc.enable()

    def _look(self) -> None:
        (young, middle, _), limits = gc.get_count(), gc.get_threshold()
        now = time.monotonic()
        if now - self._full_at > FULL_SECONDS and not self._busy():
            self._full_at = now
            gc.collect()
        elif young > limits[0]:
            gc.collect(1 if middle > limits[1] else 0)
