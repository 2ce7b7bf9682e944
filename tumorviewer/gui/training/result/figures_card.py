"""How well the model does on the test scans."""

import math

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from training.metrics import Estimate
from training.results import Measures
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.parts import Card, quiet
from tumorviewer.gui.training.result.bars import Bar, BarRow, IntervalBars
from tumorviewer.gui.training.result.words import (
    auroc,
    auroc_interval,
    baseline_row,
    how_chosen,
    interval,
    share,
    with_interval,
)
from tumorviewer.gui.words import class_name, percent


class Headline(QWidget):
    """A large figure with its name above and its interval below."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        title = quiet(name)
        title.setWordWrap(False)
        self.value, self.between = QLabel(), quiet()
        self.value.setFont(figures(self.font(), scale=1.9, bold=True))
        self.between.setFont(figures(self.font()))
        self.between.setWordWrap(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (title, self.value, self.between):
            column.addWidget(part)

    def say(self, value: str, between: str) -> None:
        """Show a figure."""
        self.value.setText(value)
        self.between.setText(between)
        self.setAccessibleName(f"{self._name}: {value} {between}".strip())


class FiguresCard(Card):
    """Headline figures, the sensitivity of each class, and what knows no anatomy beside them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.title.setText(self.tr("On scans it has never seen"))
        self.report = QPushButton(icon("chart"), self.tr("Open the report"))
        self.files = QPushButton(icon("folder"), self.tr("Show files"))
        for button in (self.report, self.files):
            button.setAutoDefault(False)
            self.head.addWidget(button)
        self.figures = QWidget()
        self.average = Headline(self.tr("Found, on average over the classes"))
        self.right = Headline(self.tr("Right answers"))
        self.auroc = Headline(self.tr("AUROC"))
        self.auroc.setToolTip(
            self.tr("How well the classes are told apart over all thresholds: 0.5 is guessing, 1 is perfect.")
        )
        self.bars = IntervalBars()
        self.bars.setAccessibleName(self.tr("Share of each class that is found"))
        self.below = quiet()
        row = QHBoxLayout()
        row.setSpacing(5 * UNIT)
        for figure in (self.average, self.right, self.auroc):
            row.addWidget(figure)
        row.addStretch(1)
        column = QVBoxLayout(self.figures)
        column.setContentsMargins(0, UNIT, 0, 0)
        column.setSpacing(2 * UNIT)
        column.addLayout(row)
        column.addWidget(self.bars)
        column.addWidget(self.below)
        self.add(self.figures)

    def show_measures(self, measures: Measures | None) -> None:
        """Show the figures of a test part that is leak-free; of another one only buttons are left."""
        honest = measures is not None and measures.leak_free is True
        self.figures.setVisible(honest)
        if measures is None or not honest:
            self.say("")
            return
        self.say(how_chosen(measures))
        self.average.say(share(measures.macro_sensitivity), interval(measures.macro_sensitivity))
        self.right.say(share(measures.accuracy), interval(measures.accuracy))
        self.auroc.say(auroc(measures.auroc), auroc_interval(measures.auroc))
        self.bars.show_rows([*_classes(measures), *self._baselines(measures)])
        self.below.setText(self._below(measures))

    def _baselines(self, measures: Measures) -> list[BarRow]:
        rows = []
        for name, value in measures.baselines:
            alone = Estimate(value, math.nan, math.nan, measures.scans)
            rows.append(BarRow(baseline_row(name), "", (Bar(alone, percent(value, exact=True), "faint"),)))
        return rows

    def _below(self, measures: Measures) -> str:
        text = self.tr("The line across a bar: where the true share lies, with 95 % certainty.")
        if measures.baselines:
            text += " " + self.tr(
                "The grey bars know no anatomy, and show how far one comes without looking at the brain."
            )
        return text


def _classes(measures: Measures) -> list[BarRow]:
    return [
        BarRow(class_name(name), name, (Bar(figure, with_interval(figure)),))
        for name, figure in measures.sensitivity.items()
    ]
