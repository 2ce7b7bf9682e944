"""Taking thousands of rows over in the window's thread, without holding it up."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer

TOGETHER: Final = 1000
"""Rows that are taken over in one go: the window is drawn in between."""


def gather(
    ids: Sequence[int], take: Callable[[Sequence[int]], None], then: Callable[[], None], parent: QObject, start: int = 0
) -> None:
    """Hand rows to `take`, some at once and the others later, then call `then`; nothing of it once `parent` is gone."""
    take(ids[start : start + TOGETHER])
    start += TOGETHER
    if start < len(ids):
        QTimer.singleShot(0, parent, lambda: gather(ids, take, then, parent, start))
    else:
        then()
