"""What is judged of the scan: a frame with handles, and the rest of the image dimmed.

Who chose it shows in colour, in the stroke of the frame, and in words.
"""

import math
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.viewer import colours
from tumorviewer.gui.viewer.crop_geometry import HANDLES, MOVE, Grip, handle_point, rect_of, whole
from tumorviewer.gui.viewer.geometry import Sheet
from tumorviewer.gui.viewer.lettering import draw_label, label_size
from tumorviewer.imaging.scan import CropBox
from tumorviewer.state.entries import CropKind

translate = QCoreApplication.translate

HANDLE_SIDE = 8.0
REACH = 7.0
"""Screen pixels around a handle or the frame that still catch the mouse."""
MARGIN = 48.0

_STROKES: dict[CropKind, tuple[QColor, Qt.PenStyle]] = {
    CropKind.AUTOMATIC: (colours.CROP_AUTOMATIC, Qt.PenStyle.SolidLine),
    CropKind.EDITED: (colours.CROP_EDITED, Qt.PenStyle.DashLine),
    CropKind.WHOLE: (colours.CROP_WHOLE, Qt.PenStyle.DotLine),
}


@dataclass(frozen=True, slots=True)
class CropLook:
    """How a crop is drawn.

    Attributes
    ----------
    sheet : Sheet
    box : CropBox or None
        None is the whole image.
    kind : CropKind
        ``AUTOMATIC`` without a box: no head was found.
    active : bool
        Whether the arrow keys move it.
    """

    sheet: Sheet
    box: CropBox | None
    kind: CropKind
    active: bool = False

    @property
    def frame(self) -> CropBox:
        """The box that is drawn."""
        return self.box if self.box is not None else whole(self.sheet.width, self.sheet.height)

    @property
    def tag(self) -> str:
        """The kind in words, with the size."""
        return f"{_words(self.kind, self.box)} · {self.frame.width} × {self.frame.height}"


def _words(kind: CropKind, box: CropBox | None) -> str:
    if kind is CropKind.EDITED:
        return translate("CropItem", "Crop: edited")
    if kind is CropKind.WHOLE:
        return translate("CropItem", "Whole image")
    if box is None:
        return translate("CropItem", "Whole image: no head found")
    return translate("CropItem", "Crop: automatic")


