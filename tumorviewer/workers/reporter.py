"""Writing and printing reports."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QPagedPaintDevice

from tumorviewer.reports.as_json import write_json
from tumorviewer.reports.document import Report
from tumorviewer.reports.logo import read_logo
from tumorviewer.reports.paint import paint_report
from tumorviewer.reports.pdf import write_pdf
from tumorviewer.reports.people import with_people
from tumorviewer.reports.pictures import FilePictures
from tumorviewer.storage.export_table import ExportStopped
from tumorviewer.storage.library import Library
from tumorviewer.workers.exporter import ExportEnd, sentence
from tumorviewer.workers.in_turn import InTurn
from tumorviewer.workers.steady import Steady

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Printing:
    """A printer that a report goes to.

    Attributes
    ----------
    device : QPagedPaintDevice
        Used by nobody else until the report is printed.
    name : str
        As the system calls it.
    abort : callable
        Drops what was not printed yet.
    """

    device: QPagedPaintDevice
    name: str
    abort: Callable[[], object]


@dataclass(frozen=True, slots=True, eq=False)
class ReportRequest:
    """A report and where it goes: a file that ends in ``.pdf`` or ``.json``, or a printer."""

    report: Report
    target: Path | Printing
    stop: Event

    @property
    def steps(self) -> int:
        """How many steps its progress has: headers are read before, where patients are to be named."""
        return len(self.report.scans) * (2 if self.report.with_patient else 1)


@dataclass(frozen=True, slots=True)
class ReportEnd:
    """What became of it; `logo_missing` is the name of a logo that could not be read, or ""."""

    export: ExportEnd
    logo_missing: str = ""


class Reporter(InTurn):
    """Makes one report after the other.

    Parameters
    ----------
    library : Library
        Has thumbnails.
    """

    progressed = Signal(object, int)
    """The request, and steps done."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library

    def outcome(self, request: ReportRequest) -> ReportEnd:
        """Do one request."""
        logo_file = request.report.letterhead.logo if _has_pages(request) else None
        logo = read_logo(logo_file)
        missing = logo_file.name if logo_file is not None and logo.isNull() else ""
        try:
            return ReportEnd(ExportEnd(self._write(request, logo)), missing)
        except ExportStopped:
            return ReportEnd(ExportEnd(stopped=True))
        except OSError as error:
            log.warning("a report failed: %s", error.strerror)
            return ReportEnd(ExportEnd(problem=sentence(error)))

    def _write(self, request: ReportRequest, logo: QImage) -> int:
        steady = Steady(lambda done: self.progressed.emit(request, done))

        def stopped() -> bool:
            return request.stop.is_set() or self.stopping.is_set()

        report = with_people(request.report, steady, stopped)
        before = request.steps - len(report.scans)

        def told(done: int) -> None:
            steady(before + done)

        if isinstance(request.target, Path) and request.target.suffix.lower() == ".json":
            return write_json(report, request.target, told=told, stopped=stopped)
        pictures = FilePictures(report.model, self._library.cache)
        if isinstance(request.target, Path):
            return write_pdf(report, request.target, pictures, logo, told=told, stopped=stopped)
        try:
            return paint_report(report, pictures, logo, request.target.device, told=told, stopped=stopped)
        except ExportStopped:
            request.target.abort()
            raise


def _has_pages(request: ReportRequest) -> bool:
    return not (isinstance(request.target, Path) and request.target.suffix.lower() == ".json")
