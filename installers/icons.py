"""The program's icon in the forms that the systems want, drawn from ``resources/tumorviewer.svg``."""

import os
import struct
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

PNG_SIZES: Final = (16, 24, 32, 48, 64, 128, 256, 512)
ICO_SIZES: Final = (16, 20, 24, 32, 40, 48, 64, 128, 256)
ICNS_TYPES: Final = {
    b"icp4": 16, b"icp5": 32, b"ic11": 32, b"ic12": 64, b"ic07": 128, b"ic08": 256, b"ic13": 256, b"ic09": 512,
    b"ic14": 512, b"ic10": 1024,
}  # fmt: skip
"""Apple's names, each with its side in pixels; ic11 to ic14 and ic10 are drawn on screens of double density."""


def make_icons(svg: Path, folder: Path) -> None:
    """Write ``<side>.png`` of every usual size, ``tumorviewer.ico`` and ``tumorviewer.icns`` into a folder."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # nothing is shown
    application = QGuiApplication.instance() or QGuiApplication([])
    sides = sorted({*PNG_SIZES, *ICO_SIZES, *ICNS_TYPES.values()})
    pictures = {side: draw_png(svg, side) for side in sides}
    del application
    folder.mkdir(parents=True, exist_ok=True)
    for side in PNG_SIZES:
        (folder / f"{side}.png").write_bytes(pictures[side])
    (folder / "tumorviewer.ico").write_bytes(pack_ico({side: pictures[side] for side in ICO_SIZES}))
    (folder / "tumorviewer.icns").write_bytes(pack_icns({name: pictures[side] for name, side in ICNS_TYPES.items()}))


def draw_png(svg: Path, side: int) -> bytes:
    """Draw a square SVG with `side` pixels."""
    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(svg)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs know the format as bytes only
    return bytes(buffer.data().data())


def pack_ico(pictures: dict[int, bytes]) -> bytes:
    """Pack PNG pictures by side into a Windows icon: a header, an entry of 16 bytes each, then the pictures."""
    offset = 6 + 16 * len(pictures)
    entries = b""
    for side, picture in pictures.items():
        entries += struct.pack("<4B2H2I", side % 256, side % 256, 0, 0, 1, 32, len(picture), offset)
        offset += len(picture)
    return struct.pack("<3H", 0, 1, len(pictures)) + entries + b"".join(pictures.values())


def pack_icns(pictures: dict[bytes, bytes]) -> bytes:
    """Pack PNG pictures by Apple's name into an icon of macOS: each with its name and length."""
    parts = b"".join(name + struct.pack(">I", 8 + len(picture)) + picture for name, picture in pictures.items())
    return b"icns" + struct.pack(">I", 8 + len(parts)) + parts
