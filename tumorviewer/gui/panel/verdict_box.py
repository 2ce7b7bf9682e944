"""The answer in words: mark, headline, and what it means."""

import re

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.tokens import UNIT, tokens
from tumorviewer.gui.look.verdicts import paint_mark, verdict_colour
from tumorviewer.gui.panel.examples import longest_answers
from tumorviewer.gui.panel.reading import Reading
from tumorviewer.inference.labels import CLASSES
from tumorviewer.state.ordering import WAITING

LARGE = 1.35
USUAL_THRESHOLD = 0.9
"""For the room that is kept before a model is there."""
HALF = UNIT // 2


class VerdictBox(QWidget):
    """Keeps so much room that what stands below does not move from one answer to the next."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verdict = WAITING
        self.headline, self.explanation = _words(self), _words(self)
        self._pairs = longest_answers(CLASSES, USUAL_THRESHOLD)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._dress()

    def show_reading(self, reading: Reading) -> None:
        """Say what is known."""
        if reading.threshold is not None:
            self._pairs = longest_answers(reading.classes, reading.threshold)
        self._say(reading.verdict, reading.headline, reading.explanation)

    def wait(self) -> None:
        """Say nothing for a moment: what was said is about the scan before."""
        self._say(WAITING, "", "")

    def hasHeightForWidth(self) -> bool:
        """Return True: words are wrapped."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return room for what is said, and for every answer that the model may give."""
        said = (self.headline.text(), self.explanation.text())
        return max(self._height(width, *pair) for pair in [said, *self._pairs])

    def sizeHint(self) -> QSize:
        """Return a common size."""
        width = self.fontMetrics().averageCharWidth() * 36
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size; long words are broken before they are cut."""
        width = self.fontMetrics().averageCharWidth() * 20
        return QSize(width, self._height(width, self.headline.text(), ""))

    def changeEvent(self, event: QEvent) -> None:
        """Take another font or scheme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self._dress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the words in their places."""
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark."""
        side = self._mark_side()
        line = self.headline.fontMetrics().height()
        painter = QPainter(self)
        paint_mark(painter, QRectF(0.0, (line - side) / 2, side, side), self.verdict)

    # ------------------------------------------------------------ inside

    def _say(self, verdict: str, headline: str, explanation: str) -> None:
        self.verdict = verdict
        self.headline.setText(unbroken(headline))
        self.explanation.setText(unbroken(explanation))
        self.setAccessibleName(headline)
        self.setAccessibleDescription(explanation)
        self._dress()

    def _dress(self) -> None:
        """Give the words their fonts and colours; the headline has the colour of the verdict."""
        self.headline.setFont(figures(self.font(), scale=LARGE, bold=True))
        self.explanation.setFont(figures(self.font()))
        _colour(self.headline, verdict_colour(self.verdict))
        _colour(self.explanation, tokens().quiet)
        self.updateGeometry()
        self._place()
        self.update()

    def _place(self) -> None:
        left, width = self._headline_left(), self.width()
        height = self._lines(self.headline, self.headline.text(), width - left)
        self.headline.setGeometry(left, 0, width - left, height)
        below = self._lines(self.explanation, self.explanation.text(), width)
        self.explanation.setGeometry(0, height + HALF, width, below)

    def _height(self, width: int, headline: str, explanation: str) -> int:
        above = self._lines(self.headline, unbroken(headline), width - self._headline_left())
        return above + HALF + self._lines(self.explanation, unbroken(explanation), width)

    def _lines(self, label: QLabel, text: str, width: int) -> int:
        room = QRect(0, 0, max(width, 1), 10_000)
        return label.fontMetrics().boundingRect(room, int(Qt.TextFlag.TextWordWrap), text or " ").height()

    def _mark_side(self) -> int:
        return self.headline.fontMetrics().ascent()

    def _headline_left(self) -> int:
        return self._mark_side() + UNIT


def unbroken(text: str) -> str:
    """Return a text in which no line begins with a number, a per cent sign or dots."""
    return re.sub(r" (?=[\d<>%…])", "\u00a0", text)


def _words(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)  # a file name may look like markup
    label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _colour(label: QLabel, colour: QColor) -> None:
    palette = label.palette()
    palette.setColor(QPalette.ColorRole.WindowText, colour)
    label.setPalette(palette)
