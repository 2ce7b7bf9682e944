"""Opening files so that one of many frames is read once and not once a frame, and is known the next time."""

from pathlib import Path

from tumorviewer.imaging.load import Source, open_source
from tumorviewer.storage.cache import Cache, Stamp


class OpenFile:
    """Keeps the file of several frames that was used last. For one thread.

    Parameters
    ----------
    cache : Cache
        For the hash of every file that is opened.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._kept: tuple[Path, Source] | None = None
        self._opened: list[tuple[Path, Stamp, str]] = []

    def open(self, path: Path) -> Source:
        """Return the file, its header read.

        Raises
        ------
        ScanError
            If it cannot be opened.
        """
        if self._kept is not None and self._kept[0] == path:
            return self._kept[1]
        self._kept = None  # before the next one takes its room
        stamp = Stamp.of(path)
        source = open_source(path)
        if source.frames > 1:
            self._kept = (path, source)
        if stamp is not None and stamp == Stamp.of(path):  # it was not written to meanwhile
            self._opened.append((path, stamp, source.sha256))
        return source

    def remember(self) -> None:
        """Save the hashes of what was opened: not before somebody who waits for it has it."""
        opened, self._opened = self._opened, []
        self._cache.save_hashes(opened)

    def close(self) -> None:
        """Let go of the file that is kept, after `remember`."""
        self.remember()
        self._kept = None
