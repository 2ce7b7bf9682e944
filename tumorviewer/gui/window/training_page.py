"""The tab Training; its code is loaded when it is first shown."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from tumorviewer.workers.workers import Workers

if TYPE_CHECKING:
    from tumorviewer.gui.training.page import TrainingPage


class TrainingTab(QStackedWidget):
    """Shows the page of training as soon as it is there.

    Parameters
    ----------
    workers : Workers

    Attributes
    ----------
    page : TrainingPage or None
    """

    scans_wanted = Signal(list)
    """Some `Path`: scans to be opened in the viewer."""
    loaded = Signal()

    def __init__(self, workers: Workers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workers = workers
        self._asked = False
        self._dropped: list[Path] = []
        self.page: TrainingPage | None = None
        waiting = QLabel(self.tr("One moment …"))
        waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        waiting.setProperty("role", "quiet")
        self.addWidget(waiting)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Take a data set that was dropped."""
        if self.page is None:
            self._dropped = list(paths)
        else:
            self.page.open_paths(paths)

    def showEvent(self, event: QShowEvent) -> None:
        """Load at the first time."""
        super().showEvent(event)
        if not self._asked:
            self._asked = True
            # Plots take longer to load than a frame lasts.
            self._workers.errands.run(
                lambda: import_module("tumorviewer.gui.training.page"), lambda _: self._make(), lambda _: None
            )

    def _make(self) -> None:
        if self._workers.closing:
            return
        # Loaded already, see above; at the start of the program nobody waits for it.
        from tumorviewer.gui.training.page import TrainingPage

        self.page = TrainingPage(*self._workers.training(), self)
        self.page.scans_wanted.connect(self.scans_wanted)
        self.addWidget(self.page)
        self.setCurrentWidget(self.page)
        if self._dropped:
            self.page.open_paths(self._dropped)
        self.loaded.emit()
