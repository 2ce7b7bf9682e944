"""What is going on, how far it is, and a way to stop it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.words import job_line
from tumorviewer.state.jobs import Job, JobKind, Jobs

_FIRST = (JobKind.EXPORTING, JobKind.PRINTING, JobKind.DRAWING, JobKind.OPENING, JobKind.JUDGING)
"""What a person waits for most comes first."""


class JobRow(QWidget):
    """Shows one of the running jobs; the others follow when it ends.

    Parameters
    ----------
    jobs : Jobs
    """

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.text = QLabel()
        self.text.setFont(figures(self.font()))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(QSize(12 * UNIT, 6))
        self.bar.setAccessibleName(self.tr("Progress"))
        self.cancel = QToolButton()
        self.cancel.setIcon(icon("cancel"))
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.cancel.setIconSize(QSize(14, 14))
        self.cancel.clicked.connect(self._cancel)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        row.addWidget(self.bar)
        row.addWidget(self.text)
        row.addWidget(self.cancel)
        jobs.changed.connect(self._show)
        self._show()

    @property
    def job(self) -> Job | None:
        """The one that is shown."""
        running = self._jobs.running
        return min(running, key=lambda job: _FIRST.index(job.kind)) if running else None

    def say_stopping(self) -> None:
        """Say that the program ends as soon as what it does can be left."""
        self._jobs.changed.disconnect(self._show)
        self.text.setText(self.tr("Stopping …"))
        self.bar.setRange(0, 0)
        self.cancel.hide()
        self.show()

    def _cancel(self) -> None:
        if self.job is not None:
            self.job.cancel()
            self.cancel.setEnabled(False)

    def _show(self) -> None:
        job = self.job
        self.setVisible(job is not None)
        if job is None:
            return
        others = len(self._jobs.running) - 1
        line = job_line(job)
        self.text.setText(self.tr("{work} (+%n more)", "", others).format(work=line) if others else line)
        # Qt draws a progress bar at once, and with it all that waits to be drawn; here it can wait, too.
        self.bar.setUpdatesEnabled(False)
        self.bar.setRange(0, job.total or 0)
        self.bar.setValue(job.done)
        self.bar.setUpdatesEnabled(True)
        self.cancel.setEnabled(not job.stop.is_set())
        self.cancel.setAccessibleName(self.tr("Cancel: {work}").format(work=line))
