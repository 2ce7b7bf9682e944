"""What stands at the bottom of every page, whatever is on it."""

from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QPainter

from tumorviewer import NOTICE
from tumorviewer.presentation.words import number
from tumorviewer.reports.document import Report
from tumorviewer.reports.pieces.piece import draw_rule
from tumorviewer.reports.text import MM, SMALL, STRONG, Text, line_height

translate = QCoreApplication.translate

_NUMBER: Final = 34.0 * MM


class Footer:
    """What the report may be used for, what made it, and which page this is."""

    def __init__(self, report: Report) -> None:
        line = translate("Report", "Tumor Viewer {version}, model {name}")
        model = report.model.full_name if report.model is not None else "–"
        self._made = line.format(version=report.program, name=model)

    def height(self, width: float) -> float:
        """Return the height of two lines and the rule above them."""
        return 3.0 * MM + line_height(STRONG) + line_height(SMALL)

    def paint(self, painter: QPainter, x: float, y: float, width: float, page: int, pages: int) -> None:
        """Draw it; `page` counts from 1."""
        draw_rule(painter, x, y + 1.0 * MM, width)
        top = y + 3.0 * MM
        Text(NOTICE, STRONG, width - _NUMBER, most=1).paint(painter, x, top)
        line = translate("Report", "Page {page} of {pages}").format(page=number(page), pages=number(pages))
        Text(line, SMALL, _NUMBER, most=1, right=True).paint(painter, x + width - _NUMBER, top)
        Text(self._made, SMALL, width, most=1).paint(painter, x, top + line_height(STRONG))
