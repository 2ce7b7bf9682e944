"""Colour and mark of each verdict: nobody has to tell them apart by colour alone.

The colours of the classes have the hues of Okabe and Ito ("Color universal design", 2008). Their lightness was chosen
so that they are read on every ground of their scheme and stay apart for every kind of colour vision, as tests measure.
A scan without an answer has no colour.
"""

from enum import Enum
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from tumorviewer.inference.labels import (
    GLIOMA,
    MENINGIOMA,
    NO_TUMOR,
    NOT_BRAIN_MR,
    PITUITARY,
    UNCERTAIN,
    UNREADABLE,
    WAITING,
)

ON_LIGHT: Final = {
    GLIOMA: QColor("#BA3C01"),
    MENINGIOMA: QColor("#074A84"),
    PITUITARY: QColor("#84105A"),
    NO_TUMOR: QColor("#017856"),
    UNCERTAIN: QColor("#8A5F00"),
}
ON_DARK: Final = {
    GLIOMA: QColor("#FF7F2A"),
    MENINGIOMA: QColor("#2AA2F8"),
    PITUITARY: QColor("#CF86BB"),
    NO_TUMOR: QColor("#46DDB8"),
    UNCERTAIN: QColor("#EBB03A"),
}
"""By verdict, on paper and light grounds, and on dark ones."""


class Mark(Enum):
    """A shape; its value is the character that stands for it where nothing can be drawn."""

    DISC = "●"
    TRIANGLE = "▲"
    DIAMOND = "◆"
    RING = "○"
    QUESTION = "?"
    DASH = "–"
    CROSS = "✕"
    DOTS = "…"

    def __str__(self) -> str:
        return self.value


_MARKS: Final = {
    GLIOMA: Mark.DISC,
    MENINGIOMA: Mark.TRIANGLE,
    PITUITARY: Mark.DIAMOND,
    NO_TUMOR: Mark.RING,
    UNCERTAIN: Mark.QUESTION,
    NOT_BRAIN_MR: Mark.DASH,
    UNREADABLE: Mark.CROSS,
    WAITING: Mark.DOTS,
}


def verdict_mark(verdict: str) -> Mark:
    """Return the mark of a verdict; a class of another model has a disc."""
    return _MARKS.get(verdict, Mark.DISC)


def paint_mark(painter: QPainter, rect: QRectF, verdict: str, colour: QColor) -> None:
    """Draw the mark of a verdict in the middle of `rect`, as large as fits."""
    side = min(rect.width(), rect.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center())
    painter.scale(side / 16.0, side / 16.0)  # shapes are drawn in a square from -8 to 8
    painter.setBrush(colour)
    painter.setPen(QPen(colour, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    _draw(painter, verdict_mark(verdict))
    painter.restore()


def _draw(painter: QPainter, mark: Mark) -> None:
    if mark in _FILLED:
        pen = painter.pen()
        pen.setWidthF(1.2)  # corners that stay sharp
        painter.setPen(pen)
        painter.drawPolygon(_FILLED[mark])
    elif mark is Mark.DISC:
        painter.drawEllipse(QPointF(), 5.6, 5.6)
    elif mark is Mark.DOTS:
        for x in (-5.0, 0.0, 5.0):
            painter.drawEllipse(QPointF(x, 0.0), 0.6, 0.6)
    else:
        _draw_lines(painter, mark)


def _draw_lines(painter: QPainter, mark: Mark) -> None:
    pen = painter.pen()
    pen.setWidthF(2.4)
    painter.setPen(pen)
    brush = painter.brush()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if mark is Mark.RING:
        painter.drawEllipse(QPointF(), 5.6, 5.6)
    if mark is Mark.DASH:
        painter.drawLine(QPointF(-5.4, 0.0), QPointF(5.4, 0.0))
    if mark is Mark.CROSS:
        painter.drawLine(QPointF(-4.8, -4.8), QPointF(4.8, 4.8))
        painter.drawLine(QPointF(-4.8, 4.8), QPointF(4.8, -4.8))
    if mark is Mark.QUESTION:
        painter.drawPolyline(_QUESTION)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush)
        painter.drawEllipse(QPointF(0.0, 6.2), 1.5, 1.5)


def _question() -> QPolygonF:
    """Return the bow of a question mark, from its left end over the top down to the stem."""
    from math import cos, pi, sin

    bow = [QPointF(3.6 * cos(angle), -3.2 - 3.6 * sin(angle)) for angle in (pi - step * pi / 10 for step in range(13))]
    return QPolygonF([*bow, QPointF(0.0, 1.0), QPointF(0.0, 2.6)])


_FILLED: Final = {
    Mark.TRIANGLE: QPolygonF([QPointF(0.0, -6.0), QPointF(6.8, 5.4), QPointF(-6.8, 5.4)]),
    Mark.DIAMOND: QPolygonF([QPointF(0.0, -7.2), QPointF(5.4, 0.0), QPointF(0.0, 7.2), QPointF(-5.4, 0.0)]),
}
_QUESTION: Final = _question()
