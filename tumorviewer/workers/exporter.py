"""Writing what a person takes out of the program."""

import errno
import logging
import sqlite3
import threading
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Signal

from tumorviewer.storage.export_dataset import write_dataset
from tumorviewer.storage.export_rows import ExportRow
from tumorviewer.storage.export_table import ExportStopped, write_table
from tumorviewer.storage.library import Library
from tumorviewer.workers.in_turn import InTurn
from tumorviewer.workers.steady import Steady

log = logging.getLogger(__name__)

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


class ExportKind(Enum):
    """What is written."""

    TABLE = auto()
    """A CSV file."""
    DATASET = auto()
    """Class folders."""


@dataclass(frozen=True, slots=True, eq=False)
class ExportRequest:
    """Rows and where they go: a file for a table, a folder for a data set."""

    kind: ExportKind
    rows: tuple[ExportRow, ...]
    target: Path
    full_paths: bool
    stop: threading.Event


@dataclass(frozen=True, slots=True)
class ExportEnd:
    """What became of it; `problem` is "" when all went well."""

    written: int = 0
    failed: int = 0
    stopped: bool = False
    problem: str = ""


class Exporter(InTurn):
    """Writes one export after the other."""

    progressed = Signal(object, int)
    """The request, and rows done."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library

    def outcome(self, request: ExportRequest) -> ExportEnd:
        """Do one request."""
        try:
            return self._write(request)
        except ExportStopped:
            return ExportEnd(stopped=True)
        except OSError as error:
            log.warning("an export failed: %s", error.strerror)
            return ExportEnd(problem=sentence(error))
        except sqlite3.Error as error:
            log.warning("an export failed: %s", error)
            return ExportEnd(problem=str(error))

    def _write(self, request: ExportRequest) -> ExportEnd:
        steady = Steady(lambda done: self.progressed.emit(request, done))

        def stopped() -> bool:
            return request.stop.is_set() or self.stopping.is_set()

        if request.kind is ExportKind.TABLE:
            written = write_table(
                request.rows, request.target, full_paths=request.full_paths, report=steady, stopped=stopped
            )
            return ExportEnd(written)
        secret = self._library.reviews.secret()
        done = write_dataset(request.rows, request.target, secret, report=steady, stopped=stopped)
        return ExportEnd(done.written, len(done.failed))


def sentence(error: OSError) -> str:
    """Return why something could not be written."""
    if error.errno in _FULL:
        return QCoreApplication.translate(
            "Exports", "the disk is full. Nothing of it was left there; make room and export again."
        )
    return error.strerror or str(error)
