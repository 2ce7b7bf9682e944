"""What all slices say together, above the strip that shows each of them."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWhatsThis,
    QWidget,
)

from tumorviewer.gui.look.tokens import DARK, UNIT
from tumorviewer.gui.look.verdicts import paint_mark, verdict_colour
from tumorviewer.gui.series.strip import SeriesStrip
from tumorviewer.gui.viewer import colours
from tumorviewer.inference.series import SeriesAnswer
from tumorviewer.presentation.series_words import series_details, series_headline, series_rule
from tumorviewer.state.model import ModelStatus
from tumorviewer.state.ordering import WAITING
from tumorviewer.state.workspace import Workspace

HALF: Final = UNIT // 2
_LOOK: Final = f"""
SeriesBar, SeriesBar QLabel, SeriesBar QCheckBox {{ background: {colours.GROUND.name()}; border: 0; }}
SeriesBar QLabel, SeriesBar QCheckBox {{ color: {colours.TEXT.name()}; }}
SeriesBar QLabel#details {{ color: {colours.QUIET.name()}; }}
SeriesBar QToolButton {{ color: {colours.TEXT.name()}; background: {colours.RAISED.name()};
  border: 1px solid transparent; border-radius: 4px; padding: 2px 8px; }}
SeriesBar QToolButton:disabled {{ color: {DARK.quiet.name()}; background: {colours.GROUND.name()}; }}
SeriesBar QToolButton:focus, SeriesBar QToolButton:hover {{ border-color: {colours.QUIET.name()}; }}
"""


class SeriesBar(QFrame):
    """Shown while the current stack has several slices.

    Parameters
    ----------
    workspace : Workspace
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._series, self._model = workspace.series, workspace.model
        self.setStyleSheet(_LOOK)
        self.mark = _Mark()
        self.headline = QLabel()
        self.details = QLabel()
        self.taken = QCheckBox(self.tr("One series"))
        self.peak = QToolButton()
        self.rule = QToolButton()
        self.strip = SeriesStrip(workspace.series, workspace.model)
        self._dress()
        self._lay_out()
        self.taken.clicked.connect(self._series.take_as_series)
        self.peak.clicked.connect(self._series.show_peak)
        self.rule.clicked.connect(self._tell_rule)
        self._series.changed.connect(self._refresh)
        self._refresh()

    # ------------------------------------------------------------ inside

    def _dress(self) -> None:
        for label in (self.headline, self.details):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        bold = self.headline.font()
        bold.setBold(True)
        self.headline.setFont(bold)
        self.headline.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.details.setObjectName("details")
        self.taken.setToolTip(self.tr("The pictures of this folder are the slices of one head, in the order of names"))
        self.peak.setToolTip(self.tr("Go to the slice that speaks most for a tumour"))
        self.rule.setText(self.tr("How?"))
        self.rule.setToolTip(self.tr("How the answer of a series is found"))
        self.rule.setAccessibleName(self.rule.toolTip())

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(UNIT)
        first.addWidget(self.mark)
        first.addWidget(self.headline, 1)
        for button in (self.taken, self.peak, self.rule):
            first.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(UNIT, HALF, UNIT, HALF)
        column.setSpacing(HALF)
        column.addLayout(first)
        column.addWidget(self.details)
        column.addWidget(self.strip)

    def _refresh(self) -> None:
        series = self._series
        self.setVisible(series.slices is not None)
        stack, answer, geometry = series.stack, series.answer, series.geometry
        if series.slices is None or stack is None:
            return
        self.taken.setVisible(stack.kind == "folder")
        self.taken.setChecked(series.is_series)
        for button in (self.peak, self.rule):
            button.setVisible(series.is_series)
        self.peak.setEnabled(series.peak is not None)
        place = self.tr("Most suspicious: {place}").format(place=series.peak + 1) if series.peak is not None else ""
        self.peak.setText(place or self.tr("Most suspicious"))
        self.mark.show_verdict((answer.verdict if answer is not None else "") or WAITING)
        if answer is not None and geometry is not None:
            self.headline.setText(self._said(answer))
            self.details.setText(self.tr(" · ", "between facts").join(series_details(answer, geometry)))
        else:
            self.headline.setText(self._without_answer())
            self.details.setText("")
        self.details.setVisible(bool(self.details.text()))

    def _said(self, answer: SeriesAnswer) -> str:
        return self.tr("Series: {answer}").format(answer=series_headline(answer))

    def _without_answer(self) -> str:
        if not self._series.is_series:
            return self.tr("Pictures of one folder: no answer for a series")
        if self._model.status is ModelStatus.LOADING:
            return self.tr("Series: the model is loading …")
        return self.tr("Series: no model, no answer")

    def _tell_rule(self) -> None:
        answer, card = self._series.answer, self._model.card
        if answer is not None and card is not None:
            below = self.rule.mapToGlobal(self.rule.rect().bottomLeft())
            QWhatsThis.showText(below, series_rule(answer, card.thresholds.certain), self.rule)


class _Mark(QWidget):
    """Colour and mark of a verdict, as on dark ground."""

    def __init__(self) -> None:
        super().__init__()
        self.verdict = WAITING
        self.setFixedSize(QSize(16, 16))

    def show_verdict(self, verdict: str) -> None:
        """Take another one."""
        if verdict != self.verdict:
            self.verdict = verdict
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        paint_mark(painter, self.rect().toRectF(), self.verdict, verdict_colour(self.verdict, DARK))
