"""The thread that opens: files, folders and archives become arrivals for the worklist, a batch at a time."""

import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal

from tumorviewer.storage.library import Library
from tumorviewer.workers.attention import Attention
from tumorviewer.workers.opening import Batch, Opening
from tumorviewer.workers.threads import Worker
from tumorviewer.workers.unpacked import UnpackFolder


@dataclass(frozen=True, slots=True, eq=False)
class OpenRequest:
    """What is to be opened, and the flag that stops it."""

    paths: tuple[Path, ...]
    stop: threading.Event


@dataclass(frozen=True, slots=True)
class Opened:
    """How an opening ended.

    Attributes
    ----------
    scans, unreadable : int
        Rows; the unreadable ones count among the scans.
    skipped : int
        Files that are no images.
    stopped : bool
    refused : tuple of (str, str)
        Archives that could not be opened, by name, and why.
    """

    scans: int
    unreadable: int
    skipped: int
    stopped: bool
    refused: tuple[tuple[str, str], ...]


class Opener(Worker):
    """Opens one request after the other.

    Parameters
    ----------
    library : Library
    unpacked : Path
        Where archives may be unpacked.
    attention : Attention
        Is given way to while the first scan of what is opened comes onto the screen.
    """

    arrived = Signal(object, object)
    """The request and a `Batch`; `taken` says that it is in the worklist."""
    folders_met = Signal(list)
    """Folders, as texts, that were named."""
    ended = Signal(object, object)
    """The request and its `Opened`."""

    def __init__(self, library: Library, unpacked: Path, attention: Attention) -> None:
        super().__init__()
        self.model_sha256 = ""
        """Whose answers are looked up; set from any thread."""
        self._library, self._attention = library, attention
        self._unpacked = UnpackFolder(unpacked)
        self._requests: deque[OpenRequest] = deque()
        self._forgetting = False
        self._tidied = False
        # While the window takes a batch in, the next one is not begun: both would only slow each other down.
        self._taken = threading.Event()

    def open(self, request: OpenRequest) -> None:
        """Take a request, from any thread."""
        with self.lock:
            self._requests.append(request)
        self.poke()

    def taken(self) -> None:
        """Say that a batch was taken, from any thread."""
        self._taken.set()

    def forget_archives(self) -> None:
        """Remove what was unpacked until now, asked from any thread when none of it is open any more."""
        with self.lock:
            self._forgetting = True
        self.poke()

    def work(self) -> None:
        """Open all that waits."""
        while not self.stopping.is_set():
            with self.lock:
                forgetting, self._forgetting = self._forgetting, False
                request = self._requests.popleft() if self._requests else None
            if forgetting:
                self._unpacked.remove()
            if request is None:
                break
            self._open(request)
        if not self._tidied:
            self._tidied = True
            self._unpacked.remove_left_behind()

    def finish(self) -> None:
        """Leave nothing of archives behind."""
        self._unpacked.remove()

    def _open(self, request: OpenRequest) -> None:
        folders = [str(path.absolute()) for path in request.paths if path.is_dir()]
        if folders:
            self.folders_met.emit(folders)

        def stopped() -> bool:
            return request.stop.is_set() or self.stopping.is_set()

        opening = Opening(request.paths, self._library, lambda: self.model_sha256, self._unpacked, stopped)
        scans, unreadable, first = 0, 0, True
        for batch in opening.batches():
            if stopped():
                break
            scans += sum(arrival.surveyed.frames if arrival.surveyed else 1 for arrival in batch.arrivals)
            unreadable += sum(arrival.error is not None for arrival in batch.arrivals)
            self._taken.clear()
            self.arrived.emit(request, batch)
            while not self._taken.wait(0.05) and not stopped():
                pass
            if first and scans and batch.done != batch.total:
                first = False
                self._attention.give_way()
        opened = Opened(scans, unreadable, opening.skipped, request.stop.is_set(), tuple(opening.refused))
        self.ended.emit(request, opened)


__all__ = ["Batch", "OpenRequest", "Opened", "Opener"]
