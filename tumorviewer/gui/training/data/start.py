"""What stands on the page while no data set is open: ways to begin."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon, primary_icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.parts import quiet
from tumorviewer.gui.window.empty_page import DropZone
from tumorviewer.state.training.data import DataState
from tumorviewer.workers.training.data_crew import DataCrew

LISTED: Final = 4
"""Data sets of before."""
LONGEST: Final = 40
"""Letters of a name that are shown."""


class StartPart(QWidget):
    """Drop a data set, choose a folder, take the labelled scans, or open one of those of before.

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
        self.recent = RecentSets()
        self.recent.chosen.connect(crew.open)
        self._lay_out()
        data.changed.connect(self.show_state)
        self.show_state()

    def show_state(self) -> None:
        """Show what can be done now."""
        data, rows = self._data, len(self._crew.labelled())
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
        self.recent.show_sets(self._crew.recent[:LISTED])
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
        for button in (self.choose, self.labelled):
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
        whole.addSpacing(UNIT)
        whole.addWidget(self.recent, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(2)


class RecentSets(QWidget):
    """A button for each data set that was opened last; hidden while there is none."""

    chosen = Signal(object)
    """A `Path`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[QPushButton] = []
        self._shown: list[Path] = []
        self.title = quiet(self.tr("Opened before"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, UNIT, 0, 0)
        self._column.setSpacing(UNIT // 2)
        self._column.addWidget(self.title)

    def show_sets(self, paths: list[Path]) -> None:
        """Show these."""
        self.setVisible(bool(paths))
        if paths == self._shown:
            return
        self._shown = paths
        for button in self.buttons:
            self._column.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = [self._button(path) for path in paths]
        for button in self.buttons:
            self._column.addWidget(button)

    def _button(self, path: Path) -> QPushButton:
        text = _short(path.name or str(path))
        if path.parent.name:
            text = self.tr("{name} (in {folder})").format(name=text, folder=_short(path.parent.name))
        button = QPushButton(icon("folder"), text.replace("&", "&&"))
        button.setFlat(True)
        button.setAutoDefault(False)
        button.setToolTip(str(path))
        button.clicked.connect(lambda: self.chosen.emit(path))
        return button


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST // 2]}…{name[-LONGEST // 2 :]}"
