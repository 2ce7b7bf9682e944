"""Decoding the scans that are looked at, and those around them before anybody asks."""

import logging
import sqlite3
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal

from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.render import default_window, render_grey
from tumorviewer.state.entries import RowResult
from tumorviewer.state.loaded import LoadedScan, ScanCache
from tumorviewer.storage.library import Library
from tumorviewer.workers.attention import Attention
from tumorviewer.workers.sources import OpenFile
from tumorviewer.workers.threads import Worker

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """One frame of one file; `sha256` is "" where it is not known yet."""

    entry_id: int
    path: Path
    frame: int
    sha256: str


class Reader(Worker):
    """Reads the scans on the screen first, then ahead; a newer request replaces all before it."""

    read = Signal(object)
    """A `LoadedScan` that is on the screen."""
    unreadable = Signal(int, object)
    """The entry on the screen, and its `ScanError`."""
    recognised = Signal(object)
    """A `RowResult` with the file's hash, and what the person said of it before."""

    def __init__(self, cache: ScanCache, library: Library, attention: Attention) -> None:
        super().__init__()
        self._cache, self._library, self._attention = cache, library, attention
        self._shown: deque[ReadRequest] = deque()
        self._ahead: deque[ReadRequest] = deque()
        self._file = OpenFile(library.cache)
        self._close_file = False
        self._round = self._begun = 0  # of requests: what was begun in an earlier one is no longer wanted

    def want(self, shown: Sequence[ReadRequest], ahead: Sequence[ReadRequest]) -> None:
        """Ask for scans, from any thread."""
        with self.lock:
            self._shown, self._ahead = deque(shown), deque(ahead)
            if shown:
                self._attention.hold(self)
            else:
                self._attention.stir()
        self.poke()

    def forget(self) -> None:
        """Drop all requests, the open file and what was read, from any thread."""
        with self.lock:
            self._shown.clear()
            self._ahead.clear()
            self._close_file = True
            self._round += 1
            self._cache.clear()  # of what came in since it was cleared by whoever closed everything
        self.poke()

    def work(self) -> None:
        """Read until nothing is asked for."""
        while not self.stopping.is_set():
            with self.lock:
                closing, self._close_file = self._close_file, False
                if not self._shown:
                    self._attention.release(self)
                shown = bool(self._shown)
                waiting = self._shown or self._ahead
                request = waiting.popleft() if waiting else None
                self._begun = self._round
            if closing:
                self._file.close()
            if request is None:
                return
            if shown:
                self._read_shown(request)
            else:
                self._read_ahead(request)

    def _read_shown(self, request: ReadRequest) -> None:
        try:
            loaded = self._cache.get(request.entry_id) or self._load(request)
        except ScanError as error:
            self.unreadable.emit(request.entry_id, error)
            return
        self.read.emit(loaded)
        self._file.remember()
        if not request.sha256:
            self._recognise(request, loaded.scan.sha256)

    def _read_ahead(self, request: ReadRequest) -> None:
        if request.entry_id not in self._cache:
            try:
                self._load(request)
            except ScanError:
                return  # said when somebody looks at it
            self._file.remember()

    def _load(self, request: ReadRequest) -> LoadedScan:
        scan = self._file.open(request.path).read(request.frame)
        window = default_window(scan)
        grey = render_grey(scan, window)
        loaded = LoadedScan(request.entry_id, scan, grey, find_brain_box(grey), window)
        with self.lock:
            if self._begun == self._round:  # else it was closed meanwhile, and nobody would ever ask for it
                self._cache.put(loaded)
        return loaded

    def _recognise(self, request: ReadRequest, sha256: str) -> None:
        try:
            reviews = self._library.reviews.of([sha256])
        except sqlite3.Error as error:
            log.warning("labels could not be looked up: %s", error)
            return
        review = reviews.get(sha256, {}).get(request.frame)
        self.recognised.emit(RowResult(request.entry_id, sha256, review=review))
