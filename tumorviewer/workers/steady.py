"""Progress that is told often enough to be seen, and no more often."""

import time
from collections.abc import Callable
from typing import Final

_SECONDS: Final = 0.1


class Steady:
    """Passes a number on, at most ten times a second.

    Parameters
    ----------
    tell : callable
    """

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell = tell
        self._told = 0.0

    def __call__(self, done: int) -> None:
        """Take a number."""
        now = time.monotonic()
        if now - self._told >= _SECONDS:
            self._told = now
            self._tell(done)
