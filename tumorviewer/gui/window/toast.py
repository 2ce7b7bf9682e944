"""A short line over the lower edge of the window, which goes by itself: nobody has to click it away."""

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from tumorviewer.gui.look.icons import icon, paint_icon
from tumorviewer.gui.look.tokens import UNIT, tokens
from tumorviewer.gui.window.messages import Message
from tumorviewer.gui.words import notice_line
from tumorviewer.state.notices import NoticeKind

SHORT_MS, LONG_MS = 7000, 20000
"""How long a message stays: good news, and trouble."""
WIDEST = 88 * UNIT
EDGE = 2 * UNIT
ABOVE = 5 * UNIT
"""So much of the lower edge stays free: the scan has lines there."""


class Toast(QWidget):
    """Shows the newest message; trouble is not pushed away by good news.

    Parameters
    ----------
    over : QWidget
        It lies over the lower edge of this one.
    """

    log_wanted = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.message: Message | None = None
        self._over = over
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_log = QPushButton(self.tr("Show log"))
        self.show_log.clicked.connect(self.log_wanted)
        self.dismiss = QToolButton()
        self.dismiss.setIcon(icon("close"))
        self.dismiss.setIconSize(QSize(14, 14))
        self.dismiss.setToolTip(self.tr("Close this message"))
        self.dismiss.setAccessibleName(self.tr("Close this message"))
        self.dismiss.clicked.connect(self.close_message)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.close_message)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(6 * UNIT, UNIT, UNIT, UNIT)
        row.setSpacing(UNIT)
        row.addWidget(self.text, 1)
        row.addWidget(self.show_log)
        row.addWidget(self.dismiss, 0, Qt.AlignmentFlag.AlignTop)
        over.installEventFilter(self)
        self.hide()

    def tell(self, message: Message) -> None:
        """Show a message, unless something more important stands there."""
        if self.message is not None and self.message.is_trouble and not message.is_trouble:
            return
        self.message = message
        line = notice_line(message.notice)
        self.text.setText(line)
        self.show_log.setVisible(message.notice.kind is NoticeKind.FAULT)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(LONG_MS if message.is_trouble else SHORT_MS)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, line))

    def close_message(self) -> None:
        """Take it away."""
        self._timer.stop()
        self.message = None
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the lower edge."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stay while it is being read."""
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Go some time after."""
        if self.message is not None:
            self._timer.start(SHORT_MS)
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a card that stands out from whatever lies behind it."""
        look = tokens()
        trouble = self.message is not None and self.message.is_trouble
        colour = look.warning if trouble else look.accent
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setBrush(look.raised)
        painter.setPen(QPen(look.edge, 1.0))
        painter.drawRoundedRect(card, UNIT, UNIT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(QRectF(card.left() + 5, card.top() + 7, 3, card.height() - 14), 1.5, 1.5)
        name = self.message.icon if self.message is not None else "info"
        paint_icon(painter, QRectF(2.25 * UNIT, (self.height() - 20) / 2, 20, 20), name, colour)

    def _place(self) -> None:
        over = self._over
        widest = min(WIDEST, over.width() - 2 * EDGE)
        wanted = self.text.fontMetrics().horizontalAdvance(self.text.text())
        beside = 8 * UNIT + self.dismiss.sizeHint().width() + 2 * UNIT
        if not self.show_log.isHidden():
            beside += self.show_log.sizeHint().width() + UNIT
        width = min(widest, wanted + beside)
        height = max(5 * UNIT, self._row.heightForWidth(width))
        self.setGeometry((over.width() - width) // 2, over.height() - height - ABOVE, width, height)
