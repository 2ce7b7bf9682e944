"""A report as a PDF file."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QFile, QFileDevice, QIODevice, QLocale
from PySide6.QtGui import QImage, QPageSize, QPdfWriter

from tumorviewer.files import atomic_write
from tumorviewer.reports.document import Report
from tumorviewer.reports.paint import paint_report
from tumorviewer.reports.pictures import Pictures
from tumorviewer.reports.pieces.title import title_of

_RESOLUTION: Final = 1200
"""Dots an inch: what places of letters are rounded to."""


def write_pdf(
    report: Report,
    path: Path,
    pictures: Pictures,
    logo: QImage,
    *,
    told: Callable[[int], None],
    stopped: Callable[[], bool],
) -> int:
    """Write a report, whole or not at all, and return how many scans are in it; the rest as of `paint_report`.

    Raises
    ------
    ExportStopped
    OSError
        If it cannot be written.
    """
    with atomic_write(path, "wb") as stream:
        file = QFile()
        if not file.open(stream.fileno(), QIODevice.OpenModeFlag.WriteOnly):
            raise OSError(errno.EIO, file.errorString())
        try:
            writer = QPdfWriter(file)
            writer.setResolution(_RESOLUTION)
            writer.setPageSize(QPageSize(usual_page()))
            writer.setTitle(title_of(report))
            writer.setCreator(f"Tumor Viewer {report.program}")
            done = paint_report(report, pictures, logo, writer, told=told, stopped=stopped)
        finally:
            file.close()  # the handle stays open: it is the stream's
        if file.error() is not QFileDevice.FileError.NoError:
            full = file.error() is QFileDevice.FileError.ResourceError
            raise OSError(errno.ENOSPC if full else errno.EIO, file.errorString())
    return done


def usual_page() -> QPageSize.PageSizeId:
    """Return the size of paper that the person's country uses."""
    american = QLocale().measurementSystem() is QLocale.MeasurementSystem.ImperialUSSystem
    return QPageSize.PageSizeId.Letter if american else QPageSize.PageSizeId.A4
