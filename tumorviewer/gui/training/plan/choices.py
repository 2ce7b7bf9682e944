"""Two big choices beside each other, each with a name and a sentence."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.tokens import RADIUS, UNIT, blend, tokens

_EDGE = 2 * UNIT
_SIGN = 3 * UNIT


class BigChoice(QAbstractButton):
    """One of some choices that exclude each other; looks like a card with a round mark.

    Parameters
    ----------
    title, text : str
    """

    def __init__(self, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(title)
        self._text = text
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        """Return True: the sentence wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the name and the wrapped sentence."""
        return 2 * _EDGE + self._title_height() + UNIT // 2 + self._text_height(width)

    def sizeHint(self) -> QSize:
        """Return a size in which the sentence has about two lines."""
        width = 40 * UNIT
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return the least size."""
        width = 24 * UNIT
        return QSize(width, self.heightForWidth(max(self.width(), width)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw frame, mark, name and sentence."""
        look, chosen = tokens(), self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outside = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        ground = blend(look.accent, look.raised, 0.12) if chosen else look.hover if self.underMouse() else look.raised
        painter.setBrush(ground)
        edge = look.accent if chosen or self.hasFocus() else look.border
        painter.setPen(QPen(edge, 2 if chosen or self.hasFocus() else 1))
        painter.drawRoundedRect(outside, RADIUS, RADIUS)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.text, 1, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(outside.adjusted(3, 3, -3, -3), RADIUS - 2, RADIUS - 2)
        middle = QPointF(_EDGE + UNIT, _EDGE + self._title_height() / 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.accent if chosen else look.edge, 1.5))
        painter.drawEllipse(middle, 7, 7)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.accent)
            painter.drawEllipse(middle, 4, 4)
        left, room = _EDGE + _SIGN, self.width() - 2 * _EDGE - _SIGN
        painter.setPen(look.text)
        painter.setFont(self._title_font())
        painter.drawText(QRectF(left, _EDGE, room, self._title_height()), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setPen(look.quiet)
        painter.setFont(self.font())
        top = _EDGE + self._title_height() + UNIT // 2
        box = QRectF(left, top, room, self.height() - top)
        painter.drawText(box, Qt.TextFlag.TextWordWrap.value, self._text)

    def _title_font(self) -> QFont:
        return figures(self.font(), scale=1.1, bold=True)

    def _title_height(self) -> int:
        return self.fontMetrics().height() + UNIT // 2

    def _text_height(self, width: int) -> int:
        room = max(width - 2 * _EDGE - _SIGN, UNIT)
        wrap = Qt.TextFlag.TextWordWrap.value
        return self.fontMetrics().boundingRect(0, 0, room, 10_000, wrap, self._text).height()
