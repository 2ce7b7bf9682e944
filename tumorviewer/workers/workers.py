"""All threads of a window, made and wired to its state in one place."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from tumorviewer.dicom_out.profile import Options as DeidentifyOptions
from tumorviewer.inference.bundle import Bundle
from tumorviewer.reports.document import ReportChoice
from tumorviewer.state.notices import Notice, NoticeKind
from tumorviewer.state.settings import JUDGE_ALL, MODEL
from tumorviewer.state.workspace import Workspace
from tumorviewer.storage.audit_log import FILE as AUDIT_LOG
from tumorviewer.storage.audit_log import AuditLog
from tumorviewer.storage.database import Problem, Trouble
from tumorviewer.storage.library import Library
from tumorviewer.workers.arrivals import Arrivals
from tumorviewer.workers.asker import Asker
from tumorviewer.workers.asking import Asking
from tumorviewer.workers.attention import Attention
from tumorviewer.workers.audit_trail import AuditTrail
from tumorviewer.workers.background import Background
from tumorviewer.workers.chronicler import Chronicler
from tumorviewer.workers.dicom_exports import DicomExports
from tumorviewer.workers.dicom_writer import AnswersRequest, DicomEnd, DicomRequest
from tumorviewer.workers.errands import ErrandRunner, Errands
from tumorviewer.workers.exporter import ExportEnd, Exporter, ExportKind, ExportRequest
from tumorviewer.workers.exports import Exports
from tumorviewer.workers.headers import HeaderReader
from tumorviewer.workers.keeper import Keeper
from tumorviewer.workers.labels import Labels
from tumorviewer.workers.matcher import Matcher
from tumorviewer.workers.matching import Matching
from tumorviewer.workers.opener import Opener
from tumorviewer.workers.openings import Openings
from tumorviewer.workers.prober import Prober
from tumorviewer.workers.probing import Probing
from tumorviewer.workers.reader import Reader
from tumorviewer.workers.reading import Reading
from tumorviewer.workers.reporter import Printing, ReportEnd, Reporter, ReportRequest
from tumorviewer.workers.reports import Reports
from tumorviewer.workers.threads import DIRECT, Threads, Worker
from tumorviewer.workers.thumbnails import ThumbnailMaker, ThumbnailRequest, Thumbnails

if TYPE_CHECKING:
    from tumorviewer.state.self_test import SelfTest
    from tumorviewer.state.training.desk import TrainingDesk
    from tumorviewer.workers.training.crew import Crew

_TROUBLES: Final = {
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

    Attributes
    ----------
    thumbnails : Thumbnails
    errands : Errands
    closing : bool
        The threads are being ended: nothing may be started any more.
    """

    stopped = Signal()
    """All threads have ended, after `shutdown`."""
    _library_problem = Signal(object)
    _audit_log_problem = Signal(object)

    def __init__(self, workspace: Workspace, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._folder = workspace, folder
        self._crew: Crew | None = None
        self._self_test: SelfTest | None = None
        self.closing = False
        self._library = Library(folder, self._library_problem.emit)
        self._attention = Attention()
        self._library_problem.connect(self._tell_library)
        self._audit_log_problem.connect(self._tell_damaged_log)

        self._opener = Opener(self._library, folder / "unpacked", self._attention)
        self._openings = Openings(workspace, self._opener, self)
        self._arrivals = Arrivals(workspace, self._take_in, self._start_one, self)
        self._reader = Reader(workspace.session.cache, self._library, self._attention)
        self._reading = Reading(workspace, self._reader, self)
        self._asker = Asker(self._library, self._attention)
        self._asking = Asking(workspace.session, self._asker, self)
        self._prober = Prober(self._attention)
        self._probing = Probing(workspace.session, workspace.stability, self._asker, self._prober, self)
        self._matcher = Matcher(self._library, self._attention)
        self._matching = Matching(workspace, self._asker, self._matcher, self)
        self._background = Background(workspace, self._library, self._attention, self)
        self._maker = ThumbnailMaker(self._library, workspace.session.cache, self._attention)
        self.thumbnails = Thumbnails(self._maker, self._thumbnail_request, self)
        self._keeper = Keeper(self._library)
        self._labels = Labels(workspace, self._keeper, self)
        self._exporter = Exporter(self._library)
        self._exports = Exports(workspace, self._exporter, self)
        self._dicom = DicomExports(workspace, self._library, self._start_one, self)
        self._reporter = Reporter(self._library)
        self._reports = Reports(workspace, self._reporter, self)
        self._chronicler = Chronicler(AuditLog(folder / AUDIT_LOG, self._audit_log_problem.emit))
        self._trail = AuditTrail(workspace, self._chronicler, self)
        self._header_reader = HeaderReader()
        self._runner = ErrandRunner()
        self.errands = Errands(self._runner, self)
        self._connect()

        self._threads = Threads(self, busy=lambda: bool(workspace.jobs.running))
        self._threads.stopped.connect(self._all_stopped)
        quick = (self._opener, self._reader, self._asker, self._keeper, self._chronicler, self._runner)
        self._start(QThread.Priority.InheritPriority, *quick, self._header_reader)
        self._start(QThread.Priority.LowPriority, self._prober, self._matcher)
        self._start(QThread.Priority.LowPriority, *self._background.judges, self._maker, self._exporter, self._reporter)
        # With the first events: what shows the window goes before the model.
        QTimer.singleShot(0, self, lambda: self.use_model(workspace.settings.get(MODEL)))
        QTimer.singleShot(0, self, self._arrivals.begin)

    # ------------------------------------------------------------ what the window asks

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files, folders and archives of scans, beside what is open already."""
        self._background.allow()
        self._openings.open(paths)

    def close_all(self) -> None:
        """Close all scans, and forget what is still being opened."""
        self._openings.cancel()
        self._workspace.worklist.clear()

    def set_visible(self, ids: Sequence[int]) -> None:
        """Say which rows are on the screen: they are judged first, and only they need thumbnails."""
        self._background.prefer(ids)
        self.thumbnails.keep_only(ids)

    def use_model(self, name: str) -> None:
        """Let another model answer; "" is the one that is used where none is named."""
        self._workspace.model.loading()
        self._background.use(None)
        self._prober.use(None)
        self._matcher.use(None)
        self._dicom.use(None)
        self._asker.use(name)

    def judge_rest(self) -> None:
        """Judge all rows that have no answer yet, also after the person stopped that."""
        self._background.restart()

    def export_csv(self, ids: Sequence[int], path: Path) -> None:
        """Write a table of rows."""
        self._exports.export(ExportKind.TABLE, ids, path)

    def export_dataset(self, ids: Sequence[int], folder: Path) -> None:
        """Write the labelled scans among some rows as a class-folder data set."""
        self._exports.export(ExportKind.DATASET, ids, folder)

    def make_report(
        self, ids: Sequence[int], choice: ReportChoice, target: Path | Printing, done: Callable[[bool], None]
    ) -> None:
        """Write or print a report on rows; `done` is told whether it is there."""
        self._reports.make(ids, choice, target, done)

    def export_dicom(self, ids: Sequence[int], folder: Path, *, dicomdir: bool) -> None:
        """Write what the model says to rows as DICOM objects."""
        self._dicom.answers(ids, folder, dicomdir=dicomdir)

    def deidentify(self, paths: Sequence[Path], folder: Path, options: DeidentifyOptions) -> None:
        """Write DICOM files and folders again without patient data."""
        self._dicom.deidentify(paths, folder, options)

    def training(self) -> "tuple[TrainingDesk, Crew]":
        """Return what the training tab shows and works with, made when it is first asked for."""
        # What it needs takes a while to load; the tab does that in another thread before.
        from training.parts import missing_parts
        from tumorviewer.state.training.desk import TrainingDesk
        from tumorviewer.workers.training.crew import Crew

        if self._crew is None:
            desk = self._workspace.training = TrainingDesk(self._folder, missing_parts(), self._workspace)
            self._crew = Crew(desk, self._workspace, self.errands, self._exports, self._start_one, self)
        return self._crew.desk, self._crew

    def self_test(self) -> "SelfTest":
        """Return the self-test, which stands still until it is started."""
        # Seldom asked for.
        from tumorviewer.state.self_test import SelfTest
        from tumorviewer.workers.child_runner import ChildRunner

        if self._self_test is None:
            self._self_test = SelfTest(self._workspace)
            runner = ChildRunner()
            runner.serve(self._self_test.task)
            self._start_one(runner)
        return self._self_test

    def shutdown(self) -> None:
        """Stop everything; `stopped` follows. What was labelled is saved before."""
        self.closing = True
        self._arrivals.end()
        self._workspace.jobs.cancel_all()
        self._attention.close()
        self._trail.end()
        self._threads.stop()

    # ------------------------------------------------------------ wiring

    def _take_in(self, paths: Sequence[Path], replaced: Sequence[Path]) -> None:
        self._background.allow()
        self._openings.take_in(paths, replaced)

    def _start_one(self, worker: Worker) -> None:
        self._start(QThread.Priority.LowPriority, worker)

    def _connect(self) -> None:
        workspace = self._workspace
        workspace.worklist.cleared.connect(self.thumbnails.forget)
        workspace.settings.changed.connect(self._setting_changed)
        self._asker.loaded.connect(self._model_loaded)
        self._asker.missing.connect(self._model_missing)
        self._asker.gone.connect(self._model_gone)
        workspace.header.asked.connect(self._header_reader.ask, DIRECT)
        self._header_reader.read.connect(workspace.header.take)
        self._exporter.ended.connect(self._exported)
        self._dicom.written.connect(self._written_as_dicom)
        self._reporter.ended.connect(self._reported)
        self._chronicler.not_written.connect(self._tell_audit_log)

    def _start(self, priority: QThread.Priority, *workers: Worker) -> None:
        for worker in workers:
            worker.failed_badly.connect(self._tell_fault)
            self._threads.start(worker, priority)

    def _all_stopped(self) -> None:
        self._library.close()
        self.stopped.emit()

    def _thumbnail_request(self, entry_id: int) -> ThumbnailRequest | None:
        entry = self._workspace.worklist.get(entry_id)
        if entry is None or entry.error is not None:
            return None
        return ThumbnailRequest(entry.id, entry.path, entry.frame, entry.sha256)

    def _model_loaded(self, bundle: Bundle) -> None:
        workspace, sha256 = self._workspace, bundle.model_sha256
        self._opener.model_sha256 = sha256
        if any(entry.answer and entry.answer.model_sha256 != sha256 for entry in workspace.worklist.entries.values()):
            workspace.worklist.forget_answers()
        workspace.model.ready(bundle.card, bundle.folder, sha256, bundle.seen)
        self._background.use(bundle)
        self._prober.use(bundle)
        self._matcher.use(bundle)
        self._dicom.use(bundle)

    def _model_missing(self, problem: str) -> None:
        self._opener.model_sha256 = ""
        self._workspace.model.missing(problem)
        self._workspace.notices.tell(Notice(NoticeKind.MODEL, detail=problem))

    def _model_gone(self, name: str, problem: str) -> None:
        """Go back from a chosen model that was removed to the one that came with the program, and say so once."""
        settings = self._workspace.settings
        if settings.get(MODEL) != name:
            self._model_missing(problem)
            return
        self._workspace.notices.tell(Notice(NoticeKind.MODEL_GONE, name))
        settings.set(MODEL, "")

    def _setting_changed(self, name: str) -> None:
        if name == MODEL.name:
            self.use_model(self._workspace.settings.get(MODEL))
        elif name == JUDGE_ALL.name:
            self._background.restart()

    def _exported(self, request: ExportRequest, end: ExportEnd) -> None:
        if end.written:
            self._trail.exported(request.kind.name.lower(), [row.sha256 for row in request.rows], end.written)

    def _written_as_dicom(self, request: DicomRequest, end: DicomEnd) -> None:
        if end.export.written:
            if isinstance(request, AnswersRequest):
                self._trail.exported("dicom", request.hashes, end.export.written)
            else:
                self._trail.exported("de-identified", (), end.export.written)

    def _reported(self, request: ReportRequest, end: ReportEnd) -> None:
        if end.export.written:
            how = "printed report" if isinstance(request.target, Printing) else "report"
            self._trail.exported(how, [scan.sha256 for scan in request.report.scans], end.export.written)

    def _tell_damaged_log(self, problem: Problem) -> None:
        # Where nothing can be written at all, the library says so.
        if problem.kept is not None:
            self._workspace.notices.tell(Notice(NoticeKind.AUDIT_LOG_DAMAGED, AUDIT_LOG, problem.kept.name))

    def _tell_audit_log(self, cause: str) -> None:
        self._workspace.notices.tell(Notice(NoticeKind.NOT_LOGGED, AUDIT_LOG, cause))

    def _tell_library(self, problem: Problem) -> None:
        kept = problem.kept.name if problem.kept is not None else ""
        self._workspace.notices.tell(Notice(_TROUBLES[problem.trouble], problem.file.name, kept))

    def _tell_fault(self, fault: str) -> None:
        self._workspace.notices.tell(Notice(NoticeKind.FAULT, detail=fault))
