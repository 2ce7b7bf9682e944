"""The scan itself, drawn in image pixels."""

import math

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from tumorviewer.gui.viewer.geometry import Sheet
from tumorviewer.gui.viewer.pixels import Pixels
from tumorviewer.imaging.scan import WindowLevel
from tumorviewer.state.loaded import LoadedScan

CLEAR_FROM = 6.0
"""From this zoom on pixels are shown as they are, as squares; below, they are smoothed."""
HURRIED_PIXELS = 1 << 20
"""No more than this is windowed at a time while the window is being dragged."""


class PictureItem(QGraphicsItem):
    """One scan in one window; other items lie on it, as its siblings."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self._pixels: Pixels | None = None
        self._sheet = Sheet(0, 0)
        self._hurried = False

    @property
    def pixels(self) -> Pixels | None:
        """What is drawn, or None."""
        return self._pixels

    def show_scan(self, loaded: LoadedScan | None, sheet: Sheet, window: WindowLevel | None, *, inverted: bool) -> None:
        """Draw a scan, or nothing; the same scan in the same window costs nothing."""
        before = self._pixels
        same_scan = before is not None and before.loaded is loaded
        if same_scan and before is not None and before.inverted == inverted and _same(before.window, window):
            return
        if sheet != self._sheet:
            self.prepareGeometryChange()
            self._sheet = sheet
        if loaded is None:
            self._pixels = None
        elif same_scan and before is not None:
            self._pixels = before.rewindowed(window, inverted=inverted)
        else:
            self._pixels = Pixels(loaded, window, inverted=inverted)
        self.update()

    def hurry(self, hurried: bool) -> None:
        """Draw large pictures coarsely for a while, so that a drag stays fluent."""
        if hurried != self._hurried:
            self._hurried = hurried
            self.update()

    def boundingRect(self) -> QRectF:
        """Return all of the image."""
        return self._sheet.rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the part that is seen."""
        if self._pixels is None:
            return
        transform = painter.worldTransform()
        zoom = min(math.hypot(transform.m11(), transform.m12()), math.hypot(transform.m21(), transform.m22()))
        seen = transform.inverted()[0].mapRect(QRectF(painter.viewport())).intersected(self._sheet.rect)
        if zoom <= 0.0 or seen.isEmpty():
            return
        fineness = min(zoom * painter.device().devicePixelRatio(), 1.0)
        if self._hurried:
            cost = seen.width() * seen.height() * self._pixels.cost
            fineness = min(fineness, math.sqrt(HURRIED_PIXELS / cost))
        part = self._pixels.part(1.0 / fineness, seen)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, zoom < CLEAR_FROM)
        painter.drawImage(part.target, part.image)


def _same(first: WindowLevel | None, second: WindowLevel | None) -> bool:
    # two tables may differ where all that is compared of them is equal
    return first == second and (first is None or second is None or first.table is second.table)
