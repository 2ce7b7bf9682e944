"""Calibrated probabilities as bars, with the mark from which on the model is certain."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from tumorviewer.presentation.marks import ON_LIGHT, paint_mark
from tumorviewer.presentation.words import class_name, percent
from tumorviewer.reports.text import BODY, FIGURE, INK, MM, QUIET, SMALL, STRONG, TRACK, Text, line_height

translate = QCoreApplication.translate

_MARK: Final = 3.2 * MM
_NAME: Final = 44.0 * MM
_VALUE: Final = 17.0 * MM
_THICK: Final = 2.8 * MM
_PITCH: Final = 6.6 * MM
_TICK: Final = 0.9 * MM
_CARET: Final = 1.3 * MM
_SMALL_PITCH: Final = 2.9 * MM
_SMALL_MARK: Final = 1.9 * MM


class Bars:
    """All classes in their fixed order.

    Parameters
    ----------
    shares : sequence of (str, float)
        Classes with their probabilities.
    threshold : float or None
    named : str
        The class that the verdict names, or "".
    """

    def __init__(self, shares: Sequence[tuple[str, float]], threshold: float | None, named: str) -> None:
        self._shares, self._threshold, self._named = shares, threshold, named

    def height(self, width: float) -> float:
        """Return the height of bars and axis."""
        axis = 0.0 if self._threshold is None else _CARET + line_height(SMALL)
        return len(self._shares) * _PITCH + axis + 3.0 * MM

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        """Draw a bar a class, and what the mark on them means."""
        track = QRectF(x + _NAME, y + (_PITCH - _THICK) / 2, width - _NAME - _VALUE, _THICK)
        for label, share in self._shares:
            style = STRONG if label == self._named else BODY
            centre = track.center().y()
            mark = QRectF(x, centre - _MARK / 2, _MARK, _MARK)
            paint_mark(painter, mark, label, ON_LIGHT.get(label, QUIET))
            name = Text(class_name(label), style, _NAME - _MARK - 3.0 * MM, most=1)
            name.paint(painter, x + _MARK + 1.5 * MM, centre - name.height / 2)
            draw_bar(painter, track, label, share, self._threshold)
            value = Text(percent(share, exact=True), style, _VALUE, most=1, right=True)
            value.paint(painter, x + width - _VALUE, centre - value.height / 2)
            track.translate(0.0, _PITCH)
        if self._threshold is not None:
            self._paint_axis(painter, track, y + len(self._shares) * _PITCH, self._threshold)

    def _paint_axis(self, painter: QPainter, track: QRectF, top: float, threshold: float) -> None:
        at = track.left() + threshold * track.width()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QUIET)
        painter.drawPolygon(
            QPolygonF([QPointF(at, top), QPointF(at + _CARET, top + _CARET), QPointF(at - _CARET, top + _CARET)])
        )
        line = translate("Report", "certain from {percent}").format(percent=percent(threshold, exact=True))
        words = Text(line, SMALL, track.width(), most=1)
        left = min(max(at - words.width / 2, track.left()), track.right() - words.width)
        words.paint(painter, left, top + _CARET)


def small_bars_height(count: int) -> float:
    """Return the height of bars without words."""
    return count * _SMALL_PITCH


def paint_small_bars(
    painter: QPainter, place: QRectF, shares: Sequence[tuple[str, float]], threshold: float | None
) -> None:
    """Draw bars with their figures for a row of a list."""
    value = 10.0 * MM
    left = place.left() + _SMALL_MARK + 1.2 * MM
    track = QRectF(left, place.top() + 0.75 * MM, place.right() - value - left, 1.4 * MM)
    for label, share in shares:
        mark = QRectF(place.left(), track.center().y() - _SMALL_MARK / 2, _SMALL_MARK, _SMALL_MARK)
        paint_mark(painter, mark, label, ON_LIGHT.get(label, QUIET))
        draw_bar(painter, track, label, share, threshold, tick=0.45 * MM)
        figure = Text(percent(share), FIGURE, value, most=1, right=True)
        figure.paint(painter, place.right() - value, track.center().y() - figure.height / 2)
        track.translate(0.0, _SMALL_PITCH)


def draw_bar(
    painter: QPainter, track: QRectF, label: str, share: float, threshold: float | None, tick: float = _TICK
) -> None:
    """Draw one bar with its mark."""
    painter.fillRect(track, TRACK)
    if share > 0.0:
        filled = QRectF(track)
        filled.setWidth(max(share * track.width(), 8.0))
        painter.fillRect(filled, ON_LIGHT.get(label, QUIET))
    if threshold is not None:
        at = track.left() + threshold * track.width()
        painter.fillRect(QRectF(at - 7.0, track.top() - tick, 14.0, track.height() + 2 * tick), INK)
