"""One SQLite file, opened so that the program goes on whatever is wrong with it.

A damaged file is kept aside under a new name and a fresh one made; one of a newer version is left alone; where nothing
can be written, memory stands in for the file.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path
from typing import Any, Final

log = logging.getLogger(__name__)

_BUSY_SECONDS: Final = 5.0
_BESIDE: Final = ("-wal", "-shm", "-journal")
_DAMAGE: Final = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


class Trouble(Enum):
    """What was wrong with a file."""

    DAMAGED = auto()
    """It was kept aside; a fresh one is in use."""
    NEWER = auto()
    """A newer version of the program made it: untouched, and nothing is saved."""
    UNWRITABLE = auto()
    """Folder or file may not be written, or the disk is full: what can be read is known, and nothing is saved."""


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
    """The tables of a file, and how carefully it is treated.

    Attributes
    ----------
    steps : tuple of str
        Scripts; step `i` leads from version `i` of the tables to `i + 1` (kept in the file's ``user_version``).
    precious : bool
        Looked through when it is opened, and written so that it outlives a power cut; else speed goes first.
    most_bytes : int or None
        A larger file is removed before it is opened.
    """

    steps: tuple[str, ...]
    precious: bool
    most_bytes: int | None = None


class Database:
    """A connection that threads share, one at a time. Nothing is opened before it is first used.

    Parameters
    ----------
    path : Path
        Made with its folder where it is missing.
    schema : Schema
    on_problem : callable
        Told once, in whichever thread met it, what is wrong with the file.
    """

    def __init__(self, path: Path, schema: Schema, on_problem: Callable[[Problem], None]) -> None:
        self._path, self._schema, self._on_problem = path, schema, on_problem
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._problem: Problem | None = None

    @property
    def saves(self) -> bool:
        """Whether what is written will be there at the next start."""
        with self._lock:
            self._opened()
            return self._problem is None or self._problem.trouble is Trouble.DAMAGED

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows that a query finds.

        Raises
        ------
        sqlite3.Error
            If the file cannot be read; a damaged one has been replaced by a fresh one then.
        """
        with self._lock, self._watched():
            return self._opened().execute(query, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write all that is done in the block, or nothing of it.

        Raises
        ------
        sqlite3.Error
            If the disk is full, or as `rows` does.
        """
        with self._lock, self._watched():
            connection = self._opened()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # SQLite has ended it by itself where the disk is full
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    # ------------------------------------------------------------ opening

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection, problem = self._open()
            self._tell(problem)
        return self._connection

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Begin afresh when damage shows in the middle of the work; who asked gets the error nevertheless."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            if _is_damage(error):
                self.close()
                self._connection, problem = self._afresh()
                self._tell(problem)
            raise

    def _tell(self, problem: Problem | None) -> None:
        if problem is not None and problem != self._problem:
            self._problem = problem
            self._on_problem(problem)

    def _open(self) -> tuple[sqlite3.Connection, Problem | None]:
        path = self._path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _remove_if_larger(path, self._schema.most_bytes)
            return self._on_disk(), None
        except _NewerError:
            return self._in_memory(), Problem(Trouble.NEWER, path)
        except (OSError, sqlite3.Error) as error:
            if _is_damage(error):
                return self._afresh()
            log.warning("%s cannot be written: %s", path.name, error)
            return self._copied_to_memory(), Problem(Trouble.UNWRITABLE, path)

    def _afresh(self) -> tuple[sqlite3.Connection, Problem]:
        path = self._path
        try:
            kept = _keep_aside(path)
            return self._on_disk(), Problem(Trouble.DAMAGED, path, kept)
        except (OSError, sqlite3.Error) as error:
            log.warning("the damaged %s cannot be put aside: %s", path.name, error)
            return self._in_memory(), Problem(Trouble.UNWRITABLE, path)

    def _on_disk(self) -> sqlite3.Connection:
        connection = _connect(str(self._path))
        try:
            if self._schema.precious:
                (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
                if answer != "ok":
                    raise _DamagedError(answer)
                # Not WAL: its shared memory does not work where a home folder lies on a network drive.
                connection.execute("PRAGMA synchronous = FULL")
            else:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
            self._bring_up_to_date(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _bring_up_to_date(self, connection: sqlite3.Connection) -> None:
        newest = len(self._schema.steps)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > newest:
            raise _NewerError
        # Written also where nothing changes: the proof that the file can be written.
        script = "".join(self._schema.steps[version:])
        connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {newest}; COMMIT;")

    def _in_memory(self) -> sqlite3.Connection:
        connection = _connect(":memory:")
        self._bring_up_to_date(connection)
        return connection

    def _copied_to_memory(self) -> sqlite3.Connection:
        """Take along what a precious file holds that can be read but not written."""
        if not self._schema.precious or not self._path.is_file():
            return self._in_memory()
        connection = _connect(":memory:")
        try:
            source = _connect(f"{self._path.absolute().as_uri()}?mode=ro&immutable=1")
            try:
                source.backup(connection)
            finally:
                source.close()
            self._bring_up_to_date(connection)
        except (OSError, sqlite3.Error, _NewerError) as error:
            log.warning("%s cannot be read: %s", self._path.name, error)
            connection.close()
            return self._in_memory()
        return connection


class _NewerError(Exception):
    """The file is of a newer version."""


class _DamagedError(sqlite3.DatabaseError):
    """The look through the file found damage."""


def _connect(name: str) -> sqlite3.Connection:
    # Transactions are begun and ended by hand; the lock of `Database` lets one thread in at a time.
    return sqlite3.connect(
        name, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=name.startswith("file:")
    )


def _is_damage(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, _DamagedError) or (code is not None and code & 0xFF in _DAMAGE)


def _remove_if_larger(path: Path, most_bytes: int | None) -> None:
    if most_bytes is not None and path.is_file() and path.stat().st_size > most_bytes:
        for part in ("", *_BESIDE):
            path.with_name(path.name + part).unlink(missing_ok=True)


def _keep_aside(path: Path) -> Path:
    """Give a file, and what SQLite put beside it, a name that is free; return it."""
    when = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    kept = path.with_name(f"{path.stem}-damaged-{when}{path.suffix}")
    path.replace(kept)
    for part in _BESIDE:  # they would be played back into the fresh file
        beside = path.with_name(path.name + part)
        if beside.exists():
            beside.replace(kept.with_name(kept.name + part))
    return kept
