"""Lengths on a scan: in millimetres where the file says how large its pixels are, else in pixels."""

import math
from collections import defaultdict
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLineF, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.viewer import colours
from tumorviewer.gui.viewer.geometry import Sheet
from tumorviewer.gui.viewer.lettering import draw_label, label_size

REACH = 8.0
"""Screen pixels around an end or a line that still catch the mouse."""
SHORTEST = 1.0
"""Image pixels: less than this was a click and no measure."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A straight line between two points of the image, in pixels (x, y)."""

    first: tuple[float, float]
    second: tuple[float, float]

    def length(self, spacing: tuple[float, float] | None) -> float:
        """Return its length; `spacing` is millimetres between rows and between columns, or None for pixels."""
        down, across = spacing or (1.0, 1.0)
        return math.hypot((self.second[0] - self.first[0]) * across, (self.second[1] - self.first[1]) * down)

    def words(self, spacing: tuple[float, float] | None) -> str:
        """Return its length as it is shown."""
        known = QCoreApplication.translate("Measure", "{length} mm")
        unknown = QCoreApplication.translate("Measure", "{length} px")
        return (known if spacing is not None else unknown).format(length=f"{self.length(spacing):.1f}")


class MeasureBook(QObject):
    """The measures of every scan that is open."""

    changed = Signal(int)
    """Those of this entry."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._measures: defaultdict[int, list[Measure]] = defaultdict(list)

    def of(self, entry_id: int) -> list[Measure]:
        """Return the measures of a scan, the oldest first."""
        return list(self._measures.get(entry_id, ()))

    def put(self, entry_id: int, number: int | None, measure: Measure) -> int:
        """Change a measure, or add one (`number` None), and return its number."""
        measures = self._measures[entry_id]
        if number is None:
            measures.append(measure)
            number = len(measures) - 1
        else:
            measures[number] = measure
        self.changed.emit(entry_id)
        return number

    def remove(self, entry_id: int, number: int) -> None:
        """Remove one."""
        del self._measures[entry_id][number]
        self.changed.emit(entry_id)

    def clear(self, entry_id: int) -> None:
        """Remove all of a scan."""
        if self._measures.pop(entry_id, None):
            self.changed.emit(entry_id)

    def forget(self) -> None:
        """Remove all: the scans were closed."""
        self._measures.clear()


class MeasureItem(QGraphicsItem):
    """Draws the measures of one scan in image pixels; lines and numbers keep their size on the screen."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self._measures: list[Measure] = []
        self._spacing: tuple[float, float] | None = None
        self._sheet = Sheet(0, 0)
        self._chosen: int | None = None
        self._zoom = 1.0
        self.setZValue(3)

    def show_measures(
        self, measures: list[Measure], spacing: tuple[float, float] | None, sheet: Sheet, chosen: int | None
    ) -> None:
        """Draw these; `chosen` is the one that the delete key removes."""
        state = (measures, spacing, sheet, chosen)
        if state != (self._measures, self._spacing, self._sheet, self._chosen):
            self.prepareGeometryChange()
            self._measures, self._spacing, self._sheet, self._chosen = state
            self.update()

    def set_zoom(self, zoom: float) -> None:
        """Take the scale of the view."""
        self.prepareGeometryChange()
        self._zoom = zoom

    def at(self, screen: QPointF) -> tuple[int, int | None] | None:
        """Return which measure lies at a point of the view, and which of its ends (0, 1) or None for its line."""
        transform = self.sceneTransform()
        for number in reversed(range(len(self._measures))):
            measure = self._measures[number]
            ends = [transform.map(QPointF(*point)) for point in (measure.first, measure.second)]
            for end, point in enumerate(ends):
                if QLineF(point, screen).length() <= REACH:
                    return number, end
            if _distance_to_line(screen, ends[0], ends[1]) <= REACH:
                return number, None
        return None

    def boundingRect(self) -> QRectF:
        """Return the image, and room for numbers beside it."""
        margin = 120.0 / self._zoom
        return self._sheet.rect.adjusted(-margin, -margin, margin, margin) if self._measures else QRectF()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw them in pixels of the screen."""
        transform = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = figures(QGuiApplication.font())
        painter.setFont(font)
        for number, measure in enumerate(self._measures):
            first, second = (transform.map(QPointF(*point)) for point in (measure.first, measure.second))
            _draw_line(painter, first, second, chosen=number == self._chosen)
            text = measure.words(self._spacing)
            plate = label_size(font, text)
            lower = first if first.y() > second.y() else second
            draw_label(
                painter, plate.translated(lower.x() + 10.0, lower.y() - plate.height() / 2), text, colours.MEASURE
            )
        painter.restore()


def _draw_line(painter: QPainter, first: QPointF, second: QPointF, *, chosen: bool) -> None:
    for colour, width in ((colours.HALO, 4.0), (colours.MEASURE, 2.5 if chosen else 1.5)):
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(first, second)
    painter.setPen(QPen(colours.HALO, 1.0))
    painter.setBrush(colours.MEASURE)
    radius = 4.5 if chosen else 3.0
    for point in (first, second):
        painter.drawEllipse(point, radius, radius)


def _distance_to_line(point: QPointF, first: QPointF, second: QPointF) -> float:
    along = second - first
    square = QPointF.dotProduct(along, along)
    share = min(max(QPointF.dotProduct(point - first, along) / square, 0.0), 1.0) if square > 0 else 0.0
    return QLineF(point, first + along * share).length()
