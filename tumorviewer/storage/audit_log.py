"""The audit log: what was opened, answered, labelled and exported, in a chain in which every change shows.

Each entry holds a SHA-256 of itself and of the entry before it (a hash chain, as Haber and Stornetta 1991 time-stamp
documents), so an entry that is changed, removed, put in or moved breaks the chain from there on. Entries cut off at the
end are told from the count that SQLite keeps apart. Who can write the file could make the whole chain anew: against
that, note the newest hash elsewhere, and ask later whether the log still holds it.

Scans are named by the SHA-256 of their content, never by file or patient.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import IO, Any, Final

from tumorviewer.storage.database import Database, Problem, Schema

FILE: Final = "audit.sqlite"
BEGINNING: Final = "0" * 64
"""What stands for the hash before the first entry."""
_PAGE: Final = 1000

_SCHEMA: Final = Schema(
    (
        """
        CREATE TABLE entries (
            number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, what TEXT NOT NULL, facts TEXT NOT NULL,
            hash TEXT NOT NULL);
        CREATE TRIGGER entries_stay BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;
        CREATE TRIGGER entries_last BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;
        """,
    ),
    precious=True,
)


class AuditKind(Enum):
    """What happened."""

    STARTED = "program started"
    OPENED = "scan opened"
    VIEWED = "scan looked at"
    ANSWERED = "model answered"
    LABELLED = "label given"
    EXPORTED = "exported"


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Something that happened, before it is an entry; `facts` can be written as JSON."""

    kind: AuditKind
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An entry of the log: numbers count from 1, `at` is UTC in ISO 8601, `facts` is JSON as it was hashed."""

    number: int
    at: str
    what: str
    facts: str
    hash: str

    def hash_after(self, previous: str) -> str:
        """Return the hash that the entry has to have when it stands behind another."""
        content = json.dumps([previous, self.number, self.at, self.what, self.facts], ensure_ascii=True)
        return hashlib.sha256(content.encode("ascii")).hexdigest()

    @property
    def told(self) -> Mapping[str, Any]:
        """What the facts say; nothing where somebody changed them to what cannot be read."""
        try:
            values = json.loads(self.facts)
        except ValueError:
            return {}
        return values if isinstance(values, dict) else {}

    def to_json(self) -> str:
        """Return the entry as one line of JSON."""
        values = {"number": self.number, "at": self.at, "what": self.what, "facts": self.told}
        return json.dumps({**values, "hash": self.hash}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Verification:
    """What a look through the whole log found.

    Attributes
    ----------
    entries : int
        That are in order, counted from the first.
    head : str
        Hash of the last of them.
    fault : str
        What is wrong with the next one, in a sentence; "" where all is well.
    """

    entries: int
    head: str
    fault: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, removed or added."""
        return not self.fault


class AuditLog:
    """The log in a file; safe to use from several threads and processes.

    Parameters
    ----------
    path : Path
    on_problem : callable
        Told once what is wrong with the file. A damaged one is kept aside, and a new chain begins.
    """

    def __init__(self, path: Path, on_problem: Callable[[Problem], None] = lambda _: None) -> None:
        self._database = Database(path, _SCHEMA, on_problem)

    def append(self, events: Iterable[AuditEvent]) -> None:
        """Add entries, all of them or none.

        Raises
        ------
        sqlite3.Error
            If they could not be written.
        """
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._database.writing() as database:
            number, previous = _newest(database)
            for event in events:
                number += 1
                facts = json.dumps(dict(event.facts), ensure_ascii=True, sort_keys=True)
                entry = AuditEntry(number, at, event.kind.value, facts, "")
                previous = entry.hash_after(previous)
                row = (number, at, entry.what, facts, previous)
                database.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", row)

    def entries(self) -> Iterator[AuditEntry]:
        """Yield all entries from the first on.

        Raises
        ------
        sqlite3.Error
            If the file cannot be read.
        """
        last = -(2**63)
        query = "SELECT number, at, what, facts, hash FROM entries WHERE number > ? ORDER BY number LIMIT ?"
        while rows := self._database.rows(query, (last, _PAGE)):
            yield from (AuditEntry(*row) for row in rows)
            last = rows[-1][0]

    def newest(self, count: int) -> list[AuditEntry]:
        """Return the last entries, the newest first.

        Raises
        ------
        sqlite3.Error
            If the file cannot be read.
        """
        query = "SELECT number, at, what, facts, hash FROM entries ORDER BY number DESC LIMIT ?"
        return [AuditEntry(*row) for row in self._database.rows(query, (count,))]

    def verify(self, noted: str = "") -> Verification:
        """Look through the whole log.

        Parameters
        ----------
        noted : str
            Hash of an entry that was noted earlier, and must still be there.

        Raises
        ------
        sqlite3.Error
            If the file cannot be read.
        """
        count, head, met = 0, BEGINNING, not noted
        for entry in self.entries():
            if entry.number != count + 1:
                return Verification(count, head, f"Entry {count + 1} is missing.")
            if entry.hash != entry.hash_after(head):
                return Verification(count, head, f"Entry {entry.number} was changed, or one before it was exchanged.")
            count, head = entry.number, entry.hash
            met = met or head == noted
        written = self._database.rows("SELECT seq FROM sqlite_sequence WHERE name = 'entries'")
        if written and written[0][0] != count:
            return Verification(count, head, f"Entries {count + 1} to {written[0][0]} were cut off at the end.")
        return Verification(count, head, "" if met else "The noted hash is not in the log: it was made anew.")

    def export(self, stream: IO[str]) -> int:
        """Write all entries, a line of JSON each; return how many.

        Raises
        ------
        sqlite3.Error, OSError
            If the file cannot be read, or the stream not be written.
        """
        count = 0
        for count, entry in enumerate(self.entries(), start=1):  # noqa: B007  # the number of the last one is returned
            stream.write(entry.to_json() + "\n")
        return count

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        self._database.close()


def _newest(database: sqlite3.Connection) -> tuple[int, str]:
    row = database.execute("SELECT number, hash FROM entries ORDER BY number DESC LIMIT 1").fetchone()
    return (int(row[0]), str(row[1])) if row is not None else (0, BEGINNING)
