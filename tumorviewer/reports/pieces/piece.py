"""What all pieces have in common, and the simplest of them."""

from typing import Protocol

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from tumorviewer.reports.text import MM, RULE, Style, Text


class Piece(Protocol):
    """One thing on a page; lengths are in twips."""

    def height(self, width: float) -> float:
        """Return how much room it takes, with the space below it."""

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        """Draw it with its left upper corner at a place."""


class Paragraph:
    """Lines of text over the whole width.

    Parameters
    ----------
    text : str
    style : Style
    below : float
        Space after it, in mm.
    indent : float
        From the left, in mm.
    """

    def __init__(self, text: str, style: Style, below: float = 1.5, indent: float = 0.0) -> None:
        self._text, self._style, self._below, self._indent = text, style, below * MM, indent * MM

    def height(self, width: float) -> float:
        """Return the height of the lines."""
        return Text(self._text, self._style, width - self._indent).height + self._below

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        """Draw the lines."""
        Text(self._text, self._style, width - self._indent).paint(painter, x + self._indent, y)


def draw_rule(painter: QPainter, x: float, y: float, width: float) -> None:
    """Draw a hairline."""
    painter.fillRect(QRectF(x, y - 5.0, width, 10.0), RULE)
