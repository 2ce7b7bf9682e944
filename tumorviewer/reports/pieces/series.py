"""What the slices of a series say together, and by which rule: in words, because it is not calibrated."""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from tumorviewer.presentation.marks import ON_LIGHT, paint_mark
from tumorviewer.presentation.series_words import series_details, series_headline, series_rule
from tumorviewer.presentation.words import unbroken
from tumorviewer.reports.document import ReportedSeries
from tumorviewer.reports.pieces.piece import draw_rule
from tumorviewer.reports.text import BODY, HEADLINE, MM, QUIET, SMALL, Style, Text

_MARK: Final = 5.2 * MM


class SeriesPiece:
    """Mark, answer, what it rests on, and the rule.

    Parameters
    ----------
    series : ReportedSeries
    threshold : float
        Of the model.
    """

    def __init__(self, series: ReportedSeries, threshold: float) -> None:
        self._verdict = series.answer.verdict
        self._headline = series_headline(series.answer)
        self._details = " · ".join(series_details(series.answer, series.geometry))
        self._rule = " ".join(series_rule(series.answer, threshold).split())

    def height(self, width: float) -> float:
        """Return the height of all lines."""
        return sum(text.height for text in self._texts(width)) + 7.0 * MM

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        """Draw them."""
        total = self.height(width)
        headline, details, rule = self._texts(width)
        paint_mark(
            painter, QRectF(x, y + (headline.line_height - _MARK) / 2, _MARK, _MARK), self._verdict, self._colour
        )
        headline.paint(painter, x + _MARK + 2.0 * MM, y)
        y += headline.height
        details.paint(painter, x, y)
        rule.paint(painter, x, y + details.height + 1.0 * MM)
        draw_rule(painter, x, y - headline.height + total - 3.0 * MM, width)

    @property
    def _colour(self) -> QColor:
        return ON_LIGHT.get(self._verdict, QUIET)

    def _texts(self, width: float) -> tuple[Text, Text, Text]:
        large = Style(HEADLINE.size, bold=True, colour=self._colour.name())
        return (
            Text(unbroken(self._headline), large, width - _MARK - 2.0 * MM),
            Text(self._details, BODY, width),
            Text(self._rule, SMALL, width),
        )
