"""Parts of a card that fit themselves into the room there is."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from tumorviewer.gui.look.tokens import UNIT


class FlowRow(QWidget):
    """Parts beside each other, as wide as they want to be; those that have no room go into the next row.

    Parameters
    ----------
    parts : sequence of QWidget
        Hidden ones take no room.
    gap : int
        Between parts, and between rows.
    """

    def __init__(self, parts: Sequence[QWidget], gap: int = UNIT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts, self._gap = list(parts), gap
        for part in parts:
            part.setParent(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        """Return True: rows depend on the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all rows."""
        return max((place.y() + place.height() for _, place in self._places(width)), default=0)

    def sizeHint(self) -> QSize:
        """Return all parts in one row."""
        sizes = [part.sizeHint() for part in self._shown()]
        width = sum(size.width() + self._gap for size in sizes) - self._gap
        return QSize(max(width, 0), max((size.height() for size in sizes), default=0))

    def minimumSizeHint(self) -> QSize:
        """Return the widest part."""
        return QSize(max((part.sizeHint().width() for part in self._shown()), default=0), 0)

    def event(self, event: QEvent) -> bool:
        """Place the parts again when one of them is shown, hidden or wants another size."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._place()
            self.updateGeometry()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the parts into rows."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        for part, place in self._places(self.width()):
            part.setGeometry(place)

    def _places(self, width: int) -> list[tuple[QWidget, QRect]]:
        places: list[tuple[QWidget, QRect]] = []
        x = y = height = 0
        for part in self._shown():
            size = part.sizeHint()
            if x and x + size.width() > width:
                x, y, height = 0, y + height + self._gap, 0
            places.append((part, QRect(x, y, min(size.width(), max(width, 1)), size.height())))
            x += size.width() + self._gap
            height = max(height, size.height())
        return places

    def _shown(self) -> list[QWidget]:
        return [part for part in self._parts if not part.isHidden()]


class NameLabel(QLabel):
    """A name in one line that gives way in the middle where it has too little room; the tip has all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Return room for some letters."""
        letters = self.fontMetrics().averageCharWidth() * 8
        return QSize(min(letters, self.sizeHint().width()), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much of the name as there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        self.setToolTip(self.text() if shown != self.text() else "")
