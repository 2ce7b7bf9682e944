"""What is said of a series: its answer, what it rests on, how it was found. The same on the screen and in reports."""

from PySide6.QtCore import QCoreApplication, QObject

from tumorviewer.imaging.geometry import Finding, Geometry
from tumorviewer.inference.labels import NOT_BRAIN_MR
from tumorviewer.inference.series import ENOUGH, NEARLY_ALL, Ground, SeriesAnswer, Use
from tumorviewer.inference.series_spans import SPAN_MM, SPAN_PLACES
from tumorviewer.presentation.words import class_in_text, class_name, number, percent

translate = QCoreApplication.translate


def series_headline(answer: SeriesAnswer) -> str:
    """Return the answer in a few words."""
    if answer.ground is Ground.TWO_CLASSES:
        line = translate("Series", "Uncertain: {first} or {second}")
        return line.format(first=class_in_text(answer.label), second=class_in_text(answer.other))
    if answer.ground is Ground.NOTHING_COUNTS and answer.verdict == NOT_BRAIN_MR:
        return translate("Series", "No brain MR slices: no prediction")
    others = {
        Ground.WAITING: translate("Series", "Not all slices are answered yet"),
        Ground.DISAGREE: translate("Series", "Uncertain: neighbouring slices do not agree"),
        Ground.TOO_FEW: translate("Series", "Uncertain: too few neighbouring slices"),
        Ground.MUCH_LEFT_OUT: translate("Series", "Uncertain: most slices are left out"),
        Ground.NOTHING_COUNTS: translate("Series", "No slice that counts: no prediction"),
        Ground.TWO_PATIENTS: translate("Series", "Slices of several patients: no answer"),
    }
    return others.get(answer.ground) or class_name(answer.verdict)


def series_details(answer: SeriesAnswer, geometry: Geometry) -> list[str]:
    """Return what the answer rests on, what was left out, and what is unusual about the slices."""
    counted = _Counted()
    if answer.waiting:  # in one line that stays as high as it is: it changes ten times a second
        line = translate("Series", "{done} of {total} slices answered so far")
        return [line.format(done=number(answer.total - answer.waiting), total=number(answer.total))]
    parts = [_where(answer)] if answer.first is not None and answer.last is not None else []
    if not answer.calibrated:
        parts.append(translate("Series", "not calibrated for series"))
    total = translate("Series", "{counted} of {total} slices count")
    parts.append(total.format(counted=number(answer.counted), total=number(answer.total)))
    parts += [counted.left_out(use, count) for use, count in answer.left_out.items()]
    for finding, count in geometry.findings:
        nowhere = finding is Finding.NO_PLACE and count == answer.total
        parts.append(translate("Series", "no positions known") if nowhere else counted.finding(finding, count))
    return parts


def series_rule(answer: SeriesAnswer, certain: float) -> str:
    """Return how the answer of a series is found, in plain words.

    Parameters
    ----------
    answer : SeriesAnswer
    certain : float
        The model's threshold.
    """
    lines = [
        translate(
            "Series",
            "Left out: what is no brain MR slice, scouts, oblique slices, unreadable files. Slices in the same place "
            "count as one.",
        ),
        translate(
            "Series",
            "A tumour is named where {span} neighbouring slices ({mm} mm, at least {least} slices) together reach "
            "{certain}, and no other kind of tumour does anywhere. One slice alone never decides.",
        ).format(span=answer.span, mm=round(SPAN_MM), least=SPAN_PLACES, certain=percent(certain, exact=True)),
        translate(
            "Series",
            "“No tumour” is said where {share} of the slices are certain of it, no neighbours think a tumour likelier, "
            "and at least {enough} of all slices count. Everything else is uncertain.",
        ).format(share=percent(NEARLY_ALL), enough=percent(ENOUGH)),
        translate(
            "Series",
            "The percentages are calibrated for single slices. How often the answer for a series is right was not "
            "measured: not calibrated for series.",
        ),
    ]
    return "\n\n".join(lines)


def use_name(use: Use) -> str:
    """Return why a slice does not count."""
    return {
        Use.WAITING: translate("Series", "Waits for the model"),
        Use.NOT_BRAIN: translate("Series", "Left out: not a brain MR slice"),
        Use.SCOUT: translate("Series", "Left out: a scout"),
        Use.OBLIQUE: translate("Series", "Left out: oblique"),
        Use.UNREADABLE: translate("Series", "Left out: unreadable"),
    }.get(use, "")


def _where(answer: SeriesAnswer) -> str:
    first, last = (answer.first or 0) + 1, (answer.last or 0) + 1
    if answer.ground is Ground.NEIGHBOURS:
        line = translate("Series", "slices {first} to {last}")
    elif first == last:
        line = translate("Series", "most suspicious: slice {first}")
    else:
        line = translate("Series", "most suspicious: slices {first} to {last}")
    return line.format(first=number(first), last=number(last))


class _Counted(QObject):
    """Sentences with a number; in a class, because the tool for translators finds plurals in `tr` only."""

    def left_out(self, use: Use, count: int) -> str:
        lines = {
            Use.NOT_BRAIN: lambda: self.tr("%n left out: not a brain MR slice", "", count),
            Use.SCOUT: lambda: self.tr("%n scout(s) left out", "", count),
            Use.OBLIQUE: lambda: self.tr("%n oblique slice(s) left out", "", count),
            Use.UNREADABLE: lambda: self.tr("%n unreadable", "", count),
        }
        return lines[use]()

    def finding(self, finding: Finding, count: int) -> str:
        lines = {
            Finding.TWO_PATIENTS: lambda: self.tr("%n patient(s) mixed", "", count),
            Finding.MIXED_PLANES: lambda: self.tr("%n plane(s) mixed", "", count),
            Finding.MIXED_SIZES: lambda: self.tr("%n picture size(s) mixed", "", count),
            Finding.GAPS: lambda: self.tr("%n gap(s) between slices", "", count),
            Finding.SAME_PLACE: lambda: self.tr("%n slice(s) in the place of another", "", count),
            Finding.NO_PLACE: lambda: self.tr("%n without a position", "", count),
            Finding.MORE_VOLUMES: lambda: self.tr("only the first of %n volume(s)", "", count),
        }
        return lines[finding]()
