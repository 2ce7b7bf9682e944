"""The first line of the bar: the answer, and beside it or, where there is too little room, below it the buttons."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from tumorviewer.gui.look.tokens import DARK, UNIT
from tumorviewer.gui.look.verdicts import paint_mark, verdict_colour
from tumorviewer.gui.viewer import colours
from tumorviewer.state.ordering import WAITING

_MARK = 16


class Headline(QWidget):
    """Mark and words of an answer on dark ground, in one line that gives way at its end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verdict, self.text = WAITING, ""
        bold = self.font()
        bold.setBold(True)
        self.setFont(bold)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def tell(self, verdict: str, text: str) -> None:
        """Show another answer."""
        if (verdict, text) != (self.verdict, self.text):
            self.verdict, self.text = verdict, text
            self.setAccessibleName(text)
            self.setToolTip(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return room for all words."""
        metrics = self.fontMetrics()
        return QSize(_MARK + UNIT + metrics.horizontalAdvance(self.text) + 2, max(metrics.height(), _MARK) + UNIT)

    def minimumSizeHint(self) -> QSize:
        """Return room for some letters."""
        return QSize(_MARK + UNIT + self.fontMetrics().averageCharWidth() * 12, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw them."""
        painter = QPainter(self)
        mark = QRect(0, (self.height() - _MARK) // 2, _MARK, _MARK)
        paint_mark(painter, mark.toRectF(), self.verdict, verdict_colour(self.verdict, DARK))
        room = self.rect().adjusted(_MARK + UNIT, 0, 0, 0)
        painter.setPen(colours.TEXT)
        text = self.fontMetrics().elidedText(self.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)


class HeadRow(QWidget):
    """A headline and what stands beside it."""

    def __init__(self, headline: Headline, buttons: QWidget) -> None:
        super().__init__()
        self._headline, self._buttons = headline, buttons
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(UNIT // 2)
        self._row.addWidget(headline, 1)
        self._row.addWidget(buttons, 0)

    def choose(self) -> None:
        """Stand side by side where both have room."""
        wanted = self._headline.sizeHint().width() + UNIT + self._buttons.sizeHint().width()
        fits = self._buttons.isHidden() or wanted <= self.width()
        direction = QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
        if direction is not self._row.direction():
            self._row.setDirection(direction)

    def minimumSizeHint(self) -> QSize:
        """Return room for the wider of the two: they may stand below each other."""
        widest = self._headline.minimumSizeHint().expandedTo(self._buttons.minimumSizeHint())
        return QSize(widest.width(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose anew."""
        super().resizeEvent(event)
        self.choose()
