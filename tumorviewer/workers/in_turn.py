"""Work that is asked for from any thread and done one piece after the other."""

from collections import deque
from typing import Any

from PySide6.QtCore import Signal

from tumorviewer.workers.threads import Worker


class InTurn(Worker):
    """Takes requests and tells what became of each; `outcome` does the work."""

    ended = Signal(object, object)
    """The request, and what `outcome` returned."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[Any] = deque()

    def ask(self, request: Any) -> None:
        """Ask for something, from any thread."""
        with self.lock:
            self._waiting.append(request)
        self.poke()

    def work(self) -> None:
        """Do all that waits."""
        while not self.stopping.is_set():
            with self.lock:
                request = self._waiting.popleft() if self._waiting else None
            if request is None:
                return
            self.ended.emit(request, self.outcome(request))

    def outcome(self, request: Any) -> object:
        """Do what is asked for, in the worker's thread; nothing is raised."""
        raise NotImplementedError
