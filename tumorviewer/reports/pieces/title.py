"""What a report is about and when it was made; and, of a list, what the model said how often."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QRectF
from PySide6.QtGui import QPainter

from tumorviewer.presentation.marks import ON_LIGHT, paint_mark
from tumorviewer.presentation.words import number, percent, verdict_name
from tumorviewer.reports.document import Report
from tumorviewer.reports.pieces.piece import draw_rule
from tumorviewer.reports.plurals import scans_reported
from tumorviewer.reports.text import BODY, HASH, MM, NAME, QUIET, SMALL, STRONG, TITLE, Style, Text, line_height

translate = QCoreApplication.translate

_DATE_WIDTH: Final = 72.0 * MM
_MARK: Final = 3.2 * MM
_COUNT_GAP: Final = 7.0 * MM


def title_of(report: Report) -> str:
    """Return the title."""
    if len(report.scans) == 1:
        return translate("Report", "Report on one scan")
    return scans_reported(len(report.scans))


def date_of(report: Report) -> str:
    """Return when it was made, as it is written where the person lives."""
    moment = QDateTime.fromSecsSinceEpoch(int(report.created.timestamp()))
    day = QLocale().toString(moment.date(), QLocale.FormatType.LongFormat)
    time = QLocale().toString(moment.time(), "HH:mm")
    return translate("Report", "{day}, {time}").format(day=day, time=time)


class Title:
    """Title on the left, date on the right, the series below."""

    def __init__(self, report: Report) -> None:
        self._title, self._date, self._series = title_of(report), date_of(report), ""
        if len(report.scans) > 1:
            self._series = report.series  # a scan alone says it among its facts

    def height(self, width: float) -> float:
        """Return the height of all lines."""
        return sum(text.height for text in self._texts(width)) + 4.0 * MM

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        """Draw them."""
        title, *others = self._texts(width)
        title.paint(painter, x, y)
        date = Text(self._date, BODY, _DATE_WIDTH, right=True)
        date.paint(painter, x + width - _DATE_WIDTH, y + title.height - date.height - 0.8 * MM)
        place = y + title.height
        for text in others:
            text.paint(painter, x, place)
            place += text.height

    def _texts(self, width: float) -> list[Text]:
        texts = [Text(self._title, TITLE, width - _DATE_WIDTH, most=2)]
        if self._series:
            line = translate("Report", "Series: {name}").format(name=self._series)
            texts.append(Text(line, Style(BODY.size, colour=QUIET.name()), width, most=2))
        return texts


class Summary:
    """How often each verdict was given, and which model gave them."""

    def __init__(self, report: Report) -> None:
        self._counts = report.counts
        self._model = report.model

    def height(self, width: float) -> float:
        """Return the height of counts and model."""
        return len(self._rows(width)) * self._line + sum(t.height for t in self._model_texts(width)) + 6.0 * MM

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        """Draw both."""
        for row in self._rows(width):
            left = x
            for verdict, name, figure, size in row:
                mark = QRectF(left, y + (line_height(BODY) - _MARK) / 2, _MARK, _MARK)
                paint_mark(painter, mark, verdict, ON_LIGHT.get(verdict, QUIET))
                figure.paint(painter, left + _MARK + 1.2 * MM, y)
                name.paint(painter, left + _MARK + 1.2 * MM + figure.width + 1.2 * MM, y)
                left += size + _COUNT_GAP
            y += self._line
        y += 1.0 * MM
        for text in self._model_texts(width):
            text.paint(painter, x, y)
            y += text.height
        draw_rule(painter, x, y + 2.0 * MM, width)

    @property
    def _line(self) -> float:
        return line_height(BODY) + 1.2 * MM

    def _rows(self, width: float) -> list[list[tuple[str, Text, Text, float]]]:
        """Return the counts in as many rows as they need: verdict, name, figure, width."""
        rows: list[list[tuple[str, Text, Text, float]]] = [[]]
        used = 0.0
        for verdict, count in self._counts.items():
            name, figure = Text(verdict_name(verdict), BODY, width), Text(number(count), STRONG, width)
            size = _MARK + 2.4 * MM + name.width + figure.width
            if rows[-1] and used + size > width:
                rows.append([])
                used = 0.0
            rows[-1].append((verdict, name, figure, size))
            used += size + _COUNT_GAP
        return rows

    def _model_texts(self, width: float) -> list[Text]:
        model = self._model
        if model is None:
            return [Text(translate("Report", "No model is in use."), SMALL, width)]
        line = translate("Report", "Model {name}, certain from {percent}")
        said = line.format(name=model.full_name, percent=percent(model.threshold, exact=True))
        return [Text(said, NAME, width), Text(f"SHA-256 {model.sha256}", HASH, width)]


class RunningHead:
    """One line on the pages after the first."""

    def __init__(self, report: Report) -> None:
        name = report.letterhead.text.strip().partition("\n")[0].strip()
        self._left = " · ".join(part for part in (name, title_of(report)) if part)
        self._right = date_of(report)

    def height(self, width: float) -> float:
        """Return the height of a line and the rule below it."""
        return line_height(SMALL) + 5.0 * MM

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        """Draw them."""
        left = Text(self._left, SMALL, width - _DATE_WIDTH, most=1)
        left.paint(painter, x, y)
        Text(self._right, SMALL, _DATE_WIDTH, most=1, right=True).paint(painter, x + width - _DATE_WIDTH, y)
        draw_rule(painter, x, y + left.height + 1.5 * MM, width)
