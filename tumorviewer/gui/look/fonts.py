"""Figures of one width, so that changing numbers do not jump."""

from PySide6.QtGui import QFont


def figures(font: QFont, *, scale: float = 1.0, bold: bool = False) -> QFont:
    """Return a font with tabular figures, `scale` times as large."""
    made = QFont(font)
    made.setFeature(QFont.Tag.fromString("tnum"), 1)
    if font.pointSizeF() > 0:
        made.setPointSizeF(font.pointSizeF() * scale)
    else:
        made.setPixelSize(round(font.pixelSize() * scale))
    made.setBold(bold)
    return made
