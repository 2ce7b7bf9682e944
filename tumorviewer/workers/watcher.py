"""The thread that looks into a folder, whenever it is told to."""

from collections.abc import Callable

from PySide6.QtCore import Signal

from tumorviewer.receiving.watching import FolderWatch, Looked
from tumorviewer.workers.threads import Worker


class Watcher(Worker):
    """Looks into one folder at a time. Each has a thread of its own: a drive that hangs holds up no other."""

    looked = Signal(object, object)
    """The `FolderWatch` and what it `Looked` upon."""

    def __init__(self) -> None:
        super().__init__()
        self._watch: FolderWatch | None = None
        self._asked = False

    def watch(self, watch: FolderWatch | None) -> None:
        """Look there from now on, asked from any thread; None nowhere."""
        with self.lock:
            self._watch = watch
        self.look()

    def look(self) -> None:
        """Look soon, asked from any thread; once for all who ask meanwhile."""
        with self.lock:
            self._asked = self._watch is not None
            asked = self._asked
        if asked:
            self.poke()

    def work(self) -> None:
        """Look as often as was asked."""
        while not self.stopping.is_set():
            with self.lock:
                watch, asked, self._asked = self._watch, self._asked, False
            if watch is None or not asked:
                return
            found: Looked = watch.look(self._stopped(watch))
            with self.lock:
                current = watch is self._watch
            if current:
                self.looked.emit(watch, found)

    def _stopped(self, watch: FolderWatch) -> Callable[[], bool]:
        return lambda: self.stopping.is_set() or self._watch is not watch
