"""Writing DICOM: what the model said, and files without patient data."""

import logging
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from PySide6.QtCore import Signal

from tumorviewer.dicom_out.items import DicomItem
from tumorviewer.dicom_out.profile import Options
from tumorviewer.imaging.discover import discover
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.card import BundleError
from tumorviewer.storage.export_table import ExportStopped
from tumorviewer.storage.library import Library
from tumorviewer.workers.exporter import ExportEnd, sentence
from tumorviewer.workers.in_turn import InTurn
from tumorviewer.workers.steady import Steady

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class AnswersRequest:
    """Scans whose answers are written into a folder."""

    items: tuple[DicomItem, ...]
    hashes: tuple[str, ...]
    """Of the files, for the audit log."""
    target: Path
    bundle: Bundle
    dicomdir: bool
    stop: Event


@dataclass(frozen=True, slots=True, eq=False)
class FilesRequest:
    """Files and folders that are written into a folder without patient data."""

    paths: tuple[Path, ...]
    target: Path
    options: Options
    stop: Event


DicomRequest = AnswersRequest | FilesRequest


@dataclass(frozen=True, slots=True)
class DicomEnd:
    """What became of it; `doubtful` files may show text in their pictures."""

    export: ExportEnd
    doubtful: int = 0


class DicomWriter(InTurn):
    """Does one request after the other.

    Parameters
    ----------
    library : Library
        Keeps the secret that codes are made with.
    """

    progressed = Signal(object, int, int)
    """The request, how much is done, and of how much."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library

    def outcome(self, request: DicomRequest) -> DicomEnd:
        """Do one request."""
        try:
            secret = self._library.reviews.secret()
            if isinstance(request, AnswersRequest):
                return self._answers(request, secret)
            return self._files(request, secret)
        except ExportStopped:
            return DicomEnd(ExportEnd(stopped=True))
        except OSError as error:
            log.warning("a DICOM export failed: %s", error.strerror)
            return DicomEnd(ExportEnd(problem=sentence(error)))
        except (sqlite3.Error, BundleError) as error:
            log.warning("a DICOM export failed: %s", error)
            return DicomEnd(ExportEnd(problem=str(error)))

    def _answers(self, request: AnswersRequest, secret: str) -> DicomEnd:
        # What writes DICOM takes a second to load: only who asks for it waits, and not the window.
        from tumorviewer.dicom_out.export import write_dicom
        from tumorviewer.inference.predictor import Predictor

        done = write_dicom(
            request.items,
            request.target,
            Predictor(request.bundle, threads=1),
            secret,
            dicomdir=request.dicomdir,
            report=Steady(lambda count: self.progressed.emit(request, count, len(request.items))),
            stopped=lambda: self._stopped(request),
        )
        return DicomEnd(ExportEnd(done.written, len(done.failed)))

    def _files(self, request: FilesRequest, secret: str) -> DicomEnd:
        from tumorviewer.dicom_out.deidentify import deidentify  # as above

        found = []
        for one in discover(request.paths):
            if self._stopped(request):
                raise ExportStopped
            found.append(one)
        done = deidentify(
            found,
            request.target,
            secret,
            request.options,
            report=Steady(lambda count: self.progressed.emit(request, count, len(found))),
            stopped=lambda: self._stopped(request),
        )
        return DicomEnd(ExportEnd(done.written, len(done.failed)), done.may_show_text)

    def _stopped(self, request: DicomRequest) -> bool:
        return request.stop.is_set() or self.stopping.is_set()
