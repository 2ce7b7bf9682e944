"""Classes, verdicts, answers, work and time in words: one place, so that one thing has one name on the screen."""

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QCoreApplication, QLocale

from tumorviewer.gui.notice_words import notice_line
from tumorviewer.gui.reason_words import reason_text
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.labels import CLASSES, GLIOMA, MENINGIOMA, NO_TUMOR, NOT_BRAIN_MR, PITUITARY, UNCERTAIN
from tumorviewer.inference.prediction import Prediction
from tumorviewer.state.entries import CropKind
from tumorviewer.state.jobs import Job, JobKind
from tumorviewer.state.ordering import UNREADABLE, WAITING
from tumorviewer.storage.answers import StoredAnswer

__all__ = [
    "answer_line", "box_text", "class_in_text", "class_name", "crop_name", "job_line", "notice_line", "number",
    "percent", "reason_line", "time_left", "verdict_line", "verdict_name",
]  # fmt: skip

translate = QCoreApplication.translate


def class_name(label: str) -> str:
    """Return the name of a class; that of a model with other classes stays as it is."""
    names = {
        GLIOMA: translate("ClassNames", "Glioma"),
        MENINGIOMA: translate("ClassNames", "Meningioma"),
        PITUITARY: translate("ClassNames", "Pituitary tumour"),
        NO_TUMOR: translate("ClassNames", "No tumour"),
    }
    return names.get(label, label)


def class_in_text(label: str) -> str:
    """Return the name of a class as it is written inside a sentence."""
    names = {
        GLIOMA: translate("ClassNames", "glioma", "inside a sentence"),
        MENINGIOMA: translate("ClassNames", "meningioma", "inside a sentence"),
        PITUITARY: translate("ClassNames", "pituitary tumour", "inside a sentence"),
        NO_TUMOR: translate("ClassNames", "no tumour", "inside a sentence"),
    }
    return names.get(label, label)


def verdict_name(verdict: str) -> str:
    """Return the name of a verdict, or of what stands in its place (`tumorviewer.state.ordering.VERDICTS`)."""
    names = {
        UNCERTAIN: translate("Verdicts", "Uncertain"),
        NOT_BRAIN_MR: translate("Verdicts", "Not a brain MR slice"),
        UNREADABLE: translate("Verdicts", "Unreadable"),
        WAITING: translate("Verdicts", "Waiting"),
    }
    return names.get(verdict, class_name(verdict))


def number(value: int) -> str:
    """Return a count with the marks between thousands that the person's language has."""
    return QLocale().toString(value)


def percent(share: float, *, exact: bool = False) -> str:
    """Return a probability, 0..1, as "94 %".

    What is not certain is never called 100 %, and what is possible never 0 %.

    Parameters
    ----------
    share : float
    exact : bool
        With one more figure, as "94.3 %".
    """
    if 0.995 <= share < 1.0 and not exact:
        return translate("Words", "> 99 %")
    if 0.0 < share < 0.005 and not exact:
        return translate("Words", "< 1 %")
    figure = QLocale().toString(share * 100, "f", 1 if exact else 0)
    return translate("Words", "{percent} %").format(percent=figure)


def reason_line(error: ScanError) -> str:
    """Return why a file cannot be read, and what can be done, as a sentence."""
    told = reason_text(error)
    reason = told[:1].upper() + told[1:]
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."


def verdict_line(answer: Prediction | StoredAnswer, classes: Sequence[str] = CLASSES) -> str:
    """Return an answer in one line.

    Parameters
    ----------
    answer : Prediction or StoredAnswer
    classes : sequence of str
        In the order of the answer's probabilities.
    """
    if answer.verdict == NOT_BRAIN_MR:
        return translate("Words", "Not a brain MR slice: no prediction")
    if answer.verdict != UNCERTAIN:
        line = translate("Words", "{name}, {percent}")
        return line.format(name=class_name(answer.verdict), percent=percent(answer.confidence))
    ranked = sorted(zip(answer.probabilities, classes, strict=True), key=lambda pair: -float(pair[0]))
    (most, first), (next_most, second) = ranked[:2]
    line = translate("Words", "Uncertain: {first} {percent}, {second} {second_percent}")
    return line.format(
        first=class_in_text(first),
        percent=percent(float(most)),
        second=class_in_text(second),
        second_percent=percent(float(next_most)),
    )


def answer_line(answer: Prediction | StoredAnswer) -> str:
    """Return an answer as short as a corner of a scan has room for, with who gave it."""
    if answer.verdict == NOT_BRAIN_MR:
        return translate("Words", "Model: not a brain MR slice")
    if answer.verdict == UNCERTAIN:
        return translate("Words", "Model: uncertain")
    line = translate("Words", "Model: {name}, {percent}")
    return line.format(name=class_name(answer.verdict), percent=percent(answer.confidence))


def crop_name(kind: CropKind) -> str:
    """Return who chose what is judged."""
    names = {
        CropKind.AUTOMATIC: translate("Words", "Automatic crop"),
        CropKind.EDITED: translate("Words", "Edited crop"),
        CropKind.WHOLE: translate("Words", "Whole image"),
    }
    return names[kind]


def box_text(box: CropBox) -> str:
    """Return place and size of a crop, in pixels of the image."""
    line = translate("Words", "x {x}, y {y}, {width} × {height} px")
    return line.format(x=box.x, y=box.y, width=box.width, height=box.height)


def time_left(seconds: float | None) -> str:
    """Return how long work will still take, as exactly as anybody can know; "" while nobody can tell."""
    if seconds is None:
        return ""
    if seconds < 55:
        return translate("Words", "about {seconds} s left").format(seconds=max(5, 5 * ceil(seconds / 5)))
    if seconds < 55 * 60:
        return translate("Words", "about {minutes} min left").format(minutes=ceil(seconds / 60))
    return translate("Words", "about {hours} h left").format(hours=ceil(seconds / 3600))


def job_line(job: Job) -> str:
    """Return what work is going on, how far it is, and how long it will still take."""
    done, left = number(job.done), time_left(job.seconds_left)
    if job.total is None:
        return _begun_line(job.kind).format(done=done)
    line = _progress_line(job.kind).format(done=done, total=number(job.total))
    return translate("Words", "{work} · {time_left}").format(work=line, time_left=left) if left else line


def _begun_line(kind: JobKind) -> str:
    lines = {
        JobKind.OPENING: translate("Words", "Looking for scans: {done} so far"),
        JobKind.JUDGING: translate("Words", "Asking the model: {done} so far"),
        JobKind.EXPORTING: translate("Words", "Exporting: {done} so far"),
        JobKind.DRAWING: translate("Words", "Drawing the phantom series"),
    }
    return lines[kind]


def _progress_line(kind: JobKind) -> str:
    lines = {
        JobKind.OPENING: translate("Words", "Opening {done} of {total}"),
        JobKind.JUDGING: translate("Words", "Asking the model: {done} of {total}"),
        JobKind.EXPORTING: translate("Words", "Exporting {done} of {total}"),
        JobKind.DRAWING: translate("Words", "Drawing the phantom series: {done} of {total}"),
    }
    return lines[kind]
