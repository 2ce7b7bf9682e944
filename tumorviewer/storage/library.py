"""What is remembered of scans between two starts, by their content: a moved or renamed file keeps all of it.

Two files: ``library.sqlite`` holds the person's own labels and notes and is precious; ``cache.sqlite`` holds what can
be made again (answers, thumbnails, the hash of each file) and may be deleted at any time. Neither holds a path: files
are looked up by a hash of theirs.
"""

import hashlib
import json
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from tumorviewer.imaging.scan import CropBox
from tumorviewer.storage.answers import StoredAnswer
from tumorviewer.storage.database import Problem, Schema, open_database
from tumorviewer.storage.reviews import Review

log = logging.getLogger(__name__)

REVIEWS: Final = Schema(
    1,
    """CREATE TABLE IF NOT EXISTS reviews (
        sha256 TEXT, frame INTEGER, label TEXT NOT NULL, note TEXT NOT NULL, changed TEXT NOT NULL,
        PRIMARY KEY (sha256, frame)) WITHOUT ROWID;""",
)
CACHE: Final = Schema(
    1,
    """CREATE TABLE IF NOT EXISTS answers (
        sha256 TEXT, frame INTEGER, model TEXT, answer TEXT NOT NULL, PRIMARY KEY (sha256, frame, model)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS files (
        path BLOB PRIMARY KEY, bytes INTEGER, modified INTEGER, sha256 TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS thumbnails (
        sha256 TEXT, frame INTEGER, side INTEGER, picture BLOB NOT NULL, PRIMARY KEY (sha256, frame, side));""",
)
LARGEST_CACHE_BYTES: Final = 1 << 30


class Library:
    """Safe to use from several threads. Nothing is opened before it is first used.

    Parameters
    ----------
    folder : Path
        Of the user.
    on_problem : callable
        Told once, in whichever thread met it, what is wrong with a file.
    """

    def __init__(self, folder: Path, on_problem: Callable[[Problem], None] = lambda _: None) -> None:
        self._reviews = _Store(folder / "library.sqlite", REVIEWS, on_problem)
        self._cache = _Store(folder / "cache.sqlite", CACHE, on_problem, largest=LARGEST_CACHE_BYTES)

    # ------------------------------------------------------------ the person's own labels

    def reviews(self, sha256: str) -> dict[int, Review]:
        """Return labels and notes by frame."""
        with self._reviews.reading() as database:
            rows = database.execute("SELECT frame, label, note, changed FROM reviews WHERE sha256 = ?", (sha256,))
            return {int(frame): Review(label, note, changed) for frame, label, note, changed in rows}

    def save_reviews(self, rows: Iterable[tuple[str, int, Review]]) -> None:
        """Keep labels and notes; an empty one is removed.

        Raises
        ------
        sqlite3.Error
            If they could not be saved.
        """
        with self._reviews.writing() as database:
            for sha256, frame, review in rows:
                if review.label or review.note:
                    values = (sha256, frame, review.label, review.note, review.changed)
                    database.execute("INSERT OR REPLACE INTO reviews VALUES (?, ?, ?, ?, ?)", values)
                else:
                    database.execute("DELETE FROM reviews WHERE sha256 = ? AND frame = ?", (sha256, frame))

    @property
    def keeps_reviews(self) -> bool:
        """Whether labels outlive the program; False where memory stands in for the file."""
        return self._reviews.on_disk

    # ------------------------------------------------------------ what can be made again

    def sha256_of(self, path: Path, status: os.stat_result) -> str:
        """Return the hash of a file that has not changed since it was hashed, else ""."""
        with self._cache.forgiving() as database:
            row = database.execute("SELECT bytes, modified, sha256 FROM files WHERE path = ?", (_key(path),)).fetchone()
            if row is not None and row[:2] == (status.st_size, status.st_mtime_ns):
                return str(row[2])
        return ""

    def save_hashes(self, rows: Iterable[tuple[Path, os.stat_result, str]]) -> None:
        """Keep the hashes of files as they are now."""
        with self._cache.forgiving() as database:
            database.executemany(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)",
                [(_key(path), status.st_size, status.st_mtime_ns, sha256) for path, status, sha256 in rows],
            )

    def answers(self, sha256: str, model_sha256: str) -> dict[int, StoredAnswer]:
        """Return what a model said of the frames of a file, with the automatic crop."""
        query = "SELECT frame, answer FROM answers WHERE sha256 = ? AND model = ?"
        found: dict[int, StoredAnswer] = {}
        with self._cache.forgiving() as database:
            for frame, text in database.execute(query, (sha256, model_sha256)):
                answer = _read_answer(text)
                if answer is not None:
                    found[int(frame)] = answer
        return found

    def save_answers(self, rows: Iterable[tuple[str, int, StoredAnswer]]) -> None:
        """Keep answers to automatic crops."""
        with self._cache.forgiving() as database:
            database.executemany(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)",
                [(sha256, frame, answer.model_sha256, json.dumps(asdict(answer))) for sha256, frame, answer in rows],
            )

    def thumbnail(self, sha256: str, frame: int, side: int) -> bytes | None:
        """Return a small picture as it was kept."""
        query = "SELECT picture FROM thumbnails WHERE sha256 = ? AND frame = ? AND side = ?"
        with self._cache.forgiving() as database:
            row = database.execute(query, (sha256, frame, side)).fetchone()
            return None if row is None else bytes(row[0])
        return None

    def save_thumbnails(self, rows: Sequence[tuple[str, int, int, bytes]]) -> None:
        """Keep small pictures: hash, frame, side, file content."""
        with self._cache.forgiving() as database:
            database.executemany("INSERT OR REPLACE INTO thumbnails VALUES (?, ?, ?, ?)", rows)

    def close(self) -> None:
        """Close both files; the next use opens them again."""
        self._reviews.close()
        self._cache.close()


