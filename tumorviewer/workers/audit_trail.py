"""What has to stand in the audit log, gathered from the state of a window and what its workers made."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer

from tumorviewer import __version__
from tumorviewer.state.entries import Entry
from tumorviewer.state.workspace import Workspace
from tumorviewer.storage.answers import StoredAnswer
from tumorviewer.storage.audit_log import AuditEvent, AuditKind
from tumorviewer.workers.chronicler import Chronicler

GATHER_MS: Final = 500
"""So long is gathered before it is handed on: thousands of rows cost a few entries of time each second."""
TOGETHER: Final = 200
"""Rows that are gone through in one go: the window is drawn in between."""


class AuditTrail(QObject):
    """Notes which scans were opened and looked at, what a model answered, and which label a person gave.

    A scan is named by the hash of its content, so it is noted when that is known. An answer that was kept from before
    was noted when it was given.

    Parameters
    ----------
    workspace : Workspace
    chronicler : Chronicler
    """

    def __init__(self, workspace: Workspace, chronicler: Chronicler, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._chronicler = workspace, chronicler
        self._touched: dict[int, None] = {}  # a set that keeps its order
        self._unopened: set[int] = set()
        self._unlabelled: set[int] = set()
        self._viewed: int | None = None
        self._answers: dict[int, StoredAnswer | None] = {}
        self._timer = QTimer(self, interval=GATHER_MS, singleShot=True)
        self._timer.timeout.connect(self._gather)
        worklist = workspace.worklist
        worklist.added.connect(self._added)
        worklist.changed.connect(self._touch)
        worklist.reviewed.connect(self._reviewed)
        worklist.cleared.connect(self._cleared)
        workspace.session.current_changed.connect(self._looked_at)
        chronicler.note([AuditEvent(AuditKind.STARTED, {"version": __version__})])

    def exported(self, how: str, hashes: Iterable[str], written: int) -> None:
        """Note what was taken out of the program, and how: ``csv``, ``report``, ``printed`` and so on."""
        scans = [sha256 for sha256 in hashes if sha256]
        self._chronicler.note([AuditEvent(AuditKind.EXPORTED, {"how": how, "written": written, "scans": scans})])

    def end(self) -> None:
        """Hand on all that was gathered; call it before the threads are ended."""
        self._timer.stop()
        while self._touched:
            self._hand_on()

    # ------------------------------------------------------------ what happens

    def _added(self, ids: list[int]) -> None:
        entries = self._workspace.worklist.entries
        self._answers.update((entry_id, entries[entry_id].answer) for entry_id in ids)
        self._unopened.update(ids)
        self._touch(ids)

    def _reviewed(self, ids: list[int]) -> None:
        self._unlabelled.update(ids)
        self._touch(ids)

    def _looked_at(self) -> None:
        self._viewed = self._workspace.session.pane.entry_id
        if self._viewed is not None:
            self._touch([self._viewed])

    def _touch(self, ids: Sequence[int]) -> None:
        self._touched.update(dict.fromkeys(ids))
        if not self._timer.isActive():
            self._timer.start()

    def _cleared(self) -> None:
        # What was not yet known by its hash was not read: it was not opened.
        self._touched.clear()
        self._unopened.clear()
        self._unlabelled.clear()
        self._answers.clear()
        self._viewed = None

    # ------------------------------------------------------------ what is noted

    def _gather(self) -> None:
        self._hand_on()
        if self._touched:
            QTimer.singleShot(0, self, self._gather)

    def _hand_on(self) -> None:
        some = list(self._touched)[:TOGETHER]
        for entry_id in some:
            del self._touched[entry_id]
        entries = map(self._workspace.worklist.get, some)
        known = [entry for entry in entries if entry is not None and entry.sha256]
        events = [*self._opened(known), *(event for entry in known for event in self._of(entry))]
        if events:
            self._chronicler.note(events)

    def _opened(self, entries: Sequence[Entry]) -> Iterator[AuditEvent]:
        opened = [entry for entry in entries if entry.id in self._unopened]
        self._unopened.difference_update(entry.id for entry in opened)
        hashes = list(dict.fromkeys(entry.sha256 for entry in opened))
        if hashes:
            yield AuditEvent(AuditKind.OPENED, {"scans": hashes})

    def _of(self, entry: Entry) -> Iterator[AuditEvent]:
        scan = {"scan": entry.sha256, "frame": entry.frame}
        if self._viewed == entry.id:
            self._viewed = None
            yield AuditEvent(AuditKind.VIEWED, scan)
        if entry.answer is not None and entry.answer is not self._answers.get(entry.id):
            yield AuditEvent(AuditKind.ANSWERED, {**scan, **_told(entry.answer)})
        self._answers[entry.id] = entry.answer
        if entry.id in self._unlabelled:
            self._unlabelled.remove(entry.id)
            # A note may name a person: only that there is one.
            yield AuditEvent(AuditKind.LABELLED, {**scan, "label": entry.label, "has_note": bool(entry.note)})


def _told(answer: StoredAnswer) -> dict[str, object]:
    crop = answer.crop
    return {
        "model": answer.model,
        "model_sha256": answer.model_sha256,
        "verdict": answer.verdict,
        "likeliest": answer.label,
        "probabilities": [round(value, 4) for value in answer.probabilities],
        "crop": None if crop is None else [crop.x, crop.y, crop.width, crop.height],
    }
