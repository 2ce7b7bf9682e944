"""One class with its calibrated probability: a radio button that is drawn as a bar."""

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import paint_icon
from tumorviewer.gui.look.tokens import RADIUS, UNIT, blend, tokens
from tumorviewer.gui.look.verdicts import paint_mark, verdict_colour
from tumorviewer.gui.words import class_name, percent

TRACK = 6
"""Height of a bar."""
HALF = UNIT // 2
TICK = 3
"""How far the mark of the threshold stands out of the bar."""
NEAR = 0.01
"""So close to the threshold a value gets another figure, so that it is seen on which side it lies."""


class ConfidenceBar(QRadioButton):
    """Name, value and bar of one class; checked is the class whose heat map is shown.

    Parameters
    ----------
    label : str
        The class.
    """

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = label
        self.share: float | None = None
        self.threshold: float | None = None
        self.length = 0.0
        """What is drawn, 0..1, on the way to `share`."""
        self.named = False
        self.heat = False
        self._names: dict[int, QRect] = {}
        """Where the name stands, by width: dear to measure."""
        self._take_font()
        self.setText(class_name(label))
        self.setToolTip(self.tr("Show what spoke for this class"))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def value_text(self) -> str:
        """The probability in figures; "" where the model answers nothing."""
        if self.share is None:
            return ""
        return percent(self.share, exact=self.threshold is not None and abs(self.share - self.threshold) < NEAR)

    @property
    def track(self) -> QRectF:
        """Where 0 to 1 is drawn."""
        return QRectF(UNIT, self.height() - HALF - TICK - TRACK, self.width() - 2 * UNIT, TRACK)

    def tell(self, share: float | None, threshold: float | None, *, named: bool) -> None:
        """Take a probability; None where the model answers nothing. `named` is the class that the model calls."""
        if (share, threshold, named) != (self.share, self.threshold, self.named):
            self.share, self.threshold, self.named = share, threshold, named
            self._describe()
            self.update()

    def draw_at(self, length: float) -> None:
        """Draw the bar so long, 0..1."""
        if length != self.length:
            self.length = length
            self.update(self.track.toAlignedRect().adjusted(-1, -TICK, 1, TICK))

    def show_heat(self, *, heat: bool) -> None:
        """Tell whether the heat map of the chosen class is drawn over the scan."""
        if heat != self.heat:
            self.heat = heat
            self._describe()
            self.update()

    def hasHeightForWidth(self) -> bool:
        """Return True: a long name is wrapped."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of name and bar."""
        return self._name_rect(width).height() + HALF + TICK + TRACK + TICK + HALF + 1

    def sizeHint(self) -> QSize:
        """Return room for the name in one line."""
        metrics = QFontMetrics(self._bold)
        width = metrics.horizontalAdvance(self.text()) + self._value_width() + self._mark_side() + 6 * UNIT
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return room for a name in several lines."""
        width = self._value_width() + 12 * UNIT
        return QSize(width, self.heightForWidth(width))

    def hitButton(self, pos: QPoint) -> bool:
        """Return True: it can be clicked anywhere."""
        return self.rect().contains(pos)

    def changeEvent(self, event: QEvent) -> None:
        """Take another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._take_font()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw plate, name, value, bar and the mark of the threshold."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_plate(painter)
        self._paint_words(painter)
        self._paint_track(painter)

    # ------------------------------------------------------------ inside

    def _describe(self) -> None:
        name = class_name(self.label)
        if self.share is not None:
            name = self.tr("{name}, {percent}").format(name=name, percent=self.value_text)
        if (name, self._description()) != (self.accessibleName(), self.accessibleDescription()):
            self.setAccessibleName(name)
            self.setAccessibleDescription(self._description())

    def _description(self) -> str:
        if self.share is None or self.threshold is None:
            return self.tr("No answer")
        limit = percent(self.threshold, exact=True)
        reached = self.share >= self.threshold
        line = self.tr("Reaches the threshold of {percent}") if reached else self.tr("Below the threshold of {percent}")
        return line.format(percent=limit)

    def _take_font(self) -> None:
        self._plain, self._bold = figures(self.font()), figures(self.font(), bold=True)
        self._names.clear()
        self.updateGeometry()

    def _mark_side(self) -> int:
        return round(self.fontMetrics().ascent() * 0.95)

    def _value_width(self) -> int:
        return QFontMetrics(self._bold).horizontalAdvance("> 99.9 %")

    def _name_rect(self, width: int) -> QRect:
        if width not in self._names:
            self._names[width] = self._measure_name(width)
        return self._names[width]

    def _measure_name(self, width: int) -> QRect:
        left = UNIT + self._mark_side() + HALF + 2
        room = max(width - left - self._value_width() - self._mark_side() - 2 * UNIT, 4 * UNIT)
        wrapped = QFontMetrics(self._bold).boundingRect(0, 0, room, 1000, int(Qt.TextFlag.TextWordWrap), self.text())
        return QRect(left, HALF, room, wrapped.height())

    def _paint_plate(self, painter: QPainter) -> None:
        look = tokens()
        plate = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isChecked() and self.isEnabled():
            painter.setBrush(blend(look.accent, look.raised, 0.14))
        elif self.underMouse() and self.isEnabled():
            painter.setBrush(look.hover)
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.accent, 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(plate, RADIUS, RADIUS)

    def _paint_words(self, painter: QPainter) -> None:
        look, side = tokens(), self._mark_side()
        name = self._name_rect(self.width())
        line = QFontMetrics(self._bold).height()
        answered = self.share is not None
        mark = QRectF(UNIT, HALF + (line - side) / 2, side, side)
        paint_mark(painter, mark, self.label, None if answered else look.edge)
        painter.setFont(self._bold if self.named else self._plain)
        painter.setPen(look.text if answered else look.quiet)
        painter.drawText(name, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft), self.text())
        value = QRect(0, HALF, self.width() - UNIT, line)
        painter.drawText(value, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self.value_text)
        if self.isChecked() and self.isEnabled():
            flame = QRectF(self.width() - UNIT - self._value_width() - line, HALF, line, line)
            paint_icon(painter, flame, "heat-map", look.accent if self.heat else look.edge)

    def _paint_track(self, painter: QPainter) -> None:
        look, track = tokens(), self.track
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.border)
        painter.drawRoundedRect(track, TRACK / 2, TRACK / 2)
        if self.length > 0.0:
            filled = QRectF(track)
            filled.setWidth(max(self.length * track.width(), 2.0))
            painter.save()
            painter.setClipRect(filled)
            painter.setBrush(verdict_colour(self.label) if self.share is not None else look.edge)
            painter.drawRoundedRect(track, TRACK / 2, TRACK / 2)
            painter.restore()
        if self.threshold is not None:
            x = threshold_x(track, self.threshold)
            painter.setBrush(look.text)
            painter.drawRect(QRectF(x - 0.75, track.top() - TICK, 1.5, TRACK + 2 * TICK))


def threshold_x(track: QRectF, threshold: float) -> float:
    """Return where a threshold lies on a track."""
    return track.left() + threshold * track.width()
