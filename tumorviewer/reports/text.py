"""Text on paper: fonts, lines that are broken and measured, and what to do with characters that no font has."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QTextLayout,
    QTextLine,
    QTextOption,
)

POINT: Final = 20.0
"""Everything is laid out in twips, 1/20 of a point: fine enough for sizes of fonts, which are whole numbers."""
MM: Final = 72.0 * POINT / 25.4

INK: Final = QColor("#191E24")
QUIET: Final = QColor("#55606B")
RULE: Final = QColor("#C9CFD6")
TRACK: Final = QColor("#DFE3E8")
PLAIN: Final = QColor("#F3F4F6")
"""Behind what takes the place of a picture."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks.

    Attributes
    ----------
    size : float
        In points.
    bold, fixed : bool
    colour : str
        As `QColor` takes it.
    """

    size: float
    bold: bool = False
    fixed: bool = False
    colour: str = INK.name()


_KEPT: Final = "\n\u00a0\u202f"
"""Line ends, and spaces at which no line may end: no characters to print, but meant."""

BODY: Final = Style(9.0)
STRONG: Final = Style(9.0, bold=True)
SMALL: Final = Style(7.5, colour=QUIET.name())
NAME: Final = Style(8.0, colour=QUIET.name())
FIGURE: Final = Style(6.5)
HASH: Final = Style(6.5, fixed=True, colour=QUIET.name())
TITLE: Final = Style(17.0, bold=True)
HEADLINE: Final = Style(15.0, bold=True)


@lru_cache(maxsize=64)
def font_of(style: Style, family: str) -> QFont:
    """Return the font of a style, in twips, with figures of one width; `family` is the program's own."""
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font = QFont(fixed) if style.fixed else QFont(family)
    font.setPixelSize(round(style.size * POINT))
    font.setBold(style.bold)
    font.setFeature(QFont.Tag.fromString("tnum"), 1)
    font.setFeature(QFont.Tag.fromString("liga"), 0)  # who searches a PDF for "file" would not find it written with one
    return font


class Text:
    """A text, broken into lines and measured.

    Parameters
    ----------
    text : str
        Line ends are kept.
    style : Style
    width : float
        Room, in twips.
    most : int
        Lines; what is longer ends with dots. 0 is no limit.
    right : bool
        Lines end at the right edge.
    """

    def __init__(self, text: str, style: Style, width: float, *, most: int = 0, right: bool = False) -> None:
        self.style = style
        self._font = font_of(style, QGuiApplication.font().family())
        metrics = QFontMetricsF(self._font)
        shown = legible(clean(text), metrics)
        self._layout, broken = self._lay_out(shown, width, most, right=right)
        if broken:  # there is more: the last line ends with dots
            start = self._layout.lineAt(most - 1).textStart()
            last = metrics.elidedText(shown[start:].replace("\n", " "), Qt.TextElideMode.ElideRight, width)
            self._layout, _ = self._lay_out(shown[:start] + last, width, most, right=right)
        lines = self._lines
        self.height = sum(line.height() for line in lines)
        self.width = max((line.naturalTextWidth() for line in lines), default=0.0)

    @property
    def line_height(self) -> float:
        """Height of the first line."""
        return self._lines[0].height() if self._lines else 0.0

    @property
    def lines(self) -> list[str]:
        """What stands in each line."""
        text = self._layout.text()
        places = ((line.textStart(), line.textLength()) for line in self._lines)
        return [text[start : start + length].rstrip("\u2028 ") for start, length in places]

    @property
    def _lines(self) -> list[QTextLine]:
        return [self._layout.lineAt(number) for number in range(self._layout.lineCount())]

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Draw it with its left upper corner at a place."""
        painter.setPen(QColor(self.style.colour))
        self._layout.draw(painter, QPointF(x, y))

    def _lay_out(self, text: str, width: float, most: int, *, right: bool) -> tuple[QTextLayout, bool]:
        """Return the lines, and whether more would follow."""
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setAlignment(Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)
        layout = QTextLayout(text.replace("\n", "\u2028"), self._font)
        layout.setTextOption(option)
        layout.beginLayout()
        y, more = 0.0, False
        while (line := layout.createLine()).isValid():
            if most and layout.lineCount() > most:
                more = True
                break
            line.setLineWidth(max(width, 1.0))
            line.setPosition(QPointF(0.0, y))
            y += line.height()
        layout.endLayout()
        return layout, more


def clean(text: str) -> str:
    """Return a text of characters only: bytes that are no UTF-8 are spelt out, other control characters are spaces."""
    if text.isprintable():  # lone surrogates are not
        return text
    safe = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(letter if letter.isprintable() or letter in _KEPT else " " for letter in safe)


def legible(text: str, metrics: QFontMetricsF) -> str:
    """Return a text in which characters that no font here can draw stand as their numbers: lost would be worse."""
    if text.isascii():
        return text
    return "".join(
        letter if letter.isascii() or metrics.inFontUcs4(ord(letter)) else f"[U+{ord(letter):04X}]" for letter in text
    )


def line_height(style: Style) -> float:
    """Return the height of a line, in twips."""
    return QFontMetricsF(font_of(style, QGuiApplication.font().family())).height()
