"""What is being reported, as the window sees it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject

from tumorviewer import __version__
from tumorviewer.inference.labels import CLASSES
from tumorviewer.reports.document import Letterhead, Report, ReportChoice, ReportedModel, ReportedScan, ReportedSeries
from tumorviewer.state.entries import Entry
from tumorviewer.state.jobs import Job, JobEnd, JobKind
from tumorviewer.state.notices import Notice, NoticeKind
from tumorviewer.state.settings import EXPORT_PATHS, REPORT_LETTERHEAD, REPORT_LOGO
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.exports import answer_to_crop
from tumorviewer.workers.gathering import gather
from tumorviewer.workers.reporter import Printing, ReportEnd, Reporter, ReportRequest


@dataclass(slots=True, eq=False)
class _Order:
    """A report whose rows are being taken over."""

    ids: Sequence[int]
    choice: ReportChoice
    target: Path | Printing
    done: Callable[[bool], None]
    job: Job
    scans: list[ReportedScan] = field(default_factory=list)


class Reports(QObject):
    """Hands rows to the reporter, as they are at that moment.

    Parameters
    ----------
    workspace : Workspace
    reporter : Reporter
    """

    def __init__(self, workspace: Workspace, reporter: Reporter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._reporter = workspace, reporter
        self._orders: dict[ReportRequest, _Order] = {}
        reporter.progressed.connect(self._progressed)
        reporter.ended.connect(self._ended)

    def make(
        self,
        ids: Sequence[int],
        choice: ReportChoice,
        target: Path | Printing,
        done: Callable[[bool], None] = lambda _: None,
    ) -> None:
        """Report on rows; `done` is told whether the report is there."""
        kind = JobKind.PRINTING if isinstance(target, Printing) else JobKind.EXPORTING
        job = self._workspace.jobs.begin(kind)
        job.progress(0, len(ids))
        order = _Order(ids, choice, target, done, job)
        gather(ids, lambda some: self._take(order, some), lambda: self._hand_over(order), self)

    # ------------------------------------------------------------ inside

    def _take(self, order: _Order, ids: Sequence[int]) -> None:
        worklist = self._workspace.worklist
        rows = (worklist.get(entry_id) for entry_id in ids)
        order.scans += [self._scan(entry) for entry in rows if entry is not None]

    def _hand_over(self, order: _Order) -> None:
        settings = self._workspace.settings
        logo = settings.get(REPORT_LOGO)
        report = Report(
            created=datetime.now().astimezone(),
            program=__version__,
            scans=tuple(order.scans),
            model=self._model(),
            together=self._together(order.ids),
            letterhead=Letterhead(settings.get(REPORT_LETTERHEAD), Path(logo) if logo else None),
            detailed=order.choice.detailed,
            with_patient=order.choice.with_patient,
            with_paths=settings.get(EXPORT_PATHS),
        )
        request = ReportRequest(report, order.target, order.job.stop)
        self._orders[request] = order
        self._reporter.ask(request)

    def _together(self, ids: Sequence[int]) -> ReportedSeries | None:
        """Return what is said of the series that is looked at, if the report is on just that."""
        series = self._workspace.series
        if series.answer is None or series.geometry is None or series.slices is None:
            return None
        return ReportedSeries(series.answer, series.geometry) if tuple(ids) == series.slices.ids else None

    def _model(self) -> ReportedModel | None:
        model = self._workspace.model
        if model.card is None:
            return None
        card = model.card
        return ReportedModel(card.name, card.version, model.sha256, card.thresholds.certain, card.classes, model.folder)

    def _scan(self, entry: Entry) -> ReportedScan:
        stack = self._workspace.worklist.stacks[entry.stack]
        card, answer = self._workspace.model.card, answer_to_crop(entry)
        # Between two models, rows may hold answers of one with other classes, which nothing here can name.
        if answer is not None and len(answer.probabilities) != len(card.classes if card is not None else CLASSES):
            answer = None
        return ReportedScan(
            path=entry.path,
            frame=entry.frame,
            frames=entry.frames,
            series=stack.name if stack.kind == "series" else "",  # folders may be called like patients
            sha256=entry.sha256,
            error=entry.error,
            answer=answer,
            crop_kind=entry.crop.kind.name.lower(),
            label=entry.label,
            note=entry.note,
        )

    def _progressed(self, request: ReportRequest, done: int) -> None:
        if request in self._orders:
            self._orders[request].job.progress(done, request.steps)

    def _ended(self, request: ReportRequest, end: ReportEnd) -> None:
        order = self._orders.pop(request)
        order.job.finish(_job_end(end))
        tell = self._workspace.notices.tell
        tell(_notice(request.target, end))
        if end.logo_missing:
            tell(Notice(NoticeKind.LOGO_MISSING, end.logo_missing))
        order.done(not (end.export.problem or end.export.stopped))


def _job_end(end: ReportEnd) -> JobEnd:
    if end.export.problem:
        return JobEnd.FAILED
    return JobEnd.CANCELLED if end.export.stopped else JobEnd.DONE


def _notice(target: Path | Printing, end: ReportEnd) -> Notice:
    printing, export = isinstance(target, Printing), end.export
    if export.problem:
        kind = NoticeKind.PRINT_FAILED if printing else NoticeKind.EXPORT_FAILED
    elif export.stopped:
        kind = NoticeKind.PRINT_STOPPED if printing else NoticeKind.EXPORT_STOPPED
    else:
        kind = NoticeKind.PRINTED if printing else NoticeKind.EXPORTED
    return Notice(kind, target.name, export.problem, export.written)
