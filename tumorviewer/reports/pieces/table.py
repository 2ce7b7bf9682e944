"""A list of scans: a row each, with a small picture."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter

from tumorviewer.presentation.marks import ON_LIGHT, paint_mark
from tumorviewer.presentation.words import class_name, reason_line, unbroken
from tumorviewer.reports.document import Report, ReportedScan
from tumorviewer.reports.pictures import Pictures
from tumorviewer.reports.pieces.bars import paint_small_bars, small_bars_height
from tumorviewer.reports.pieces.facts import headline_of, patient_line
from tumorviewer.reports.pieces.piece import draw_rule
from tumorviewer.reports.text import FIGURE, HASH, MM, NAME, PLAIN, QUIET, SMALL, Style, Text, line_height

translate = QCoreApplication.translate

_PICTURE: Final = 15.0 * MM
_MARK: Final = 2.8 * MM
_MARK_GAP: Final = 1.2 * MM
_PAD: Final = 1.6 * MM
_GAP: Final = 3.0 * MM
_BOLD: Final = Style(8.5, bold=True)
_PLAIN: Final = Style(8.0)
_NOTE_LINES: Final = 12


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns begin, and how wide they are."""

    scan: tuple[float, float]
    verdict: tuple[float, float]
    bars: tuple[float, float]
    label: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """What stands in the columns of a row."""

    scan: list[Text]
    verdict: list[Text]
    shares: list[tuple[str, float]]
    label: Text

    @property
    def height(self) -> float:
        """Of the row."""
        bars = small_bars_height(len(self.shares))
        return max(_PICTURE, _total(self.scan), _total(self.verdict), bars, self.label.height) + 2 * _PAD


def columns_of(width: float) -> Columns:
    """Return the columns of a table of some width; the first begins after the picture."""
    left = _PICTURE + _GAP
    label, bars, verdict = 23.0 * MM, 34.0 * MM, 38.0 * MM
    scan = width - left - verdict - bars - label - 3 * _GAP
    starts = [left, left + scan + _GAP, left + scan + verdict + 2 * _GAP, width - label]
    return Columns((starts[0], scan), (starts[1], verdict), (starts[2], bars), (starts[3], label))


class TableHead:
    """Names of the columns."""

    def height(self, width: float) -> float:
        """Return the height of a line."""
        return line_height(SMALL) + 2.4 * MM

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        """Draw them."""
        columns = columns_of(width)
        names = (
            (translate("Report", "Scan"), columns.scan),
            (translate("Report", "The model says"), columns.verdict),
            (translate("Report", "Probabilities"), columns.bars),
            (translate("Report", "Reviewer's label"), columns.label),
        )
        for name, (left, room) in names:
            Text(name, SMALL, room, most=1).paint(painter, x + left, y)
        draw_rule(painter, x, y + self.height(width) - 1.0 * MM, width)


class TableRow:
    """One scan.

    Parameters
    ----------
    scan : ReportedScan
    report : Report
    pictures : Pictures
        Asked when the row is drawn.
    """

    def __init__(self, scan: ReportedScan, report: Report, pictures: Pictures) -> None:
        self._scan, self._report, self._pictures = scan, report, pictures

    def height(self, width: float) -> float:
        """Return the height of the tallest column."""
        return self._cells(columns_of(width)).height

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        """Draw picture and columns, and a line below."""
        columns, top = columns_of(width), y + _PAD
        cells = self._cells(columns)
        self._paint_picture(painter, QRectF(x, top, _PICTURE, _PICTURE))
        _stack(painter, cells.scan, x + columns.scan[0], top)
        left, verdict = x + columns.verdict[0], self._scan.verdict
        mark = QRectF(left, top + (cells.verdict[0].line_height - _MARK) / 2, _MARK, _MARK)
        paint_mark(painter, mark, verdict, ON_LIGHT.get(verdict, QUIET))
        _stack(painter, cells.verdict, left + _MARK + _MARK_GAP, top)
        if cells.shares:
            place = QRectF(x + columns.bars[0], top, columns.bars[1], small_bars_height(len(cells.shares)))
            model = self._report.model
            paint_small_bars(painter, place, cells.shares, model.threshold if model is not None else None)
        cells.label.paint(painter, x + columns.label[0], top)
        draw_rule(painter, x, y + cells.height, width)

    # ------------------------------------------------------------ inside

    def _cells(self, columns: Columns) -> _Cells:
        """Return what stands in the row; made anew each time, so that rows that wait take no memory."""
        return _Cells(
            self._scan_texts(columns.scan[1]),
            self._verdict_texts(columns.verdict[1]),
            self._report.shares(self._scan),
            self._label(columns.label[1]),
        )

    def _scan_texts(self, room: float) -> list[Text]:
        scan = self._scan
        texts = [Text(scan.name, _BOLD, room, most=3)]
        if scan.series and not self._report.series:
            texts.append(Text(scan.series, NAME, room, most=1))
        if self._report.with_patient:
            told = patient_line(scan.patient) if scan.patient is not None else translate("Report", "no patient told")
            texts.append(Text(told, _PLAIN, room, most=3))
        if self._report.with_paths:
            texts.append(Text(str(scan.path.parent), FIGURE, room, most=3))
        if scan.sha256:
            texts.append(Text(scan.sha256, HASH, room))
        if scan.note.strip():
            note = translate("Report", "Note: {text}").format(text=scan.note.strip())
            texts.append(Text(note, _PLAIN, room, most=_NOTE_LINES))
        return texts

    def _verdict_texts(self, room: float) -> list[Text]:
        scan, room = self._scan, room - _MARK - _MARK_GAP
        colour = ON_LIGHT.get(scan.verdict, QUIET).name()
        texts = [Text(unbroken(headline_of(scan, self._report)), Style(8.5, bold=True, colour=colour), room)]
        if scan.error is not None:
            texts.append(Text(reason_line(scan.error), SMALL, room, most=6))
        return texts

    def _label(self, room: float) -> Text:
        return Text(class_name(self._scan.label) if self._scan.label else "–", _PLAIN, room, most=3)

    def _paint_picture(self, painter: QPainter, place: QRectF) -> None:
        image = self._pictures.thumbnail(self._scan)
        if image.isNull():
            painter.fillRect(place, PLAIN)
            return
        painter.fillRect(place, Qt.GlobalColor.black)
        size = QSizeF(image.size()).scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRectF(QPointF(), size)
        target.moveCenter(place.center())
        painter.drawImage(target, image)


def _total(texts: list[Text]) -> float:
    return sum(text.height for text in texts)


def _stack(painter: QPainter, texts: list[Text], x: float, y: float) -> None:
    """Draw texts below each other."""
    for text in texts:
        text.paint(painter, x, y)
        y += text.height
