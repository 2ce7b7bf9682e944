"""The page Data: what the scans to learn from are like, and whether a model may learn from them."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from training.config import TrainConfig
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.data.job_row import DataJobRow
from tumorviewer.gui.training.data.overview_part import OverviewPart
from tumorviewer.gui.training.data.start import StartPart
from tumorviewer.gui.training.data.verdict import VerdictBanners
from tumorviewer.gui.training.parts import Card
from tumorviewer.state.training.desk import Step, TrainingDesk
from tumorviewer.workers.training.crew import Crew


class DataPage(QWidget):
    """The page.

    Parameters
    ----------
    desk : TrainingDesk
    crew : Crew
    """

    scans_wanted = Signal(list)
    """Some `Path`: scans to be opened in the viewer."""

    def __init__(self, desk: TrainingDesk, crew: Crew, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._crew, self._data = desk, crew, desk.data
        self.banners = VerdictBanners(desk.data)
        self.start = StartPart(desk.data, crew.data)
        self.head = _Head()
        self.progress = Card("")
        self.job = DataJobRow(desk.data.looking)
        self.overview: OverviewPart | None = None
        self._column = QVBoxLayout(self)
        self._lay_out()
        self._connect()
        self._show()

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Take a data set that was dropped."""
        self._crew.data.open_paths(paths)

    def showEvent(self, event: QShowEvent) -> None:
        """Count the labelled scans; settings may have changed meanwhile."""
        super().showEvent(event)
        self.start.show_state()
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """Let the preview's process go."""
        super().hideEvent(event)
        self._data.preview.want(False)

    # ------------------------------------------------------------ what a person is asked

    def ask_for_folder(self) -> None:
        """Ask for a data set."""
        dialog = QFileDialog(self, self.tr("Folder that holds the class folders"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        for recent in self._crew.data.recent[:1]:
            dialog.setDirectory(str(recent.parent))
        dialog.fileSelected.connect(lambda name: self._crew.data.open(Path(name)))
        self._open(dialog)

    def ask_where_crops_go(self) -> None:
        """Ask for a folder for the cropped pictures."""
        dialog = QFileDialog(self, self.tr("Where to put the cropped images"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self._save_crops(Path(name)))
        self._open(dialog)

    def minimumSizeHint(self) -> QSize:
        """Return no more height than the page needs at its width: text that wraps asks for more, to be safe."""
        return QSize(super().minimumSizeHint().width(), self.heightForWidth(self.width()))

    # ------------------------------------------------------------ inside

    def _save_crops(self, folder: Path) -> None:
        self._crew.data.save_crops(folder, self._desk.plan.config or TrainConfig())

    def _lay_out(self) -> None:
        column = self._column
        column.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 3 * UNIT)
        column.setSpacing(2 * UNIT)
        self.progress.title.setText(self.tr("The scans are being looked over"))
        self.progress.say(
            self.tr("Copies, contradicting labels, patients and shortcuts are looked for. Nothing is changed.")
        )
        self.progress.add(self.job)
        for part in (self.head, self.banners, self.progress):
            column.addWidget(part)
        column.addWidget(self.start, 1)
        column.addStretch(0)

    def _connect(self) -> None:
        data = self._data
        self.start.folder_wanted.connect(self.ask_for_folder)
        self.head.other.clicked.connect(self.ask_for_folder)
        self.head.again.clicked.connect(data.look_again)
        self.head.close_it.clicked.connect(data.close)
        self.banners.settings_wanted.connect(lambda: self._desk.show(Step.PLAN))
        data.changed.connect(self._show)
        data.looking.changed.connect(self._show)
        data.preview.changed.connect(self._want_preview)

    def _show(self) -> None:
        data = self._data
        self.start.setVisible(data.folder is None)
        self.head.setVisible(data.folder is not None)
        if data.folder is not None:
            self.head.show_folder(data.folder, busy=data.is_looking or data.opening or data.collecting)
        self.progress.setVisible(data.looking.busy)
        self._show_overview()
        self._want_preview()

    def _show_overview(self) -> None:
        known = self._data.overview is not None
        if known and self.overview is None:
            # Made when it is first needed: a page without data opens at once.
            self.overview = OverviewPart(self._desk, self._crew)
            self.overview.scan_wanted.connect(lambda path: self.scans_wanted.emit([self._data.path_of(path)]))
            self.overview.crops_wanted.connect(self.ask_where_crops_go)
            self.overview.crops_wanted_in.connect(self._save_crops)
            self._column.insertWidget(self._column.count() - 1, self.overview)
        if self.overview is not None:
            self.overview.setVisible(known)
            if self.isVisible():
                self.overview.show_overview()

    def _want_preview(self) -> None:
        data = self._data
        data.preview.want(self.isVisible() and data.preview.opened and data.overview is not None)

    def _open(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


class _Head(QWidget):
    """Which data set is open, and what can be done with it as a whole."""

    def __init__(self) -> None:
        super().__init__()
        self.name = QLabel()
        self.name.setFont(figures(self.font(), scale=1.3, bold=True))
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.again = QPushButton(icon("reset"), self.tr("Look again"))
        self.other = QPushButton(icon("open-folder"), self.tr("Other data set…"))
        self.close_it = QPushButton(icon("close"), self.tr("Close"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        row.addWidget(self.name, 1)
        for button in (self.again, self.other, self.close_it):
            button.setAutoDefault(False)
            row.addWidget(button)

    def show_folder(self, folder: Path, *, busy: bool) -> None:
        """Show the name of a data set."""
        self.name.setText(folder.name or str(folder))
        self.name.setToolTip(str(folder))
        self.again.setEnabled(not busy)
