"""The page Models: which models are installed, which one answers, and weights from elsewhere to start from."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from training.imported import ImportedWeights
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.models.dialogs import Question, RenameDialog, WeightsDialog, ask_to_delete
from tumorviewer.gui.training.models.model_list import ModelList, WeightsList
from tumorviewer.gui.training.models.words import message_text, title_text
from tumorviewer.gui.training.models.work_row import WorkRow
from tumorviewer.gui.training.parts import Banner
from tumorviewer.gui.window.dialogs.texts import CardDialog
from tumorviewer.inference.catalogue import Entry
from tumorviewer.state.training.desk import Step, TrainingDesk
from tumorviewer.state.training.plan_base import BaseChoice, BaseKind
from tumorviewer.workers.training.crew import Crew
from tumorviewer.workers.training.models_crew import WEIGHT_SUFFIXES


class ModelsPage(QWidget):
    """The page.

    Parameters
    ----------
    desk : TrainingDesk
    crew : Crew
    """

    def __init__(self, desk: TrainingDesk, crew: Crew, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._crew, self._state = desk, crew.models, desk.models
        self.banner = Banner()
        self.banner.text.setTextFormat(Qt.TextFormat.PlainText)
        self.work = WorkRow(desk.models)
        self.models = ModelList(desk.models)
        self.weights = WeightsList(desk)
        self.bring = QPushButton(icon("open-file"), self.tr("Import a model"))
        self.bring_weights = QPushButton(icon("open-file"), self.tr("Import weights…"))
        self._lay_out()
        self._connect()

    def showEvent(self, event: QShowEvent) -> None:
        """Look again which models there are, and check those that were not checked yet."""
        super().showEvent(event)
        self._crew.watch()
        self._show()

    # ------------------------------------------------------------ what a person is asked

    def ask_for_zip(self) -> None:
        """Ask for a model in a zip file."""
        dialog = QFileDialog(self, self.tr("Import a model"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Models (*.zip)"), self.tr("All files (*)")])
        self._open(dialog, self._crew.bring)

    def ask_for_folder(self) -> None:
        """Ask for the folder of a model."""
        dialog = QFileDialog(self, self.tr("Folder of a model: the one that holds its card.json"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._open(dialog, self._crew.bring)

    def ask_for_weights(self) -> None:
        """Ask for a model of Keras, and then for its name and classes."""
        dialog = QFileDialog(self, self.tr("Import weights"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        endings = " ".join(f"*{suffix}" for suffix in WEIGHT_SUFFIXES)
        dialog.setNameFilter(self.tr("Models of Keras ({endings})").format(endings=endings))
        self._open(dialog, self._ask_about_weights)

    def show_card(self, entry: Entry) -> None:
        """Show the card of a model for readers."""
        dialog = CardDialog(title_text(entry), self.window())

        def if_open(show: Callable[[str], None]) -> Callable[[str], None]:
            return lambda text: show(text) if isValid(dialog) else None  # it may have been closed meanwhile

        self._crew.read_card(entry.folder, if_open(dialog.show_card), if_open(dialog.show_problem))

    def ask_for_name(self, entry: Entry) -> None:
        """Ask for another name."""
        dialog = RenameDialog(self._state, entry, self)
        dialog.wanted.connect(lambda name: self._crew.rename(entry, name))
        dialog.open()

    def ask_where_to_export(self, entry: Entry) -> None:
        """Ask for a zip file to write."""
        dialog = QFileDialog(self, self.tr("Export as zip"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("Models (*.zip)"))
        dialog.setDefaultSuffix("zip")
        dialog.selectFile(f"{entry.name}.zip")
        self._open(dialog, lambda file: self._crew.export(entry, file))

    def ask_to_delete(self, entry: Entry) -> None:
        """Ask once; say so if it is the one that answers."""
        if entry.folder == self._state.in_use:
            more = self.tr("It is the one in use: the model that came with the program answers then.")
        else:
            more = self.tr("Its folder is deleted. What it said of your scans before stays in the worklist.")
        self._ask(
            self.tr("Delete model"),
            self.tr("Delete the model {name}?").format(name=title_text(entry)),
            more,
            lambda: self._crew.remove(entry),
        )

    def ask_to_delete_weights(self, weights: ImportedWeights) -> None:
        """Ask once."""
        self._ask(
            self.tr("Delete weights"),
            self.tr("Delete the weights {name}?").format(name=weights.name),
            self.tr("Models that were trained from them stay; the file that they came from is not touched."),
            lambda: self._crew.remove_weights(weights),
        )

    # ------------------------------------------------------------ inside

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Installed models"))
        title.setFont(figures(self.font(), scale=1.3, bold=True))
        head = QHBoxLayout()
        head.setSpacing(UNIT)
        head.addWidget(title, 1)
        for button in (self.bring, self.bring_weights):
            button.setAutoDefault(False)
            head.addWidget(button)
        menu = QMenu(self.bring)
        menu.addAction(self.tr("From a zip file…"), self.ask_for_zip)
        menu.addAction(self.tr("From a folder…"), self.ask_for_folder)
        self.bring.setMenu(menu)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * UNIT, 3 * UNIT, 3 * UNIT, 3 * UNIT)
        column.setSpacing(2 * UNIT)
        column.addLayout(head)
        for part in (self.banner, self.work, self.models, self.weights):
            column.addWidget(part)
        column.addStretch(1)

    def _connect(self) -> None:
        models, weights = self.models, self.weights
        self._state.changed.connect(self._show)
        self.bring_weights.clicked.connect(self.ask_for_weights)
        models.use_wanted.connect(lambda entry: self._crew.use(entry.name))
        models.way_back_wanted.connect(self._crew.go_back)
        models.details_wanted.connect(self.show_card)
        models.check_wanted.connect(lambda entry: self._crew.verify(entry.folder))
        models.name_wanted.connect(self.ask_for_name)
        models.export_wanted.connect(self.ask_where_to_export)
        models.removal_wanted.connect(self.ask_to_delete)
        weights.training_wanted.connect(self._train_from)
        weights.removal_wanted.connect(self.ask_to_delete_weights)

    def _show(self) -> None:
        if not self.isVisible():
            return  # shown when it is looked at
        state = self._state
        if state.message is not None:
            self.banner.say(*message_text(state.message))
        else:
            self.banner.say("info", "")
        self.bring.setEnabled(not state.busy)
        self.bring_weights.setEnabled(not state.busy and not self._desk.missing)
        self.models.show_models()
        self.weights.show_weights()

    def _ask_about_weights(self, file: Path) -> None:
        dialog = WeightsDialog(self._state, file.name, file.stem, self)
        dialog.wanted.connect(lambda name, classes: self._crew.bring_weights(file, name, classes))
        dialog.open()

    def _train_from(self, weights: ImportedWeights) -> None:
        self._desk.plan.set_base(BaseChoice(BaseKind.FILE, weights.file, weights.variant or None))
        self._desk.show(Step.PLAN)

    def _ask(self, title: str, text: str, more: str, confirmed: Callable[[], None]) -> None:
        ask_to_delete(Question(title, text, more, self.tr("Delete"), self.tr("Keep it")), confirmed, self)

    def _open(self, dialog: QFileDialog, chosen: Callable[[Path], None]) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: chosen(Path(name)))
        dialog.open()
