"""One opening on its way: searching, looking at heads and remembering, in turns, so that rows come early."""

import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final

from tumorviewer.imaging.archive import Refused, Unpacked, is_archive, unpack
from tumorviewer.imaging.discover import Discovery, Found, claims_scan, discover
from tumorviewer.imaging.errors import ScanError, UnreadableError
from tumorviewer.imaging.survey import Surveyed, survey
from tumorviewer.state.entries import Arrival
from tumorviewer.storage.cache import Stamp
from tumorviewer.storage.library import Library
from tumorviewer.workers.unpacked import UnpackFolder

log = logging.getLogger(__name__)

FIRST_SECONDS: Final = 0.01
BATCH_SECONDS: Final = 0.05
MOST_IN_A_BATCH: Final = 100
"""Files; the window takes them into its lists in a few milliseconds."""
MOST_FOUND_AHEAD: Final = 100_000
"""Files; the search waits there, and how many there are is not known until then."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some files that were opened.

    Attributes
    ----------
    arrivals : list of Arrival
    done : int
        Files so far.
    total : int or None
        How many there are, as soon as that is known.
    """

    arrivals: list[Arrival]
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class _Look:
    """A file after a look at its head; `stamp` is None where its place does not last."""

    path: Path
    surveyed: Surveyed | None
    error: ScanError | None
    stamp: Stamp | None = None


class Opening:
    """Files, folders and archives.

    Parameters
    ----------
    paths : sequence of Path
    library : Library
    model_sha256 : callable
        Whose answers are looked up; "" for nobody's.
    unpacked : UnpackFolder
    stopped : callable
        Asked all the time.

    Attributes
    ----------
    refused : list of (str, str)
        Archives that could not be opened at all, by name, and why.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        library: Library,
        model_sha256: Callable[[], str],
        unpacked: UnpackFolder,
        stopped: Callable[[], bool],
    ) -> None:
        self.refused: list[tuple[str, str]] = []
        self._paths, self._library, self._model_sha256 = paths, library, model_sha256
        self._unpacked, self._stopped = unpacked, stopped
        self._searches: list[Discovery] = []
        self._waiting: deque[Found] = deque()
        self._done = 0

    @property
    def skipped(self) -> int:
        """Files that are no images and do not claim to be."""
        return sum(search.skipped for search in self._searches)

    def batches(self) -> Iterator[Batch]:
        """Yield what is found; the first batch is small, so that something is to be seen at once."""
        search, total, seconds = self._search(self._paths), None, FIRST_SECONDS
        while not self._stopped():
            if total is None:
                total = self._search_on(search, seconds / 2)
            looks = self._look_on(seconds)
            if looks:
                seconds = BATCH_SECONDS
            yield Batch(self._remember(looks), self._done, total)
            if total is not None and not self._waiting:
                return

    # ------------------------------------------------------------ searching

    def _search_on(self, search: Iterator[Found], seconds: float) -> int | None:
        """Search for a while; return how many files there are once all are found."""
        until = time.monotonic() + seconds
        while len(self._waiting) < MOST_FOUND_AHEAD:
            found = next(search, None)
            if found is None:
                return self._done + len(self._waiting)
            self._waiting.append(found)
            if time.monotonic() > until or self._stopped():
                break
        return None

    def _search(self, paths: Sequence[Path]) -> Iterator[Found]:
        """Yield what is found; archives that were named are unpacked and searched, too."""
        search, named = discover(paths), set(paths)
        self._searches.append(search)
        for found in search:
            if found.error is None and found.path in named and is_archive(found.path):
                yield from self._search_archive(found.path)
            else:
                yield found

    def _search_archive(self, archive: Path) -> Iterator[Found]:
        try:
            folder = self._unpacked.folder_for(archive)
            unpacked = unpack(archive, folder, stopped=self._stopped)
        except ScanError as error:
            self.refused.append((archive.name, error.reason))
        except OSError as error:
            self.refused.append((archive.name, f"there is no place to unpack it ({error.strerror or error})"))
        else:
            yield from self._in_archive(archive, folder, unpacked)

    def _in_archive(self, archive: Path, folder: Path, unpacked: Unpacked) -> Iterator[Found]:
        if unpacked.refused and not unpacked.files:
            self.refused.append((archive.name, unpacked.refused[0].reason))
            return
        inside = discover([folder])
        self._searches.append(inside)
        yield from inside
        for entry in unpacked.refused:
            path = folder / (PurePath(entry.name).name or archive.name)
            if claims_scan(path.name):  # the others would have been skipped
                yield Found(path, _refusal(path, entry))

    # ------------------------------------------------------------ looking and remembering

    def _look_on(self, seconds: float) -> list[_Look]:
        """Look at files for a while."""
        until = time.monotonic() + seconds
        looks: list[_Look] = []
        while self._waiting and len(looks) < MOST_IN_A_BATCH and time.monotonic() < until and not self._stopped():
            looks.append(self._look(self._waiting.popleft()))
        self._done += len(looks)
        return looks

    def _look(self, found: Found) -> _Look:
        path = found.path
        if found.error is not None:
            return _Look(path, None, found.error)
        try:
            stamp = None if self._unpacked.contains(path) else Stamp.of(path)
            return _Look(path, survey(path), None, stamp)
        except ScanError as error:
            return _Look(path, None, error)

    def _remember(self, looks: list[_Look]) -> list[Arrival]:
        """Add what is known of files from before, without reading them."""
        stamped = [(look.path, look.stamp) for look in looks if look.surveyed is not None and look.stamp is not None]
        hashes = self._library.cache.hashes(stamped)
        if not hashes:
            return [Arrival(look.path, look.surveyed, look.error) for look in looks]
        known = set(hashes.values())
        model_sha256 = self._model_sha256()
        answers = self._library.cache.answers(known, model_sha256) if model_sha256 else {}
        try:
            reviews = self._library.reviews.of(known)
        except sqlite3.Error as error:
            log.warning("labels could not be looked up: %s", error)
            reviews = {}
        arrivals = []
        for look in looks:
            sha256 = hashes.get(look.path, "")
            remembered = (answers.get(sha256, {}), reviews.get(sha256, {}))
            arrivals.append(Arrival(look.path, look.surveyed, look.error, sha256, *remembered))
        return arrivals


def _refusal(path: Path, entry: Refused) -> ScanError:
    return UnreadableError(path, f"it was not unpacked: {entry.reason}")
