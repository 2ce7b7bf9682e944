"""The head of the first page: who reports."""

from typing import Final

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter

from tumorviewer.reports.document import Letterhead
from tumorviewer.reports.pieces.piece import draw_rule
from tumorviewer.reports.text import BODY, MM, QUIET, Style, Text

LOGO: Final = QSizeF(46.0 * MM, 17.0 * MM)
"""At most."""
MOST_LINES: Final = 5
_GAP: Final = 4.0 * MM
_BELOW: Final = 5.0 * MM


class LetterheadPiece:
    """Text on the left and logo on the right, with a line below; nothing at all where there is neither.

    Parameters
    ----------
    letterhead : Letterhead
    logo : QImage
        Null where there is none.
    """

    def __init__(self, letterhead: Letterhead, logo: QImage) -> None:
        first, _, rest = letterhead.text.strip().partition("\n")
        self._first, self._rest = first.strip(), rest.strip()
        self._logo = logo
        self._logo_size = QSizeF()
        if not logo.isNull():
            size = QSizeF(logo.size())
            self._logo_size = size.scaled(LOGO, Qt.AspectRatioMode.KeepAspectRatio)

    def height(self, width: float) -> float:
        """Return the height of the taller of the two."""
        inner = max(sum(text.height for text in self._texts(width)), self._logo_size.height())
        return inner + 3.0 * MM + _BELOW if inner else 0.0

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        """Draw both."""
        total = self.height(width)
        if not total:
            return
        place = y
        for text in self._texts(width):
            text.paint(painter, x, place)
            place += text.height
        if not self._logo.isNull():
            left = x + width - self._logo_size.width()
            painter.drawImage(QRectF(left, y, self._logo_size.width(), self._logo_size.height()), self._logo)
        draw_rule(painter, x, y + total - _BELOW, width)

    def _texts(self, width: float) -> list[Text]:
        room = width - self._logo_size.width() - _GAP
        texts = []
        if self._first:
            texts.append(Text(self._first, Style(11.0, bold=True), room, most=2))
        if self._rest:
            texts.append(Text(self._rest, Style(BODY.size, colour=QUIET.name()), room, most=MOST_LINES))
        return texts
