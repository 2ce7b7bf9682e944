"""Things side by side, or one below the other where there is too little room."""

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tumorviewer.gui.look.tokens import UNIT


class StackingRow(QWidget):
    """Never makes its widgets narrower than they want to be.

    It is a widget and no layout: Python may delete a layout of its own that Qt still uses.

    Parameters
    ----------
    *widgets : QWidget
        From left to right, or from the top down.
    equal : bool
        All have the same width; else the last one takes what the others leave.
    """

    def __init__(self, *widgets: QWidget, equal: bool) -> None:
        super().__init__()
        self._widgets, self._equal = widgets, equal
        for widget in widgets:
            widget.setParent(self)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        """Return True: with little width there are several rows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of one row, or of several."""
        heights = [widget.sizeHint().height() for widget in self._widgets]
        return max(heights) if self._fits(width) else sum(heights) + (len(heights) - 1) * UNIT

    def sizeHint(self) -> QSize:
        """Return the size of one row."""
        widths = self._widths()
        return QSize(sum(widths) + (len(widths) - 1) * UNIT, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the size of the largest one."""
        size = QSize(0, 0)
        for widget in self._widgets:
            size = size.expandedTo(widget.sizeHint())
        return size

    def event(self, event: QEvent) -> bool:
        """Take that one of them wants another size."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._place()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put them in their places."""
        self._place()

    def _place(self) -> None:
        if self._fits(self.width()):
            self._place_side_by_side()
            return
        top = 0
        for widget in self._widgets:
            height = widget.sizeHint().height()
            widget.setGeometry(0, top, self.width(), height)
            top += height + UNIT

    def _place_side_by_side(self) -> None:
        count, left = len(self._widgets), 0
        shared = (self.width() - (count - 1) * UNIT) // count
        for widget, width in zip(self._widgets, self._widths(), strict=True):
            taken = shared if self._equal else width
            if widget is self._widgets[-1]:
                taken = self.width() - left
            widget.setGeometry(QRect(left, 0, taken, self.height()))
            left += taken + UNIT

    def _fits(self, width: int) -> bool:
        return self.sizeHint().width() <= width

    def _widths(self) -> list[int]:
        widths = [widget.sizeHint().width() for widget in self._widgets]
        return [max(widths)] * len(widths) if self._equal else widths
