"""One writer at a time in a folder, across processes; the system frees the lock of a killed process."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from training.errors import CacheError, TrainingCancelled

_PAUSE_S = 0.1


@contextmanager
def folder_lock(folder: Path, cancelled: Callable[[], bool] | None = None) -> Iterator[None]:
    """Hold ``folder/.lock``, waiting until another process lets go of it.

    Raises
    ------
    TrainingCancelled
        If `cancelled` says so while waiting.
    CacheError
        If the folder may not be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise CacheError(f"The cache folder {str(folder)!r} cannot be written: {error.strerror}.") from error
    try:
        while not _try_lock(descriptor):
            if cancelled is not None and cancelled():
                raise TrainingCancelled
            time.sleep(_PAUSE_S)
        yield
    finally:
        os.close(descriptor)  # frees the lock


def is_locked(folder: Path) -> bool:
    """Tell whether some process holds the lock at this moment."""
    try:
        descriptor = os.open(folder / ".lock", os.O_RDWR)
    except OSError:
        return False  # never locked, or not ours to ask
    try:
        return not _try_lock(descriptor)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
