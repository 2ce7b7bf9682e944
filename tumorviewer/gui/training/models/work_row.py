"""What is being done to models, with a way to stop it where there is one."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.models.words import work_text
from tumorviewer.gui.training.progress_row import ProgressRow
from tumorviewer.state.training.models import ModelsState
from tumorviewer.state.training.task import TaskStatus


class WorkRow(ProgressRow):
    """Shown while something is done.

    Parameters
    ----------
    state : ModelsState
    """

    def __init__(self, state: ModelsState, parent: QWidget | None = None) -> None:
        super().__init__("cancel", QCoreApplication.translate("WorkRow", "Cancel"), parent)
        self._state = state
        self.setProperty("role", "card")
        self.row.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, UNIT)
        self.text.setWordWrap(True)
        self.bar.setRange(0, 0)
        self.stop.clicked.connect(state.importing.stop)
        state.changed.connect(self.show_work)
        self.show_work()

    def show_work(self) -> None:
        """Show what is done; hidden when it is over."""
        state, importing = self._state, self._state.importing
        stopping = importing.status is TaskStatus.STOPPING
        self.text.setText(self.tr("Stopping …") if stopping else work_text(state))
        self.stop.setVisible(importing.busy)
        self.stop.setEnabled(not stopping)
        self.setVisible(bool(state.busy))
