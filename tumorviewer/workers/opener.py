"""Finding scans: files, folders and archives become arrivals for the worklist, a batch at a time."""

import logging
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal

from tumorviewer.imaging.archive import Refused, is_archive, unpack
from tumorviewer.imaging.discover import Discovery, Found, discover
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.survey import survey
from tumorviewer.state.entries import Arrival
from tumorviewer.storage.answers import StoredAnswer
from tumorviewer.storage.library import Library
from tumorviewer.storage.reviews import Review
from tumorviewer.workers.threads import Worker

log = logging.getLogger(__name__)

BATCH_SECONDS: Final = 0.04
MOST_IN_A_BATCH: Final = 120
"""Adding a row takes some 30 microseconds of the window's time: a batch stays far below a frame."""


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
    scans, unreadable, skipped : int
        Files; skipped ones are no images.
    stopped : bool
    refused : tuple of (str, Refused)
        Archive and entry.
    """

    scans: int
    unreadable: int
    skipped: int
    stopped: bool
    refused: tuple[tuple[str, Refused], ...]


class Opener(Worker):
    """Opens one request after the other."""

    arrived = Signal(object, list)
    """The request, and some `Arrival`."""
    progressed = Signal(object, int, object)
    """The request, files done, and how many there are (None: not known yet)."""
    ended = Signal(object, object)
    """The request and its `Opened`."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self.model_sha256 = ""
        """Whose answers are looked up; set from any thread."""
        self._library = library
        self._requests: deque[OpenRequest] = deque()
        self._unpacked: list[tempfile.TemporaryDirectory[str]] = []
        self._in_vain: list[tempfile.TemporaryDirectory[str]] = []

    def open(self, request: OpenRequest) -> None:
        """Take a request, from any thread."""
        with self.lock:
            self._requests.append(request)
        self.poke()

    def forget_archives(self) -> None:
        """Remove what was unpacked until now, asked from any thread when none of it is open any more."""
        with self.lock:
            self._in_vain, self._unpacked = [*self._in_vain, *self._unpacked], []
        self.poke()

    def finish(self) -> None:
        """Leave nothing of archives behind."""
        self.forget_archives()
        self._clean_up()

    def work(self) -> None:
        """Open all that waits."""
        while not self.stopping.is_set():
            self._clean_up()
            with self.lock:
                request = self._requests.popleft() if self._requests else None
            if request is None:
                return
            self.ended.emit(request, _Opening(self, request).run())

    def arrival(self, found: Found) -> Arrival:
        """Survey a file and add what is remembered of it."""
        path = found.path
        if found.error is not None:
            return Arrival(path, None, found.error)
        try:
            surveyed = survey(path)
            status = path.stat()
        except ScanError as error:
            return Arrival(path, None, error)
        except OSError as error:
            from tumorviewer.imaging.errors import from_system  # only where a file vanishes at this very moment

            return Arrival(path, None, from_system(path, error))
        sha256 = self._library.sha256_of(path, status)
        answers: dict[int, StoredAnswer] = {}
        reviews: dict[int, Review] = {}
        if sha256:
            reviews = self._library.reviews(sha256)
            answers = self._library.answers(sha256, self.model_sha256) if self.model_sha256 else {}
        return Arrival(path, surveyed, None, sha256, answers, reviews)

    def unpack(self, archive: Path, stop: threading.Event) -> tuple[Path, tuple[Refused, ...]]:
        """Unpack an archive into a folder that lives until `forget_archives`.

        Raises
        ------
        ScanError
        """
        folder = tempfile.TemporaryDirectory(prefix="tumorviewer-", ignore_cleanup_errors=True)
        with self.lock:
            self._unpacked.append(folder)
        # A folder of the archive's name, so that the worklist can show where a scan came from.
        target = Path(folder.name) / archive.stem
        target.mkdir()
        return target, unpack(archive, target, stopped=lambda: stop.is_set() or self.stopping.is_set()).refused

    def _clean_up(self) -> None:
        with self.lock:
            unpacked, self._in_vain = self._in_vain, []
        for folder in unpacked:
            folder.cleanup()


class _Opening:
    """One request on its way."""

    def __init__(self, opener: Opener, request: OpenRequest) -> None:
        self._opener, self._request = opener, request
        self._batch: list[Arrival] = []
        self._waiting: deque[Found] = deque()
        self._searches: list[Discovery] = []
        self._refused: list[tuple[str, Refused]] = []
        self._scans = self._unreadable = self._done = 0

    @property
    def _stopped(self) -> bool:
        return self._request.stop.is_set() or self._opener.stopping.is_set()

    def run(self) -> Opened:
        """Search and survey in turns, so that the first rows come early and the total is known soon."""
        search = self._search(self._request.paths)
        total: int | None = None
        while not self._stopped:
            begun = time.monotonic()
            if total is None:
                total = self._search_on(search, begun)
            while self._waiting and time.monotonic() - begun < BATCH_SECONDS and len(self._batch) < MOST_IN_A_BATCH:
                self._take(self._waiting.popleft())
            self._hand_over(total)
            if total is not None and not self._waiting:
                break
        skipped = sum(search.skipped for search in self._searches)
        return Opened(self._scans, self._unreadable, skipped, self._stopped, tuple(self._refused))

    def _search_on(self, search: Iterator[Found], begun: float) -> int | None:
        """Find more files for half of a batch's time; return how many there are once all are found."""
        for found in search:
            self._waiting.append(found)
            if time.monotonic() - begun > BATCH_SECONDS / 2 or self._stopped:
                return None
        return self._done + len(self._waiting)

    def _search(self, paths: Sequence[Path]) -> Iterator[Found]:
        """Yield what is found; archives that were named are unpacked."""
        discovery, named = discover(paths), set(paths)
        self._searches.append(discovery)
        for found in discovery:
            if found.error is None and found.path in named and is_archive(found.path):
                yield from self._search_archive(found.path)
            else:
                yield found

    def _search_archive(self, archive: Path) -> Iterator[Found]:
        try:
            folder, refused = self._opener.unpack(archive, self._request.stop)
        except ScanError as error:
            yield Found(archive, error)
            return
        self._refused.extend((archive.name, entry) for entry in refused)
        yield from self._search([folder])

    def _take(self, found: Found) -> None:
        arrival = self._opener.arrival(found)
        self._batch.append(arrival)
        self._done += 1
        self._scans += arrival.error is None
        self._unreadable += arrival.error is not None

    def _hand_over(self, total: int | None) -> None:
        if self._batch:
            self._opener.arrived.emit(self._request, self._batch)
            self._batch = []
        self._opener.progressed.emit(self._request, self._done, total)
