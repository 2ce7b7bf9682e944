"""Rows as they were drawn: scrolling through a stack paints the list many times a second, and most rows stay as is."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPixmap

MOST: Final = 96
"""Pictures that are kept: two screens full of rows, some of them with and without the mouse over them."""


class DrawnRows:
    """Pictures of rows, by what is seen on them; those that were used longest ago make room."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[Hashable, QPixmap] = OrderedDict()

    def paint(self, painter: QPainter, rect: QRect, seen: Hashable, draw: Callable[[QPainter, QRect], None]) -> None:
        """Paint a row: the picture that is kept, or one that is drawn now.

        Parameters
        ----------
        painter : QPainter
        rect : QRect
            Where the row lies.
        seen : hashable
            All that decides what the row looks like, but for its place and size.
        draw : callable
            Draws the row into a rectangle, and fills all of it.
        """
        scale = painter.device().devicePixelRatioF()
        if scale != round(scale):
            draw(painter, rect)  # between pixels of the screen a picture would not be sharp
            return
        key = (seen, rect.width(), rect.height(), scale)
        picture = self._pictures.get(key)
        if picture is None:
            picture = self._pictures[key] = _drawn(rect.size(), scale, painter, draw)
            while len(self._pictures) > MOST:
                self._pictures.popitem(last=False)
        else:
            self._pictures.move_to_end(key)
        painter.drawPixmap(rect.topLeft(), picture)


def _drawn(size: QSize, scale: float, like: QPainter, draw: Callable[[QPainter, QRect], None]) -> QPixmap:
    picture = QPixmap(size * scale)
    picture.setDevicePixelRatio(scale)
    painter = QPainter(picture)
    painter.setFont(like.font())
    draw(painter, QRect(0, 0, size.width(), size.height()))
    painter.end()
    return picture
