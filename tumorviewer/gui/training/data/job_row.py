"""How far a command on the data is, with the time left and a way to stop it."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.data.words import stage_text
from tumorviewer.gui.words import number, time_left
from tumorviewer.state.training.data_job import DataJob
from tumorviewer.state.training.task import TaskStatus


class DataJobRow(QWidget):
    """Shown while the command works.

    Parameters
    ----------
    job : DataJob
    """

    def __init__(self, job: DataJob, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job = job
        self.text = QLabel()
        self.text.setFont(figures(self.font()))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.cancel = QPushButton(icon("cancel"), self.tr("Cancel"))
        self.cancel.setAutoDefault(False)
        left = QVBoxLayout()
        left.setSpacing(UNIT // 2)
        left.addWidget(self.text)
        left.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * UNIT)
        row.addLayout(left, 1)
        row.addWidget(self.cancel)
        self.cancel.clicked.connect(job.cancel)
        job.changed.connect(self.show_job)
        job.progressed.connect(self.show_job)
        self.show_job()

    def show_job(self) -> None:
        """Show how far it is; hidden when it is over."""
        job = self._job
        self.setVisible(job.busy)
        if not job.busy:
            return
        stopping = job.task.status is TaskStatus.STOPPING
        self.text.setText(self.tr("Stopping …") if stopping else self._line())
        known = job.total > 0 and not stopping
        # Qt draws a progress bar at once, and with it all that waits to be drawn; here it can wait, too.
        self.bar.setUpdatesEnabled(False)
        self.bar.setRange(0, job.total if known else 0)
        self.bar.setValue(job.done if known else -1)
        self.bar.setUpdatesEnabled(True)
        self.cancel.setEnabled(not stopping)

    def _line(self) -> str:
        job = self._job
        line = stage_text(job.stage)
        if job.total <= 1:
            return self.tr("{step} …").format(step=line)
        text = self.tr("{step}: {done} of {total}")
        line = text.format(step=line, done=number(job.done), total=number(job.total))
        left = time_left(job.seconds_left)
        return self.tr("{work} · {time_left}").format(work=line, time_left=left) if left else line
