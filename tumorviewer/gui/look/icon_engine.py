"""Icons that are painted when they are shown: sharp at every size, and in the colours of the scheme of that moment."""

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap

Paint = Callable[[QPainter, QRectF, QIcon.Mode, QIcon.State], None]


class PaintedIcon(QIconEngine):
    """An icon made by a function.

    Parameters
    ----------
    paint : callable
        Draws into a rectangle.
    """

    def __init__(self, paint: Paint) -> None:
        super().__init__()
        self._paint = paint
        self._palette = 0
        self._drawn: dict[tuple[int, int, QIcon.Mode, QIcon.State], QPixmap] = {}

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw into a rectangle of the painter's."""
        self._paint(painter, QRectF(rect), mode, state)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return a picture of so many device pixels; in one scheme each is drawn once."""
        palette = QGuiApplication.palette().cacheKey()
        if palette != self._palette:
            self._palette = palette
            self._drawn.clear()
        key = (size.width(), size.height(), mode, state)
        if key not in self._drawn:
            self._drawn[key] = self._draw(size, mode, state)
        return self._drawn[key]

    def _draw(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        if pixmap.isNull():  # of a button that is painted before it was laid out
            return pixmap
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self._paint(painter, QRectF(0.0, 0.0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> "PaintedIcon":
        """Return another one that paints the same."""
        return PaintedIcon(self._paint)
