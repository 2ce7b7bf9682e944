"""Small signs on the cards of models: what is in use, and whether its files are whole."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import IconName, paint_icon
from tumorviewer.gui.look.tokens import UNIT, blend, tokens
from tumorviewer.gui.training.parts import Tone, quiet

_SIDE: Final = 2 * UNIT
_ICONS: Final[dict[Tone, IconName]] = {"info": "info", "warning": "warning", "danger": "warning", "good": "check"}


class Badge(QLabel):
    """A word on a tinted plate, with a check mark."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setFont(figures(self.font(), bold=True))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return room for mark and word."""
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.text()) + _SIDE + 3 * UNIT
        return QSize(width, metrics.height() + UNIT)

    def minimumSizeHint(self) -> QSize:
        """Return the same: it is never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw plate, mark and word."""
        look = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(blend(look.accent, look.raised, 0.18))
        painter.drawRoundedRect(QRectF(self.rect()), self.height() / 2, self.height() / 2)
        paint_icon(painter, QRectF(UNIT, (self.height() - _SIDE) / 2, _SIDE, _SIDE), "check", look.accent)
        painter.setPen(look.text)
        room = self.rect().adjusted(_SIDE + UNIT + UNIT // 2, 0, 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())


class StateLine(QWidget):
    """A sentence with a sign in front of it, which tells its tone beside the colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = _Sign()
        self.text = quiet()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, UNIT // 2, 0, UNIT // 2)
        row.setSpacing(UNIT)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)

    def say(self, tone: Tone, text: str) -> None:
        """Show a sentence."""
        self._sign.show_tone(tone)
        self.text.setText(text)
        role = "danger" if tone == "danger" else "quiet"
        if self.text.property("role") != role:
            self.text.setProperty("role", role)
            self.text.style().polish(self.text)  # a role that changes is looked at only then


class _Sign(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._tone: Tone = "info"
        self.setFixedSize(_SIDE, self.fontMetrics().height())

    def show_tone(self, tone: Tone) -> None:
        self._tone = tone
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = tokens()
        tones: dict[Tone, QColor] = {
            "info": look.quiet,
            "warning": look.warning,
            "danger": look.danger,
            "good": look.good,
        }
        paint_icon(QPainter(self), QRectF(self.rect()), _ICONS[self._tone], tones[self._tone])
