"""Looking at a folder again and again: which of its files are new, and written to their end.

By looking, because it works everywhere: systems tell of changes only for their own disks, folder by folder, and not for
drives in the network.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tumorviewer.imaging.discover import SKIPPED_FOLDERS, claims_scan
from tumorviewer.imaging.natural import natural_key
from tumorviewer.imaging.sniff import HEAD_BYTES, sniff

log = logging.getLogger(__name__)

SETTLE_SECONDS: Final = 2.0
"""A file that did not change for so long is written to its end."""
PATIENCE_SECONDS: Final = 60.0
"""So long a file may be empty, or kept to themselves by whoever writes it; then it is handed over as it is."""
YOUNG_SECONDS: Final = 600.0
"""So long after a file was handed over it may still grow: a copy over the network had only stopped for a while."""
EVERYTHING: Final = 0.0
"""As `since`: also the files that are there already."""
FROM_NOW: Final = -1.0
"""As `since`: only files that come after the first look."""

_TEMPORARY: Final = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", "~")
_MOST_DEEP: Final = 32

Stamp = tuple[int, int]
"""Size in bytes, and when it was changed in ns: of one version of a file."""


@dataclass(slots=True)
class _Seen:
    """A file that was met: its stamp, since when it has had it, whether it was handed over so, and ever before."""

    stamp: Stamp
    since: float
    met: float
    given: bool = False
    before: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look found.

    Attributes
    ----------
    there : bool
        Whether the folder could be looked into.
    ready : list of Path
        Files to open, as a person would count them.
    waiting : int
        Files that are still being written.
    replaced : list of Path
        Those of `ready` that were handed over before, with other content.
    """

    there: bool
    ready: list[Path]
    waiting: int
    replaced: list[Path] = field(default_factory=list)


class FolderWatch:
    """Remembers what it has seen of one folder and all below it. Used by one thread.

    Parameters
    ----------
    folder : Path
    since : float
        `EVERYTHING`, `FROM_NOW`, or what `since` was when this folder was watched before: then also what came while
        nobody looked.
    settle : float
        Seconds; 0 where files are only ever moved in whole.
    clock : callable

    Attributes
    ----------
    since : float
        When the newest of the files came that are not new (seconds since 1970, by the clock of the folder's disk);
        `FROM_NOW` until the first look that found the folder.
    """

    def __init__(
        self,
        folder: Path,
        since: float = EVERYTHING,
        settle: float = SETTLE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder, self.since = folder, since
        self._settle, self._clock = settle, clock
        self._seen: dict[str, _Seen] = {}
        self._first = True

    def look(self, stopped: Callable[[], bool] = lambda: False) -> Looked:
        """Look once. A look that `stopped` ends early finds nothing and forgets nothing."""
        now = self._clock()
        try:
            met = dict(self._met(now, stopped))
        except OSError as error:
            log.info("A watched folder cannot be looked into: %s", error.strerror)
            return Looked(False, [], 0)
        if stopped():
            return Looked(True, [], 0)
        for name in self._seen.keys() - met.keys():
            # Moved away, or a drive that was unplugged: if it comes back as it was, it is no new file.
            self._seen[name].since = now
        if self._first:
            self._first = False
            self._leave_out_old(met)
        ready = sorted((name for name in met if self._is_ready(name, now)), key=natural_key)
        replaced = [Path(name) for name in ready if self._seen[name].before]
        for name in ready:
            self._seen[name].given = True
        waiting = sum(not self._seen[name].given for name in met)
        return Looked(True, [Path(name) for name in ready], waiting, replaced)

    # ------------------------------------------------------------ inside

    def _met(self, now: float, stopped: Callable[[], bool]) -> Iterator[tuple[str, os.stat_result | None]]:
        """Yield all files that may be scans, and what the disk says of those that are not known for long."""
        for entry in _files(self.folder, stopped):
            seen = self._seen.get(entry.path)
            if seen is not None and seen.given and now - seen.since > YOUNG_SECONDS:
                yield entry.path, None
                continue
            try:
                status = entry.stat()
            except OSError:
                continue  # gone since, or nobody may look at it yet
            stamp = (status.st_size, status.st_mtime_ns)
            if seen is None:
                self._seen[entry.path] = _Seen(stamp, now, now)
            elif seen.stamp != stamp:
                seen.before = seen.before or seen.given
                seen.stamp, seen.since, seen.given = stamp, now, False
            yield entry.path, status

    def _leave_out_old(self, met: dict[str, os.stat_result | None]) -> None:
        """Count as handed over what was there before it was to be watched."""
        came = {name: _came(status) for name, status in met.items() if status is not None}
        if self.since == FROM_NOW:
            self.since = max(came.values(), default=EVERYTHING)
        for name, when in came.items():
            if when <= self.since:
                self._seen[name].given = True

    def _is_ready(self, name: str, now: float) -> bool:
        seen = self._seen[name]
        if seen.given or now - seen.since < self._settle:
            return False
        patient = now - seen.met < PATIENCE_SECONDS
        if seen.stamp[0] == 0 and patient:
            return False
        scan = _is_scan(name)
        if scan is None:
            return not patient and claims_scan(name)
        if not scan:
            seen.given = True  # no scan: it is not looked into again unless it changes
        return scan


def _files(top: Path, stopped: Callable[[], bool]) -> "Iterator[os.DirEntry[str]]":
    """Yield all files below a folder but hidden and temporary ones.

    Raises
    ------
    OSError
        If it cannot be looked into itself.
    """
    folders = [(os.fspath(top), 0)]
    entered: set[tuple[int, int]] = set()
    while folders and not stopped():
        folder, depth = folders.pop()
        try:
            status = os.stat(folder)  # noqa: PTH116  # bytes in names stay as they are
            identity = (status.st_dev, status.st_ino)
            if depth and (identity in entered or depth > _MOST_DEEP):
                continue
            entered.add(identity)
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.startswith(".") or entry.name.lower().endswith(_TEMPORARY):
                        continue
                    if entry.is_dir():
                        if entry.name not in SKIPPED_FOLDERS:
                            folders.append((entry.path, depth + 1))
                    elif entry.is_file():
                        yield entry
        except OSError:
            if not depth:
                raise  # else it has just been removed, or is for others only


def _came(status: os.stat_result) -> float:
    """Return when a file came to its place: on Windows it was created then, elsewhere its entry was changed."""
    return max(status.st_mtime, status.st_ctime)


def _is_scan(name: str) -> bool | None:
    """Tell whether a file claims to be a scan or is one by content; None if nobody may read it now."""
    try:
        with open(name, "rb", buffering=0) as stream:
            head = stream.read(HEAD_BYTES)
    except OSError:
        return None
    return claims_scan(name) or (sniff(head) is not None and Path(name).name.upper() != "DICOMDIR")
