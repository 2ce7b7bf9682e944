"""Plots over the epochs of a run: accuracy, loss and learning rate."""

from collections.abc import Sequence
from typing import Any, Final

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from training.events import EpochEnded
from tumorviewer.gui.look.theme import Tokens, blend, tokens
from tumorviewer.state.training.history import Curve, RunHistory

translate = QCoreApplication.translate

_TRAINING: Final = {False: QColor("#0067A3"), True: QColor("#56B4E9")}
_VALIDATION: Final = {False: QColor("#B24A00"), True: QColor("#FF9A4A")}
"""By whether the scheme is dark; validation has square points and training round ones, too."""
_OTHERS: Final = ("#A53C78", "#007355", "#8A5F00", "#5B5BD6")
MOST_POINTS: Final = 2000
"""A curve of more points is thinned: a plot is not wider."""


class EpochPlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """A plot over epochs that keeps to the colours of the scheme.

    Parameters
    ----------
    title : str
    describe : str
        For screen readers: what is plotted.
    """

    def __init__(self, title: str, describe: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._best: pg.InfiniteLine | None = None
        self._history: RunHistory | None = None
        self.setAccessibleName(title)
        self.setAccessibleDescription(describe)
        self.setMinimumHeight(140)
        self.setMouseEnabled(x=True, y=False)
        self.hideButtons()
        self.setMenuEnabled(False)
        self.plotItem.showGrid(x=False, y=True, alpha=0.25)
        self._paint_ground()

    def show_history(self, history: RunHistory) -> None:
        """Draw a run as far as it came."""
        self._history = history
        self.plotItem.clear()
        self.draw(history, tokens())
        self._mark_best(history.best, tokens())

    def draw(self, history: RunHistory, look: Tokens) -> None:
        """Add the curves; what a subclass is."""
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """Follow the scheme."""
        super().changeEvent(event)
        # pyqtgraph changes its palette before it has a plot.
        if event.type() is QEvent.Type.PaletteChange and self.plotItem is not None:
            self._paint_ground()
            if self._history is not None:
                self.show_history(self._history)

    def add_curve(self, curve: Curve, pen: QPen, name: str | None = None) -> None:
        """Add a line without points."""
        step = max(1, len(curve.x) // MOST_POINTS)
        self.plotItem.plot(curve.x[::step], curve.y[::step], pen=pen, name=name, antialias=True)

    def add_epochs(self, epochs: Sequence[EpochEnded], value: str, colour: QColor, symbol: str, name: str) -> Any:
        """Add a line with a point an epoch."""
        return self.plotItem.plot(
            [epoch.epoch for epoch in epochs],
            [getattr(epoch, value) for epoch in epochs],
            pen=pg.mkPen(colour, width=2),
            symbol=symbol,
            symbolSize=7,
            symbolBrush=colour,
            symbolPen=None,
            name=name,
            antialias=True,
        )

    def add_level(self, level: float, name: str, colour: QColor) -> None:
        """Add a dashed line from side to side, with its name."""
        line = pg.InfiniteLine(
            level,
            angle=0,
            pen=pg.mkPen(colour, width=1, style=Qt.PenStyle.DashLine),
            label=name,
            labelOpts={"position": 0.02, "anchors": [(0, 1), (0, 0)], "color": colour},
        )
        self.plotItem.addItem(line)

    def _mark_best(self, best: EpochEnded | None, look: Tokens) -> None:
        if best is None:
            return
        label = translate("TrainingPlots", "best: epoch {number}").format(number=best.epoch)
        line = pg.InfiniteLine(
            best.epoch,
            angle=90,
            pen=pg.mkPen(look.good, width=1, style=Qt.PenStyle.DotLine),
            label=label,
            labelOpts={"position": 0.94, "color": look.good},
        )
        self.plotItem.addItem(line)

    def _paint_ground(self) -> None:
        look = tokens()
        self.setBackground(look.raised)
        self.plotItem.setTitle(self._title, color=look.text.name(), size="10pt")
        for side in ("left", "bottom"):
            axis = self.plotItem.getAxis(side)
            axis.setPen(look.edge)
            axis.setTextPen(look.quiet)
        if self.plotItem.legend is not None:
            self.plotItem.legend.setLabelTextColor(look.quiet)


class AccuracyPlot(EpochPlot):
    """Training and validation accuracy, the gap between them, and what a model without anatomy would reach."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            translate("TrainingPlots", "Accuracy"),
            translate("TrainingPlots", "Accuracy of training and validation over the epochs"),
            parent,
        )
        self.baselines: list[tuple[str, float]] = []
        self.others: list[tuple[str, RunHistory]] = []
        self.setYRange(0.0, 1.0)
        self.plotItem.setLimits(yMin=0.0, yMax=1.02)
        self.plotItem.addLegend(offset=(-8, -8), labelTextColor=tokens().quiet)

    def draw(self, history: RunHistory, look: Tokens) -> None:
        """Draw batches thin, epochs bold, and shade the gap."""
        training, validation = _TRAINING[look.dark], _VALIDATION[look.dark]
        faint = pg.mkPen(blend(training, look.raised, 0.5), width=1)
        self.add_curve(history.batch_accuracy, faint, translate("TrainingPlots", "training, by batch"))
        upper = self.add_epochs(
            history.epochs, "accuracy", training, "o", translate("TrainingPlots", "training, by epoch")
        )
        lower = self.add_epochs(
            history.epochs, "validation_accuracy", validation, "s", translate("TrainingPlots", "validation")
        )
        if len(history.epochs) > 1:
            shade = QColor(validation)
            shade.setAlpha(40)
            self.plotItem.addItem(pg.FillBetweenItem(upper, lower, brush=shade))
        for name, level in self.baselines:
            self.add_level(level, name, look.quiet)
        for number, (name, other) in enumerate(self.others):
            colour = QColor(_OTHERS[number % len(_OTHERS)])
            self.add_epochs(other.epochs, "validation_accuracy", colour, "t", name)


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
        self.add_curve(history.batch_loss, pg.mkPen(blend(training, look.raised, 0.5), width=1))
        self.add_epochs(history.epochs, "loss", training, "o", "")
        self.add_epochs(history.epochs, "validation_loss", validation, "s", "")


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
        """Draw the rate of each batch."""
        self.add_curve(history.learning_rate, pg.mkPen(look.accent, width=2))
