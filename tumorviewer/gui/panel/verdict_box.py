"""The answer in words: mark, headline, and what it means."""

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.tokens import UNIT, tokens
from tumorviewer.gui.look.verdicts import paint_mark, verdict_colour
from tumorviewer.gui.panel.examples import longest_answers
from tumorviewer.gui.panel.reading import Reading
from tumorviewer.inference.labels import CLASSES
from tumorviewer.presentation.words import unbroken
from tumorviewer.state.ordering import WAITING

LARGE = 1.35
USUAL_THRESHOLD = 0.9
"""For the room that is kept before a model is there."""
HALF = UNIT // 2
_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)


class VerdictBox(QWidget):
    """Keeps so much room that what stands below does not move from one answer to the next."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verdict = WAITING
        self.headline = self.explanation = ""
        self._model: tuple[tuple[str, ...], float | None] = (CLASSES, None)
        self._longest = longest_answers(CLASSES, USUAL_THRESHOLD)
        self._kept: dict[int, int] = {}
        """Height that is kept free for answers, by width: dear to measure, and asked for with every answer."""
        self._take_font()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_reading(self, reading: Reading) -> None:
        """Say what is known."""
        model = (reading.classes, reading.threshold)
        if reading.threshold is not None and model != self._model:
            self._model = model
            self._longest = longest_answers(reading.classes, reading.threshold)
            self._kept.clear()
            self.updateGeometry()
        self._say(reading.verdict, reading.headline, reading.explanation)

    def wait(self) -> None:
        """Say nothing for a moment: what was said is about the scan before."""
        self._say(WAITING, "", "")

    def places(self, width: int) -> tuple[QRect, QRect]:
        """Return where headline and explanation stand."""
        return self._places(width, self.headline, self.explanation)

    def hasHeightForWidth(self) -> bool:
        """Return True: words are wrapped."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return room for what is said, and for every answer that the model may give."""
        if width not in self._kept:
            self._kept[width] = max(self._places(width, *pair)[1].bottom() + 1 for pair in self._longest)
        return max(self._kept[width], self.places(width)[1].bottom() + 1)

    def sizeHint(self) -> QSize:
        """Return a common size."""
        width = self.fontMetrics().averageCharWidth() * 36
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return a width in which no word is cut."""
        metrics = QFontMetrics(self._large)
        words = [word for headline, _ in self._longest for word in unbroken(headline).split(" ")]
        return QSize(self._headline_left() + max(map(metrics.horizontalAdvance, words)), metrics.height())

    def changeEvent(self, event: QEvent) -> None:
        """Take another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._take_font()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw mark and words; the headline has the colour of the verdict."""
        headline, explanation = self.places(self.width())
        painter = QPainter(self)
        side, line = self._mark_side(), QFontMetrics(self._large).height()
        paint_mark(painter, QRectF(0.0, (line - side) / 2, side, side), self.verdict)
        painter.setFont(self._large)
        painter.setPen(verdict_colour(self.verdict))
        painter.drawText(headline, _WRAP, unbroken(self.headline))
        painter.setFont(self._small)
        painter.setPen(tokens().quiet)
        painter.drawText(explanation, _WRAP, unbroken(self.explanation))

    # ------------------------------------------------------------ inside

    def _say(self, verdict: str, headline: str, explanation: str) -> None:
        said = (verdict, headline, explanation)
        if said != (self.verdict, self.headline, self.explanation):
            self.verdict, self.headline, self.explanation = said
            self.setAccessibleName(headline)
            self.setAccessibleDescription(explanation)
            self.update()
            if self.heightForWidth(self.width()) != self.height():
                self.updateGeometry()

    def _take_font(self) -> None:
        self._large, self._small = figures(self.font(), scale=LARGE, bold=True), figures(self.font())
        self._kept.clear()
        self.updateGeometry()

    def _places(self, width: int, headline: str, explanation: str) -> tuple[QRect, QRect]:
        left = self._headline_left()
        above = QRect(left, 0, width - left, _lines(self._large, headline, width - left))
        below = QRect(0, above.bottom() + 1 + HALF, width, _lines(self._small, explanation, width))
        return above, below

    def _mark_side(self) -> int:
        return QFontMetrics(self._large).ascent()

    def _headline_left(self) -> int:
        return self._mark_side() + UNIT


def _lines(font: QFont, text: str, width: int) -> int:
    """Return the height of a wrapped text; an empty one is as high as one line."""
    room = QRect(0, 0, max(width, 1), 10_000)
    return QFontMetrics(font).boundingRect(room, _WRAP, unbroken(text) or " ").height()
