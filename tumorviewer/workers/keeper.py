"""Saving the person's own labels and notes at once."""

import hashlib
import logging
import sqlite3
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Signal

from tumorviewer.storage.library import Library
from tumorviewer.storage.reviews import Review
from tumorviewer.workers.threads import Worker

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeepRequest:
    """Label and note of one frame; `sha256` is "" where it is not known yet."""

    path: Path
    frame: int
    sha256: str
    label: str
    note: str


class Keeper(Worker):
    """Saves in the order in which it was asked, and all of it before it ends."""

    not_saved = Signal(str, str)
    """File name, and the cause."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library
        self._waiting: deque[Sequence[KeepRequest]] = deque()

    def keep(self, requests: Sequence[KeepRequest]) -> None:
        """Ask to save, from any thread."""
        with self.lock:
            self._waiting.append(requests)
        self.poke()

    def work(self) -> None:
        """Save all that waits."""
        while True:
            with self.lock:
                requests = self._waiting.popleft() if self._waiting else None
            if requests is None:
                return
            self._save(requests)

    def finish(self) -> None:
        """Save what is left."""
        self.work()

    def _save(self, requests: Sequence[KeepRequest]) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        rows = []
        for request in requests:
            try:
                sha256 = request.sha256 or _sha256(request.path)
            except OSError as error:
                self.not_saved.emit(request.path.name, error.strerror or str(error))
                continue
            rows.append((sha256, request.frame, Review(request.label, request.note, now)))
        try:
            self._library.save_reviews(rows)
        except sqlite3.Error as error:
            log.warning("Labels could not be saved: %s", error)
            self.not_saved.emit(requests[0].path.name, str(error))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
