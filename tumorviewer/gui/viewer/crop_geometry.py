"""Boxes that are moved, resized and drawn anew: whole pixels, inside the image, never too small to judge."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from tumorviewer.imaging.scan import CropBox

SMALLEST_SIDE = 16


@dataclass(frozen=True, slots=True)
class Grip:
    """Where a box is held: -1 is the left or upper edge, 1 the right or lower one, 0 neither."""

    x: int
    y: int


MOVE = Grip(0, 0)
HANDLES = tuple(Grip(x, y) for y in (-1, 0, 1) for x in (-1, 0, 1) if (x, y) != (0, 0))


def rect_of(box: CropBox) -> QRectF:
    """Return the edges of a box in image pixels."""
    return QRectF(box.x, box.y, box.width, box.height)


def whole(width: int, height: int) -> CropBox:
    """Return the box of all of an image."""
    return CropBox(0, 0, width, height)


def handle_point(rect: QRectF, grip: Grip) -> QPointF:
    """Return where a handle sits on a rectangle."""
    centre = rect.center()
    return QPointF(centre.x() + grip.x * rect.width() / 2, centre.y() + grip.y * rect.height() / 2)


def changed(box: CropBox, grip: Grip, dx: float, dy: float, size: tuple[int, int]) -> CropBox:
    """Return a box after it was dragged by a grip.

    Parameters
    ----------
    box : CropBox
        Where the drag began.
    grip : Grip
    dx, dy : float
        Image pixels to the right and down.
    size : tuple of int
        Width and height of the image.
    """
    step_x, step_y = round(dx), round(dy)
    if grip == MOVE:
        x = _between(box.x + step_x, 0, size[0] - box.width)
        y = _between(box.y + step_y, 0, size[1] - box.height)
        return CropBox(x, y, box.width, box.height)
    left, right = _edges(box.x, box.x + box.width, grip.x, step_x, size[0])
    top, bottom = _edges(box.y, box.y + box.height, grip.y, step_y, size[1])
    return CropBox(left, top, right - left, bottom - top)


def between(first: QPointF, second: QPointF, size: tuple[int, int]) -> CropBox:
    """Return the box that two opposite corners span; it grows to the smallest side away from the first."""
    left, right = _span(first.x(), second.x(), size[0])
    top, bottom = _span(first.y(), second.y(), size[1])
    return CropBox(left, top, right - left, bottom - top)


def _edges(low: int, high: int, held: int, step: int, side: int) -> tuple[int, int]:
    least = min(SMALLEST_SIDE, side, high - low)
    if held < 0:
        low = _between(low + step, 0, high - least)
    elif held > 0:
        high = _between(high + step, low + least, side)
    return low, high


def _span(first: float, second: float, side: int) -> tuple[int, int]:
    least = min(SMALLEST_SIDE, side)
    start, end = _between(round(first), 0, side), _between(round(second), 0, side)
    low, high = min(start, end), max(start, end)
    if high - low < least:
        low, high = (start - least, start) if end < start else (start, start + least)
        low = _between(low, 0, side - least)
        high = low + least
    return low, high


def _between(value: int, low: int, high: int) -> int:
    return min(max(value, low), max(low, high))
