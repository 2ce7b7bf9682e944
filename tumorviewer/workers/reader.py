"""Decoding the scans that are looked at, and those around them before anybody asks."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal

from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import Source, open_source
from tumorviewer.imaging.render import default_window, render_grey
from tumorviewer.state.loaded import LoadedScan, ScanCache
from tumorviewer.workers.threads import Worker


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """One frame of one file."""

    entry_id: int
    path: Path
    frame: int


class Reader(Worker):
    """Reads the scans on the screen first, then ahead; a newer request replaces all before it."""

    read = Signal(object)
    """A `LoadedScan` that is on the screen."""
    unreadable = Signal(int, object)
    """The entry on the screen, and its `ScanError`."""

    def __init__(self, cache: ScanCache) -> None:
        super().__init__()
        self._cache = cache
        self._shown: deque[ReadRequest] = deque()
        self._ahead: deque[ReadRequest] = deque()
        self._open: tuple[Path, Source] | None = None

    def want(self, shown: Sequence[ReadRequest], ahead: Sequence[ReadRequest]) -> None:
        """Ask for scans, from any thread."""
        with self.lock:
            self._shown, self._ahead = deque(shown), deque(ahead)
        self.poke()

    def forget(self) -> None:
        """Drop all requests and the open file, from any thread."""
        with self.lock:
            self._shown, self._ahead, self._open = deque(), deque(), None

    def work(self) -> None:
        """Read until nothing is asked for."""
        while not self.stopping.is_set():
            with self.lock:
                shown = bool(self._shown)
                waiting = self._shown if shown else self._ahead
                if not waiting:
                    return
                request = waiting.popleft()
            if shown:
                self._read_shown(request)
            else:
                self._read_ahead(request)

    def _read_shown(self, request: ReadRequest) -> None:
        loaded = self._cache.get(request.entry_id)
        try:
            loaded = loaded or self._load(request)
        except ScanError as error:
            self.unreadable.emit(request.entry_id, error)
            return
        self.read.emit(loaded)

    def _read_ahead(self, request: ReadRequest) -> None:
        if request.entry_id not in self._cache:
            try:
                self._load(request)
            except ScanError:
                return  # said when somebody looks at it

    def _load(self, request: ReadRequest) -> LoadedScan:
        scan = self._source(request.path).read(request.frame)
        window = default_window(scan)
        grey = render_grey(scan, window)
        loaded = LoadedScan(request.entry_id, scan, grey, find_brain_box(grey), window)
        self._cache.put(loaded)
        return loaded

    def _source(self, path: Path) -> Source:
        """Open a file; one of many frames stays open while its frames are asked for."""
        if self._open is not None and self._open[0] == path:
            return self._open[1]
        source = open_source(path)
        self._open = (path, source) if source.frames > 1 else None
        return source
