"""Opening an SQLite file so that the program goes on whatever is wrong with it.

A damaged file is kept aside under a new name and a fresh one made; one of a newer version is left alone; where nothing
can be written, a database in memory stands in.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path
from typing import Final

_BUSY_SECONDS: Final = 5.0


class Trouble(Enum):
    """What was wrong with a file."""

    DAMAGED = auto()
    """It was kept aside; a fresh one is in use."""
    NEWER = auto()
    """A newer version of the program made it: untouched, and nothing is saved."""
    UNWRITABLE = auto()
    """Folder or file may not be written, or the disk is full: nothing is saved."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What the person has to know of it, once.

    Attributes
    ----------
    trouble : Trouble
    file : Path
    kept : Path or None
        Where the damaged file lies now.
    """

    trouble: Trouble
    file: Path
    kept: Path | None = None


@dataclass(frozen=True, slots=True)
class Schema:
    """Tables of one version.

    Attributes
    ----------
    version : int
        Raised with every change; kept in the file's ``user_version``.
    script : str
        Makes the tables where they are missing.
    """

    version: int
    script: str


def open_database(path: Path, schema: Schema) -> tuple[sqlite3.Connection, Problem | None]:
    """Open a file or what stands in for it.

    Parameters
    ----------
    path : Path
        Made with its folder where it is missing.
    schema : Schema

    Returns
    -------
    connection : sqlite3.Connection
        May be used from any thread, by one at a time.
    problem : Problem or None
    """
    try:
        return _open(path, schema), None
    except _NewerError:
        return _in_memory(schema), Problem(Trouble.NEWER, path)
    except sqlite3.OperationalError:
        return _in_memory(schema), Problem(Trouble.UNWRITABLE, path)
    except OSError:
        return _in_memory(schema), Problem(Trouble.UNWRITABLE, path)
    except sqlite3.DatabaseError:
        return _replace_damaged(path, schema)


class _NewerError(Exception):
    """The file is of a newer version."""


def _open(path: Path, schema: Schema) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        # Reads every page that leads to data: damage is found now and not in the middle of the work.
        (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if answer != "ok":
            raise sqlite3.DatabaseError(answer)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > schema.version:
            raise _NewerError
        connection.execute("PRAGMA journal_mode = WAL")  # readers do not wait for the writer
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(schema.script)
        # Also the proof that the file can be written.
        connection.execute(f"PRAGMA user_version = {schema.version}")
    except BaseException:
        connection.close()
        raise
    return connection


def _in_memory(schema: Schema) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.executescript(schema.script)
    return connection


def _replace_damaged(path: Path, schema: Schema) -> tuple[sqlite3.Connection, Problem]:
    when = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    kept = path.with_name(f"{path.stem}-damaged-{when}{path.suffix}")
    try:
        path.replace(kept)
        for part in ("-wal", "-shm"):  # belong to the damaged file and would be played back into the fresh one
            beside = path.with_name(path.name + part)
            if beside.exists():
                beside.replace(kept.with_name(kept.name + part))
        return _open(path, schema), Problem(Trouble.DAMAGED, path, kept)
    except (OSError, sqlite3.DatabaseError):
        return _in_memory(schema), Problem(Trouble.UNWRITABLE, path)
