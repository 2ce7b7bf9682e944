"""A folder that is there whole or not at all: made under a hidden name, and moved into place at the end."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_NO_FILES: Final = frozenset({"System Volume Information", "$RECYCLE.BIN", "lost+found"})
"""What systems keep on a disk or stick that a person calls empty."""


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a hidden folder to write into; what is in it moves to `folder` when the block ends well.

    Parameters
    ----------
    folder : Path
        Missing or empty; hidden entries do not count.

    Raises
    ------
    OSError
        If it holds something, or cannot be written. Nothing is left there, whatever ended the block.
    """
    made = not folder.exists()
    if not made and any(not _is_hidden(entry.name) for entry in folder.iterdir()):
        raise FileExistsError(errno.EEXIST, "it holds other files; choose a new or empty folder", str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    hidden = folder / f".export-{secrets.token_hex(6)}"
    try:
        hidden.mkdir()
        yield hidden
        _move_up(hidden, folder)
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        if made and not any(folder.iterdir()):
            folder.rmdir()
        raise
    hidden.rmdir()


def _move_up(hidden: Path, folder: Path) -> None:
    """Move all entries, or none of them."""
    moved: list[Path] = []
    try:
        for entry in sorted(hidden.iterdir()):
            os.replace(entry, folder / entry.name)
            moved.append(folder / entry.name)
    except OSError:
        for entry in moved:
            os.replace(entry, hidden / entry.name)
        raise


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name in _NO_FILES
