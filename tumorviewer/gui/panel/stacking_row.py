"""Things side by side, or one below the other where there is too little room."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from tumorviewer.gui.look.tokens import UNIT


class StackingRow(QLayout):
    """A layout that never makes its widgets narrower than they want to be.

    Parameters
    ----------
    equal : bool
        All have the same width; else the last one takes what the others leave.
    """

    def __init__(self, parent: QWidget | None = None, *, equal: bool) -> None:
        super().__init__(parent)
        self._equal = equal
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(UNIT)

    def addItem(self, item: QLayoutItem) -> None:
        """Add one; Qt calls it."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return one, or None."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove one and return it, or None."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Return that it takes all the width."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        """Return True."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of one row, or of several."""
        heights = [item.sizeHint().height() for item in self._items]
        if self._fits(width):
            return max(heights, default=0)
        return sum(heights) + (len(heights) - 1) * self.spacing()

    def sizeHint(self) -> QSize:
        """Return the size of one row."""
        widths = self._widths()
        return QSize(sum(widths) + (len(widths) - 1) * self.spacing(), self.minimumSize().height())

    def minimumSize(self) -> QSize:
        """Return the size of the largest one."""
        size = QSize(0, 0)
        for item in self._items:
            size = size.expandedTo(item.sizeHint())
        return size

    def setGeometry(self, rect: QRect) -> None:
        """Put them in their places."""
        super().setGeometry(rect)
        if self._fits(rect.width()):
            self._put_side_by_side(rect)
            return
        top = rect.top()
        for item in self._items:
            height = item.sizeHint().height()
            item.setGeometry(QRect(rect.left(), top, rect.width(), height))
            top += height + self.spacing()

    def _put_side_by_side(self, rect: QRect) -> None:
        count, gap, left = len(self._items), self.spacing(), rect.left()
        shared = (rect.width() - (count - 1) * gap) // max(count, 1)
        for place, (item, width) in enumerate(zip(self._items, self._widths(), strict=True)):
            taken = shared if self._equal else width
            if place == count - 1:
                taken = rect.left() + rect.width() - left
            item.setGeometry(QRect(left, rect.top(), taken, rect.height()))
            left += taken + gap

    def _fits(self, width: int) -> bool:
        return self.sizeHint().width() <= width

    def _widths(self) -> list[int]:
        widths = [item.sizeHint().width() for item in self._items]
        return [max(widths)] * len(widths) if self._equal and widths else widths
