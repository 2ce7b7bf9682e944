"""One view on one scan."""

from PySide6.QtCore import QObject, Signal

from tumorviewer.imaging.errors import ScanError
from tumorviewer.state.loaded import LoadedScan
from tumorviewer.state.view import ViewState


class Pane(QObject):
    """One view on one scan."""

    changed = Signal()
    """Another scan, or its pixels or error arrived."""

    def __init__(self, view: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.entry_id: int | None = None
        self.loaded: LoadedScan | None = None
        self.error: ScanError | None = None

    @property
    def up_to_date(self) -> bool:
        """Whether `loaded` is the scan that is to be shown; else it is still the one before."""
        return self.loaded is not None and self.loaded.entry_id == self.entry_id
