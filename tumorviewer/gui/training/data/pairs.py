"""Scans before and after preparation, side by side: the crop box on the one, the model's input on the other."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from training.overview import ScanRef
from tumorviewer.gui.look.icons import paint_icon
from tumorviewer.gui.look.tokens import RADIUS, UNIT, tokens
from tumorviewer.gui.training.data.words import label_name
from tumorviewer.gui.training.parts import image_of
from tumorviewer.imaging.scan import CropBox
from tumorviewer.workers.training.pictures import Picture

SIDE: Final = 13 * UNIT
ARROW: Final = 3 * UNIT
BOX: Final = QColor("#F0E442")
"""Yellow of Okabe and Ito: read on grey of any shade, with a dark line around it."""


class PairView(QWidget):
    """One scan before and after."""

    def __init__(self, scan: ScanRef, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scan = scan
        self.picture: Picture | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        text = self.tr("{path} ({label}): before and after cropping")
        described = text.format(path=scan.path, label=label_name(scan.label))
        self.setAccessibleName(described)
        self.setToolTip(described)

    def show_picture(self, picture: Picture | None) -> None:
        """Show it as it was read."""
        self.picture = picture
        self.update()

    def sizeHint(self) -> QSize:
        """Return two pictures and an arrow."""
        return QSize(2 * SIDE + ARROW, SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw both, with the box on the first."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        first, second = QRectF(0, 0, SIDE, SIDE), QRectF(SIDE + ARROW, 0, SIDE, SIDE)
        look, picture = tokens(), self.picture
        for room in (first, second):
            painter.fillRect(room, Qt.GlobalColor.black)
        if picture is not None and picture.before is not None and picture.after is not None:
            shown = _draw(painter, first, picture.before)
            _draw(painter, second, picture.after)
            if picture.box is not None:
                _draw_box(painter, shown, picture.box, shown.width() / picture.before.shape[1])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.border, 1))
        for room in (first, second):
            painter.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS / 2, RADIUS / 2)
        paint_icon(painter, QRectF(SIDE, SIDE / 2 - UNIT, ARROW, 2 * UNIT), "chevron-right", look.quiet)


def _draw(painter: QPainter, room: QRectF, pixels: NDArray[np.uint8]) -> QRectF:
    """Draw a picture as large as fits, and return where it lies."""
    image = image_of(pixels)
    size = image.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    shown = QRectF(0, 0, size.width(), size.height())
    shown.moveCenter(room.center())
    painter.drawImage(shown, image)
    return shown


def _draw_box(painter: QPainter, shown: QRectF, box: CropBox, scale: float) -> None:
    drawn = QRectF(shown.left() + box.x * scale, shown.top() + box.y * scale, box.width * scale, box.height * scale)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((QColor(0, 0, 0, 160), 3.5), (BOX, 1.5)):
        painter.setPen(QPen(colour, width))
        painter.drawRect(drawn.adjusted(1, 1, -1, -1))
