"""Text that stays legible on black and on white: light letters with a dark halo."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from tumorviewer.gui.viewer.colours import HALO

_AROUND = ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, 1), (1, -1), (-1, 1))


def draw_text(painter: QPainter, at: QPointF, text: str, colour: QColor) -> None:
    """Draw one line with its halo; `at` is the left end of the base line."""
    painter.setPen(HALO)
    for dx, dy in _AROUND:
        painter.drawText(at + QPointF(dx, dy), text)
    painter.setPen(colour)
    painter.drawText(at, text)


def draw_label(painter: QPainter, rect: QRectF, text: str, colour: QColor) -> None:
    """Draw a short text on a dark plate that fills `rect`."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(HALO)
    painter.drawRoundedRect(rect, 3.0, 3.0)
    painter.setPen(colour)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


def label_size(font: QFont, text: str) -> QRectF:
    """Return the rectangle, from 0, 0, that `draw_label` needs."""
    metrics = QFontMetricsF(font)
    return QRectF(0.0, 0.0, metrics.horizontalAdvance(text) + 12.0, metrics.height() + 4.0)
