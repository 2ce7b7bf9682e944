"""A button that looks like a link, with an icon; its text gives way in the middle where there is too little room."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from tumorviewer.gui.look.icons import IconName, paint_icon
from tumorviewer.gui.look.tokens import UNIT, tokens

HALF = UNIT // 2


class LinkButton(QAbstractButton):
    """Icon and text in the accent's colour; the whole text is its accessible name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name: IconName = "info"
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_words(self, icon: IconName, text: str) -> None:
        """Take an icon and a text."""
        self._icon_name = icon
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return room for the whole text."""
        metrics = self.fontMetrics()
        return QSize(self._text_left() + metrics.horizontalAdvance(self.text()) + HALF + 1, metrics.height() + UNIT)

    def minimumSizeHint(self) -> QSize:
        """Return room for some letters."""
        metrics = self.fontMetrics()
        return QSize(self._text_left() + metrics.averageCharWidth() * 10, metrics.height() + UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw icon, text, and what the pointer and the keyboard do to it."""
        look, live = tokens(), self.isEnabled()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(look.accent, 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), HALF, HALF)
        side = self._icon_side()
        colour = look.accent if live else look.quiet
        paint_icon(painter, QRectF(HALF, (self.height() - side) / 2, side, side), self._icon_name, colour)
        font = QFont(self.font())
        font.setUnderline(live and self.underMouse())
        painter.setFont(font)
        painter.setPen(colour)
        room = QRect(self._text_left(), 0, self.width() - self._text_left() - HALF, self.height())
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)

    def _icon_side(self) -> int:
        return self.fontMetrics().height()

    def _text_left(self) -> int:
        return HALF + self._icon_side() + HALF + 2