class _Store:
    """One file, opened when it is first needed, used by one thread at a time."""

    def __init__(self, path: Path, schema: Schema, on_problem: Callable[[Problem], None], largest: int = 0) -> None:
        self._path, self._schema, self._on_problem, self._largest = path, schema, on_problem, largest
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._told = False
        self.on_disk = True

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._opened()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write all that the block does, or nothing of it."""
        with self._lock:
            database = self._opened()
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.rollback()
                raise
            database.commit()

    @contextmanager
    def forgiving(self) -> Iterator[sqlite3.Connection]:
        """Use the file in a block whose failure costs time and no data: it is logged and left."""
        try:
            with self.writing() as database:
                yield database
        except sqlite3.Error as error:
            log.warning("%s could not be used: %s", self._path.name, error)

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._drop_if_too_large()
            self._connection, problem = open_database(self._path, self._schema)
            self.on_disk = problem is None or problem.kept is not None
            if problem is not None and not self._told:
                self._told = True
                self._on_problem(problem)
        return self._connection

    def _drop_if_too_large(self) -> None:
        try:
            if self._largest and self._path.stat().st_size > self._largest:
                self._path.unlink()
        except OSError:
            return  # not there, or not ours to remove: opening it says what is wrong


def _key(path: Path) -> bytes:
    """Return what stands for a path: paths may hold names of patients."""
    whole = os.path.abspath(path)
    return hashlib.blake2b(os.fsencode(whole), digest_size=16, person=b"tv.library").digest()


def _read_answer(text: str) -> StoredAnswer | None:
    """Read an answer; None for one that another version wrote."""
    try:
        values: dict[str, Any] = json.loads(text)
        crop = values["crop"]
        values["crop"] = CropBox(**crop) if crop is not None else None
        values["probabilities"] = tuple(values["probabilities"])
        values["focus"] = tuple(values["focus"])
        return StoredAnswer(**values)
    except (ValueError, KeyError, TypeError):
        return None
