"""What is being exported, as the window sees it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from tumorviewer.state.entries import CropKind, Entry
from tumorviewer.state.jobs import Job, JobEnd, JobKind
from tumorviewer.state.notices import Notice, NoticeKind
from tumorviewer.state.settings import EXPORT_PATHS
from tumorviewer.state.workspace import Workspace
from tumorviewer.storage.answers import StoredAnswer
from tumorviewer.storage.export_rows import ExportRow
from tumorviewer.workers.exporter import ExportEnd, Exporter, ExportKind, ExportRequest
from tumorviewer.workers.gathering import gather

_CROP_KINDS: Final = {CropKind.AUTOMATIC: "automatic", CropKind.EDITED: "edited", CropKind.WHOLE: "whole"}


class Exports(QObject):
    """Hands rows to the exporter, as they are at that moment.

    Parameters
    ----------
    workspace : Workspace
    exporter : Exporter
    """

    def __init__(self, workspace: Workspace, exporter: Exporter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._exporter = workspace, exporter
        self._jobs: dict[ExportRequest, Job] = {}
        self._told: dict[ExportRequest, Callable[[ExportEnd], None]] = {}
        exporter.progressed.connect(self._progressed)
        exporter.ended.connect(self._ended)

    def export(
        self,
        kind: ExportKind,
        ids: Sequence[int],
        target: Path,
        done: Callable[[ExportEnd], None] = lambda _: None,
    ) -> None:
        """Write rows to a file or folder; `done` is told how that ended."""
        job = self._workspace.jobs.begin(JobKind.EXPORTING)
        job.progress(0, len(ids))
        entries = self._workspace.worklist.entries
        rows: list[ExportRow] = []

        def take(some: Sequence[int]) -> None:
            rows.extend(_row(entries[entry_id]) for entry_id in some if entry_id in entries)

        def hand_over() -> None:
            full_paths = self._workspace.settings.get(EXPORT_PATHS)
            request = ExportRequest(kind, tuple(rows), target, full_paths, job.stop)
            self._jobs[request], self._told[request] = job, done
            self._exporter.ask(request)

        gather(ids, take, hand_over, self)

    def _progressed(self, request: ExportRequest, done: int) -> None:
        if request in self._jobs:
            self._jobs[request].progress(done, len(request.rows))

    def _ended(self, request: ExportRequest, end: ExportEnd) -> None:
        job = self._jobs.pop(request)
        kind, job_end = NoticeKind.EXPORTED, JobEnd.DONE
        if end.problem:
            kind, job_end = NoticeKind.EXPORT_FAILED, JobEnd.FAILED
        elif end.stopped:
            kind, job_end = NoticeKind.EXPORT_STOPPED, JobEnd.CANCELLED
        job.finish(job_end)
        self._workspace.notices.tell(Notice(kind, request.target.name, end.problem, end.written, end.failed))
        self._told.pop(request)(end)


def answer_to_crop(entry: Entry) -> StoredAnswer | None:
    """Return the answer of a row if it is one to the crop that the row has."""
    answer = entry.answer
    # While a crop is being edited, the answer may still be to the one before: better none than a wrong one.
    if answer is not None and entry.crop.kind is not CropKind.AUTOMATIC and answer.crop != entry.crop.box:
        return None
    return answer


def _row(entry: Entry) -> ExportRow:
    error = entry.error.reason if entry.error is not None else ""
    answer = answer_to_crop(entry)
    kind = _CROP_KINDS[entry.crop.kind]
    return ExportRow(entry.path, entry.frame, entry.sha256, error, answer, kind, entry.label, entry.note)
