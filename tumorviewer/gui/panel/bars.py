"""The bars of all classes in their fixed order, the axis below them, and how they grow."""

from collections.abc import Sequence

from PySide6.QtCore import QEasingCurve, QPointF, QRect, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.motion import GROWING_MS, motion_wanted
from tumorviewer.gui.look.tokens import UNIT, tokens
from tumorviewer.gui.panel.bar import HALF, ConfidenceBar, threshold_x
from tumorviewer.gui.words import percent
from tumorviewer.state.settings import Settings

CARET = 5


class ConfidenceBars(QWidget):
    """All classes. A class is chosen by clicking it or by the arrow keys."""

    chosen = Signal(str)
    """The person chose a class."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.bars: list[ConfidenceBar] = []
        self.axis = ThresholdAxis()
        self._from: list[float] = []
        self._to: list[float] = []
        self._growth = QVariantAnimation(self)
        self._growth.setStartValue(0.0)
        self._growth.setEndValue(1.0)
        self._growth.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._growth.valueChanged.connect(self._grow)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.axis)
        self.setAccessibleName(self.tr("Probability of each class"))

    def show_answer(
        self,
        classes: Sequence[str],
        shares: Sequence[float] | None,
        threshold: float | None,
        named: str | None,
    ) -> None:
        """Show probabilities; without any, empty bars that cannot be chosen."""
        if [bar.label for bar in self.bars] != list(classes):
            self._make(classes)
        for number, bar in enumerate(self.bars):
            bar.setEnabled(shares is not None)
            bar.tell(shares[number] if shares is not None else None, threshold, named=bar.label == named)
        self.axis.set_threshold(threshold)
        self._go_to(list(shares) if shares is not None else [0.0] * len(self.bars))

    def fade(self) -> None:
        """Keep the lengths for a moment, grey and without figures: they are those of the scan before."""
        for bar in self.bars:
            bar.tell(None, bar.threshold, named=False)

    def show_chosen(self, label: str | None, *, heat: bool) -> None:
        """Mark the class whose heat map is shown."""
        for bar in self.bars:
            bar.setAutoExclusive(False)  # else none of them could be unchecked
            bar.setChecked(bar.label == label)
            bar.setAutoExclusive(True)
            bar.show_heat(heat=heat)

    def _make(self, classes: Sequence[str]) -> None:
        for bar in self.bars:
            self._column.removeWidget(bar)
            bar.deleteLater()
        self.bars = [ConfidenceBar(label) for label in classes]
        for place, bar in enumerate(self.bars):
            self._column.insertWidget(place, bar)
            bar.clicked.connect(lambda _checked=False, label=bar.label: self.chosen.emit(label))
        self._from = self._to = [0.0] * len(self.bars)

    def _go_to(self, lengths: list[float]) -> None:
        if lengths == self._to:
            return
        self._growth.stop()
        self._from, self._to = [bar.length for bar in self.bars], lengths
        if motion_wanted(self._settings, self) and self.isVisible():
            self._growth.setDuration(GROWING_MS)
            self._growth.start()
        else:
            self._grow(1.0)

    def _grow(self, progress: float) -> None:
        for bar, start, end in zip(self.bars, self._from, self._to, strict=True):
            bar.draw_at(start + (end - start) * progress)


class ThresholdAxis(QWidget):
    """What the mark on the bars means."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.threshold: float | None = None
        self.text = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def mark_x(self) -> float:
        """Where the caret stands."""
        track = QRectF(self.rect().adjusted(UNIT, 0, -UNIT, 0))
        return threshold_x(track, self.threshold or 0.0)

    def set_threshold(self, threshold: float | None) -> None:
        """Take the threshold; None hides caret and words."""
        if threshold == self.threshold:
            return
        self.threshold = threshold
        line = self.tr("certain from {percent}")
        self.text = "" if threshold is None else line.format(percent=percent(threshold, exact=True))
        self.setAccessibleName(self.text)
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Return True: long words are wrapped."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of caret and words."""
        return CARET + HALF + self._words(width).height()

    def sizeHint(self) -> QSize:
        """Return room for one line."""
        return QSize(20 * UNIT, self.heightForWidth(100 * UNIT))

    def minimumSizeHint(self) -> QSize:
        """Return room for one line."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw them."""
        if self.threshold is None:
            return
        look, x = tokens(), self.mark_x
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.quiet)
        painter.drawPolygon(QPolygonF([QPointF(x, 0.0), QPointF(x + CARET, CARET), QPointF(x - CARET, CARET)]))
        painter.setFont(figures(self.font()))
        painter.setPen(look.quiet)
        words = self._words(self.width())
        left = min(max(round(x) - words.width() // 2, UNIT), self.width() - UNIT - words.width())
        words.moveTopLeft(QRect(left, CARET + 1, 0, 0).topLeft())
        painter.drawText(words, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter), self.text)

    def _words(self, width: int) -> QRect:
        room = max(width - 2 * UNIT, 1)
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter)
        return self.fontMetrics().boundingRect(0, 0, room, 1000, flags, self.text or " ").adjusted(-1, 0, 1, 0)
