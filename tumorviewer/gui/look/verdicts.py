"""Colour and mark of each verdict in the scheme that is shown; what they are is in `tumorviewer.presentation.marks`."""

from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QIcon, QPainter

from tumorviewer.gui.look.icon_engine import PaintedIcon
from tumorviewer.gui.look.tokens import Tokens, tokens
from tumorviewer.presentation import marks
from tumorviewer.presentation.marks import verdict_mark

__all__ = ["MARK_SIZE", "paint_mark", "verdict_colour", "verdict_icon", "verdict_mark"]

MARK_SIZE: Final = QSize(16, 16)


def verdict_colour(verdict: str, look: Tokens | None = None) -> QColor:
    """Return the colour of a verdict (of `tumorviewer.state.ordering.VERDICTS`); the current scheme's by default."""
    look = look or tokens()
    return QColor((marks.ON_DARK if look.dark else marks.ON_LIGHT).get(verdict, look.quiet))


def verdict_icon(verdict: str) -> QIcon:
    """Return mark and colour as an icon that follows the scheme."""
    return QIcon(PaintedIcon(lambda painter, rect, _mode, _state: paint_mark(painter, rect, verdict)))


def paint_mark(painter: QPainter, rect: QRectF, verdict: str, colour: QColor | None = None) -> None:
    """Draw the mark of a verdict in the middle of `rect`, as large as fits; in its own colour by default."""
    marks.paint_mark(painter, rect, verdict, verdict_colour(verdict) if colour is None else colour)
