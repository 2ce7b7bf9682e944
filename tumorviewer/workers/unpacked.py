"""Where archives are unpacked: a folder of this process, that is gone when it is over, however it ends."""

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLockFile

log = logging.getLogger(__name__)

_LOCK: Final = ".lock"


class UnpackFolder:
    """Folders for archives, below one for all processes. For one thread.

    Parameters
    ----------
    parent : Path
        Made where it is missing; where that is not possible, the system's folder for temporary files is used.
    """

    def __init__(self, parent: Path) -> None:
        self._parent = parent
        self._own: Path | None = None
        self._lock: QLockFile | None = None
        self._numbers = count(1)

    def folder_for(self, archive: Path) -> Path:
        """Return a new folder with the archive's name, so that the worklist can show where a scan came from.

        Raises
        ------
        OSError
            If none can be made.
        """
        if self._own is None:
            self._own = self._made()
        folder = self._own / str(next(self._numbers)) / (archive.stem or archive.name)
        folder.mkdir(parents=True)
        return folder

    def contains(self, path: Path) -> bool:
        """Tell whether a file was unpacked here."""
        return self._own is not None and path.is_relative_to(self._own)

    def remove(self) -> None:
        """Remove all that was unpacked."""
        if self._own is not None:
            own, self._own = self._own, None
            if self._lock is not None:
                self._lock.unlock()
            shutil.rmtree(own, ignore_errors=True)

    def remove_left_behind(self) -> None:
        """Remove what processes left that did not come to their end."""
        for folder in _folders(self._parent):
            lock = QLockFile(str(folder / _LOCK))
            if folder != self._own and lock.tryLock(0):  # nobody alive holds it
                lock.unlock()
                shutil.rmtree(folder, ignore_errors=True)

    def _made(self) -> Path:
        with _logged("unpacking beside the library is not possible"):
            self._parent.mkdir(parents=True, exist_ok=True)
            return self._locked(Path(tempfile.mkdtemp(dir=self._parent)))
        return self._locked(Path(tempfile.mkdtemp(prefix="tumorviewer-")))

    def _locked(self, folder: Path) -> Path:
        self._lock = QLockFile(str(folder / _LOCK))
        self._lock.setStaleLockTime(0)  # only the end of its process makes it stale, not its age
        self._lock.tryLock(0)
        return folder


@contextmanager
def _logged(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        log.warning("%s: %s", what, error.strerror)


def _folders(parent: Path) -> list[Path]:
    try:
        return [entry for entry in parent.iterdir() if entry.is_dir() and not entry.is_symlink()]
    except OSError:
        return []  # not there: nothing was ever unpacked
