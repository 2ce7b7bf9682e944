"""Corners, scale bar and message: drawn in pixels of the view, each repainting nothing but itself."""

from enum import Enum, auto

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.viewer import colours
from tumorviewer.gui.viewer.lettering import draw_text

EDGE = 12.0
"""Between the text and the edge of the view."""


class Corner(Enum):
    """Where some lines stand."""

    TOP_LEFT = auto()
    TOP_RIGHT = auto()
    BOTTOM_LEFT = auto()


class HudCorner(QGraphicsItem):
    """A few lines in one corner; the first one is the bright one."""

    def __init__(self, corner: Corner) -> None:
        super().__init__()
        self._corner = corner
        self._lines: list[str] = []
        self._view = QSizeF()
        self._rect = QRectF()
        self.setZValue(10)
        # Letters with a halo are slow to draw, and most lines stay from slice to slice.
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    @property
    def lines(self) -> list[str]:
        """What stands there."""
        return list(self._lines)

    def set_lines(self, lines: list[str]) -> None:
        """Write other lines."""
        if lines != self._lines:
            self._lines = list(lines)
            self._lay_out()

    def set_view_size(self, size: QSizeF) -> None:
        """Take the size of the view."""
        self._view = size
        self._lay_out()

    def boundingRect(self) -> QRectF:
        """Return the lines with their halo."""
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw them."""
        font = figures(QGuiApplication.font())
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        widest = self._view.width() / 2 - 2 * EDGE
        for place, line in enumerate(self._lines):
            text = metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, max(widest, 80.0))
            x = self._rect.left() + 2.0
            if self._corner is Corner.TOP_RIGHT:
                x = self._rect.right() - 2.0 - metrics.horizontalAdvance(text)
            y = self._rect.top() + 2.0 + metrics.ascent() + place * metrics.lineSpacing()
            draw_text(painter, QPointF(x, y), text, colours.TEXT if place == 0 else colours.QUIET)

    def _lay_out(self) -> None:
        metrics = QFontMetricsF(figures(QGuiApplication.font()))
        widest = max(self._view.width() / 2 - 2 * EDGE, 80.0)
        width = min(max((metrics.horizontalAdvance(line) for line in self._lines), default=0.0), widest) + 4.0
        height = len(self._lines) * metrics.lineSpacing() + 4.0 if self._lines else 0.0
        left, top = EDGE, EDGE
        if self._corner is Corner.TOP_RIGHT:
            left = self._view.width() - EDGE - width
        if self._corner is Corner.BOTTOM_LEFT:
            top = self._view.height() - EDGE - height
        self.prepareGeometryChange()
        self._rect = QRectF(left, top, width, height)
        self.update()


class ScaleBar(QGraphicsItem):
    """A length in millimetres, at the lower right; only where the file says how large its pixels are."""

    LONGEST = 160.0

    def __init__(self) -> None:
        super().__init__()
        self._view = QSizeF()
        self._millimetres = 0.0
        self._length = 0.0
        self.setZValue(10)

    @property
    def length(self) -> float:
        """Of the bar, in pixels of the view; 0 if none is drawn."""
        return self._length

    @property
    def millimetres(self) -> float:
        """What that stands for."""
        return self._millimetres

    def set_scale(self, pixels_each_millimetre: float | None, view: QSizeF) -> None:
        """Take the scale; None hides the bar."""
        self.prepareGeometryChange()
        self._view = view
        self._millimetres = self._length = 0.0
        if pixels_each_millimetre is not None and pixels_each_millimetre > 0:
            self._millimetres = round_length(min(self.LONGEST, view.width() / 4) / pixels_each_millimetre)
            self._length = self._millimetres * pixels_each_millimetre
        self.update()

    def boundingRect(self) -> QRectF:
        """Return bar and number."""
        width = max(self._length, 90.0) + 8.0
        return QRectF(self._view.width() - EDGE - width, self._view.height() - EDGE - 34.0, width + 4.0, 38.0)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw it."""
        if self._length <= 0.0:
            return
        right, base = self._view.width() - EDGE, self._view.height() - EDGE - 4.0
        left = right - self._length
        lines = [
            QLineF(left, base, right, base),
            QLineF(left, base - 5.0, left, base + 3.0),
            QLineF(right, base - 5.0, right, base + 3.0),
        ]
        for colour, width in ((colours.HALO, 4.0), (colours.TEXT, 2.0)):
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
            painter.drawLines(lines)
        text = QCoreApplication.translate("ScaleBar", "{length} mm").format(length=f"{self._millimetres:g}")
        painter.setFont(figures(QGuiApplication.font(), scale=0.9))
        draw_text(
            painter, QPointF(right - painter.fontMetrics().horizontalAdvance(text), base - 9.0), text, colours.TEXT
        )


class Message(QGraphicsItem):
    """Calm words in the middle: why there is no picture."""

    def __init__(self) -> None:
        super().__init__()
        self._title = ""
        self._text = ""
        self._view = QSizeF()
        self.setZValue(20)

    @property
    def words(self) -> tuple[str, str]:
        """Title and text."""
        return self._title, self._text

    def say(self, title: str, text: str = "") -> None:
        """Say something; empty words say nothing."""
        if (title, text) != self.words:
            self._title, self._text = title, text
            self.update()

    def set_view_size(self, size: QSizeF) -> None:
        """Take the size of the view."""
        self.prepareGeometryChange()
        self._view = size

    def boundingRect(self) -> QRectF:
        """Return the middle of the view."""
        width = min(self._view.width() - 4 * EDGE, 560.0)
        return QRectF((self._view.width() - width) / 2, self._view.height() / 2 - 90.0, max(width, 0.0), 220.0)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw it."""
        if not self._title:
            return
        wrap = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        large, normal = figures(QGuiApplication.font(), scale=1.35), figures(QGuiApplication.font())
        room = self.boundingRect().adjusted(24.0, 40.0, -24.0, 0.0)
        title = QFontMetricsF(large).boundingRect(room, wrap, self._title)
        below = QRectF(room.left(), title.bottom() + 10.0, room.width(), room.bottom() - title.bottom() - 10.0)
        text = QFontMetricsF(normal).boundingRect(below, wrap, self._text) if self._text else QRectF()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.HALO)
        painter.drawRoundedRect(title.united(text).adjusted(-20.0, -14.0, 20.0, 14.0), 6.0, 6.0)
        painter.setFont(large)
        painter.setPen(colours.TEXT)
        painter.drawText(room, wrap, self._title)
        painter.setFont(normal)
        painter.setPen(colours.QUIET)
        painter.drawText(below, wrap, self._text)


def round_length(longest: float) -> float:
    """Return the largest of 1, 2, 5, 10, 20, 50, ... that is not longer."""
    power = 1.0
    while power * 10.0 <= longest:
        power *= 10.0
    while power > longest and power > 1e-6:
        power /= 10.0
    return max(factor * power for factor in (1.0, 2.0, 5.0) if factor * power <= longest or factor == 1.0)
