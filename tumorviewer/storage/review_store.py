"""The person's own labels and notes, kept by the content of the scans: a moved or copied file has them, too."""

import json
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from tumorviewer.storage.database import Database, Problem, Schema
from tumorviewer.storage.reviews import Review

_SCHEMA: Final = Schema(
    (
        """
        CREATE TABLE reviews (
            sha256 TEXT NOT NULL, frame INTEGER NOT NULL, label TEXT NOT NULL, note TEXT NOT NULL,
            changed TEXT NOT NULL, PRIMARY KEY (sha256, frame)) WITHOUT ROWID;
        CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        """,
    ),
    precious=True,
)


class ReviewStore:
    """The file of labels and notes; safe to use from several threads.

    Parameters
    ----------
    path : Path
    on_problem : callable
        Told once what is wrong with the file.
    """

    def __init__(self, path: Path, on_problem: Callable[[Problem], None]) -> None:
        self._database = Database(path, _SCHEMA, on_problem)

    @property
    def saves(self) -> bool:
        """Whether labels outlive the program; False where memory stands in for the file."""
        return self._database.saves

    def of(self, hashes: Iterable[str]) -> dict[str, dict[int, Review]]:
        """Return labels and notes: by SHA-256 of the file, then by frame.

        Raises
        ------
        sqlite3.Error
            If the file cannot be read.
        """
        query = """
            SELECT sha256, frame, label, note, changed FROM reviews
            WHERE sha256 IN (SELECT value FROM json_each(?))"""
        found: dict[str, dict[int, Review]] = {}
        for sha256, frame, label, note, changed in self._database.rows(query, (json.dumps(list(hashes)),)):
            found.setdefault(sha256, {})[frame] = Review(label, note, changed)
        return found

    def save(self, rows: Iterable[tuple[str, int, Review]]) -> None:
        """Keep labels and notes by SHA-256 and frame, all of them or none; empty ones are removed.

        Raises
        ------
        sqlite3.Error
            If they could not be saved.
        """
        with self._database.writing() as database:
            for sha256, frame, review in rows:
                if review.label or review.note:
                    values = (sha256, frame, review.label, review.note, review.changed)
                    database.execute("INSERT OR REPLACE INTO reviews VALUES (?, ?, ?, ?, ?)", values)
                else:
                    database.execute("DELETE FROM reviews WHERE sha256 = ? AND frame = ?", (sha256, frame))

    def is_empty(self) -> bool:
        """Tell whether nothing was ever labelled.

        Raises
        ------
        sqlite3.Error
            If the file cannot be read.
        """
        return not self._database.rows("SELECT 1 FROM reviews LIMIT 1")

    def secret(self) -> str:
        """Return a text that only this library knows: what is hashed with it cannot be guessed by others.

        Raises
        ------
        sqlite3.Error
            If it could not be read, nor made and saved.
        """
        with self._database.writing() as database:
            database.execute("INSERT OR IGNORE INTO secrets VALUES ('export', ?)", (secrets.token_hex(16),))
            return str(database.execute("SELECT value FROM secrets WHERE name = 'export'").fetchone()[0])

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        self._database.close()
