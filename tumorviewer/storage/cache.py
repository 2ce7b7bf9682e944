"""What can be made again, only slower: answers, hashes of files, thumbnails. It may be deleted at any time.

Nothing in it names a path: files are looked up by a hash of theirs, since paths may hold names of patients.
"""

import hashlib
import json
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tumorviewer import __version__
from tumorviewer.imaging.scan import CropBox
from tumorviewer.storage.answers import StoredAnswer
from tumorviewer.storage.database import Database, Problem, Schema

log = logging.getLogger(__name__)

MOST_BYTES: Final = 2**30
_SETTLED_NS: Final = 3 * 10**9
"""A file that changed less than so long ago may change again within the same tick of its clock (FAT: 2 s)."""

_SCHEMA: Final = Schema(
    (
        """
        CREATE TABLE files (
            path TEXT PRIMARY KEY, bytes INTEGER NOT NULL, modified INTEGER NOT NULL, sha256 TEXT NOT NULL)
            WITHOUT ROWID;
        CREATE TABLE answers (
            sha256 TEXT NOT NULL, frame INTEGER NOT NULL, model TEXT NOT NULL, program TEXT NOT NULL,
            answer TEXT NOT NULL, PRIMARY KEY (sha256, frame, model)) WITHOUT ROWID;
        CREATE TABLE thumbnails (
            sha256 TEXT NOT NULL, frame INTEGER NOT NULL, program TEXT NOT NULL, picture BLOB NOT NULL,
            PRIMARY KEY (sha256, frame));
        """,
        """
        CREATE TABLE embeddings (
            sha256 TEXT NOT NULL, frame INTEGER NOT NULL, model TEXT NOT NULL, program TEXT NOT NULL,
            embedding BLOB NOT NULL, PRIMARY KEY (sha256, frame, model));
        """,
    ),
    precious=False,
    most_bytes=MOST_BYTES,
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells that a file is unchanged without reading it.

    Attributes
    ----------
    size : int
        In bytes.
    modified : int
        When it was last written, in nanoseconds since 1970.
    """

    size: int
    modified: int

    @classmethod
    def of(cls, path: Path) -> "Stamp | None":
        """Look at a file; None if that is not possible, which opening it will explain."""
        try:
            status = os.stat(path)  # noqa: PTH116  # twice as fast, for thousands of files
        except (OSError, ValueError):
            return None
        return cls(status.st_size, status.st_mtime_ns)

    @property
    def settled(self) -> bool:
        """Whether a change from now on would show in it."""
        return time.time_ns() - self.modified > _SETTLED_NS


class Cache:
    """The file of all that; safe to use from several threads. What goes wrong with it is logged and costs only time.

    Parameters
    ----------
    path : Path
    on_problem : callable
        Told once what is wrong with the file.
    """

    def __init__(self, path: Path, on_problem: Callable[[Problem], None]) -> None:
        self._database = Database(path, _SCHEMA, on_problem)

    # ------------------------------------------------------------ hashes of files

    def hashes(self, files: Iterable[tuple[Path, Stamp]]) -> dict[Path, str]:
        """Return the SHA-256 of those files that were read before and have not changed since."""
        wanted = {_key(path): (path, stamp) for path, stamp in files}
        query = "SELECT path, bytes, modified, sha256 FROM files WHERE path IN (SELECT value FROM json_each(?))"
        found: dict[Path, str] = {}
        with self._forgiving():
            for key, size, modified, sha256 in self._database.rows(query, (json.dumps(list(wanted)),)):
                path, stamp = wanted[key]
                if stamp == Stamp(size, modified):
                    found[path] = sha256
        return found

    def hash_of(self, path: Path) -> str:
        """Return the SHA-256 of one file if it is known as it is now, else ""."""
        stamp = Stamp.of(path)
        return self.hashes([(path, stamp)]).get(path, "") if stamp is not None else ""

    def save_hashes(self, files: Iterable[tuple[Path, Stamp, str]]) -> None:
        """Keep the SHA-256 of files as they were when they were read."""
        rows = [
            (_key(path), stamp.size, stamp.modified, sha256)
            for path, stamp, sha256 in files
            if stamp.settled and sha256
        ]
        self._write("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", rows)

    # ------------------------------------------------------------ answers

    def answers(self, hashes: Iterable[str], model_sha256: str) -> dict[str, dict[int, StoredAnswer]]:
        """Return what a model said, with the automatic crop: by SHA-256 of the file, then by frame.

        Answers that another version of the program asked for do not count: it may have cropped in another way.
        """
        query = """
            SELECT sha256, frame, answer FROM answers
            WHERE model = ? AND program = ? AND sha256 IN (SELECT value FROM json_each(?))"""
        found: dict[str, dict[int, StoredAnswer]] = {}
        with self._forgiving():
            values = (model_sha256, __version__, json.dumps(list(hashes)))
            for sha256, frame, text in self._database.rows(query, values):
                answer = _answer(text, model_sha256)
                if answer is not None:
                    found.setdefault(sha256, {})[frame] = answer
        return found

    def save_answers(self, rows: Iterable[tuple[str, int, StoredAnswer]]) -> None:
        """Keep answers to automatic crops, by SHA-256 of the file and frame."""
        self._write(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)",
            [(sha256, frame, answer.model_sha256, __version__, _text(answer)) for sha256, frame, answer in rows],
        )

    # ------------------------------------------------------------ thumbnails

    def thumbnail(self, sha256: str, frame: int) -> bytes | None:
        """Return a small picture as it was kept, by SHA-256 of the file and frame."""
        query = "SELECT picture FROM thumbnails WHERE sha256 = ? AND frame = ? AND program = ?"
        with self._forgiving():
            for (picture,) in self._database.rows(query, (sha256, frame, __version__)):
                return bytes(picture)
        return None

    def save_thumbnails(self, rows: Iterable[tuple[str, int, bytes]]) -> None:
        """Keep small pictures: SHA-256 of the file, frame, and the picture's own file content."""
        self._write(
            "INSERT OR REPLACE INTO thumbnails VALUES (?, ?, ?, ?)",
            [(sha256, frame, __version__, picture) for sha256, frame, picture in rows],
        )

    # ------------------------------------------------------------ embeddings of labelled scans

    def embeddings(self, model_sha256: str) -> dict[tuple[str, int], bytes]:
        """Return how labelled scans look to a model, by SHA-256 of the file and frame."""
        query = "SELECT sha256, frame, embedding FROM embeddings WHERE model = ? AND program = ?"
        with self._forgiving():
            rows = self._database.rows(query, (model_sha256, __version__))
            return {(sha256, frame): bytes(content) for sha256, frame, content in rows}
        return {}

    def save_embeddings(self, rows: Iterable[tuple[str, int, str, bytes]]) -> None:
        """Keep them: SHA-256 of the file, frame, SHA-256 of the model, and the numbers."""
        self._write(
            "INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?, ?, ?)",
            [(sha256, frame, model, __version__, content) for sha256, frame, model, content in rows],
        )

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        self._database.close()

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            with self._forgiving(), self._database.writing() as database:
                database.executemany(statement, rows)

    @contextmanager
    def _forgiving(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            log.warning("the cache could not be used: %s", error)


def _key(path: Path) -> str:
    whole = os.fsencode(os.path.abspath(path))
    return hashlib.blake2b(whole, digest_size=16, person=b"tv.library").hexdigest()


def _text(answer: StoredAnswer) -> str:
    crop = answer.crop.as_list() if answer.crop is not None else None
    return json.dumps(
        [
            answer.verdict,
            answer.label,
            answer.confidence,
            answer.probabilities,
            crop,
            answer.focus,
            answer.domain_score,
            answer.model,
        ]
    )


def _answer(text: str, model_sha256: str) -> StoredAnswer | None:
    """Read what `_text` made; None for anything else."""
    try:
        verdict, label, confidence, probabilities, crop, (x, y), domain_score, model = json.loads(text)
        box = CropBox(*crop) if crop is not None else None
        return StoredAnswer(
            verdict, label, confidence, tuple(probabilities), box, (x, y), domain_score, model, model_sha256
        )
    except (ValueError, TypeError):
        return None
