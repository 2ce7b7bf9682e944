"""What is being done to models, with a way to stop it where there is one."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.models.words import work_text
from tumorviewer.state.training.models import ModelsState
from tumorviewer.state.training.task import TaskStatus


class WorkRow(QFrame):
    """Shown while something is done.

    Parameters
    ----------
    state : ModelsState
    """

    def __init__(self, state: ModelsState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.setProperty("role", "card")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.cancel = QPushButton(icon("cancel"), self.tr("Cancel"))
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(state.importing.stop)
        left = QVBoxLayout()
        left.setSpacing(UNIT // 2)
        left.addWidget(self.text)
        left.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, UNIT)
        row.setSpacing(2 * UNIT)
        row.addLayout(left, 1)
        row.addWidget(self.cancel)
        state.changed.connect(self.show_work)
        self.show_work()

    def show_work(self) -> None:
        """Show what is done; hidden when it is over."""
        state, importing = self._state, self._state.importing
        stopping = importing.status is TaskStatus.STOPPING
        self.text.setText(self.tr("Stopping …") if stopping else work_text(state))
        self.cancel.setVisible(importing.busy)
        self.cancel.setEnabled(not stopping)
        self.setVisible(bool(state.busy))
