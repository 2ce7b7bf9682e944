"""The answer in words, and everything that tells which scan and which model it is about."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from tumorviewer.imaging.person import Patient
from tumorviewer.presentation.marks import ON_LIGHT, paint_mark
from tumorviewer.presentation.words import class_name, explanation, unbroken, verdict_line
from tumorviewer.reports.document import Report, ReportedScan
from tumorviewer.reports.text import BODY, HASH, HEADLINE, MM, NAME, QUIET, Style, Text

translate = QCoreApplication.translate

_NAMES: Final = 38.0 * MM
_MARK: Final = 5.2 * MM


def headline_of(scan: ReportedScan, report: Report) -> str:
    """Return the verdict in words, or what stands in its place."""
    if scan.error is not None:
        return translate("Report", "This file cannot be read: no prediction")
    if scan.answer is None:
        return translate("Report", "The model has not answered yet")
    return verdict_line(scan.answer, report.classes)


class Verdict:
    """Mark, headline and what it means."""

    def __init__(self, scan: ReportedScan, report: Report) -> None:
        self._verdict = scan.verdict
        self._headline = headline_of(scan, report)
        self._below = ""
        if scan.error is None and scan.answer is not None and report.model is not None:
            self._below = explanation(scan.verdict, report.model.threshold, edited=scan.crop_kind == "edited")

    def height(self, width: float) -> float:
        """Return the height of both lines."""
        return sum(text.height for text in self._texts(width)) + 3.0 * MM

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        """Draw them; the headline has the colour of the verdict."""
        headline, *others = self._texts(width)
        first = headline.line_height
        paint_mark(painter, QRectF(x, y + (first - _MARK) / 2, _MARK, _MARK), self._verdict, self._colour)
        headline.paint(painter, x + _MARK + 2.0 * MM, y)
        for text in others:
            text.paint(painter, x, y + headline.height)

    @property
    def _colour(self) -> QColor:
        return ON_LIGHT.get(self._verdict, QUIET)

    def _texts(self, width: float) -> list[Text]:
        large = Style(HEADLINE.size, bold=True, colour=self._colour.name())
        texts = [Text(unbroken(self._headline), large, width - _MARK - 2.0 * MM)]
        return [*texts, Text(self._below, NAME, width)] if self._below else texts


class Fact:
    """A name on the left and what it is on the right."""

    def __init__(self, name: str, value: str, style: Style = BODY) -> None:
        self._name, self._value, self._style = name, value, style

    def height(self, width: float) -> float:
        """Return the height of the longer of the two."""
        return max(text.height for text in self._texts(width)) + 1.0 * MM

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        """Draw both, their first lines in the middle of one line."""
        name, value = self._texts(width)
        line = max(name.line_height, value.line_height)
        name.paint(painter, x, y + (line - name.line_height) / 2)
        value.paint(painter, x + _NAMES, y + (line - value.line_height) / 2)

    def _texts(self, width: float) -> tuple[Text, Text]:
        return Text(self._name, NAME, _NAMES - 2.0 * MM), Text(self._value, self._style, width - _NAMES)


def facts_of(scan: ReportedScan, report: Report, width: float) -> list[Fact]:
    """Return what there is to say of a scan, its model and its review."""
    return [*_scan_facts(scan, report), *_model_facts(scan, report), *_review_facts(scan, width)]


def patient_facts(scan: ReportedScan, report: Report) -> list[Fact]:
    """Return whom the scan shows, if that was asked for."""
    if not report.with_patient:
        return []
    if scan.patient is None:
        return [Fact(translate("Report", "Patient"), translate("Report", "not told by the file"))]
    return [Fact(translate("Report", "Patient"), patient_line(scan.patient))]


def patient_line(patient: Patient) -> str:
    """Return name, number and birth date in one line."""
    born = QDate.fromString(patient.birth_date, Qt.DateFormat.ISODate)
    date = QLocale().toString(born, QLocale.FormatType.ShortFormat) if born.isValid() else patient.birth_date
    parts = [patient.name, patient.identifier and translate("Report", "No. {id}").format(id=patient.identifier)]
    parts.append(date and translate("Report", "born {date}").format(date=date))
    return " · ".join(part for part in parts if part)


def _scan_facts(scan: ReportedScan, report: Report) -> list[Fact]:
    facts = [Fact(translate("Report", "File"), str(scan.path) if report.with_paths else scan.path.name)]
    if scan.frames > 1:
        place = translate("Report", "{frame} of {frames}").format(frame=scan.frame + 1, frames=scan.frames)
        facts.append(Fact(translate("Report", "Frame"), place))
    if scan.series:
        facts.append(Fact(translate("Report", "Series"), scan.series))
    hashed = scan.sha256 or translate("Report", "not read")
    return [*facts, Fact(translate("Report", "Content (SHA-256)"), hashed, HASH if scan.sha256 else BODY)]


def _model_facts(scan: ReportedScan, report: Report) -> list[Fact]:
    answer, model = scan.answer, report.model
    name = answer.model if answer is not None else model.full_name if model is not None else ""
    if not name:
        return [Fact(translate("Report", "Model"), translate("Report", "none in use"))]
    sha256 = answer.model_sha256 if answer is not None else model.sha256 if model is not None else ""
    return [Fact(translate("Report", "Model"), name), Fact(translate("Report", "Model (SHA-256)"), sha256, HASH)]


def _review_facts(scan: ReportedScan, width: float) -> list[Fact]:
    label = class_name(scan.label) if scan.label else translate("Report", "none")
    facts = [Fact(translate("Report", "Reviewer's label"), label)]
    name = translate("Report", "Note")
    for lines in _chunks(Text(scan.note.strip(), BODY, width - _NAMES).lines):
        facts.append(Fact(name, "\n".join(lines)))
        name = ""
    return facts


def _chunks(lines: list[str], size: int = 12) -> list[list[str]]:
    """Return lines in groups, so that a long note goes over several pages."""
    kept = lines if any(lines) else []
    return [kept[start : start + size] for start in range(0, len(kept), size)]
