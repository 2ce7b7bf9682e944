"""Where the weights start, and which network they belong to."""

from pathlib import Path

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.parts import quiet
from tumorviewer.gui.training.plan.fields import ChoiceBox
from tumorviewer.gui.training.plan.words import variant_name
from tumorviewer.inference.card import VARIANTS
from tumorviewer.state.training.plan import BASE, PlanState
from tumorviewer.state.training.plan_base import BaseChoice, BaseKind


class BaseBox(QWidget):
    """A list of bases, a button for a file, and the variant.

    Parameters
    ----------
    plan : PlanState
    """

    def __init__(self, plan: PlanState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan = plan
        self._shown: object = None
        self.base, self.variant = ChoiceBox(), ChoiceBox()
        self.base.setAccessibleName(self.tr("Start from"))
        self.variant.setAccessibleName(self.tr("Network"))
        for name in VARIANTS:
            self.variant.addItem(variant_name(name), name)
        self.choose = QPushButton(icon("open-file"), self.tr("Choose file…"))
        self.base_hint, self.variant_hint = quiet(), quiet()
        self.base.activated.connect(self._choose_base)
        self.variant.activated.connect(lambda: plan.set("variant", self.variant.currentData()))
        self.choose.clicked.connect(self.ask_for_file)
        self._lay_out()
        plan.changed.connect(self._show)
        self._show()

    def ask_for_file(self) -> None:
        """Ask for a file of weights."""
        dialog = QFileDialog(self, self.tr("Weights to start from"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Weights (*.h5 *.keras *.npz)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(lambda name: self._plan.set_base(BaseChoice(BaseKind.FILE, Path(name))))
        dialog.open()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * UNIT)
        grid.setVerticalSpacing(UNIT // 2)
        row = QHBoxLayout()
        row.setSpacing(UNIT)
        row.addWidget(self.base, 1)
        row.addWidget(self.choose)
        first, second = QLabel(self.tr("Start from")), QLabel(self.tr("Network"))
        first.setBuddy(self.base)
        second.setBuddy(self.variant)
        grid.addWidget(first, 0, 0)
        grid.addWidget(second, 0, 1)
        grid.addLayout(row, 1, 0)
        grid.addWidget(self.variant, 1, 1)
        grid.addWidget(self.base_hint, 2, 0)
        grid.addWidget(self.variant_hint, 2, 1)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 1)

    def _choices(self) -> list[tuple[str, BaseChoice]]:
        plan = self._plan
        choices = [(self.tr("The model that came with the program"), BaseChoice(BaseKind.SHIPPED))]
        for entry in plan.models:
            if not entry.shipped and entry.card is not None:
                text = self.tr("My model {name}").format(name=entry.name)
                choices.append((text, BaseChoice(BaseKind.OWN, entry.folder)))
        is_file = plan.base.kind is BaseKind.FILE
        path = plan.base.path if is_file else None
        text = self.tr("File {name}").format(name=path.name) if path is not None else self.tr("ImageNet or other file")
        choices.append((text, plan.base if is_file else BaseChoice(BaseKind.FILE)))
        choices.append((self.tr("Nothing: from scratch"), BaseChoice(BaseKind.SCRATCH)))
        return choices

    def _choose_base(self, place: int) -> None:
        self._plan.set_base(self._choices()[place][1])
        if self._plan.base == BaseChoice(BaseKind.FILE):
            self.ask_for_file()

    def _show(self) -> None:
        plan = self._plan
        fixed, wrong = plan.fixed_variant, BASE in plan.problems
        shown = (plan.base, plan.models, fixed, plan.values["variant"], wrong)
        if shown == self._shown:
            return
        self._shown = shown
        choices = self._choices()
        with QSignalBlocker(self.base), QSignalBlocker(self.variant):
            self.base.clear()
            self.base.addItems([text for text, _ in choices])
            places = [place for place, (_, choice) in enumerate(choices) if choice == plan.base]
            self.base.setCurrentIndex(places[0] if places else -1)
            self.variant.setCurrentIndex(self.variant.findData(fixed or plan.values["variant"]))
        self.variant.setEnabled(fixed is None)
        self.choose.setVisible(plan.base.kind is BaseKind.FILE)
        self.base_hint.setText(self._base_text(wrong))
        self.base_hint.setProperty("role", "danger" if wrong else "quiet")
        self.base_hint.style().polish(self.base_hint)
        self.variant_hint.setText(
            self.tr("Larger networks see more and take longer.") if fixed is None else self.tr("Decided by the base.")
        )

    def _base_text(self, wrong: bool) -> str:
        match self._plan.base.kind:
            case BaseKind.SHIPPED:
                return self.tr("It knows brain scans already: the best start with few scans.")
            case BaseKind.OWN:
                return self.tr("Goes on from what it has learned.")
            case BaseKind.FILE if wrong:
                return self.tr("Choose a file: ImageNet weights (… notop.h5), or a model.h5 or .keras of your own.")
            case BaseKind.FILE:
                return self.tr("Only the numbers in the file are read; nothing in it is run.")
        return self.tr("Needs thousands of scans and many epochs; to try things out.")
