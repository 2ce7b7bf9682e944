"""The runs of before: to look at again, to compare, to go on with, to delete."""

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from training.runs import KeptRun, RunStatus
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.parts import Card
from tumorviewer.gui.training.plain_table import make_plain
from tumorviewer.gui.training.run.words import best_text, date_text, kept_status
from tumorviewer.state.training.desk import TrainingDesk
from tumorviewer.workers.training.crew import Crew

MOST_ROWS = 8
"""So many are seen at once; the rest is scrolled to."""
_FOLDER = Qt.ItemDataRole.UserRole


class KeptCard(Card):
    """A table of runs, the newest first; the box of a row draws it beside the one that is shown.

    Parameters
    ----------
    desk : TrainingDesk
    crew : Crew
    """

    def __init__(self, desk: TrainingDesk, crew: Crew, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._desk, self._crew = desk, crew
        self._follow: Path | None = None  # a run that is shown now; it may be on the list only in a moment
        self.title.setText(self.tr("Runs"))
        self.table = QTreeWidget()
        self.show_it = QPushButton(icon("chart"), self.tr("Show"))
        self.go_on = QPushButton(icon("play"), self.tr("Go on"))
        self.delete = QPushButton(icon("trash"), self.tr("Delete…"))
        self._fill_head()
        row = QHBoxLayout()
        row.setSpacing(UNIT)
        for button in (self.show_it, self.go_on, self.delete):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        self.add(self.table)
        self.add(row)
        self.table.itemSelectionChanged.connect(self._show_buttons)
        self.table.itemDoubleClicked.connect(lambda *_: self._show_chosen())
        self.table.itemChanged.connect(self._checked)
        self.show_it.clicked.connect(self._show_chosen)
        self.go_on.clicked.connect(self._go_on)
        self.delete.clicked.connect(self._ask_to_delete)
        desk.kept.changed.connect(self._show)
        desk.kept.beside_changed.connect(self._show)
        desk.run.begun.connect(self._begun)
        desk.run.task.changed.connect(self._show)
        self._show()

    @property
    def chosen(self) -> KeptRun | None:
        """The run of the row that is selected."""
        items = self.table.selectedItems()
        return self._desk.kept.of(items[0].data(0, _FOLDER)) if items else None

    def choose(self, folder: Path) -> None:
        """Select a row."""
        for place in range(self.table.topLevelItemCount()):
            item = self.table.topLevelItem(place)
            if item is not None and item.data(0, _FOLDER) == folder:
                self.table.setCurrentItem(item)

    def _fill_head(self) -> None:
        table = self.table
        table.setHeaderLabels(
            [self.tr("Run"), self.tr("Begun"), self.tr("Data"), self.tr("State"), self.tr("Best accuracy")]
        )
        table.setAccessibleName(self.tr("Runs"))
        make_plain(table)

    def _show(self) -> None:
        before = self.chosen
        kept = self._desk.kept
        with QSignalBlocker(self.table):
            self.table.clear()
            for run in kept.runs:
                self.table.addTopLevelItem(self._item(run))
            folder = before.folder if before is not None else self._desk.run.output
            if kept.of(self._follow) is not None:
                folder, self._follow = self._follow, None
            if folder is not None:
                self.choose(folder)
        self.say(
            self.tr("Tick runs to draw their validation accuracy beside the one that is shown.")
            if kept.runs
            else self.tr("Every run is kept here, also one that was interrupted.")
        )
        self.table.setVisible(bool(kept.runs))
        rows = min(len(kept.runs), MOST_ROWS)
        row_height = max(self.table.sizeHintForRow(0), 3 * UNIT)
        self.table.setFixedHeight(self.table.header().sizeHint().height() + rows * row_height + UNIT)
        for button in (self.show_it, self.go_on, self.delete):
            button.setVisible(bool(kept.runs))
        self._show_buttons()

    def _begun(self) -> None:
        self._follow = self._desk.run.output
        self._show()

    def _item(self, run: KeptRun) -> QTreeWidgetItem:
        data = run.asked.data.name if run.asked is not None else "–"
        item = QTreeWidgetItem([run.folder.name, date_text(run), data, self._status(run), best_text(run)])
        item.setData(0, _FOLDER, run.folder)
        item.setToolTip(0, run.folder.name)
        item.setTextAlignment(4, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        beside = self._desk.kept.is_beside(run.folder)
        item.setCheckState(0, Qt.CheckState.Checked if beside else Qt.CheckState.Unchecked)
        if self._desk.run.output == run.folder:
            font = item.font(0)
            font.setBold(True)
            item.setFont(0, font)
        return item

    def _status(self, run: KeptRun) -> str:
        if self._is_at_work(run):
            return self.tr("Running")
        if run.status is RunStatus.RUNNING:
            return self.tr("Running elsewhere")
        return kept_status(run.status)

    def _is_at_work(self, run: KeptRun) -> bool:
        shown = self._desk.run
        return shown.task.busy and shown.kept is None and shown.output == run.folder

    def _show_buttons(self) -> None:
        run, busy = self.chosen, self._desk.run.task.busy
        unfinished = run is not None and run.status in (RunStatus.UNFINISHED, RunStatus.FAILED)
        can = run is not None and run.asked is not None and run.config is not None
        self.show_it.setEnabled(run is not None and not busy)
        self.go_on.setEnabled(unfinished and can and not busy)
        working = run is not None and (run.status is RunStatus.RUNNING or self._is_at_work(run))
        self.delete.setEnabled(run is not None and not working)

    def _checked(self, item: QTreeWidgetItem, column: int) -> None:
        if column == 0:
            folder, checked = item.data(0, _FOLDER), item.checkState(0) is Qt.CheckState.Checked
            self._desk.kept.compare(folder, checked)
            if self._desk.kept.is_beside(folder) is not checked:
                self._show()  # there is no room for another one

    def _show_chosen(self) -> None:
        if self.chosen is not None and not self._desk.run.task.busy:
            self._crew.runs.show(self.chosen.folder)

    def _go_on(self) -> None:
        if self.chosen is not None:
            self._crew.runs.go_on(self.chosen.folder)

    def _ask_to_delete(self) -> None:
        run = self.chosen
        if run is None:
            return
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Delete run"))
        box.setText(self.tr("Delete the run {name}?").format(name=run.folder.name))
        box.setInformativeText(
            self.tr("Its curves, its report and the model in its folder are deleted. Installed models stay.")
        )
        yes = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        no = box.addButton(self.tr("Keep it"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(no)
        box.setEscapeButton(no)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(lambda _: self._crew.runs.delete(run.folder) if box.clickedButton() is yes else None)
        box.open()
