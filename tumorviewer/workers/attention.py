"""Whether a person waits for something: background work holds still meanwhile."""

import threading
import time
from typing import Final

CALM_SECONDS: Final = 0.2
"""Who has just got an answer soon asks again: dragging a crop, scrolling a stack."""
HOLD_SECONDS: Final = 0.5
"""So long background work holds still at most: crops may be dragged for minutes."""
IDLE_SECONDS: Final = 1.0
"""So long nobody has waited for anything before the last core is taken as well."""


class Attention:
    """Shared by those who answer a person and those who give way. Safe to use from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waited_for: set[object] = set()
        self._calm_from = 0.0
        self._closed = False

    def hold(self, who: object) -> None:
        """Say that a person waits for `who`."""
        with self._changed:
            self._waited_for.add(who)

    def release(self, who: object) -> None:
        """Say that nobody waits for `who` any more."""
        with self._changed:
            if who in self._waited_for:
                self._waited_for.remove(who)
                self._calm_from = time.monotonic() + CALM_SECONDS
                self._changed.notify_all()

    def stir(self) -> None:
        """Say that a person is at work, and got what was asked for without having to wait: scrolling on."""
        with self._changed:
            self._calm_from = max(self._calm_from, time.monotonic() + CALM_SECONDS)

    def give_way(self) -> None:
        """Return when nobody waits, or when that has lasted long enough."""
        until = time.monotonic() + HOLD_SECONDS
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                calm_from = until if self._waited_for else self._calm_from
                if now >= min(calm_from, until):
                    return
                self._changed.wait(min(calm_from, until) - now)

    def give_way_while_used(self) -> None:
        """Return when nobody has waited for anything for `IDLE_SECONDS`, however long that takes."""
        with self._changed:
            while not self._closed:
                left = self._calm_from - CALM_SECONDS + IDLE_SECONDS - time.monotonic()
                if left <= 0 and not self._waited_for:
                    return
                self._changed.wait(None if self._waited_for else left)

    def close(self) -> None:
        """Hold nobody back from now on."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
