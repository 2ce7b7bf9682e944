"""Writing the audit log, in a thread of its own."""

import logging
import sqlite3
from collections.abc import Sequence

from PySide6.QtCore import Signal

from tumorviewer.storage.audit_log import AuditEvent, AuditLog
from tumorviewer.workers.threads import Worker

log = logging.getLogger(__name__)


class Chronicler(Worker):
    """Writes in the order in which it was told, and all of it before it ends.

    What could not be written is tried again together with what comes next, and at the end.
    """

    not_written = Signal(str)
    """The cause; told once until it works again."""

    def __init__(self, audit_log: AuditLog) -> None:
        super().__init__()
        self._log = audit_log
        self._waiting: list[AuditEvent] = []
        self._failing = False

    def note(self, events: Sequence[AuditEvent]) -> None:
        """Ask to write, from any thread."""
        with self.lock:
            self._waiting.extend(events)
        self.poke()

    def work(self) -> None:
        """Write all that waits."""
        with self.lock:
            events, self._waiting = self._waiting, []
        if not events:
            return
        try:
            self._log.append(events)
            self._failing = False
        except sqlite3.Error as error:
            with self.lock:
                self._waiting = events + self._waiting
            self._complain(str(error))

    def finish(self) -> None:
        """Write what is left."""
        self.work()
        self._log.close()

    def _complain(self, cause: str) -> None:
        log.warning("the audit log could not be written: %s", cause)
        if not self._failing:
            self._failing = True
            self.not_written.emit(cause)
