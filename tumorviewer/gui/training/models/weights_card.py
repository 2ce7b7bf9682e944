"""Weights from elsewhere: what is to be known of them, and what can be done with them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from training.imported import ImportedWeights
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.training.models.fitting import FlowRow, NameLabel
from tumorviewer.gui.training.models.words import head_text, weights_text
from tumorviewer.gui.training.parts import quiet


class WeightsCard(QFrame):
    """One file of weights.

    Parameters
    ----------
    weights : ImportedWeights
    """

    def __init__(self, weights: ImportedWeights, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.weights = weights
        self.setProperty("role", "card")
        self.setAccessibleName(self.tr("Weights {name}").format(name=weights.name))
        self.title, self.origin, self.known = NameLabel(), quiet(weights_text(weights)), quiet(head_text(weights))
        self.title.setText(weights.name)
        self.title.setFont(figures(self.font(), scale=1.1, bold=True))
        self.origin.setTextFormat(Qt.TextFormat.PlainText)
        self.train = QPushButton(icon("play"), self.tr("Use for training"))
        self.remove = QPushButton(icon("trash"), self.tr("Delete…"))
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        column.setSpacing(UNIT)
        for part in (self.title, self.origin, self.known):
            column.addWidget(part)
        for button in (self.train, self.remove):
            button.setAutoDefault(False)
        column.addSpacing(UNIT // 2)
        column.addWidget(FlowRow((self.train, self.remove)))

    def show_busy(self, busy: bool) -> None:
        """Let nothing be deleted while something is done to models."""
        self.remove.setEnabled(not busy)
