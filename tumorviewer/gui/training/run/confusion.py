"""The confusion matrix of each epoch: which class the model takes for which."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from training.events import EpochEnded
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.tokens import UNIT, blend, contrast, tokens
from tumorviewer.gui.look.verdicts import paint_mark
from tumorviewer.gui.training.parts import Card, quiet
from tumorviewer.gui.training.plan.fields import ChoiceBox
from tumorviewer.gui.words import class_name, number
from tumorviewer.inference.labels import CLASSES
from tumorviewer.state.training.history import HEAD, RunHistory

CELL = QSize(9 * UNIT, 5 * UNIT)
NAMES = 20 * UNIT
HEADING = 6 * UNIT


class ConfusionMatrix(QWidget):
    """Counts of scans by label (rows) and answer (columns); a cell is the darker, the larger its share of the row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.counts: list[list[int]] = []
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Confusion matrix"))

    def show_counts(self, counts: Sequence[Sequence[int]]) -> None:
        """Show the counts of an epoch."""
        self.counts = [list(row) for row in counts]
        self.setAccessibleDescription("; ".join(self.lines()))
        self.update()

    def lines(self) -> list[str]:
        """Return a line for each class that there are scans of: how many of them are found."""
        told = []
        for row, counts in enumerate(self.counts):
            if sum(counts):
                text = self.tr("{name}: {found} of {all} found")
                told.append(text.format(name=_name(row), found=number(counts[row]), all=number(sum(counts))))
        return told

    def sizeHint(self) -> QSize:
        """Return room for all classes."""
        count = max(len(self.counts), len(CLASSES))
        return QSize(NAMES + count * CELL.width() + 2, HEADING + count * CELL.height() + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw names, cells and counts."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(figures(self.font()))
        count = max(len(self.counts), len(CLASSES))
        for place in range(count):
            self._draw_heads(painter, place)
        for row, counts in enumerate(self.counts):
            for column, value in enumerate(counts):
                share = value / sum(counts) if sum(counts) else 0.0
                self._draw_cell(painter, row, column, value, share)

    def _draw_heads(self, painter: QPainter, place: int) -> None:
        look, label = tokens(), CLASSES[place] if place < len(CLASSES) else ""
        row = QRectF(0, HEADING + place * CELL.height(), NAMES - UNIT, CELL.height())
        painter.setPen(look.text)
        name = painter.fontMetrics().elidedText(_name(place), Qt.TextElideMode.ElideRight, NAMES - 4 * UNIT)
        painter.drawText(row.adjusted(3 * UNIT, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)
        if label:
            mark = QRectF(0, row.center().y() - UNIT, 2 * UNIT, 2 * UNIT)
            paint_mark(painter, mark, label)
            above = QRectF(NAMES + (place + 0.5) * CELL.width() - UNIT, HEADING - 3 * UNIT, 2 * UNIT, 2 * UNIT)
            paint_mark(painter, above, label)

    def _draw_cell(self, painter: QPainter, row: int, column: int, value: int, share: float) -> None:
        look = tokens()
        cell = QRectF(NAMES + column * CELL.width(), HEADING + row * CELL.height(), CELL.width(), CELL.height())
        inside = cell.adjusted(1, 1, -1, -1)
        hue = look.good if row == column else look.danger
        ground = blend(hue, look.raised, (0.06 + 0.6 * share) if value else 0.0)
        painter.setPen(QPen(look.good, 1.5) if row == column else QPen(look.border, 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(inside, 3, 3)
        painter.setPen(max((look.text, look.ground), key=lambda colour: contrast(colour, ground)))
        painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, number(value))


class CountsPart(QWidget):
    """The matrix, and beside it in words how many of each class are found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.matrix = ConfusionMatrix()
        self.lines = quiet()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3 * UNIT)
        row.addWidget(self.matrix)
        row.addWidget(self.lines, 1, Qt.AlignmentFlag.AlignVCenter)

    def show_counts(self, counts: Sequence[Sequence[int]]) -> None:
        """Show these."""
        self.matrix.show_counts(counts)
        self.lines.setText("\n".join(self.matrix.lines()))


class ConfusionCard(Card):
    """The matrix with a list of epochs; the newest is shown until another one is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.title.setText(self.tr("Which class is taken for which"))
        self.say(self.tr("Validation scans: a row a label, a column an answer. Right answers lie on the diagonal."))
        self._epochs: list[EpochEnded] = []
        self._best: EpochEnded | None = None
        self.epoch = ChoiceBox()
        self.epoch.setAccessibleName(self.tr("Epoch"))
        self.epoch.setMinimumWidth(20 * UNIT)
        self.epoch.activated.connect(lambda _: self._show_chosen())
        self.head.addWidget(self.epoch)
        self.counts = CountsPart()
        self.add(self.counts)

    def show_history(self, history: RunHistory) -> None:
        """Show the epochs of a run; cheap while no epoch was added."""
        epochs, best = history.all_epochs, history.best
        if epochs == self._epochs and best == self._best:
            return
        follow = self.epoch.currentIndex() in (-1, len(self._epochs) - 1) or len(epochs) < len(self._epochs)
        place = len(epochs) - 1 if follow else self.epoch.currentIndex()
        self._epochs, self._best = epochs, best
        with QSignalBlocker(self.epoch):
            self.epoch.clear()
            self.epoch.addItems([self._name(epoch) for epoch in epochs])
            self.epoch.setCurrentIndex(place)
        self.setVisible(bool(epochs))
        self._show_chosen()

    def _name(self, epoch: EpochEnded) -> str:
        if epoch.phase == HEAD:
            return self.tr("Head, epoch {number}").format(number=epoch.epoch)
        if epoch is self._best or epoch == self._best:
            return self.tr("Epoch {number}, the best").format(number=epoch.epoch)
        return self.tr("Epoch {number}").format(number=epoch.epoch)

    def _show_chosen(self) -> None:
        place = self.epoch.currentIndex()
        if 0 <= place < len(self._epochs):
            self.counts.show_counts(self._epochs[place].confusion)


def _name(place: int) -> str:
    return class_name(CLASSES[place]) if place < len(CLASSES) else str(place + 1)
