"""Where the evidence for a class lies: colours over the crop, and the bar that says what they mean."""

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.viewer import colours
from tumorviewer.gui.viewer.crop_geometry import rect_of
from tumorviewer.gui.viewer.lettering import draw_text
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.activation import HeatMap
from tumorviewer.presentation.images import heat_bar_image, heat_image

translate = QCoreApplication.translate


class HeatItem(QGraphicsItem):
    """A heat map, drawn in image pixels exactly over the crop that it was made for."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._target = QRectF()
        self._clip = QRectF()
        self.setZValue(1)

    @property
    def target(self) -> QRectF:
        """Where it lies, in image pixels; empty if nothing is drawn."""
        return self._target

    def show_map(self, heat: HeatMap | None, opacity: float) -> None:
        """Draw a map, or nothing."""
        self.prepareGeometryChange()
        self._image = QImage() if heat is None else heat_image(heat.values, opacity)
        self._target = QRectF() if heat is None else rect_of(heat.box)
        self.update()

    def clip_to(self, box: CropBox | None) -> None:
        """Draw only inside a box: while it is dragged, the map is still the one of a moment ago."""
        clip = QRectF() if box is None else rect_of(box)
        if clip != self._clip:
            self._clip = clip
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the crop."""
        return self._target

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw it."""
        if self._image.isNull():
            return
        painter.save()
        if not self._clip.isNull():
            painter.setClipRect(self._clip, Qt.ClipOperation.IntersectClip)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._target, self._image)
        painter.restore()


class HeatBar(QGraphicsItem):
    """The colour bar, in pixels of the view: at its right edge, halfway up."""

    WIDTH, HEIGHT = 12.0, 128.0

    def __init__(self) -> None:
        super().__init__()
        self._title = ""
        self._bar = heat_bar_image()
        self.setZValue(10)
        self.setVisible(False)

    def set_title(self, title: str) -> None:
        """Name the class whose evidence is shown."""
        if title != self._title:
            self.prepareGeometryChange()
            self._title = title
            self.update()

    def boundingRect(self) -> QRectF:
        """Return bar and words; the right edge is at x = 0 and the middle at y = 0."""
        return QRectF(-220.0, -self.HEIGHT / 2 - 26.0, 220.0, self.HEIGHT + 44.0)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw it."""
        top, bottom = -self.HEIGHT / 2, self.HEIGHT / 2
        bar = QRectF(-self.WIDTH, top, self.WIDTH, self.HEIGHT)
        painter.drawImage(bar, self._bar)
        painter.setPen(QPen(colours.HALO, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)
        painter.setFont(figures(QGuiApplication.font(), scale=0.9))
        title = translate("HeatBar", "Evidence: {name}").format(name=self._title)
        _draw_left_of(painter, 0.0, top - 10.0, title)
        _draw_left_of(painter, -self.WIDTH - 6.0, top + 10.0, translate("HeatBar", "strongest"))
        _draw_left_of(painter, -self.WIDTH - 6.0, bottom, translate("HeatBar", "none"))


def _draw_left_of(painter: QPainter, right: float, base: float, text: str) -> None:
    width = painter.fontMetrics().horizontalAdvance(text)
    draw_text(painter, QPointF(right - width, base), text, colours.TEXT)
