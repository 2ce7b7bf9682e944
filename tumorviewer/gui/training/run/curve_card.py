"""All curves of the run that is shown, what they say, and their export."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QEvent, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QToolButton, QWidget

from tumorviewer import NOTICE
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT, tokens
from tumorviewer.gui.training.parts import Card, quiet
from tumorviewer.gui.training.run.curves import AccuracyPlot, EpochPlot, LossPlot, RatePlot
from tumorviewer.gui.training.run.legend import Legend
from tumorviewer.gui.training.run.words import baseline_name, fit_text
from tumorviewer.state.training.desk import TrainingDesk
from tumorviewer.workers.training.crew import Crew

PNG_SCALE = 2
_GAP = 2 * UNIT
_FOOT = 4 * UNIT


class CurveCard(Card):
    """Accuracy above, loss and learning rate beside each other below it.

    Parameters
    ----------
    desk : TrainingDesk
    crew : Crew
    """

    def __init__(self, desk: TrainingDesk, crew: Crew, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._desk, self._crew = desk, crew
        self.title.setText(self.tr("Curves"))
        self.accuracy, self.loss, self.rate = AccuracyPlot(), LossPlot(), RatePlot()
        self.legend, self.fit = Legend(), quiet()
        self.export = QToolButton()
        self.export.setText(self.tr("Export"))
        self.export.setIcon(icon("export"))
        self.export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.export)
        self.menu.addAction(self.tr("Plots as picture (PNG)…"), lambda: self._ask("png"))
        self.menu.addAction(self.tr("Plots as drawing (SVG)…"), lambda: self._ask("svg"))
        self.menu.addAction(self.tr("History as table (CSV)…"), lambda: self._ask("csv"))
        self.export.setMenu(self.menu)
        self.head.addWidget(self.export)
        self.add(self.legend)
        self.add(self.accuracy)
        self.add(self.fit)
        row = QHBoxLayout()
        row.setSpacing(_GAP)
        row.addWidget(self.loss, 1)
        row.addWidget(self.rate, 1)
        self.add(row)
        desk.kept.beside_changed.connect(self.show_beside)
        self.show_beside()

    @property
    def plots(self) -> tuple[EpochPlot, ...]:
        """All of them."""
        return self.accuracy, self.loss, self.rate

    def show_run(self) -> None:
        """Draw the run as far as it came."""
        run = self._desk.run
        self.show_levels()
        planned = run.config.epochs if run.config is not None else 0
        for plot in self.plots:
            plot.show_history(run.history, planned)
        head = run.history.planned_head_epochs
        self.say(self.tr("H1 to H{number} are epochs of the last layer alone.").format(number=head) if head > 1 else "")
        text = fit_text(run.history)
        self.fit.setText(text)
        self.fit.setVisible(bool(text))
        self.export.setEnabled(bool(run.history.all_epochs))

    def show_levels(self) -> None:
        """Draw what a model without anatomy reaches on the data."""
        self.accuracy.show_levels([(baseline_name(name), level) for name, level in self._desk.baselines.items()])

    def show_beside(self) -> None:
        """Draw the runs that were chosen to be compared."""
        self.accuracy.show_beside(self._desk.kept.beside(self._desk.run.output))
        self._show_keys()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._show_keys()

    def _show_keys(self) -> None:
        self.legend.show_keys(self.accuracy.keys())

    # ------------------------------------------------------------ export

    def picture(self) -> bytes:
        """Return all plots as PNG."""
        size = self._size()
        shot = QPixmap(size * PNG_SCALE)
        shot.setDevicePixelRatio(PNG_SCALE)
        shot.fill(tokens().raised)
        painter = QPainter(shot)
        self._paint(painter)
        painter.end()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        shot.save(buffer, "PNG")
        return bytes(buffer.data().data())

    def drawing(self) -> bytes:
        """Return all plots as SVG."""
        # Only who exports a drawing needs it.
        from PySide6.QtSvg import QSvgGenerator

        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(self._size())
        generator.setViewBox(QRectF(0, 0, self._size().width(), self._size().height()))
        generator.setTitle(self.title.text())
        generator.setDescription(NOTICE)
        painter = QPainter(generator)
        painter.fillRect(QRectF(0, 0, self._size().width(), self._size().height()), QColor(tokens().raised))
        self._paint(painter)
        painter.end()
        return bytes(buffer.data().data())

    def _size(self) -> QSize:
        plots = self.accuracy.height() + _GAP + self.loss.height()
        return QSize(self.accuracy.width(), self.legend.height() + plots + _FOOT)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.legend.paint(painter)
        first, width = self.legend.height(), self.accuracy.width()
        top = first + self.accuracy.height() + _GAP
        half = (width - _GAP) / 2
        places = (
            QRectF(0, first, width, self.accuracy.height()),
            QRectF(0, top, half, self.loss.height()),
            QRectF(half + _GAP, top, half, self.rate.height()),
        )
        for plot, place in zip(self.plots, places, strict=True):
            plot.scene().render(painter, place, QRectF(plot.viewport().rect()), Qt.AspectRatioMode.IgnoreAspectRatio)
        painter.setPen(tokens().quiet)
        foot = QRectF(_GAP, top + self.loss.height(), width - 2 * _GAP, _FOOT)
        name = self._desk.run.output.name if self._desk.run.output is not None else ""
        painter.drawText(foot, Qt.AlignmentFlag.AlignVCenter, f"{name} · {NOTICE}")

    def _ask(self, kind: str) -> None:
        words = {
            "png": (self.tr("Save plots"), self.tr("Picture (*.png)")),
            "svg": (self.tr("Save plots"), self.tr("Drawing (*.svg)")),
            "csv": (self.tr("Save history"), self.tr("Table (*.csv)")),
        }
        title, names = words[kind]
        output = self._desk.run.output
        dialog = QFileDialog(self, title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(names)
        dialog.setDefaultSuffix(kind)
        dialog.selectFile(f"{output.name if output is not None else 'run'}.{kind}")
        dialog.fileSelected.connect(lambda name: self._write(kind, Path(name)))
        dialog.open()

    def _write(self, kind: str, path: Path) -> None:
        if kind == "csv":
            self._crew.runs.export_history(path)
        else:
            made: Callable[[], bytes] = self.picture if kind == "png" else self.drawing
            self._crew.runs.write(path, made())
