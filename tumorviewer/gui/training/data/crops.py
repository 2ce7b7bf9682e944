"""What the model sees of a scan, and all of it as picture files."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from training.overview import DataOverview, ScanRef, draw
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.data.job_row import DataJobRow
from tumorviewer.gui.training.data.pairs import ARROW, SIDE, PairView
from tumorviewer.gui.training.data.shelf import Shelf
from tumorviewer.gui.training.data.words import failure_text, trouble_text
from tumorviewer.gui.training.parts import Banner, Card
from tumorviewer.imaging.prepare import InputSpec
from tumorviewer.state.training.data import DataState
from tumorviewer.state.training.task import TaskStatus

GAP: Final = 2 * UNIT
ROWS: Final = 2


class CropCard(Card):
    """Pairs of pictures; the crops can be saved.

    Parameters
    ----------
    data : DataState
    shelf : Shelf
    """

    folder_wanted = Signal()
    """The person wants the crops as files."""
    saving_wanted = Signal(object)
    """The `Path` of the folder that a stopped saving is to go on in."""

    def __init__(self, data: DataState, shelf: Shelf, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._data, self._shelf = data, shelf
        self._overview: DataOverview | None = None
        self._spec = InputSpec()
        self.pairs: list[PairView] = []
        self._placed = 0
        self.title.setText(self.tr("What the model sees"))
        self.save = QPushButton(icon("save"), self.tr("Save cropped images…"))
        self.save.setAutoDefault(False)
        self.save.clicked.connect(self.folder_wanted)
        self.head.addWidget(self.save)
        room = QWidget()
        # Otherwise the pairs that are there would keep the card as wide as it is.
        room.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._grid = QGridLayout(room)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.add(room)
        self.progress = DataJobRow(data.crops)
        self.banner = Banner()
        self.open_folder = QPushButton(icon("folder"), self.tr("Open its folder"))
        self.open_folder.setAutoDefault(False)
        self.open_folder.clicked.connect(self._open_folder)
        self.go_on = QPushButton(self.tr("Go on"))
        self.go_on.setAutoDefault(False)
        self.go_on.clicked.connect(self._go_on)
        self.banner.row.addWidget(self.go_on)
        self.banner.row.addWidget(self.open_folder)
        self.add(self.progress)
        self.add(self.banner)
        shelf.filled.connect(self._show_picture)
        data.crops.changed.connect(self._show_outcome)
        data.changed.connect(self._show_outcome)
        self._show_outcome()

    def show_overview(self, overview: DataOverview, spec: InputSpec) -> None:
        """Show scans of another data set, or of the same one as it is now."""
        self._overview, self._spec = overview, spec
        text = self.tr(
            "Every scan is cut to the head (yellow frame), made {size} × {size} pixels large and stretched from black "
            "to white."
        )
        self.say(text.format(size=spec.size))
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many in a row as there is room for."""
        super().resizeEvent(event)
        if self._columns() != self._placed:
            self._show()

    def _columns(self) -> int:
        return max((self.contentsRect().width() - 4 * UNIT + GAP) // (2 * SIDE + ARROW + GAP), 1)

    def _show(self) -> None:
        if self._overview is None:
            return
        columns = self._columns()
        scans = mixed(self._overview, columns * ROWS)
        if scans != [view.scan for view in self.pairs] or self._placed != columns:
            self._make_views(scans, columns)
        for view in self.pairs:
            view.show_picture(self._shelf.picture(view.scan.path, view.scan.frame, self._spec))

    def _make_views(self, scans: list[ScanRef], columns: int) -> None:
        for view in self.pairs:
            self._grid.removeWidget(view)
            view.hide()
            view.deleteLater()
        self.pairs, self._placed = [PairView(scan) for scan in scans], columns
        for place, view in enumerate(self.pairs):
            self._grid.addWidget(view, place // columns, place % columns)

    def _show_picture(self, filled: tuple[str, int]) -> None:
        for view in self.pairs:
            if (view.scan.path, view.scan.frame) == filled:
                view.show_picture(self._shelf.picture(view.scan.path, view.scan.frame, self._spec))

    # ------------------------------------------------------------ files

    def _show_outcome(self) -> None:
        job, folder, trouble = self._data.crops, self._data.crops_folder, self._data.crops_trouble
        stopped = job.task.status is TaskStatus.STOPPED and folder is not None and trouble is None
        self.save.setEnabled(not job.busy)
        self.open_folder.setVisible(job.found is not None and trouble is None)
        self.go_on.setVisible(stopped)
        if trouble is not None:
            self.banner.say("warning", trouble_text(trouble))
        elif job.failure is not None:
            self.banner.say("danger", failure_text(job.failure))
        elif job.found is not None and folder is not None and not job.busy:
            self.banner.say("good", self._saved_text(job.found, folder))
        elif stopped and folder is not None:
            text = self.tr("Stopped. What was written stays in “{folder}”.")
            self.banner.say("info", text.format(folder=folder.name))
        else:
            self.banner.say("info", "")

    def _saved_text(self, found: dict[str, int], folder: Path) -> str:
        count = found["written"] + found["kept"]
        text = self.tr("Saved %n cropped image(s) in “{folder}”, in train and test with a folder a class.", "", count)
        text = text.format(folder=folder.name)
        if found["unreadable"]:
            unreadable = found["unreadable"]
            left_out = self.tr("Left out %n unreadable file(s).", "", unreadable)
            return f"{text} {left_out}"
        return text

    def _go_on(self) -> None:
        if self._data.crops_folder is not None:
            self.saving_wanted.emit(self._data.crops_folder)

    def _open_folder(self) -> None:
        if self._data.crops_folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._data.crops_folder)))


def mixed(overview: DataOverview, count: int) -> list[ScanRef]:
    """Return some scans, of all classes in turn."""
    drawn = list(draw(overview.pool, count, 0).values())
    turns = [scans[place] for place in range(count) for scans in drawn if place < len(scans)]
    return turns[:count]
