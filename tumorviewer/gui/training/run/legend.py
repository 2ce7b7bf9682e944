"""What the lines of the plots are: a row of signs with their names, outside of the plots, where nothing is covered."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from tumorviewer.gui.look.tokens import UNIT, tokens

_SIGN = 3 * UNIT
_BETWEEN = 2 * UNIT


class Key:
    """A line: colour, name, width, and the symbol of its points ("" for none), as pyqtgraph calls it."""

    def __init__(self, colour: QColor, name: str, symbol: str = "", width: float = 2.0) -> None:
        self.colour, self.name, self.symbol, self.width = colour, name, symbol, width


class Legend(QWidget):
    """Keys beside each other, in as many rows as they need."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys: list[Key] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_keys(self, keys: Sequence[Key]) -> None:
        """Show these."""
        self._keys = list(keys)
        self.setAccessibleName(", ".join(key.name for key in keys))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Return True: keys wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all rows."""
        rows = max((row for row, _ in self._places(width)), default=0) + 1
        return rows * self._row_height()

    def sizeHint(self) -> QSize:
        """Return one row."""
        width = sum(self._width_of(key) + _BETWEEN for key in self._keys)
        return QSize(width, self._row_height())

    def minimumSizeHint(self) -> QSize:
        """Return the widest key."""
        widest = max((self._width_of(key) for key in self._keys), default=0)
        return QSize(widest, self.heightForWidth(max(self.width(), widest)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter)

    def paint(self, painter: QPainter) -> None:
        """Draw signs and names with a painter, also of an export."""
        for key, (row, left) in zip(self._keys, self._places(self.width()), strict=True):
            middle = row * self._row_height() + self._row_height() / 2
            painter.setPen(QPen(key.colour, key.width))
            painter.drawLine(QPointF(left, middle), QPointF(left + _SIGN, middle))
            _draw_symbol(painter, QPointF(left + _SIGN / 2, middle), key)
            painter.setPen(tokens().quiet)
            height = self.fontMetrics().ascent() - self.fontMetrics().descent()
            painter.drawText(QPointF(left + _SIGN + UNIT, middle + height / 2), key.name)

    def _places(self, width: int) -> list[tuple[int, int]]:
        places, row, left = [], 0, 0
        for key in self._keys:
            if left and left + self._width_of(key) > width:
                row, left = row + 1, 0
            places.append((row, left))
            left += self._width_of(key) + _BETWEEN
        return places

    def _width_of(self, key: Key) -> int:
        return _SIGN + UNIT + self.fontMetrics().horizontalAdvance(key.name)

    def _row_height(self) -> int:
        return self.fontMetrics().height() + UNIT // 2


def _draw_symbol(painter: QPainter, at: QPointF, key: Key) -> None:
    if not key.symbol:
        return
    # Here, as only plots need it: the same shapes as on their lines.
    from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols

    painter.save()
    painter.translate(at)
    painter.scale(7, 7)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(key.colour)
    painter.drawPath(Symbols[key.symbol])
    painter.restore()
