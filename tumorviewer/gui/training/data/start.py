"""What stands on the page while no data set is open: ways to begin."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon, primary_icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.parts import quiet
from tumorviewer.gui.window.empty_page import DropZone
from tumorviewer.state.training.data import DataState
from tumorviewer.workers.training.data_crew import DataCrew


class StartPart(QWidget):
    """Drop a data set, choose a folder, take the labelled scans, or go on with the one of last time.

    Parameters
    ----------
    data : DataState
    crew : DataCrew
    """

    folder_wanted = Signal()

    def __init__(self, data: DataState, crew: DataCrew, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data, self._crew = data, crew
        self.title = QLabel()
        self.title.setFont(figures(self.font(), scale=1.5, bold=True))
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title.setWordWrap(True)
        self.hint = quiet()
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.choose = QPushButton(primary_icon("open-folder"), self.tr("Choose folder…"))
        self.choose.setDefault(True)
        self.choose.clicked.connect(self.folder_wanted)
        self.labelled = QPushButton(icon("label"), "")
        self.labelled.setAutoDefault(False)
        self.labelled.clicked.connect(crew.collect)
        self.recent = QPushButton(icon("folder"), "")
        self.recent.setAutoDefault(False)
        self.recent.clicked.connect(self._open_recent)
        self._lay_out()
        data.changed.connect(self.show_state)
        self.show_state()

    def show_state(self) -> None:
        """Show what can be done now."""
        data, rows, recent = self._data, len(self._crew.labelled()), self._crew.recent
        waiting = data.opening or data.collecting
        self.title.setText(self._title())
        self.hint.setText(
            self.tr(
                "A folder with a sub-folder for each class: glioma, meningioma, pituitary, no_tumor. Or an index "
                "(.csv) with the columns path and label."
            )
        )
        self.labelled.setText(self.tr("Use the scans labelled in the worklist (%n)", "", rows))
        self.labelled.setVisible(rows > 0)
        self.recent.setVisible(recent is not None)
        if recent is not None:
            self.recent.setText(self.tr("Open “{name}” again").format(name=_short(recent.name)))
            self.recent.setToolTip(str(recent))
        for button in (self.choose, self.labelled, self.recent):
            button.setEnabled(not waiting)

    def _title(self) -> str:
        if self._data.collecting:
            return self.tr("Exporting the labelled scans …")
        if self._data.opening:
            return self.tr("One moment …")
        return self.tr("Drop a data set here")

    def _lay_out(self) -> None:
        zone = DropZone()
        column = QVBoxLayout(zone)
        column.setContentsMargins(4 * UNIT, 4 * UNIT, 4 * UNIT, 4 * UNIT)
        column.setSpacing(UNIT)
        column.addSpacing(zone.SIGN + UNIT)
        column.addWidget(self.title)
        column.addWidget(self.hint)
        column.addSpacing(2 * UNIT)
        buttons = QVBoxLayout()
        buttons.setSpacing(UNIT)
        for button in (self.choose, self.labelled, self.recent):
            button.setIconSize(QSize(18, 18))
            buttons.addWidget(button)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addLayout(buttons)
        row.addStretch(1)
        column.addLayout(row)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, UNIT, 0, 0)
        whole.addStretch(1)
        whole.addWidget(zone, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(2)

    def _open_recent(self) -> None:
        recent = self._crew.recent
        if recent is not None:
            self._crew.open(recent)


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:24]}…{name[-15:]}"
