"""The lower edge of the window: what the answers are for, what is going on, what lies under the cursor."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from tumorviewer import NOTICE
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.viewer.hud_text import Probe, probe_line
from tumorviewer.gui.window.arrivals_row import ArrivalsRow
from tumorviewer.gui.window.job_row import JobRow
from tumorviewer.gui.window.messages import Messages
from tumorviewer.gui.worklist.counts import Counts
from tumorviewer.state.jobs import Jobs


class StatusStrip(QFrame):
    """One line. Where there is too little room, what can be read elsewhere too gives way; the notice never does.

    Parameters
    ----------
    jobs : Jobs
    messages : Messages
    show_messages : QAction
    arrivals : ArrivalsRow
        What comes by itself.
    """

    def __init__(
        self,
        jobs: Jobs,
        messages: Messages,
        show_messages: QAction,
        arrivals: ArrivalsRow,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._messages = messages
        self.notice = QLabel(NOTICE)
        self.notice.setFont(figures(self.font(), bold=True))
        self.jobs = JobRow(jobs)
        self.arrivals = arrivals
        self.probe = QLabel()
        self.counts = QLabel()
        self.inbox = QToolButton()
        self.inbox.setIcon(icon("info"))
        self.inbox.setIconSize(QSize(16, 16))
        self.inbox.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.inbox.setToolTip(show_messages.toolTip())
        self.inbox.clicked.connect(show_messages.trigger)
        for label in (self.probe, self.counts):
            label.setFont(figures(self.font()))
            label.setProperty("role", "quiet")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._lay_out()
        messages.changed.connect(self._show_unseen)
        arrivals.resized.connect(self._make_room)
        self._show_unseen()

    def show_probe(self, under: Probe | None) -> None:
        """Write the value under the cursor."""
        self.probe.setText("" if under is None else probe_line(under))
        self._make_room()

    def show_counts(self, counts: Counts) -> None:
        """Write how many scans are open."""
        parts = [self.tr("%n scan(s)", "", counts.total)]
        if counts.unreadable:
            parts.append(self.tr("%n unreadable", "", counts.unreadable))
        if counts.labelled:
            parts.append(self.tr("%n labelled", "", counts.labelled))
        self.counts.setText(" · ".join(parts) if counts.total else "")
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See what there is room for."""
        super().resizeEvent(event)
        self._make_room()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, UNIT // 2, UNIT, UNIT // 2)
        row.setSpacing(3 * UNIT)
        row.addWidget(self.notice)
        row.addWidget(self.jobs)
        row.addStretch(1)
        row.addWidget(self.arrivals)
        row.addWidget(self.probe)
        row.addWidget(self.counts)
        row.addWidget(self.inbox)
        self.setFixedHeight(max(self.inbox.sizeHint().height(), self.jobs.sizeHint().height()) + UNIT)

    def _show_unseen(self) -> None:
        unseen = self._messages.unseen
        self.inbox.setText(str(unseen) if unseen else "")
        self.inbox.setAccessibleName(self.tr("Messages: %n new", "", unseen))
        self._make_room()

    def _make_room(self) -> None:
        """Leave out what is to be seen elsewhere too: the value under the cursor, then the counts.

        What comes by itself is left its words if there is room for them, and its icons always.
        """
        needed = [self.notice, self.inbox] + ([self.jobs] if not self.jobs.isHidden() else [])
        room = self.width() - sum(widget.sizeHint().width() + 3 * UNIT for widget in needed) - 3 * UNIT
        if not self.arrivals.isHidden():
            long = self.arrivals.width_for(short=False) + 3 * UNIT
            self.arrivals.set_short(short=long > room)
            room -= self.arrivals.width_for(short=long > room) + 3 * UNIT
        for widget in (self.counts, self.probe):
            room -= widget.sizeHint().width() + 3 * UNIT
            widget.setVisible(room >= 0 and bool(widget.text()))
