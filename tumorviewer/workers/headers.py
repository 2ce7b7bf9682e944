"""Reading the header of the file on the screen."""

from pathlib import Path

from PySide6.QtCore import Signal

from tumorviewer.dicom_out.profile import tells_of_person
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.person import read_patient
from tumorviewer.imaging.tags import read_tags
from tumorviewer.presentation.reasons import reason_text
from tumorviewer.state.header import Header, HeaderRow
from tumorviewer.workers.threads import Worker


class HeaderReader(Worker):
    """Reads one file after the other; of several that wait the newest is the only one."""

    read = Signal(object)
    """A `Header`."""

    def __init__(self) -> None:
        super().__init__()
        self._path: Path | None = None

    def ask(self, path: Path) -> None:
        """Ask for a header, from any thread."""
        with self.lock:
            self._path = path
        self.poke()

    def work(self) -> None:
        """Read until nothing is asked."""
        while not self.stopping.is_set():
            with self.lock:
                path, self._path = self._path, None
            if path is None:
                return
            self.read.emit(_read(path))


def _read(path: Path) -> Header:
    try:
        rows = tuple(HeaderRow(tag, tells_of_person(tag.number, tag.kind)) for tag in read_tags(path))
    except ScanError as error:
        return Header(path, problem=reason_text(error))
    return Header(path, rows, read_patient(path))
