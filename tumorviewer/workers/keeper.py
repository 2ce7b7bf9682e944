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

from tumorviewer.state.entries import RowResult
from tumorviewer.storage.library import Library
from tumorviewer.storage.reviews import Review
from tumorviewer.workers.threads import Worker

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeepRequest:
    """Label and note of one frame; `sha256` is "" where it is not known yet."""

    entry_id: int
    path: Path
    frame: int
    sha256: str
    label: str
    note: str


class Keeper(Worker):
    """Saves in the order in which it was asked, and all of it before it ends.

    What could not be saved is tried again together with what comes next, and at the end.
    """

    not_saved = Signal(str, str)
    """File name, and the cause."""
    recognised = Signal(list)
    """Some `RowResult`: files whose hash was not known yet."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library
        self._waiting: deque[Sequence[KeepRequest]] = deque()
        self._unsaved: dict[tuple[str, int], Review] = {}
        self._seen: set[tuple[str, int]] = set()  # the person has said something of these since the start

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
        if self._unsaved:
            self._write("")

    def _save(self, requests: Sequence[KeepRequest]) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        recognised = []
        for request in requests:
            sha256, label, note = request.sha256, request.label, request.note
            if not sha256:
                try:
                    sha256 = _sha256(request.path)
                except OSError as error:
                    self.not_saved.emit(request.path.name, error.strerror or str(error))
                    continue
                label, note = self._with_what_was_kept(sha256, request)
                recognised.append(RowResult(request.entry_id, sha256, review=Review(label, note, now)))
            self._unsaved[sha256, request.frame] = Review(label, note, now)
            self._seen.add((sha256, request.frame))
        if recognised:
            self.recognised.emit(recognised)
        if self._unsaved:
            self._write(requests[0].path.name)

    def _with_what_was_kept(self, sha256: str, request: KeepRequest) -> tuple[str, str]:
        """Add what was said of a scan before and the person could not see yet: it must not be lost unseen."""
        if (sha256, request.frame) in self._seen:
            return request.label, request.note
        try:
            kept = self._library.reviews.of([sha256]).get(sha256, {}).get(request.frame)
        except sqlite3.Error as error:
            log.warning("labels could not be looked up: %s", error)
            kept = None
        if kept is None:
            return request.label, request.note
        return request.label or kept.label, request.note or kept.note

    def _write(self, name: str) -> None:
        try:
            self._library.reviews.save((sha256, frame, review) for (sha256, frame), review in self._unsaved.items())
            self._unsaved.clear()
        except sqlite3.Error as error:
            log.warning("labels could not be saved: %s", error)
            self.not_saved.emit(name, str(error))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
