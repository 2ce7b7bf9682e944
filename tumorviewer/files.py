"""Writing files so that they are there whole or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def atomic_write(path: Path, mode: str = "w") -> Iterator[IO]:  # type: ignore[type-arg]  # text or bytes by mode
    r"""Open a temporary file beside `path` that takes its name when the block ends well.

    Parameters
    ----------
    path : Path
        The file to make or replace. Its folder is made if it is missing.
    mode : str
        ``"w"`` for UTF-8 text with unchanged line ends, ``"wb"`` for bytes. What UTF-8 cannot hold, as a byte of no
        known encoding in a file's name, stands escaped in a text: ``\udce9``.

    Raises
    ------
    OSError
        If the disk is full or the folder may not be written; what stood at `path` before is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f".{path.name[:40]}.{secrets.token_hex(6)}.part"
    # Not mkstemp: what is written is for whoever the folder is for, as with any other file (the umask decides).
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    text = {} if "b" in mode else {"encoding": "utf-8", "errors": "backslashreplace", "newline": ""}
    try:
        with open(handle, mode, **text) as stream:  # type: ignore[call-overload]
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to disk, where the system can (POSIX); elsewhere do nothing."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
