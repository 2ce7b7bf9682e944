"""Plots over the epochs of a run: accuracy, loss and learning rate.

Lines are made once and given new points, because a plot that is built anew with every batch costs tens of milliseconds.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from tumorviewer.gui.look.theme import Tokens, blend, tokens
from tumorviewer.gui.training.run.legend import Key
from tumorviewer.state.training.history import Curve, RunHistory

translate = QCoreApplication.translate

_TRAINING: Final = {False: QColor("#0067A3"), True: QColor("#56B4E9")}
_VALIDATION: Final = {False: QColor("#B24A00"), True: QColor("#FF9A4A")}
"""By whether the scheme is dark; validation has square points and training round ones, too."""
_OTHERS: Final = {
    False: ("#A53C78", "#007355", "#8A5F00", "#5B5BD6"),
    True: ("#E08ABF", "#46DDB8", "#EBB03A", "#A9A9FF"),
}
_SYMBOLS: Final = ("t", "d", "star", "+")
MOST_POINTS: Final = 1000
"""A curve of more points is thinned: a plot is hardly wider."""

Points = tuple[list[float], list[float]]


class EpochAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Epochs of fine-tuning count from 1; those of the head, which come before, are written as H1, H2 ..."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.head_epochs = 0

    def tickStrings(self, values: Sequence[float], _scale: float, _spacing: float) -> list[str]:
        """Write whole epochs only."""
        return [self._name(round(value)) if abs(value - round(value)) < 1e-6 else "" for value in values]

    def _name(self, epoch: int) -> str:
        if epoch > 0:
            return str(epoch)
        number = epoch + self.head_epochs
        return translate("TrainingPlots", "H{number}").format(number=number) if number > 0 else ""


class EpochPlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """A plot over epochs that keeps to the colours of the scheme.

    Parameters
    ----------
    title : str
    describe : str
        For screen readers: what is plotted.

    Attributes
    ----------
    lines : dict of str to PlotDataItem
        By what they show.
    """

    HEIGHT = 176
    NAMES_BEST = False

    def __init__(self, title: str, describe: str, parent: QWidget | None = None) -> None:
        self.axis = EpochAxis()
        super().__init__(parent, axisItems={"bottom": self.axis})
        self._title = title
        self._history = RunHistory()
        self._epochs = 0
        self.lines: dict[str, Any] = {}
        self._marks: dict[str, Any] = {}
        self._drawn: dict[str, Points] = {}
        self.setAccessibleName(title)
        self.setAccessibleDescription(describe)
        self.setFixedHeight(self.HEIGHT)
        self.setMouseEnabled(x=False, y=False)  # the wheel is the page's
        self.hideButtons()
        self.setMenuEnabled(False)
        self.plotItem.showGrid(x=False, y=True, alpha=0.25)
        self._paint_ground()

    def show_history(self, history: RunHistory, planned_epochs: int = 0) -> None:
        """Draw a run as far as it came.

        Parameters
        ----------
        history : RunHistory
        planned_epochs : int
            Of fine-tuning, where that is known before the run tells it.
        """
        self._history, self._epochs = history, planned_epochs
        look = tokens()
        self.draw(history, look)
        self._mark_best(history, look)
        self._show_range(history)

    def draw(self, history: RunHistory, look: Tokens) -> None:
        """Give the lines their points; what a subclass is."""
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        # pyqtgraph changes its palette before it has a plot.
        if event.type() is QEvent.Type.PaletteChange and self.plotItem is not None:
            self._paint_ground()
            self.renew()

    def renew(self) -> None:
        """Make all lines anew, in the colours of the scheme."""
        self.plotItem.clear()
        self.lines.clear()
        self._marks.clear()
        self._drawn.clear()
        self.show_history(self._history, self._epochs)

    def batches(self, name: str, curve: Curve, pen: QPen) -> None:
        """Draw a line without points."""
        step = max(1, -(-len(curve.x) // MOST_POINTS))
        if name not in self.lines:
            self.lines[name] = self.plotItem.plot(pen=pen, antialias=True)
        self.lines[name].setData(np.array(curve.x[::step], float), np.array(curve.y[::step], float))

    def epochs(self, name: str, points: Points, colour: QColor, symbol: str) -> Any:
        """Draw a line with a point an epoch."""
        if name not in self.lines:
            self.lines[name] = self.plotItem.plot(
                pen=pg.mkPen(colour, width=2), symbol=symbol, symbolSize=7, symbolBrush=colour, symbolPen=colour,
                antialias=True,
            )  # fmt: skip
        if self._drawn.get(name) != points:
            self._drawn[name] = points
            self.lines[name].setData(np.array(points[0], float), np.array(points[1], float))
        return self.lines[name]

    def _mark_best(self, history: RunHistory, look: Tokens) -> None:
        best = history.best.epoch if history.best is not None else None
        if best is None and history.finished is not None and history.finished.best_epoch == 0:
            best = 0
        if best is None:
            self._forget_mark("best")
            return
        text = translate("TrainingPlots", "best: epoch {number}").format(number=best)
        if best == 0:
            text = translate("TrainingPlots", "best: the head alone")
        if "best" not in self._marks:
            pen = pg.mkPen(look.good, width=1, style=Qt.PenStyle.DotLine)
            side = {"position": 0.06, "anchors": [(0, 1), (1, 1)], "color": look.good}
            self._marks["best"] = pg.InfiniteLine(0, angle=90, pen=pen, label=" ", labelOpts=side)
            self.plotItem.addItem(self._marks["best"])
        self._marks["best"].setValue(best)
        self._marks["best"].label.setFormat(text if self.NAMES_BEST else "")

    def _forget_mark(self, name: str) -> None:
        if name in self._marks:
            self.plotItem.removeItem(self._marks.pop(name))

    def _show_range(self, history: RunHistory) -> None:
        head = history.planned_head_epochs
        last = max(history.planned_epochs, self._epochs, max((epoch.epoch for epoch in history.epochs), default=0))
        self.axis.head_epochs = head
        first = min([1.0 - head, *history.batch_loss.x[:1]]) if head else 0.0
        if head or last:
            self.setXRange(first, max(last, 0 if head else 1), padding=0.03)

    def _paint_ground(self) -> None:
        look = tokens()
        self.setBackground(look.raised)
        self.plotItem.setTitle(self._title, color=look.text.name(), size="10pt")
        for side in ("left", "bottom"):
            axis = self.plotItem.getAxis(side)
            axis.setPen(look.edge)
            axis.setTextPen(look.quiet)


class AccuracyPlot(EpochPlot):
    """Training and validation accuracy, the gap between them, and what a model without anatomy would reach."""

    HEIGHT = 264
    NAMES_BEST = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            translate("TrainingPlots", "Accuracy"),
            translate("TrainingPlots", "Accuracy of training and validation over the epochs"),
            parent,
        )
        self._levels: list[tuple[str, float]] = []
        self._others: list[tuple[str, RunHistory]] = []
        self.setYRange(0.0, 1.0)
        self.plotItem.setLimits(yMin=-0.02, yMax=1.04)

    def keys(self) -> list[Key]:
        """Return what the lines are; those of the loss look the same."""
        look = tokens()
        training, validation = _TRAINING[look.dark], _VALIDATION[look.dark]
        others = [
            Key(QColor(_OTHERS[look.dark][place % len(_SYMBOLS)]), name, _SYMBOLS[place % len(_SYMBOLS)])
            for place, (name, _) in enumerate(self._others)
        ]
        return [
            Key(training, translate("TrainingPlots", "training"), "o"),
            Key(validation, translate("TrainingPlots", "validation"), "s"),
            Key(blend(training, look.raised, 0.6), translate("TrainingPlots", "training, by batch"), width=1.0),
            *others,
        ]

    def show_levels(self, levels: Sequence[tuple[str, float]]) -> None:
        """Draw dashed lines from side to side, each with its name."""
        if list(levels) != self._levels:
            self._levels = list(levels)
            self.renew()

    def show_beside(self, others: Sequence[tuple[str, RunHistory]]) -> None:
        """Draw the validation accuracy of other runs, too."""
        self._others = list(others)
        self.renew()

    def draw(self, history: RunHistory, look: Tokens) -> None:
        """Draw batches thin, epochs bold, and shade the gap."""
        training, validation = _TRAINING[look.dark], _VALIDATION[look.dark]
        self.batches("batches", history.batch_accuracy, pg.mkPen(blend(training, look.raised, 0.6), width=1))
        x, above, below = history.gap()
        upper = self.epochs("training", (x, above), training, "o")
        lower = self.epochs("validation", (x, below), validation, "s")
        if "gap" not in self._marks:
            shade = QColor(validation)
            shade.setAlpha(40)
            self._marks["gap"] = pg.FillBetweenItem(upper, lower, brush=shade)
            self.plotItem.addItem(self._marks["gap"])
        for place, (name, level) in enumerate(self._levels):
            self._level(place, name, level, look.quiet)
        for place, (name, other) in enumerate(self._others):
            colour = QColor(_OTHERS[look.dark][place % len(_SYMBOLS)])
            x, _, accuracy = other.gap()
            self.epochs(f"beside {name}", (x, accuracy), colour, _SYMBOLS[place % len(_SYMBOLS)])

    def _level(self, place: int, name: str, level: float, colour: QColor) -> None:
        if f"level {place}" not in self._marks:
            # The names of two lines that lie close stand on either side of them.
            side = 1 if level == max(other for _, other in self._levels) else 0
            line = pg.InfiniteLine(
                level,
                angle=0,
                pen=pg.mkPen(colour, width=1, style=Qt.PenStyle.DashLine),
                label=name,
                labelOpts={"position": 0.02, "anchors": [(0, side), (0, side)], "color": colour},
            )
            self._marks[f"level {place}"] = line
            self.plotItem.addItem(line)


class LossPlot(EpochPlot):
    """Training and validation loss."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            translate("TrainingPlots", "Loss"),
            translate("TrainingPlots", "Loss of training and validation over the epochs"),
            parent,
        )
        self.plotItem.setLimits(yMin=0.0)

    def draw(self, history: RunHistory, look: Tokens) -> None:
        """Draw batches thin and epochs bold."""
        training, validation = _TRAINING[look.dark], _VALIDATION[look.dark]
        self.batches("batches", history.batch_loss, pg.mkPen(blend(training, look.raised, 0.6), width=1))
        done = history.all_epochs
        x = [history.place_of(epoch) for epoch in done]
        self.epochs("training", (x, [epoch.loss for epoch in done]), training, "o")
        self.epochs("validation", (x, [epoch.validation_loss for epoch in done]), validation, "s")


class RatePlot(EpochPlot):
    """The learning rate."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            translate("TrainingPlots", "Learning rate"),
            translate("TrainingPlots", "Learning rate over the epochs"),
            parent,
        )
        self.plotItem.setLimits(yMin=0.0)

    def draw(self, history: RunHistory, look: Tokens) -> None:
        """Draw the rate of each batch; of a run of before, that of each epoch."""
        curve = history.learning_rate
        if not curve.x:
            done = history.all_epochs
            curve = Curve([history.place_of(epoch) for epoch in done], [epoch.learning_rate for epoch in done])
        self.batches("rate", curve, pg.mkPen(look.accent, width=2))
