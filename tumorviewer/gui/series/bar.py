"""What all slices say together, above the strip that shows each of them."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWhatsThis, QWidget

from tumorviewer.gui.look.tokens import DARK, UNIT
from tumorviewer.gui.series.line import Headline, HeadRow
from tumorviewer.gui.series.strip import SeriesStrip
from tumorviewer.gui.viewer import colours
from tumorviewer.presentation.series_words import series_details, series_headline, series_rule
from tumorviewer.state.model import ModelStatus
from tumorviewer.state.ordering import WAITING
from tumorviewer.state.workspace import Workspace

HALF: Final = UNIT // 2
_LOOK: Final = f"""
SeriesBar, SeriesBar QWidget {{ background: {colours.GROUND.name()}; border: 0; }}
SeriesBar QLabel {{ color: {colours.QUIET.name()}; }}
SeriesBar QCheckBox {{ color: {colours.TEXT.name()}; }}
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
        self.headline = Headline()
        self.taken = QCheckBox(self.tr("One series"))
        self.peak = QToolButton()
        self.rule = QToolButton()
        self.details = QLabel()
        self.strip = SeriesStrip(workspace.series, workspace.model)
        self._row = self._lay_out()
        self._dress()
        self.taken.clicked.connect(self._series.take_as_series)
        self.peak.clicked.connect(self._series.show_peak)
        self.rule.clicked.connect(self._tell_rule)
        self._series.changed.connect(self._refresh)
        self._refresh()

    # ------------------------------------------------------------ inside

    def _lay_out(self) -> HeadRow:
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        for button in (self.taken, self.peak, self.rule):
            row.addWidget(button)
        row.addStretch(1)  # they have a row of their own where there is little room
        head = HeadRow(self.headline, buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(UNIT, HALF, UNIT, HALF)
        column.setSpacing(0)
        for part in (head, self.details, self.strip):
            column.addWidget(part)
        return head

    def _dress(self) -> None:
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setWordWrap(True)
        self.taken.setToolTip(self.tr("The pictures of this folder are the slices of one head, in the order of names"))
        self.peak.setToolTip(self.tr("Go to the slice that speaks most for a tumour"))
        self.rule.setText(self.tr("How?"))
        self.rule.setToolTip(self.tr("How the answer of a series is found"))
        self.rule.setAccessibleName(self.rule.toolTip())

    def _refresh(self) -> None:
        series = self._series
        stack = series.stack
        if series.slices is None or stack is None:
            self.hide()
            return
        self.taken.setVisible(stack.kind == "folder")
        self.taken.setChecked(series.is_series)
        for part in (self.peak, self.rule, self.strip):
            part.setVisible(series.is_series)
        self._refresh_peak()
        answer = series.answer
        self.headline.tell((answer.verdict if answer is not None else "") or WAITING, self._headline())
        self.details.setText(self._details())
        self.details.setVisible(bool(self.details.text()))
        self._row.choose()
        self.show()

    def _refresh_peak(self) -> None:
        peak = self._series.peak
        self.peak.setEnabled(peak is not None)
        place = self.tr("Most suspicious: {place}").format(place=peak + 1) if peak is not None else ""
        self.peak.setText(place or self.tr("Most suspicious"))

    def _headline(self) -> str:
        answer = self._series.answer
        if answer is not None:
            return self.tr("Series · {answer}").format(answer=series_headline(answer))
        if not self._series.is_series:
            return self.tr("Pictures of one folder")
        if self._model.status is ModelStatus.LOADING:
            return self.tr("Series · the model is loading …")
        return self.tr("Series · no model, no answer")

    def _details(self) -> str:
        answer, geometry = self._series.answer, self._series.geometry
        if not self._series.is_series:
            return ""  # the tip of the box says what it is for: pictures keep their room
        if answer is None or geometry is None:
            return self.tr("Slices can be looked at meanwhile.")
        return self.tr(" · ", "between facts").join(series_details(answer, geometry))

    def _tell_rule(self) -> None:
        answer, card = self._series.answer, self._model.card
        if answer is not None and card is not None:
            below = self.rule.mapToGlobal(self.rule.rect().bottomLeft())
            QWhatsThis.showText(below, series_rule(answer, card.thresholds.certain), self.rule)
