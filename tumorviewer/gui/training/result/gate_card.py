"""New and current model side by side on the same scans, and the buttons that put one in the other's place."""

from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton, QVBoxLayout, QWidget

from training.metrics import Estimate
from training.promotion import Comparison, Promotion, Standing
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.parts import Banner, Card, quiet
from tumorviewer.gui.training.progress_row import ProgressRow
from tumorviewer.gui.training.result.bars import Bar, BarRow, IntervalBars, NoteTone, Style
from tumorviewer.gui.training.result.gate_words import question_text, status_line
from tumorviewer.gui.training.result.words import basis_text, chance_text, standing_text, with_interval
from tumorviewer.gui.words import class_name, number
from tumorviewer.state.training.desk import TrainingDesk
from tumorviewer.state.training.result_gate import GateStatus
from tumorviewer.state.training.task import TaskStatus
from tumorviewer.workers.training.crew import Crew

USABLE = (
    GateStatus.NO_MODEL, GateStatus.NO_DATA, GateStatus.OPEN, GateStatus.COMPARING, GateStatus.COMPARED,
    GateStatus.FAILED,
)  # fmt: skip
_TONES: Final[dict[Standing, NoteTone]] = {
    Standing.BETTER: "good",
    Standing.WORSE: "danger",
    Standing.NOT_TOLD_APART: "quiet",
}
COMPARABLE = (GateStatus.OPEN, GateStatus.COMPARED, GateStatus.FAILED)


class GateCard(Card):
    """Whether the new model should be used: what was measured, and the choice.

    Parameters
    ----------
    desk : TrainingDesk
    crew : Crew
    """

    def __init__(self, desk: TrainingDesk, crew: Crew, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._desk, self._crew, self._gate = desk, crew, desk.result.gate
        self.title.setText(self.tr("Should it be used?"))
        self.verdict, self.trouble = Banner(), Banner()
        self.use = QPushButton(self.tr("Use this model"))
        self.use.setDefault(True)
        self.back = QPushButton(icon("undo"), "")
        self.verdict.row.addWidget(self.back)
        self.verdict.row.addWidget(self.use)
        self.progress = CompareRow(desk)
        self.sides = SidesPart()
        self.again = QPushButton(icon("compare"), "")
        for button in (self.back, self.again):
            button.setAutoDefault(False)
        self.head.addWidget(self.again)
        for part in (self.verdict, self.trouble, self.progress, self.sides):
            self.add(part)
        self.use.clicked.connect(self._use)
        self.back.clicked.connect(crew.models.go_back)
        self.again.clicked.connect(crew.results.compare)
        self._gate.changed.connect(self.show_gate)
        desk.models.changed.connect(self.show_gate)
        desk.run.task.changed.connect(self.show_gate)
        self.show_gate()

    def show_gate(self) -> None:
        """Show how far the choice is."""
        gate, way_back = self._gate, self._desk.models.way_back
        self.setVisible(gate.status is not GateStatus.NOTHING)
        self.verdict.say(*status_line(gate))
        self.use.setVisible(gate.status in USABLE)
        self.use.setEnabled(not gate.using)
        self.back.setVisible(gate.status is GateStatus.IN_USE and way_back is not None)
        if way_back is not None:
            self.back.setText(self.tr("Go back to {name}").format(name=way_back.name))
        self.again.setVisible(gate.status in COMPARABLE)
        self.again.setText(self.tr("Compare") if gate.status is GateStatus.OPEN else self.tr("Compare again"))
        # Both would want all cores; a person may still ask for it.
        waits = gate.status is GateStatus.OPEN and self._desk.run.task.busy
        self.say(self.tr("The models are compared when the training that is going on has ended.") if waits else "")
        trouble = self.tr("It could not be taken into use: {reason}").format(reason=gate.trouble)
        self.trouble.say("danger", trouble if gate.trouble else "")
        self.progress.show_progress()
        self.sides.show_promotion(gate.promotion if gate.status in (GateStatus.COMPARED, GateStatus.IN_USE) else None)

    def _use(self) -> None:
        if not self._gate.asks_again:
            self._crew.results.use()
            return
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Use this model"))
        box.setText(self.tr("Use the new model all the same?"))
        more = self.tr("One click goes back to the current one at any time.")
        box.setInformativeText(f"{question_text(self._gate)} {more}")
        use = box.addButton(self.tr("Use it all the same"), QMessageBox.ButtonRole.AcceptRole)
        keep = box.addButton(self.tr("Keep the current one"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(lambda _: self._crew.results.use() if box.clickedButton() is use else None)
        box.open()


class CompareRow(ProgressRow):
    """How many of the answers are given, with a way to stop; hidden while nothing is compared.

    Parameters
    ----------
    desk : TrainingDesk
    """

    def __init__(self, desk: TrainingDesk, parent: QWidget | None = None) -> None:
        super().__init__("stop", QCoreApplication.translate("CompareRow", "Stop"), parent)
        self._gate = desk.result.gate
        self.stop.clicked.connect(self._gate.stop)
        self._gate.advanced.connect(self.show_progress)

    def show_progress(self) -> None:
        """Show it."""
        gate = self._gate
        self.setVisible(gate.status is GateStatus.COMPARING)
        done, total = gate.progress
        stopping = gate.task.status is TaskStatus.STOPPING
        self.stop.setEnabled(not stopping)
        self.bar.setRange(0, 0 if stopping else total)
        self.bar.setValue(done)
        text = self.tr("{done} of {total} answers").format(done=number(done), total=number(total))
        self.text.setText(self.tr("Stopping …") if stopping else text if total else self.tr("Reading the scans …"))


class SidesPart(QWidget):
    """Both models, class by class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = QLabel()
        self.bars = IntervalBars()
        self.bars.setAccessibleName(self.tr("Share of each class that both models find"))
        self.chance, self.basis = QLabel(), quiet()
        self.chance.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, UNIT, 0, 0)
        column.setSpacing(UNIT)
        for part in (self.key, self.bars, self.chance, self.basis):
            column.addWidget(part)

    def show_promotion(self, found: Promotion | None) -> None:
        """Show a comparison; None hides it."""
        self.setVisible(found is not None)
        if found is None:
            return
        text = self.tr("Filled: {new}. Outlined: {current}.")
        self.key.setText(text.format(new=found.new, current=found.current))
        rows = [self._row(class_name(item.name), item.name, item) for item in found.labels]
        self.bars.show_rows([*rows, self._row(self.tr("All scans"), "", found.overall)])
        self.chance.setText(chance_text(found.overall))
        self.basis.setText(basis_text(found.basis))

    def _row(self, name: str, label: str, item: Comparison) -> BarRow:
        return BarRow(
            name,
            label,
            (_bar(item.new, "full"), _bar(item.current, "open")),
            standing_text(item),
            _TONES[item.standing],
        )


def _bar(figure: Estimate, style: Style) -> Bar:
    return Bar(figure, with_interval(figure), style)
