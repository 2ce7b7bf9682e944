"""The strip: a click or a key jumps to a slice, the pointer asks what it says."""

from math import ceil
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from tumorviewer.gui.look.tokens import DARK
from tumorviewer.gui.look.verdicts import paint_mark, verdict_colour
from tumorviewer.gui.series.lanes import Grid, lanes_image
from tumorviewer.gui.viewer import colours
from tumorviewer.gui.words import class_name, percent
from tumorviewer.inference.series import Use
from tumorviewer.presentation.series_words import use_name
from tumorviewer.state.model import ModelState
from tumorviewer.state.series import SeriesState

GUTTER: Final = 22
RIGHT: Final = 10
TOP: Final = 12
BOTTOM: Final = 5
LANE: Final = 11
GAP: Final = 2
_CARET: Final = 4.0
_STEPS: Final = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10,
}  # fmt: skip


class SeriesStrip(QWidget):
    """Paints the slices of the current stack.

    Parameters
    ----------
    series : SeriesState
    model : ModelState
    """

    def __init__(self, series: SeriesState, model: ModelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._series, self._model = series, model
        self._image: QImage | None = None
        self._hovered: int | None = None
        self._wheel = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Probabilities of each slice"))
        series.changed.connect(self._changed)
        series.moved.connect(self._moved)
        self._framed: int | None = None

    def sizeHint(self) -> QSize:
        """Return room for all lanes."""
        return QSize(240, TOP + self._lanes_height() + BOTTOM)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest width in which something is to be seen."""
        return QSize(120, self.sizeHint().height())

    def place_at(self, x: float) -> int | None:
        """Return the slice that is drawn at a place of the widget; the nearest one beside the strip."""
        slices, area = self._series.slices, self._area()
        if slices is None or area.width() <= 0:
            return None
        count = len(slices.ids)
        return min(max(int((x - area.left()) * count / area.width()), 0), count - 1)

    def column(self, place: int) -> QRectF:
        """Return where a slice is drawn."""
        slices, area = self._series.slices, self._area()
        width = area.width() / (len(slices.ids) if slices is not None else 1)
        return QRectF(area.left() + place * width, area.top(), width, area.height())

    def words_of(self, place: int) -> str:
        """Return what a slice says, a line for each class."""
        slices = self._series.slices
        if slices is None:
            return ""
        title = self.tr("Slice {place} of {count}").format(place=place + 1, count=len(slices.ids))
        use = Use(int(slices.uses[place]))
        if use is not Use.COUNTED:
            return f"{title}\n{use_name(use)}"
        named = zip(slices.classes, slices.shares[place], strict=True)
        line = self.tr("{name}: {percent}")
        lines = [line.format(name=class_name(name), percent=percent(float(share))) for name, share in named]
        return "\n".join([title, *lines])

    # ------------------------------------------------------------ Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw lanes, marks, and what is looked at."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colours.GROUND)
        slices = self._series.slices
        if slices is None:
            return
        area = self._area()
        painter.drawImage(area, self._lanes())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if event.rect().left() < GUTTER:
            for number, name in enumerate(slices.classes):
                top = TOP + number * (LANE + GAP)
                paint_mark(painter, QRectF(6.0, top, LANE, LANE), name, verdict_colour(name, DARK))
        self._paint_answer(painter)
        if self._hovered is not None and self._hovered < len(slices.ids):
            self._paint_frame(painter, self._hovered, QPen(colours.QUIET, 1.0, Qt.PenStyle.DotLine))
        if self._framed is not None and self._framed < len(slices.ids):
            self._paint_frame(painter, self._framed, QPen(colours.TEXT, 1.5))
        if self.hasFocus():
            painter.setPen(QPen(colours.ACCENT, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.0, 1.0, -1.0, -1.0), 4.0, 4.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to the slice under the pointer."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._jump(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go along with the pointer while the button is held, else mark the slice below it."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._jump(event.position())
        self._hover(self.place_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        """Mark no slice any more."""
        self._hover(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go on or back, a slice for each notch."""
        self._wheel += event.angleDelta().y()
        notches = int(self._wheel / 120)
        self._wheel -= notches * 120
        self._step(-notches)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to another slice by the keys that the scan has, too."""
        step = _STEPS.get(Qt.Key(event.key()))
        slices = self._series.slices
        if slices is None or (step is None and event.key() not in (Qt.Key.Key_Home, Qt.Key.Key_End)):
            super().keyPressEvent(event)
        elif step is None:
            self._series.show(0 if event.key() == Qt.Key.Key_Home else len(slices.ids) - 1)
        else:
            far = event.modifiers() & Qt.KeyboardModifier.ShiftModifier and abs(step) == 1
            self._step(step * 10 if far else step)

    def event(self, event: QEvent) -> bool:
        """Say what the slice under the pointer says."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            place = self.place_at(event.pos().x())
            if place is not None:
                QToolTip.showText(event.globalPos(), self.words_of(place), self, self.column(place).toRect())
            return True
        return super().event(event)

    # ------------------------------------------------------------ inside

    def _changed(self) -> None:
        self._image = None
        self.updateGeometry()
        self._moved()
        self.update()

    def _moved(self) -> None:
        before, self._framed = self._framed, self._series.place
        self.setAccessibleDescription(self.words_of(self._framed) if self._framed is not None else "")
        for place in (before, self._framed):
            if place is not None:
                self.update(self._frame_rect(place).adjusted(-2.0, -2.0, 2.0, 2.0).toAlignedRect())

    def _hover(self, place: int | None) -> None:
        if place != self._hovered:
            self._hovered = place
            self.update()

    def _jump(self, position: QPointF) -> None:
        place = self.place_at(position.x())
        if place is not None:
            self._series.show(place)

    def _step(self, slices: int) -> None:
        place = self._series.place
        if place is not None and slices:
            self._series.show(place + slices)

    def _area(self) -> QRectF:
        return QRectF(GUTTER, TOP, max(self.width() - GUTTER - RIGHT, 0), self._lanes_height())

    def _lanes_height(self) -> int:
        slices = self._series.slices
        lanes = len(slices.classes) if slices is not None else 4
        return lanes * LANE + (lanes - 1) * GAP

    def _lanes(self) -> QImage:
        """Return the picture of the lanes, drawn anew only when something in it has changed."""
        slices, card, ratio = self._series.slices, self._model.card, self.devicePixelRatioF()
        assert slices is not None, "asked while there are slices"
        width = max(ceil(self._area().width() * ratio), 1)
        if self._image is None or self._image.width() != width:
            certain = card.thresholds.certain if card is not None else 1.0
            self._image = lanes_image(slices, certain, Grid(width, round(LANE * ratio), round(GAP * ratio)))
        return self._image

    def _paint_answer(self, painter: QPainter) -> None:
        """Draw a line over the slices that the answer rests on, and an arrow over the most suspicious one."""
        answer = self._series.answer
        if answer is None:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        if answer.first is not None and answer.last is not None:
            first, last = self.column(answer.first), self.column(answer.last)
            painter.setBrush(verdict_colour(answer.label, DARK))
            painter.drawRect(QRectF(first.left(), TOP - 4.0, max(last.right() - first.left(), 2.0), 2.0))
        if answer.peak is not None:
            x, y = self.column(answer.peak).center().x(), TOP - 4.0
            painter.setBrush(colours.TEXT)
            painter.drawPolygon(
                QPolygonF([QPointF(x - _CARET, y - 6.0), QPointF(x + _CARET, y - 6.0), QPointF(x, y - 0.5)])
            )

    def _paint_frame(self, painter: QPainter, place: int, pen: QPen) -> None:
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self._frame_rect(place))

    def _frame_rect(self, place: int) -> QRectF:
        column = self.column(place)
        spare = max(5.0 - column.width(), 0.0) / 2
        return column.adjusted(-spare, -1.5, spare, 1.5)
