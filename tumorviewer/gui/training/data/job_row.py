"""How far a command on the data is, with the time left and a way to stop it."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from tumorviewer.gui.training.data.words import stage_text
from tumorviewer.gui.training.progress_row import ProgressRow
from tumorviewer.gui.words import number, time_left
from tumorviewer.state.training.data_job import DataJob
from tumorviewer.state.training.task import TaskStatus


class DataJobRow(ProgressRow):
    """Shown while the command works.

    Parameters
    ----------
    job : DataJob
    """

    def __init__(self, job: DataJob, parent: QWidget | None = None) -> None:
        super().__init__("cancel", QCoreApplication.translate("DataJobRow", "Cancel"), parent)
        self._job = job
        self.stop.clicked.connect(job.cancel)
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
        self.stop.setEnabled(not stopping)

    def _line(self) -> str:
        job = self._job
        line = stage_text(job.stage)
        if job.total <= 1:
            return self.tr("{step} …").format(step=line)
        text = self.tr("{step}: {done} of {total}")
        line = text.format(step=line, done=number(job.done), total=number(job.total))
        left = time_left(job.seconds_left)
        return self.tr("{work} · {time_left}").format(work=line, time_left=left) if left else line
