"""Scans of each class, as bars that are stacked by part, with the numbers beside them."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from training.overview import PARTS
from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.tokens import UNIT, blend, tokens
from tumorviewer.gui.look.verdicts import paint_mark, verdict_colour
from tumorviewer.gui.training.data.words import label_name, part_name
from tumorviewer.gui.words import number

ROW: Final = 4 * UNIT
BAR: Final = 2 * UNIT
SMALLEST_BAR: Final = 5 * UNIT
GAP: Final = 12
SWATCH: Final = 12
Counts = Mapping[str, Mapping[str, int]]


class CountBars(QWidget):
    """A row a class; the headings of the numbers are the legend of the bars."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.counts: Counts = {}
        self.setFont(figures(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Scans of each class and part"))

    def show_counts(self, counts: Counts) -> None:
        """Show how many scans each class has in each part."""
        self.counts = counts
        self.setAccessibleDescription("; ".join(self.lines()))
        self.setToolTip("\n".join(self.lines()))
        self.updateGeometry()
        self.update()

    def lines(self) -> list[str]:
        """Return a line a class: all that the bars say."""
        text = self.tr("{name}: {all} ({parts})")
        return [
            text.format(
                name=label_name(label),
                all=number(sum(parts.values())),
                parts=", ".join(f"{part_name(part)} {number(parts[part])}" for part in PARTS if parts[part]),
            )
            for label, parts in self.counts.items()
        ]

    def sizeHint(self) -> QSize:
        """Return a heading and a row a class."""
        width = self._names_width() + SMALLEST_BAR + sum(self._column_widths())
        return QSize(width, ROW * (len(self.counts) + 1))

    def minimumSizeHint(self) -> QSize:
        """Return the same: numbers are never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw headings, names, bars and numbers."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names, columns = self._names_width(), self._column_widths()
        bar = QRectF(names, 0, self.width() - names - sum(columns) - UNIT, ROW)
        self._draw_headings(painter, bar.right() + UNIT, columns)
        most = max((sum(parts.values()) for parts in self.counts.values()), default=1) or 1
        for place, (label, parts) in enumerate(self.counts.items(), 1):
            top = place * ROW
            self._draw_name(painter, QRectF(0, top, names, ROW), label)
            self._draw_bar(painter, bar.translated(0, top), label, parts, most)
            self._draw_numbers(painter, bar.right() + UNIT, top, columns, parts)

    def _shown_parts(self) -> list[str]:
        """Leave out the part "left out" where it is empty."""
        return [p for p in PARTS if p != "left_out" or any(parts[p] for parts in self.counts.values())]

    def _names_width(self) -> int:
        metrics = self.fontMetrics()
        longest = max((metrics.horizontalAdvance(label_name(label)) for label in self.counts), default=0)
        return 3 * UNIT + longest + 2 * UNIT

    def _column_widths(self) -> list[int]:
        metrics = self.fontMetrics()
        swatch = SWATCH + UNIT // 2
        most = max((sum(parts.values()) for parts in self.counts.values()), default=0)
        widest = metrics.horizontalAdvance(number(most))
        headings = [swatch + metrics.horizontalAdvance(part_name(part)) for part in self._shown_parts()]
        headings.append(metrics.horizontalAdvance(self.tr("All")))
        return [max(heading, widest) + GAP for heading in headings]

    def _draw_headings(self, painter: QPainter, left: float, columns: list[int]) -> None:
        look = tokens()
        for part, width in zip([*self._shown_parts(), ""], columns, strict=True):
            room = QRectF(left, 0, width, ROW)
            name = part_name(part) if part else self.tr("All")
            painter.setPen(look.quiet)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
            if part:
                text = self.fontMetrics().horizontalAdvance(name)
                swatch = QRectF(room.right() - text - SWATCH - UNIT // 2, (ROW - SWATCH) / 2, SWATCH, SWATCH)
                _fill(painter, swatch, part, look.quiet)
            left += width

    def _draw_name(self, painter: QPainter, room: QRectF, label: str) -> None:
        paint_mark(painter, QRectF(0, room.center().y() - UNIT, 2 * UNIT, 2 * UNIT), label)
        painter.setPen(tokens().text)
        painter.drawText(room.adjusted(3 * UNIT, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, label_name(label))

    def _draw_bar(self, painter: QPainter, room: QRectF, label: str, parts: Mapping[str, int], most: int) -> None:
        left = room.left()
        for part in PARTS:
            width = room.width() * parts[part] / most
            if width > 0:
                bar = QRectF(left, room.center().y() - BAR / 2, max(width - 1.5, 1.0), BAR)
                _fill(painter, bar, part, verdict_colour(label))
                left += width

    def _draw_numbers(
        self, painter: QPainter, left: float, top: float, columns: list[int], parts: Mapping[str, int]
    ) -> None:
        look = tokens()
        values = [parts[part] for part in self._shown_parts()]
        for value, width in zip([*values, sum(parts.values())], columns, strict=True):
            painter.setPen(look.text if value else look.quiet)
            room = QRectF(left, top, width, ROW)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number(value))
            left += width


def _fill(painter: QPainter, room: QRectF, part: str, colour: QColor) -> None:
    """Fill a part: each has a pattern of its own, so that nobody has to tell shades apart."""
    ground = tokens().raised
    painter.setPen(Qt.PenStyle.NoPen)
    shares = {"train": 1.0, "validation": 0.35, "test": 0.35, "left_out": 0.0}
    painter.setBrush(blend(colour, ground, shares[part]))
    painter.drawRoundedRect(room, 2, 2)
    patterns = {"test": Qt.BrushStyle.BDiagPattern}
    if part in patterns:
        painter.setBrush(QBrush(colour, patterns[part]))
        painter.drawRoundedRect(room, 2, 2)
    if part != "train":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 1.0, Qt.PenStyle.DotLine if part == "left_out" else Qt.PenStyle.SolidLine))
        painter.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