class CropItem(QGraphicsItem):
    """Draws a `CropLook` in image pixels; lines, handles and text keep their size on the screen."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self._look: CropLook | None = None
        self._hot: Grip | None = None
        self._zoom = 1.0
        self._keep_clear = QRectF()
        self.setZValue(2)

    @property
    def look(self) -> CropLook | None:
        """What is drawn, or None."""
        return self._look

    def set_look(self, look: CropLook | None) -> None:
        """Draw another crop, or none."""
        if look != self._look:
            if look is None or self._look is None or look.sheet != self._look.sheet:
                self.prepareGeometryChange()
            self._look = look
            self.update()

    def set_zoom(self, zoom: float) -> None:
        """Take the scale of the view, which the size of handles and text depends on."""
        if zoom != self._zoom:
            self.prepareGeometryChange()
            self._zoom = zoom

    def keep_clear(self, rect: QRectF) -> None:
        """Take where other words stand in the view, so that the tag does not cover them."""
        if rect != self._keep_clear:
            self._keep_clear = rect
            self.update()

    def highlight(self, grip: Grip | None) -> None:
        """Show which handle the mouse would take."""
        if grip != self._hot:
            self._hot = grip
            self.update()

    def grip_at(self, screen: QPointF) -> Grip | None:
        """Return the handle at a point of the view, `MOVE` on the frame or the tag, or None."""
        if self._look is None:
            return None
        transform = self.sceneTransform()
        image = rect_of(self._look.frame)
        nearest = min(HANDLES, key=lambda grip: _distance(transform.map(handle_point(image, grip)), screen))
        if _distance(transform.map(handle_point(image, nearest)), screen) <= REACH:
            return nearest
        frame = transform.mapRect(image)
        around = frame.adjusted(-REACH, -REACH, REACH, REACH)
        within = frame.adjusted(REACH, REACH, -REACH, -REACH)
        on_frame = around.contains(screen) and not within.contains(screen)
        return MOVE if on_frame or self.tag_rect().contains(screen) else None

    def cursor_for(self, grip: Grip) -> Qt.CursorShape:
        """Return the cursor that says how a handle moves on the screen."""
        if grip == MOVE:
            return Qt.CursorShape.SizeAllCursor
        along = self._screen_grip(grip)
        if not along.x or not along.y:
            return Qt.CursorShape.SizeHorCursor if along.x else Qt.CursorShape.SizeVerCursor
        return Qt.CursorShape.SizeFDiagCursor if along.x == along.y else Qt.CursorShape.SizeBDiagCursor

    def boundingRect(self) -> QRectF:
        """Return the image, and some room around it for handles and tag."""
        if self._look is None:
            return QRectF()
        margin = MARGIN / self._zoom
        return self._look.sheet.rect.adjusted(-margin, -margin, margin, margin)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw it in pixels of the screen, where the transform of the view says that it lies."""
        if self._look is None:
            return
        transform = painter.worldTransform()
        frame = transform.mapRect(rect_of(self._look.frame))
        picture = transform.mapRect(self._look.sheet.rect)
        colour, stroke = _STROKES[self._look.kind]
        painter.save()
        painter.resetTransform()
        _dim_around(painter, picture, frame)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_frame(painter, frame, colour, stroke)
        self._draw_handles(painter, frame, colour)
        painter.setFont(_font())
        draw_label(painter, self.tag_rect(), self._look.tag, colour)
        painter.restore()

    def _draw_handles(self, painter: QPainter, frame: QRectF, colour: QColor) -> None:
        assert self._look is not None
        hot = self._screen_grip(self._hot) if self._hot is not None and self._hot != MOVE else None
        painter.setPen(QPen(colours.HALO, 1.0))
        for grip in HANDLES:
            side = HANDLE_SIDE + (3.0 if grip == hot else 1.0 if self._look.active else -1.0)
            at = handle_point(frame, grip)
            painter.setBrush(colours.ACCENT if grip == hot or self._look.active else colour)
            painter.drawRect(QRectF(at.x() - side / 2, at.y() - side / 2, side, side))

    def _screen_grip(self, grip: Grip) -> Grip:
        """Return where a grip of the image is seen."""
        transform = self.sceneTransform()
        x = grip.x * transform.m11() + grip.y * transform.m21()
        y = grip.x * transform.m12() + grip.y * transform.m22()
        return Grip(_sign(x), _sign(y))

    def tag_rect(self) -> QRectF:
        """Return the plate of the tag: above the left end of the frame, or in its middle where there is no room."""
        if self._look is None:
            return QRectF()
        frame = self.sceneTransform().mapRect(rect_of(self._look.frame))
        plate = label_size(_font(), self._look.tag)
        above = plate.translated(frame.left(), frame.top() - plate.height() - 6.0)
        view = self.scene().sceneRect()
        if view.contains(above) and not above.intersects(self._keep_clear):
            return above
        seen = frame.intersected(view)
        middle = plate.translated(seen.center().x() - plate.width() / 2, seen.top() + 8.0)
        if middle.intersects(self._keep_clear):
            middle.moveTop(self._keep_clear.bottom() + 4.0)
        return middle


def _font() -> QFont:
    return figures(QGuiApplication.font(), scale=0.9)


def _dim_around(painter: QPainter, picture: QRectF, frame: QRectF) -> None:
    for rect in (
        QRectF(picture.left(), picture.top(), picture.width(), frame.top() - picture.top()),
        QRectF(picture.left(), frame.bottom(), picture.width(), picture.bottom() - frame.bottom()),
        QRectF(picture.left(), frame.top(), frame.left() - picture.left(), frame.height()),
        QRectF(frame.right(), frame.top(), picture.right() - frame.right(), frame.height()),
    ):
        if rect.width() > 0 and rect.height() > 0:
            painter.fillRect(rect, colours.DIM)


def _draw_frame(painter: QPainter, frame: QRectF, colour: QColor, stroke: Qt.PenStyle) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colours.HALO, 3.0))
    painter.drawRect(frame)
    pen = QPen(colour, 1.5, stroke)
    if stroke is Qt.PenStyle.DashLine:
        pen.setDashPattern([6.0, 4.0])
    painter.setPen(pen)
    painter.drawRect(frame)


def _distance(first: QPointF, second: QPointF) -> float:
    return max(abs(first.x() - second.x()), abs(first.y() - second.y()))


def _sign(value: float) -> int:
    return 0 if abs(value) < 1e-9 else int(math.copysign(1, value))
