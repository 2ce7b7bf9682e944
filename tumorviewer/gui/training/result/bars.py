"""Shares as bars with their intervals, on one scale."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from training.metrics import Estimate
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.tokens import UNIT, Tokens, blend, tokens
from tumorviewer.gui.look.verdicts import paint_mark, verdict_colour
from tumorviewer.gui.words import percent

BAR: Final = 10
PAIR: Final = 16
"""From the top of one bar of a row to the next."""
_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_SIGN: Final = 3 * UNIT

Style = Literal["full", "open", "faint"]
NoteTone = Literal["good", "danger", "quiet"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A share.

    Attributes
    ----------
    figure : Estimate
        Its interval is drawn where there is one.
    text : str
        The same in figures.
    style : {"full", "open", "faint"}
        "open" is an outline.
    """

    figure: Estimate
    text: str
    style: Style = "full"


@dataclass(frozen=True, slots=True)
class BarRow:
    """One or two shares under one name.

    Attributes
    ----------
    name : str
    label : str
        A class, which has a mark and a colour; "" for none.
    bars : tuple of Bar
    note : str
        Behind the figures.
    tone : {"good", "danger", "quiet"}
        Of the note.
    """

    name: str
    label: str
    bars: tuple[Bar, ...]
    note: str = ""
    tone: NoteTone = "quiet"


class IntervalBars(QWidget):
    """Rows of bars from 0 to 100 %; a line with two ends shows between which shares the true one lies."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[BarRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: Sequence[BarRow]) -> None:
        """Show these."""
        self.rows = tuple(rows)
        told = [f"{row.name}: {', '.join(bar.text for bar in row.bars)} {row.note}".strip() for row in rows]
        self.setAccessibleDescription("; ".join(told))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for all rows and the scale."""
        height = sum(_height(row) for row in self.rows) + self.fontMetrics().height() + UNIT
        return QSize(60 * UNIT, height)

    def minimumSizeHint(self) -> QSize:
        """Return the same height."""
        return QSize(40 * UNIT, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw scale and rows."""
        look = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(figures(self.font()))
        names, texts, notes = self._columns()
        scale = QRectF(names, 0, self.width() - names - texts - notes, self.height())
        self._draw_scale(painter, look, scale)
        top = 0.0
        for row in self.rows:
            self._draw_name(painter, look, row, QRectF(0, top, names - UNIT, _height(row)))
            for place, bar in enumerate(row.bars):
                middle = top + _height(row) / 2 + (place - (len(row.bars) - 1) / 2) * PAIR
                self._draw_bar(painter, look, row, bar, scale, middle)
                self._write(painter, look.text, bar.text, scale.right() + UNIT, middle, texts - UNIT)
            tones = {"good": look.good, "danger": look.danger, "quiet": look.quiet}
            middle = top + _height(row) / 2
            self._write(painter, tones[row.tone], row.note, scale.right() + texts + UNIT, middle, notes - UNIT)
            top += _height(row)

    def _columns(self) -> tuple[float, float, float]:
        """Return the widths of names, figures and notes; the scale has the rest."""
        metrics = self.fontMetrics()
        names = max((metrics.horizontalAdvance(row.name) for row in self.rows), default=0) + _SIGN + 2 * UNIT
        texts = max((metrics.horizontalAdvance(bar.text) for row in self.rows for bar in row.bars), default=0)
        notes = max((metrics.horizontalAdvance(row.note) for row in self.rows), default=0)
        # Figures of one width are a little wider than what the metrics of the plain font say.
        return min(names, 0.34 * self.width()), 1.06 * texts + 2 * UNIT, (1.06 * notes + 2 * UNIT) if notes else 0.0

    def _draw_scale(self, painter: QPainter, look: Tokens, scale: QRectF) -> None:
        below = self.height() - self.fontMetrics().height()
        for tick in _TICKS:
            x = scale.left() + tick * scale.width()
            painter.setPen(QPen(look.border, 1))
            painter.drawLine(QPointF(x, 0), QPointF(x, below - UNIT / 2))
            painter.setPen(look.quiet)
            room = QRectF(x - 4 * UNIT, below, 8 * UNIT, self.fontMetrics().height())
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, percent(tick))

    def _draw_name(self, painter: QPainter, look: Tokens, row: BarRow, room: QRectF) -> None:
        if row.label:
            paint_mark(painter, QRectF(0, room.center().y() - UNIT, 2 * UNIT, 2 * UNIT), row.label)
        words = room.adjusted(_SIGN, 0, 0, 0)
        painter.setPen(look.quiet if row.bars and row.bars[0].style == "faint" else look.text)
        name = self.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)

    def _draw_bar(self, painter: QPainter, look: Tokens, row: BarRow, bar: Bar, scale: QRectF, middle: float) -> None:
        figure = bar.figure
        if not math.isfinite(figure.value):
            return
        colour = _colour(row, bar, look)
        long = max(figure.value * scale.width(), 1.0)
        shape = QRectF(scale.left(), middle - BAR / 2, long, BAR)
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(blend(colour, look.raised, 0.15 if bar.style == "open" else 1.0))
        painter.drawRoundedRect(shape.adjusted(0.75, 0.75, -0.75, -0.75) if long > 3 else shape, 2, 2)
        if math.isfinite(figure.low) and math.isfinite(figure.high):
            ends = [scale.left() + bound * scale.width() for bound in (figure.low, figure.high)]
            # Twice: on its own ground the line is seen on the bar, too.
            for pen in (QPen(look.raised, 4.0), QPen(look.text, 1.5)):
                painter.setPen(pen)
                painter.drawLine(QPointF(ends[0], middle), QPointF(ends[1], middle))
                for end in ends:
                    painter.drawLine(QPointF(end, middle - 4), QPointF(end, middle + 4))

    def _write(self, painter: QPainter, colour: QColor, text: str, left: float, middle: float, room: float) -> None:
        painter.setPen(colour)
        height = self.fontMetrics().height()
        words = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(left, middle - height / 2, room, height), Qt.AlignmentFlag.AlignVCenter, words)


def _height(row: BarRow) -> int:
    return 3 * UNIT + (len(row.bars) - 1) * 2 * UNIT + UNIT // 2


def _colour(row: BarRow, bar: Bar, look: Tokens) -> QColor:
    if bar.style == "faint":
        return look.edge
    return verdict_colour(row.label) if row.label else look.accent
