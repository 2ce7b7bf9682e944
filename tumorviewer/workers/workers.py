"""All threads of a window, wired to its state. The only place that knows both sides."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, QThread, Signal
from PySide6.QtGui import QImage

from tumorviewer.imaging.errors import ScanError
from tumorviewer.inference.bundle import Bundle
from tumorviewer.state.entries import Arrival, CropKind, Entry, RowResult
from tumorviewer.state.jobs import Job, JobEnd, JobKind
from tumorviewer.state.notices import Notice, NoticeKind
from tumorviewer.state.settings import EXPORT_PATHS, JUDGE_ALL, MODEL
from tumorviewer.state.workspace import Workspace
from tumorviewer.storage.database import Problem, Trouble
from tumorviewer.storage.exports import Exported
from tumorviewer.storage.library import Library
from tumorviewer.storage.reviews import Review
from tumorviewer.workers.asker import Asker
from tumorviewer.workers.background import Background
from tumorviewer.workers.exporter import ExportEnd, Exporter, ExportRequest
from tumorviewer.workers.keeper import Keeper, KeepRequest
from tumorviewer.workers.opener import Opened, Opener, OpenRequest
from tumorviewer.workers.reader import Reader, ReadRequest
from tumorviewer.workers.threads import Threads, Worker
from tumorviewer.workers.thumbnails import ThumbnailMaker, ThumbnailRequest, Thumbnails

AHEAD: Final = 12
"""Slices read ahead in the direction of scrolling, and a third of that behind."""

CROP_KINDS: Final = {CropKind.AUTOMATIC: "automatic", CropKind.EDITED: "edited", CropKind.WHOLE: "whole"}

TROUBLES: Final = {
    Trouble.DAMAGED: NoticeKind.LIBRARY_DAMAGED,
    Trouble.NEWER: NoticeKind.LIBRARY_NEWER,
    Trouble.UNWRITABLE: NoticeKind.LIBRARY_UNWRITABLE,
}


class Workers(QObject):
    """What takes longer than a frame. All methods return at once.

    Parameters
    ----------
    workspace : Workspace
    folder : Path
        Of the user; holds the library.
    """

    stopped = Signal()
    """All threads have ended, after `shutdown`."""
    _library_problem = Signal(object)

    def __init__(self, workspace: Workspace, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._library = Library(folder, self._library_problem.emit)
        self._opening: dict[OpenRequest, Job] = {}
        self._exporting: dict[ExportRequest, Job] = {}
        self._last_shown: int | None = None
        self._opener = Opener(self._library)
        self._reader = Reader(workspace.session.cache)
        self._asker = Asker()
        self._background = Background(workspace, self._library, self._asker.idle, self)
        self._thumbnail_maker = ThumbnailMaker(self._library)
        self.thumbnails = Thumbnails(self._thumbnail_maker, self._thumbnail_request, self)
        self._keeper = Keeper(self._library)
        self._exporter = Exporter()
        self._connect()
        self._threads = Threads(self)
        self._threads.stopped.connect(self._all_stopped)
        self._start()

    # ------------------------------------------------------------ what the window asks

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files, folders and archives of scans, beside what is open already."""
        job = self._workspace.jobs.begin(JobKind.OPENING)
        request = OpenRequest(tuple(paths), job.stop)
        self._opening[request] = job
        folders = [str(path if path.is_dir() else path.parent) for path in paths]
        self._workspace.settings.add_recent(dict.fromkeys(folders))
        self._opener.open(request)

    def close_all(self) -> None:
        """Close all scans, and forget what is still being opened."""
        for job in self._opening.values():
            job.cancel()
        self._workspace.worklist.clear()

    def set_visible(self, ids: Sequence[int]) -> None:
        """Say which rows are on the screen: they are judged first."""
        self._background.prefer(ids)

    def use_model(self, name: str) -> None:
        """Let another model answer; "" is the one that is used where none is named."""
        self._workspace.model.loading()
        self._background.use(None)
        self._asker.use(name)

    def judge_rest(self) -> None:
        """Judge all rows that have no answer yet, also after the person stopped that."""
        self._background.judge(self._workspace.worklist.entries)

    def export_csv(self, ids: Sequence[int], path: Path) -> None:
        """Write a table of rows."""
        self._export(ids, path, as_data_set=False)

    def export_dataset(self, ids: Sequence[int], folder: Path) -> None:
        """Write the labelled scans among some rows as a class-folder data set."""
        self._export(ids, folder, as_data_set=True)

    def shutdown(self) -> None:
        """Stop everything; `stopped` follows. What was labelled is saved before."""
        self._workspace.jobs.cancel_all()
        self._threads.stop()

    # ------------------------------------------------------------ wiring

    def _connect(self) -> None:
        workspace = self._workspace
        session, worklist = workspace.session, workspace.worklist
        session.scan_wanted.connect(self._read)
        # Direct: as a queued call it would wait behind the answer that is being made.
        session.question_asked.connect(self._asker.ask, Qt.ConnectionType.DirectConnection)
        worklist.added.connect(self._background.judge)
        worklist.cleared.connect(self._closed)
        worklist.reviewed.connect(self._keep)
        workspace.settings.changed.connect(self._setting_changed)
        self._library_problem.connect(self._tell_library)
        self._opener.arrived.connect(self._arrived)
        self._opener.progressed.connect(self._opening_progressed)
        self._opener.ended.connect(self._opening_ended)
        self._reader.read.connect(session.scan_read)
        self._reader.unreadable.connect(self._unreadable)
        self._asker.answered.connect(session.answered)
        self._asker.loaded.connect(self._model_loaded)
        self._asker.missing.connect(self._model_missing)
        self._thumbnail_maker.made.connect(self._thumbnail_made)
        self._keeper.not_saved.connect(self._not_saved)
        self._exporter.progressed.connect(self._export_progressed)
        self._exporter.ended.connect(self._export_ended)

    def _start(self) -> None:
        quick: tuple[Worker, ...] = (self._opener, self._reader, self._asker, self._keeper)
        patient: tuple[Worker, ...] = (*self._background.judges, self._thumbnail_maker, self._exporter)
        for worker in quick:
            self._threads.start(worker)
        for worker in patient:
            self._threads.start(worker, QThread.Priority.LowPriority)
        for worker in (*quick, *patient):
            worker.failed_badly.connect(self._tell_fault)
        self.use_model(self._workspace.settings.get(MODEL))

    def _all_stopped(self) -> None:
        self._library.close()
        self.stopped.emit()

    # ------------------------------------------------------------ opening

    def _arrived(self, request: OpenRequest, arrivals: list[Arrival]) -> None:
        if not request.stop.is_set():
            self._workspace.worklist.add(arrivals)

    def _opening_progressed(self, request: OpenRequest, done: int, total: int | None) -> None:
        if request in self._opening:
            self._opening[request].progress(done, total)

    def _opening_ended(self, request: OpenRequest, opened: Opened) -> None:
        job = self._opening.pop(request, None)
        if job is None:
            return
        job.finish(JobEnd.CANCELLED if opened.stopped else JobEnd.DONE)
        tell = self._workspace.notices.tell
        found = opened.scans + opened.unreadable
        if opened.refused:
            archive, first = opened.refused[0]
            tell(Notice(NoticeKind.ARCHIVE_REFUSED, archive, first.reason, len(opened.refused)))
        if opened.stopped:
            tell(Notice(NoticeKind.OPENING_STOPPED, count=found, failed=opened.unreadable))
        elif found:
            tell(Notice(NoticeKind.OPENED, detail=str(opened.skipped), count=found, failed=opened.unreadable))
        else:
            tell(Notice(NoticeKind.NOTHING_FOUND, request.paths[0].name, str(opened.skipped)))

    def _closed(self) -> None:
        self._reader.forget()
        self._asker.forget()
        self.thumbnails.forget()
        self._background.end()
        self._opener.forget_archives()

    # ------------------------------------------------------------ reading

    def _read(self, entry_id: int) -> None:
        session, worklist = self._workspace.session, self._workspace.worklist
        panes = [pane for pane in (session.pane, session.other) if pane.entry_id is not None and not pane.up_to_date]
        shown = [worklist.entries[pane.entry_id] for pane in panes if pane.entry_id in worklist.entries]
        ahead = [worklist.entries[neighbour] for neighbour in self._neighbours(entry_id)]
        self._reader.want(_read_requests(shown), _read_requests(ahead))

    def _neighbours(self, entry_id: int) -> list[int]:
        """Return the slices that will be wanted next, the likeliest first."""
        ids = self._workspace.worklist.stack_of(entry_id).ids
        here = ids.index(entry_id)
        before = ids.index(self._last_shown) if self._last_shown in ids else here
        self._last_shown = entry_id
        on, back = ids[here + 1 : here + 1 + AHEAD], ids[max(0, here - AHEAD) : here][::-1]
        if here < before:
            on, back = back, on
        return [*on, *back[: AHEAD // 3]]

    def _unreadable(self, entry_id: int, error: ScanError) -> None:
        self._workspace.session.scan_failed(entry_id, error)
        entry = self._workspace.worklist.get(entry_id)
        # A row that was answered keeps its answer: the stick may only have been pulled.
        if entry is not None and entry.answer is None:
            self._workspace.worklist.take([RowResult(entry_id, "", None, error)])

    # ------------------------------------------------------------ which model

    def _model_loaded(self, bundle: Bundle) -> None:
        workspace, sha256 = self._workspace, bundle.model_sha256
        self._opener.model_sha256 = sha256
        self._background.use(bundle)
        workspace.model.ready(bundle.card, bundle.folder, sha256)
        if any(entry.answer and entry.answer.model_sha256 != sha256 for entry in workspace.worklist.entries.values()):
            workspace.worklist.forget_answers()
        self.judge_rest()

    def _model_missing(self, problem: str) -> None:
        self._opener.model_sha256 = ""
        self._background.use(None)
        self._workspace.model.missing(problem)
        self._workspace.notices.tell(Notice(NoticeKind.MODEL, detail=problem))

    def _setting_changed(self, name: str) -> None:
        settings = self._workspace.settings
        if name == MODEL.name:
            self.use_model(settings.get(MODEL))
        elif name == JUDGE_ALL.name and settings.get(JUDGE_ALL):
            self.judge_rest()
        elif name == JUDGE_ALL.name:
            self._background.end()

    # ------------------------------------------------------------ thumbnails, labels, exports

    def _thumbnail_request(self, entry_id: int) -> ThumbnailRequest | None:
        entry = self._workspace.worklist.get(entry_id)
        if entry is None or entry.error is not None:
            return None
        return ThumbnailRequest(entry.id, entry.path, entry.frame)

    def _thumbnail_made(self, entry_id: int, _: QImage, sha256: str, review: Review | None) -> None:
        """Remember which file it is; a label that was given to it elsewhere appears."""
        entry = self._workspace.worklist.get(entry_id)
        if entry is not None and sha256 and not entry.sha256:
            self._workspace.worklist.take([RowResult(entry_id, sha256, review=review)])

    def _keep(self, ids: list[int]) -> None:
        entries = [self._workspace.worklist.entries[entry_id] for entry_id in ids]
        self._keeper.keep([KeepRequest(e.path, e.frame, e.sha256, e.label, e.note) for e in entries])

    def _not_saved(self, name: str, cause: str) -> None:
        self._workspace.notices.tell(Notice(NoticeKind.NOT_SAVED, name, cause))

    def _export(self, ids: Sequence[int], target: Path, *, as_data_set: bool) -> None:
        entries = self._workspace.worklist.entries
        rows = tuple(_exported(entries[entry_id]) for entry_id in ids if entry_id in entries)
        job = self._workspace.jobs.begin(JobKind.EXPORTING)
        full_paths = self._workspace.settings.get(EXPORT_PATHS)
        request = ExportRequest(rows, target, as_data_set, full_paths, job.stop)
        self._exporting[request] = job
        self._exporter.export(request)

    def _export_progressed(self, request: ExportRequest, done: int) -> None:
        if request in self._exporting:
            self._exporting[request].progress(done, len(request.rows))

    def _export_ended(self, request: ExportRequest, end: ExportEnd) -> None:
        job = self._exporting.pop(request)
        kind = NoticeKind.EXPORTED
        if end.problem:
            kind = NoticeKind.EXPORT_FAILED
        elif end.stopped:
            kind = NoticeKind.EXPORT_STOPPED
        ends = {NoticeKind.EXPORTED: JobEnd.DONE, NoticeKind.EXPORT_STOPPED: JobEnd.CANCELLED}
        job.finish(ends.get(kind, JobEnd.FAILED))
        self._workspace.notices.tell(Notice(kind, request.target.name, end.problem, end.written, end.failed))

    # ------------------------------------------------------------ what the person has to know

    def _tell_library(self, problem: Problem) -> None:
        kept = problem.kept.name if problem.kept is not None else ""
        self._workspace.notices.tell(Notice(TROUBLES[problem.trouble], problem.file.name, kept))

    def _tell_fault(self, fault: str) -> None:
        self._workspace.notices.tell(Notice(NoticeKind.FAULT, detail=fault))


def _read_requests(entries: Iterable[Entry]) -> list[ReadRequest]:
    return [ReadRequest(entry.id, entry.path, entry.frame) for entry in entries if entry.error is None]


def _exported(entry: Entry) -> Exported:
    error = entry.error.reason if entry.error is not None else ""
    kind = CROP_KINDS[entry.crop.kind]
    return Exported(entry.path, entry.frame, entry.sha256, error, entry.answer, kind, entry.label, entry.note)
