"""What the header of the file on the screen tells: its elements, and whom it shows. Read only while it is wanted."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from tumorviewer.imaging.person import Patient
from tumorviewer.imaging.tags import Tag
from tumorviewer.state.overlays import OverlayState
from tumorviewer.state.session import Session


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """An element, and whether its value may tell who was scanned, where or when (PS3.15 table E.1-1)."""

    tag: Tag
    tells: bool


@dataclass(frozen=True, slots=True, eq=False)
class Header:
    """What was read of one file; `problem` says why there are no rows."""

    path: Path
    rows: tuple[HeaderRow, ...] = ()
    patient: Patient | None = None
    problem: str = ""


class HeaderState(QObject):
    """The header of the current file.

    Parameters
    ----------
    session : Session
    overlays : OverlayState
        Data of the patient are shown, and so read, only where it says so.
    """

    changed = Signal()
    asked = Signal(object)
    """A `Path`: read its header; only the newest matters."""

    def __init__(self, session: Session, overlays: OverlayState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._overlays = session, overlays
        self._listed = False
        self._asked: Path | None = None
        self.header: Header | None = None
        session.current_changed.connect(self._look)
        overlays.changed.connect(self._look)

    @property
    def patient(self) -> Patient | None:
        """Whom the current scan shows, if that may be said and is known."""
        return self.header.patient if self.header is not None and self._overlays.overlays.patient else None

    def want_list(self, wanted: bool) -> None:
        """Say whether the list of elements is on the screen."""
        self._listed = wanted
        self._look()

    def take(self, header: Header) -> None:
        """Take what was read; not if another file is looked at by now."""
        if header.path == self._asked:
            self.header = header
            self.changed.emit()

    def _look(self) -> None:
        entry = self._session.entry
        wanted = self._listed or self._overlays.overlays.patient
        path = entry.path if entry is not None and wanted else None
        if path != self._asked:
            self._asked, self.header = path, None
            self.changed.emit()
            if path is not None:
                self.asked.emit(path)
