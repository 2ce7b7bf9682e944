"""What stands on the screen in words: what is shared with reports is in `tumorviewer.presentation.words`."""

from math import ceil

from PySide6.QtCore import QCoreApplication

from tumorviewer.gui.notice_words import notice_line
from tumorviewer.presentation import words
from tumorviewer.presentation.words import (
    answer_line,
    box_text,
    class_in_text,
    class_name,
    number,
    percent,
    reason_line,
    verdict_line,
    verdict_name,
)
from tumorviewer.state.entries import CropKind
from tumorviewer.state.jobs import Job, JobKind

__all__ = [
    "answer_line", "box_text", "class_in_text", "class_name", "crop_name", "job_line", "notice_line", "number",
    "percent", "reason_line", "time_left", "verdict_line", "verdict_name",
]  # fmt: skip

translate = QCoreApplication.translate


def crop_name(kind: CropKind) -> str:
    """Return who chose what is judged."""
    return words.crop_name(kind.name.lower())


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
        JobKind.PRINTING: translate("Words", "Printing: {done} so far"),
        JobKind.DRAWING: translate("Words", "Drawing the phantom series"),
    }
    return lines[kind]


def _progress_line(kind: JobKind) -> str:
    lines = {
        JobKind.OPENING: translate("Words", "Opening {done} of {total}"),
        JobKind.JUDGING: translate("Words", "Asking the model: {done} of {total}"),
        JobKind.EXPORTING: translate("Words", "Exporting {done} of {total}"),
        JobKind.PRINTING: translate("Words", "Printing {done} of {total}"),
        JobKind.DRAWING: translate("Words", "Drawing the phantom series: {done} of {total}"),
    }
    return lines[kind]
