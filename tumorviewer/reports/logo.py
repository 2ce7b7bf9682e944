"""The picture of a letterhead."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter

MOST_BYTES: Final = 20 << 20
MOST_PIXELS: Final = 50_000_000
_LARGEST: Final = QSize(1200, 600)


def read_logo(path: Path | None) -> QImage:
    """Return a logo on white, no larger than paper can show; null for None, and for a file that is no picture."""
    if path is None:
        return QImage()
    try:
        if path.stat().st_size > MOST_BYTES:
            return QImage()
    except (OSError, ValueError):
        return QImage()
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > MOST_PIXELS:
        return QImage()
    image = reader.read()
    if image.isNull():
        return QImage()
    if image.width() > _LARGEST.width() or image.height() > _LARGEST.height():
        smooth = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(_LARGEST, Qt.AspectRatioMode.KeepAspectRatio, smooth)
    return _on_white(image)


def _on_white(image: QImage) -> QImage:
    opaque = QImage(image.size(), QImage.Format.Format_RGB32)
    opaque.fill(Qt.GlobalColor.white)
    painter = QPainter(opaque)
    painter.drawImage(0, 0, image)
    painter.end()
    return opaque
