"""A verdict as a small plate: colour, mark and word."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tumorviewer.gui.look.icons import paint_icon
from tumorviewer.gui.look.tokens import UNIT, blend, tokens
from tumorviewer.gui.look.verdicts import paint_mark, verdict_colour
from tumorviewer.gui.worklist.row_layout import HALF, mark_side

RADIUS = 4.0
FILL = 0.18
"""Share of the verdict's colour in the ground of its chip."""


def draw_chip(painter: QPainter, rect: QRect, verdict: str, text: str, ground: QColor, *, own: bool = False) -> None:
    """Draw a chip that fills `rect`; a text that is too long is elided.

    What the model said is filled; the person's own label is an outline, with a person.
    """
    metrics, look, colour = painter.fontMetrics(), tokens(), verdict_colour(verdict)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(blend(colour, ground, 0.6), 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush if own else blend(colour, ground, FILL))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    side = mark_side(metrics)
    mark = QRectF(rect.left() + UNIT - 2, rect.top() + (rect.height() - side) / 2, side, side)
    if own:
        paint_icon(painter, mark, "person", look.quiet)
        mark.translate(side + HALF, 0.0)
    paint_mark(painter, mark, verdict)
    if text:
        words = rect.adjusted(round(mark.right()) - rect.left() + HALF, 0, HALF - UNIT + 2, 0)
        painter.setPen(look.text)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
