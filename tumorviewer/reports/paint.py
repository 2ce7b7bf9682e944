"""Drawing a report on anything that has pages: a PDF file or a printer."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QImage, QPagedPaintDevice, QPageLayout, QPainter

from tumorviewer.reports.document import Report
from tumorviewer.reports.layout import PlacedPart, paginate, plan
from tumorviewer.reports.pictures import Pictures
from tumorviewer.reports.text import POINT
from tumorviewer.storage.export_table import ExportStopped

MARGINS: Final = QMarginsF(18.0, 14.0, 18.0, 11.0)
"""In mm; wider where a printer needs that."""


class PrinterError(OSError):
    """The printer or file does not take pages."""


def paint_report(
    report: Report,
    pictures: Pictures,
    logo: QImage,
    device: QPagedPaintDevice,
    *,
    told: Callable[[int], None],
    stopped: Callable[[], bool],
) -> int:
    """Draw all pages, and return how many scans are on them. May run in any thread, one at a time for a device.

    Parameters
    ----------
    report : Report
    pictures : Pictures
        Asked for each scan when its turn comes, so that memory does not grow with their number.
    logo : QImage
        Of the letterhead; null where there is none.
    device : QPagedPaintDevice
        Its margins are set here.
    told : callable
        Told how many scans are done.
    stopped : callable
        Asked before each piece.

    Raises
    ------
    ExportStopped
        What was drawn so far is left on the device.
    PrinterError
        If the device does not take pages.
    """
    device.setPageMargins(MARGINS, QPageLayout.Unit.Millimeter)
    room = device.pageLayout().paintRect(QPageLayout.Unit.Point)
    width, height = room.width() * POINT, room.height() * POINT
    whole = plan(report, pictures, logo, width)
    pages = paginate(whole, width, height)
    painter = QPainter()
    if not painter.begin(device):
        raise PrinterError("it does not take any pages")
    try:
        # One coordinate system for every device: twips.
        painter.scale(device.width() / width, device.height() / height)
        done = 0
        for number, page in enumerate(pages, 1):
            if number > 1 and not device.newPage():
                raise PrinterError("it took no more pages")
            done = _paint_page(painter, page, width, done, told, stopped)
            top = height - whole.footer.height(width)
            whole.footer.paint(painter, 0.0, top, width, number, len(pages))
        return done
    finally:
        painter.end()


def _paint_page(
    painter: QPainter,
    page: list[PlacedPart],
    width: float,
    done: int,
    told: Callable[[int], None],
    stopped: Callable[[], bool],
) -> int:
    """Draw the pieces of a page, and return how many scans are done."""
    for part in page:
        if stopped():
            raise ExportStopped
        part.piece.paint(painter, 0.0, part.top, width)
        if part.ends_scan:
            done += 1
            told(done)
    return done
