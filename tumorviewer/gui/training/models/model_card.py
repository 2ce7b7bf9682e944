"""An installed model: what it is, how good, whether it is whole, and what can be done with it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from training.metrics import Estimate
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.panel.link_button import LinkButton
from tumorviewer.gui.training.models.fitting import FlowRow, NameLabel
from tumorviewer.gui.training.models.signs import Badge, StateLine
from tumorviewer.gui.training.models.words import (
    check_text,
    data_text,
    figure_text,
    interval_text,
    measured_text,
    origin_text,
    shortened,
    title_text,
)
from tumorviewer.gui.training.parts import quiet
from tumorviewer.inference.catalogue import Entry
from tumorviewer.state.training.model_facts import ModelFacts, facts_of
from tumorviewer.state.training.models import Check, ModelsState


class Figure(QWidget):
    """A share with its name above and its interval below."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.value, self.between = QLabel(), quiet()
        self.value.setFont(figures(self.font(), scale=1.3, bold=True))
        self.between.setFont(figures(self.font()))
        caption = quiet(name)
        for label in (caption, self.between):
            label.setWordWrap(False)
        self.setToolTip(tip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 2 * UNIT, 0)
        column.setSpacing(0)
        for part in (caption, self.value, self.between):
            column.addWidget(part)

    def say(self, figure: Estimate | None) -> None:
        """Show a figure."""
        self.value.setText(figure_text(figure))
        self.between.setText(interval_text(figure))
        self.setAccessibleName(f"{self._name}: {self.value.text()} {self.between.text()}".strip())


class ModelCard(QFrame):
    """One model.

    Parameters
    ----------
    state : ModelsState
    entry : Entry
    """

    def __init__(self, state: ModelsState, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self.entry = state, entry
        self._shown: object = None
        self.setProperty("role", "card")
        self.title, self.origin, self.data, self.measured = NameLabel(), quiet(), quiet(), quiet()
        self.title.setFont(figures(self.font(), scale=1.1, bold=True))
        self.data.setTextFormat(Qt.TextFormat.PlainText)
        self.badge = Badge(self.tr("In use"))
        self.sensitivity = Figure(
            self.tr("Found, on average over the classes"),
            self.tr("Of the test scans of a class, the share that it finds, on average over the classes."),
        )
        self.accuracy = Figure(
            self.tr("Right answers"), self.tr("Of all test scans, the share that it judges rightly.")
        )
        self.calibration = Figure(
            self.tr("Certainty is off by"),
            self.tr("How far its probabilities are from how often it is right (ECE): the less, the better."),
        )
        self.figures = FlowRow((self.sensitivity, self.accuracy, self.calibration), 2 * UNIT)
        self.state_line, self.hidden_line = StateLine(), StateLine()
        self.verify = LinkButton()
        self.verify.set_words("reset", self.tr("Check again"))
        self.use = QPushButton(icon("check"), self.tr("Use this model"))
        self.go_back = QPushButton(icon("undo"), "")
        self.details = QPushButton(icon("info"), self.tr("Details"))
        self.rename = QPushButton(icon("note"), self.tr("Rename…"))
        self.export = QPushButton(icon("export"), self.tr("Export as zip…"))
        self.delete = QPushButton(icon("trash"), self.tr("Delete…"))
        self.buttons = (self.use, self.go_back, self.details, self.rename, self.export, self.delete)
        self._lay_out()
        self.show_entry(entry)

    def show_entry(self, entry: Entry) -> None:
        """Show a model as it is now."""
        self.entry = entry
        state = self._state
        shown = (
            entry, state.checked(entry), state.in_use == entry.folder, state.way_back, state.is_hidden(entry),
            state.busy,
        )  # fmt: skip
        if shown == self._shown:
            return
        self._shown = shown
        title = title_text(entry)
        self.title.setText(title)
        self.setAccessibleName(self.tr("Model {name}").format(name=title))
        self.origin.setText(origin_text(entry))
        self.badge.setVisible(entry.folder == self._state.in_use)
        self._show_facts(facts_of(entry.card) if entry.card is not None else None)
        self._show_check()
        self._show_buttons()

    # ------------------------------------------------------------ inside

    def _lay_out(self) -> None:
        for button in self.buttons:
            button.setAutoDefault(False)
        head = QHBoxLayout()
        head.setSpacing(UNIT)
        head.addWidget(self.title, 0)
        head.addWidget(self.badge)
        head.addStretch(1)
        head.addStrut(self.badge.sizeHint().height())  # the card does not jump when it comes into use
        checked = QHBoxLayout()
        checked.setSpacing(UNIT)
        checked.addWidget(self.state_line, 1)
        checked.addWidget(self.verify, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT // 2)
        column.addLayout(head)
        for part in (self.origin, self.data, self.measured):
            column.addWidget(part)
        column.addSpacing(UNIT // 2)
        column.addWidget(self.figures)
        column.addLayout(checked)
        column.addWidget(self.hidden_line)
        column.addSpacing(UNIT)
        column.addWidget(FlowRow(self.buttons))

    def _show_facts(self, facts: ModelFacts | None) -> None:
        self.data.setVisible(facts is not None)
        self.measured.setVisible(facts is not None and bool(measured_text(facts)))
        self.figures.setVisible(facts is not None and facts.shows_figures)
        if facts is None:
            return
        self.data.setText(data_text(facts))
        self.measured.setText(measured_text(facts))
        self.sensitivity.say(facts.sensitivity)
        self.accuracy.say(facts.accuracy)
        self.calibration.say(facts.calibration)

    def _show_check(self) -> None:
        checked = self._state.checked(self.entry)
        self.state_line.say(*check_text(checked, self.entry))
        self.verify.setVisible(self.entry.card is not None)
        self.verify.setEnabled(checked.check is not Check.CHECKING)
        self.hidden_line.setVisible(self._state.is_hidden(self.entry))
        self.hidden_line.say(
            "warning",
            self.tr("A model of the same name came with the program and is used in its place. Rename this one first."),
        )

    def _show_buttons(self) -> None:
        state, entry = self._state, self.entry
        in_use, whole, idle = entry.folder == state.in_use, state.is_whole(entry), not state.busy
        before = state.way_back if in_use else None
        self.use.setVisible(whole and not in_use)
        self.use.setEnabled(state.can_use(entry))
        self.go_back.setVisible(before is not None)
        if before is not None:
            self.go_back.setText(self.tr("Go back to {name}").format(name=shortened(before.name)))
        self.details.setVisible(entry.card is not None)
        self.rename.setVisible(whole and not entry.shipped)
        self.export.setVisible(whole)
        self.delete.setVisible(not entry.shipped)
        for button in (self.rename, self.export, self.delete):
            button.setEnabled(idle)
