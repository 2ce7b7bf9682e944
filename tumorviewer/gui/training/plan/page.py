"""The page Settings: how the next model is trained."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.parts import Banner, Card, quiet
from tumorviewer.gui.training.plan.base_box import BaseBox
from tumorviewer.gui.training.plan.choices import BigChoice
from tumorviewer.gui.training.plan.field_words import field_words
from tumorviewer.gui.training.plan.fields import ChoiceField, Field, FieldGrid, TextField
from tumorviewer.gui.training.plan.start_bar import StartBar
from tumorviewer.gui.training.plan.words import augment_summary, shortage_text, together_text
from tumorviewer.state.training.desk import Step, TrainingDesk
from tumorviewer.workers.training.crew import Crew

PICTURE_SIZES = (64, 96, 128, 160, 192, 224, 256, 288, 320, 384, 448, 512)
FINE_TUNING = frozenset(
    {
        "epochs", "batch_size", "learning_rate", "patience", "warmup", "frozen_epochs", "frozen_blocks", "start_size",
        "epoch_images", "dropout", "mixup", "cutmix", "averaging", "box_weight",
    }
)  # fmt: skip
"""Settings that say nothing where only the head is trained."""


class PlanPage(QWidget):
    """The settings above, and below, always in sight, what the run will need and its start.

    Parameters
    ----------
    desk : TrainingDesk
    crew : Crew
    """

    def __init__(self, desk: TrainingDesk, crew: Crew, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._crew, self._plan = desk, crew, desk.plan
        self._words = field_words()
        self.fields: dict[str, Field] = {}
        self.no_data, self.trouble, self.together, self.shortage = Banner(), Banner(), Banner(), Banner()
        self.to_data = QPushButton(self.tr("Go to the data"))
        self.to_data.clicked.connect(lambda: desk.show(Step.DATA))
        self.no_data.row.addWidget(self.to_data)
        self.quick = BigChoice(
            self.tr("Quick"),
            self.tr("Trains the last layer only: seconds to minutes. Good for a first look at new data."),
        )
        self.full = BigChoice(
            self.tr("Full fine-tuning"),
            self.tr("Then trains the whole network, gently: minutes to hours. Usually clearly better."),
        )
        self.base = BaseBox(self._plan)
        self.augmenting = QCheckBox(self.tr("Change scans a little each time they are shown (augmentation)"))
        self.augment_text = quiet()
        self.to_augment = QPushButton(self.tr("Set how strongly…"))
        self.more = QToolButton()
        self.more_parts = QWidget()
        self.bar = StartBar(desk, crew)
        self._lay_out()
        self._connect()
        self._show_more(False)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to reckon at the first time; look again which models there are."""
        super().showEvent(event)
        self._crew.plans.watch()

    # ------------------------------------------------------------ building

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(3 * UNIT, 3 * UNIT, 3 * UNIT, 2 * UNIT)
        column.setSpacing(2 * UNIT)
        for part in (self.no_data, self.trouble, self._kind_card(), self._model_card(), self._course_card()):
            column.addWidget(part)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.more_parts)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(area, 1)
        below = QVBoxLayout()
        below.setContentsMargins(3 * UNIT, UNIT, 3 * UNIT, 2 * UNIT)
        below.setSpacing(UNIT)
        below.addWidget(self.together)
        below.addWidget(self.shortage)
        below.addWidget(self.bar)
        whole.addLayout(below)
        # Both parts end at the same edge, whether there is a scroll bar or not.
        scrolled = area.verticalScrollBar()
        scrolled.rangeChanged.connect(
            lambda _, last: below.setContentsMargins(
                3 * UNIT, UNIT, 3 * UNIT + (scrolled.sizeHint().width() if last else 0), 2 * UNIT
            )
        )
        self._fill_more()

    def _kind_card(self) -> Card:
        card = Card(self.tr("How to train"))
        self.load, self.save = QToolButton(), QToolButton()
        self.load.setIcon(icon("open-file"))
        self.load.setText(self.tr("Load settings…"))
        self.save.setIcon(icon("save"))
        self.save.setText(self.tr("Save settings…"))
        for button in (self.load, self.save):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            card.head.addWidget(button)
        row = QHBoxLayout()
        row.setSpacing(2 * UNIT)
        row.addWidget(self.quick, 1)
        row.addWidget(self.full, 1)
        card.add(row)
        return card

    def _model_card(self) -> Card:
        card = Card(self.tr("The model"))
        card.add(self.base)
        card.column.addSpacing(UNIT // 2)
        card.add(self._grid("name", "size", "batch_size"))
        return card

    def _course_card(self) -> Card:
        card = Card(self.tr("The course of training"))
        card.add(self._grid("epochs", "learning_rate", "patience"))
        card.column.addSpacing(UNIT // 2)
        card.add(self.augmenting)
        row = QHBoxLayout()
        row.setContentsMargins(3 * UNIT, 0, 0, 0)
        row.addWidget(self.augment_text, 1)
        row.addWidget(self.to_augment)
        card.add(row)
        return card

    def _fill_more(self) -> None:
        column = QVBoxLayout(self.more_parts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * UNIT)
        groups = (
            (
                self.tr("Regularisation: against learning by heart"),
                ("dropout", "weight_decay", "label_smoothing", "mixup", "cutmix", "averaging", "box_weight"),
            ),
            (
                self.tr("Head and schedule"),
                ("head_epochs", "head_learning_rate", "warmup", "frozen_epochs", "frozen_blocks", "start_size"),
            ),
            (self.tr("Data"), ("balance", "epoch_images", "validation_share", "test_share")),
            (self.tr("Machine and chance"), ("threads", "seed", "version")),
        )
        for title, names in groups:
            card = Card(title)
            card.add(self._grid(*names))
            column.addWidget(card)

    def _grid(self, *names: str) -> FieldGrid:
        return FieldGrid([self._field(name) for name in names])

    def _field(self, name: str) -> Field:
        words = self._words[name]
        choices = self._choices_of(name)
        field = ChoiceField(self._plan, name, words, choices) if choices else TextField(self._plan, name, words)
        self.fields[name] = field
        return field

    def _choices_of(self, name: str) -> list[tuple[str, object]]:
        if name == "size":
            return [(self.tr("{size} × {size}").format(size=size), size) for size in PICTURE_SIZES]
        if name == "balance":
            return [
                (self.tr("Rare scans are shown more often"), "sampling"),
                (self.tr("Rare scans count more"), "weights"),
                (self.tr("Nothing"), "none"),
            ]
        return []

    # ------------------------------------------------------------ what happens

    def _connect(self) -> None:
        plan = self._plan
        self.quick.clicked.connect(lambda: plan.set_quick(True))
        self.full.clicked.connect(lambda: plan.set_quick(False))
        self.augmenting.clicked.connect(plan.set_augmenting)
        self.to_augment.clicked.connect(lambda: self._desk.show(Step.DATA))
        self.more.setCheckable(True)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.toggled.connect(self._show_more)
        self.load.clicked.connect(self.ask_to_load)
        self.save.clicked.connect(self.ask_to_save)
        plan.changed.connect(self._show)
        self._desk.data.changed.connect(self._show)

    def ask_to_load(self) -> None:
        """Ask for a file of settings."""
        dialog = QFileDialog(self, self.tr("Load settings"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Settings (*.toml)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(lambda name: self._crew.plans.load(Path(name)))
        dialog.open()

    def ask_to_save(self) -> None:
        """Ask where the settings go."""
        dialog = QFileDialog(self, self.tr("Save settings"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("Settings (*.toml)"))
        dialog.setDefaultSuffix("toml")
        dialog.selectFile(f"{self._plan.values['name']}.toml")
        dialog.fileSelected.connect(lambda name: self._crew.plans.save(Path(name)))
        dialog.open()

    def _show_more(self, more: bool) -> None:
        self.more.setIcon(icon("chevron-down" if more else "chevron-right"))
        self.more.setText(self.tr("Fewer settings") if more else self.tr("More settings"))
        self.more_parts.setVisible(more)

    def _show(self) -> None:
        plan = self._plan
        (self.quick if plan.quick else self.full).setChecked(True)
        self.augmenting.setChecked(plan.augmenting)
        self.augmenting.setEnabled(not plan.quick)
        self.to_augment.setEnabled(not plan.quick and plan.augmenting)
        self.augment_text.setText(self._augment_words())
        for name in FINE_TUNING & self.fields.keys():
            self.fields[name].setEnabled(not plan.quick)
        self.save.setEnabled(plan.config is not None)
        self._show_banners()

    def _augment_words(self) -> str:
        plan = self._plan
        if plan.quick:
            return self.tr("Where only the last layer is trained, scans are shown as they are.")
        if not plan.augmenting:
            return self.tr("Scans are shown as they are; the model may learn them by heart.")
        return augment_summary(plan.data.augment)

    def _show_banners(self) -> None:
        plan = self._plan
        self.no_data.say("info", "" if plan.data.ready else self._no_data_text())
        trouble = self.tr("This did not work: {reason}").format(reason=plan.trouble) if plan.trouble else ""
        self.trouble.say("danger", trouble)
        wrong = [name for name in plan.problems if name and not self._is_seen(name)]
        if "" in plan.problems:
            self.together.say("danger", together_text(plan.values))
        elif wrong:
            names = ", ".join(self._words[name].label if name in self._words else name for name in wrong)
            text = self.tr("Among the further settings something has to be mended: {names}.")
            self.together.say("danger", text.format(names=names))
        else:
            self.together.say("info", "")
        short = plan.foreseen.shortages if plan.foreseen is not None and plan.config is not None else ()
        self.shortage.say("warning", "\n".join(map(shortage_text, short)))

    def _is_seen(self, name: str) -> bool:
        """Whether a problem stands beside its field already."""
        return name == "base" or (name in self.fields and not self.fields[name].isHidden() and self._is_open(name))

    def _is_open(self, name: str) -> bool:
        return self.more.isChecked() or not self.more_parts.isAncestorOf(self.fields[name])

    def _no_data_text(self) -> str:
        if self._plan.data.folder is None:
            return self.tr("There is no data set yet. Choose one first; the settings can be looked at meanwhile.")
        return self.tr("The data set is not ready to be trained on; the page of the data says why.")
