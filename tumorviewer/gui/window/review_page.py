"""The tab Review: worklist, scan and prediction, or three ways to begin while nothing is open."""

from PySide6.QtCore import QCoreApplication, QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from tumorviewer.gui.panel.panel import PredictionPanel
from tumorviewer.gui.series.bar import SeriesBar
from tumorviewer.gui.viewer.viewer import Viewer
from tumorviewer.gui.worklist.panel import WorklistPanel
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.thumbnails import Thumbnails

SIDE, MIDDLE = 300, 720
_PAUSE_MS = 30
PATIENCE_MS = 40
"""So long the first scan may take before its page is shown without it."""


class ReviewPage(QStackedWidget):
    """Parts side by side, each of the outer two can be put away.

    Parameters
    ----------
    workspace : Workspace
    thumbnails : Thumbnails
    """

    parts_changed = Signal()
    """One of the outer parts was put away or fetched back."""

    def __init__(self, workspace: Workspace, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._worklist = workspace.worklist
        self.viewer = Viewer(workspace.session, workspace.overlays, workspace.settings, workspace.header)
        self.worklist = WorklistPanel(workspace, thumbnails)
        self.panel = PredictionPanel(workspace)
        self.middle = QWidget()
        self.column = QVBoxLayout(self.middle)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.series = SeriesBar(workspace)
        self.column.addWidget(self.viewer, 1)
        self.column.addWidget(self.series)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        for place, part in enumerate((self.worklist, self.middle, self.panel)):
            self.splitter.addWidget(part)
            self.splitter.setStretchFactor(place, 1 if part is self.middle else 0)
        self.splitter.setSizes([SIDE, MIDDLE, self.panel.sizeHint().width()])
        self._empty = QWidget()
        self._pane = workspace.session.pane
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._warm = False

    def begin_with(self, empty: QWidget) -> None:
        """Take the page that is shown while nothing is open."""
        self._empty = empty
        self.addWidget(empty)
        self.addWidget(self.splitter)
        self._worklist.added.connect(self._choose)
        self._worklist.cleared.connect(self._choose)
        self._pane.changed.connect(self._choose)
        self._patience.timeout.connect(lambda: self._turn_to(self.splitter))
        self._choose()

    def show_part(self, part: QWidget, shown: bool) -> None:
        """Put an outer part away, or fetch it back."""
        part.setVisible(shown)
        self.parts_changed.emit()

    def next_part(self, focused: QWidget | None) -> None:
        """Give the keyboard to the next part that is shown."""
        parts = [part for part in (self.worklist, self.viewer, self.panel) if not part.isHidden()]
        within = (place for place, part in enumerate(parts) if focused is not None and part.isAncestorOf(focused))
        following = parts[(next(within, -1) + 1) % len(parts)]
        target = self.panel.heat.box if following is self.panel else following
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """Get ready for the first scan when all that is seen now is drawn."""
        super().showEvent(event)
        if not self._warm:
            self._warm = True
            QTimer.singleShot(0, self, self._warm_up)

    def _warm_up(self) -> None:
        """Lay out and draw the parts once, unseen and one at a time: the first time takes longest."""
        self.splitter.resize(self.size())
        self.splitter.grab(QRect(0, 0, 1, 1))
        for number, part in enumerate((self.worklist, self.middle, self.panel), 1):
            QTimer.singleShot(_PAUSE_MS * number, part, lambda part=part: part.isVisible() or part.grab())

    def _choose(self) -> None:
        """Show the page of what is open, with the first scan if that comes soon: without it, all is drawn twice."""
        if not len(self._worklist):
            self._turn_to(self._empty)
        elif self._pane.up_to_date or self._pane.error is not None:
            self._turn_to(self.splitter)
        elif self.currentWidget() is not self.splitter and not self._patience.isActive():
            self._patience.start()

    def _turn_to(self, wanted: QWidget) -> None:
        self._patience.stop()
        if wanted is not self.currentWidget():
            self.setCurrentWidget(wanted)
            # Else the scene, which draws at once, draws the page before Qt asks for it, and all is drawn twice.
            QCoreApplication.sendPostedEvents(None, QEvent.Type.UpdateLater)
            # The keys of the scan work at once; without one, Return opens a folder.
            (self.viewer if wanted is self.splitter else wanted).setFocus(Qt.FocusReason.OtherFocusReason)
