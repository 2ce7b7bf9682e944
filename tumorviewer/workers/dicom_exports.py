"""What is written as DICOM, as the window sees it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from tumorviewer.dicom_out.items import DicomItem
from tumorviewer.dicom_out.profile import Options
from tumorviewer.inference.bundle import Bundle
from tumorviewer.state.entries import CropKind, Entry
from tumorviewer.state.jobs import Job, JobEnd, JobKind
from tumorviewer.state.notices import Notice, NoticeKind
from tumorviewer.state.workspace import Workspace
from tumorviewer.storage.library import Library
from tumorviewer.workers.dicom_writer import AnswersRequest, DicomEnd, DicomRequest, DicomWriter, FilesRequest
from tumorviewer.workers.threads import Worker


class DicomExports(QObject):
    """Hands rows, files and folders to a writer, which gets its thread when it is first needed.

    Parameters
    ----------
    workspace : Workspace
    library : Library
    start : callable
        Gives a worker its thread.
    """

    written = Signal(object, object)
    """A request and its `DicomEnd`."""

    def __init__(
        self, workspace: Workspace, library: Library, start: Callable[[Worker], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace, self._library, self._start = workspace, library, start
        self._bundle: Bundle | None = None
        self._writer: DicomWriter | None = None
        self._jobs: dict[DicomRequest, Job] = {}

    def use(self, bundle: Bundle | None) -> None:
        """Write the answers of another model from now on; None writes none."""
        self._bundle = bundle

    def answers(self, ids: Sequence[int], folder: Path, *, dicomdir: bool) -> None:
        """Write what the model says to rows, as they are at that moment."""
        if self._bundle is None:
            self._workspace.notices.tell(Notice(NoticeKind.MODEL))
            return
        rows = [row for row in map(self._workspace.worklist.get, ids) if row is not None]
        items, hashes = tuple(map(_item, rows)), tuple(row.sha256 for row in rows)
        job = self._begin(len(items))
        self._hand_over(AnswersRequest(items, hashes, folder, self._bundle, dicomdir, job.stop), job)

    def deidentify(self, paths: Sequence[Path], folder: Path, options: Options) -> None:
        """Write files and folders without patient data."""
        job = self._begin(None)
        self._hand_over(FilesRequest(tuple(paths), folder, options, job.stop), job)

    def _begin(self, total: int | None) -> Job:
        job = self._workspace.jobs.begin(JobKind.EXPORTING)
        job.progress(0, total)
        return job

    def _hand_over(self, request: DicomRequest, job: Job) -> None:
        self._jobs[request] = job
        if self._writer is None:
            self._writer = DicomWriter(self._library)
            self._writer.progressed.connect(self._progressed)
            self._writer.ended.connect(self._ended)
            self._start(self._writer)
        self._writer.ask(request)

    def _progressed(self, request: DicomRequest, done: int, total: int) -> None:
        if request in self._jobs:
            self._jobs[request].progress(done, total)

    def _ended(self, request: DicomRequest, end: DicomEnd) -> None:
        job, export, name = self._jobs.pop(request), end.export, request.target.name
        if export.problem:
            job.finish(JobEnd.FAILED)
            notice = Notice(NoticeKind.EXPORT_FAILED, name, export.problem)
        elif export.stopped:
            job.finish(JobEnd.CANCELLED)
            notice = Notice(NoticeKind.EXPORT_STOPPED, name)
        else:
            job.finish(JobEnd.DONE)
            plain = isinstance(request, AnswersRequest)
            kind, doubtful = (NoticeKind.EXPORTED, "") if plain else (NoticeKind.DEIDENTIFIED, str(end.doubtful))
            notice = Notice(kind, name, doubtful, export.written, export.failed)
        self._workspace.notices.tell(notice)
        self.written.emit(request, end)


def _item(row: Entry) -> DicomItem:
    return DicomItem(row.path, row.frame, row.crop.kind is CropKind.AUTOMATIC, row.crop.box, row.label)
