"""Writing what a person takes out of the program."""

import logging
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal

from tumorviewer.imaging.patients import dicom_block_and_frames
from tumorviewer.storage.exports import Exported, write_data_set, write_table
from tumorviewer.workers.threads import Worker

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class ExportRequest:
    """Rows and where they go: a file for a table, a folder for a data set."""

    rows: tuple[Exported, ...]
    target: Path
    as_data_set: bool
    full_paths: bool
    stop: threading.Event


@dataclass(frozen=True, slots=True)
class ExportEnd:
    """What became of it; `problem` is "" when all went well."""

    written: int
    failed: int
    stopped: bool
    problem: str


class Exporter(Worker):
    """Writes one export after the other."""

    progressed = Signal(object, int)
    ended = Signal(object, object)
    """The request and its `ExportEnd`."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[ExportRequest] = deque()

    def export(self, request: ExportRequest) -> None:
        """Ask for an export, from any thread."""
        with self.lock:
            self._waiting.append(request)
        self.poke()

    def work(self) -> None:
        """Write all that waits."""
        while not self.stopping.is_set():
            with self.lock:
                request = self._waiting.popleft() if self._waiting else None
            if request is None:
                return
            self.ended.emit(request, self._write(request))

    def _write(self, request: ExportRequest) -> ExportEnd:
        try:
            if not request.as_data_set:
                write_table(request.rows, request.target, full_paths=request.full_paths)
                return ExportEnd(len(request.rows), 0, False, "")
            done = write_data_set(
                request.rows,
                request.target,
                lambda path: dicom_block_and_frames(path)[0],
                report=lambda count: self.progressed.emit(request, count),
                stopped=lambda: request.stop.is_set() or self.stopping.is_set(),
            )
        except OSError as error:
            log.warning("An export failed: %s", error.strerror)
            return ExportEnd(0, 0, False, error.strerror or str(error))
        return ExportEnd(done.written, len(done.failed), done.stopped, "")
