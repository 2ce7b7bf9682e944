"""What is said, word for word where it matters."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

from tumorviewer.gui.words import (
    answer_line,
    box_text,
    class_in_text,
    class_name,
    crop_name,
    job_line,
    notice_line,
    number,
    percent,
    reason_line,
    time_left,
    verdict_line,
    verdict_name,
)
from tumorviewer.imaging.errors import DamagedImageError, MissingFileError
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.labels import CLASSES, NOT_BRAIN_MR, UNCERTAIN
from tumorviewer.state.entries import CropKind
from tumorviewer.state.jobs import Job, JobKind
from tumorviewer.state.notices import Notice, NoticeKind
from tumorviewer.state.ordering import VERDICTS
from tumorviewer.storage.answers import StoredAnswer


def answer(verdict: str, *probabilities: float) -> StoredAnswer:
    label = CLASSES[probabilities.index(max(probabilities))]
    return StoredAnswer(verdict, label, max(probabilities), probabilities, None, (0.0, 0.0), 1.0, "model-1", "ab")


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (answer("glioma", 0.94, 0.03, 0.02, 0.01), "Glioma, 94 %"),
        (answer("no_tumor", 0.001, 0.001, 0.001, 0.997), "No tumour, > 99 %"),
        (answer(UNCERTAIN, 0.41, 0.48, 0.1, 0.01), "Uncertain: meningioma 48 %, glioma 41 %"),
        (answer(UNCERTAIN, 0.1, 0.01, 0.48, 0.41), "Uncertain: pituitary tumour 48 %, no tumour 41 %"),
        (answer(NOT_BRAIN_MR, 0.97, 0.01, 0.01, 0.01), "Not a brain MR slice: no prediction"),
    ],
)
def test_a_verdict_in_one_line(said: StoredAnswer, line: str) -> None:
    assert verdict_line(said) == line


def test_a_verdict_of_a_model_with_other_classes() -> None:
    said = StoredAnswer(UNCERTAIN, "cyst", 0.6, (0.6, 0.4), None, (0.0, 0.0), 1.0, "", "")
    assert verdict_line(said, ("cyst", "glioma")) == "Uncertain: cyst 60 %, glioma 40 %"


def test_an_answer_in_a_corner_names_who_gave_it() -> None:
    assert answer_line(answer("glioma", 0.94, 0.03, 0.02, 0.01)) == "Model: Glioma, 94 %"
    assert answer_line(answer(UNCERTAIN, 0.4, 0.3, 0.2, 0.1)) == "Model: uncertain"
    assert answer_line(answer(NOT_BRAIN_MR, 0.9, 0.1, 0.0, 0.0)) == "Model: not a brain MR slice"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (1.0, "100 %"),
        (0.9999, "> 99 %"),
        (0.994, "99 %"),
        (0.5, "50 %"),
        (0.006, "1 %"),
        (0.004, "< 1 %"),
        (0.0, "0 %"),
    ],
)
def test_nothing_is_surer_than_it_is(share: float, text: str) -> None:
    assert percent(share) == text


def test_a_threshold_has_one_more_figure() -> None:
    assert percent(0.91278, exact=True) == "91.3 %"


def test_every_verdict_and_class_has_a_name_of_its_own() -> None:
    names = {verdict_name(verdict) for verdict in VERDICTS}
    assert len(names) == len(VERDICTS)
    assert not names & set(VERDICTS), "a key of the program is shown to the person"
    assert [class_name(label) for label in CLASSES] == ["Glioma", "Meningioma", "Pituitary tumour", "No tumour"]
    assert [class_in_text(label) for label in CLASSES] == ["glioma", "meningioma", "pituitary tumour", "no tumour"]


def test_a_class_of_another_model_keeps_its_name() -> None:
    assert (class_name("cyst"), class_in_text("cyst"), verdict_name("cyst")) == ("cyst", "cyst", "cyst")


def test_crops_in_words() -> None:
    assert [crop_name(kind) for kind in CropKind] == ["Automatic crop", "Edited crop", "Whole image"]
    assert box_text(CropBox(31, 22, 180, 215)) == "x 31, y 22, 180 × 215 px"


def test_a_reason_is_a_sentence() -> None:
    assert reason_line(MissingFileError(Path("a"), "there is no such file")) == "There is no such file."
    assert reason_line(DamagedImageError(Path("a"), "It is cut off.")) == "It is cut off."


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0.3, "about 5 s left"),
        (41.0, "about 45 s left"),
        (56.0, "about 1 min left"),
        (95.0, "about 2 min left"),
        (3540.0, "about 1 h left"),
        (7300.0, "about 3 h left"),
    ],
)
def test_time_left(seconds: float | None, text: str) -> None:
    assert time_left(seconds) == text


def test_work_in_words() -> None:
    now = [0.0]
    job = Job(JobKind.OPENING, clock=lambda: now[0])
    job.progress(312, None)
    assert job_line(job) == "Looking for scans: 312 so far"
    job.progress(500, 1500)
    assert job_line(job) == f"Opening 500 of {number(1500)}"
    now[0] = 60.0
    assert job_line(job) == f"Opening 500 of {number(1500)} · about 2 min left"
    assert job_line(Job(JobKind.JUDGING)) == "Asking the model: 0 so far"
    assert job_line(Job(JobKind.EXPORTING)) == "Exporting: 0 so far"


def test_thousands_are_parted_as_the_language_does() -> None:
    before = QLocale()
    try:
        QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
        assert number(10_000) == "10.000"
        assert percent(0.91278, exact=True) == "91,3 %"
    finally:
        QLocale.setDefault(before)


NOTICES = {
    NoticeKind.NOTHING_FOUND: (Notice(NoticeKind.NOTHING_FOUND, "holiday", "12"), ["No scans", "holiday", "DICOM"]),
    NoticeKind.OPENED: (Notice(NoticeKind.OPENED, count=312, failed=2, detail="7"), ["312", "2 of them", "7 other"]),
    NoticeKind.OPENING_STOPPED: (Notice(NoticeKind.OPENING_STOPPED, count=40), ["stopped", "40"]),
    NoticeKind.ARCHIVE_REFUSED: (
        Notice(NoticeKind.ARCHIVE_REFUSED, "a.zip", "it is too large.", 3),
        ["a.zip", "2 other", "it is too large."],
    ),
    NoticeKind.LIBRARY_DAMAGED: (
        Notice(NoticeKind.LIBRARY_DAMAGED, "library.sqlite", "library-damaged.sqlite"),
        ["labels", "damaged", "library-damaged.sqlite"],
    ),
    NoticeKind.LIBRARY_NEWER: (Notice(NoticeKind.LIBRARY_NEWER, "library.sqlite"), ["library.sqlite", "newer"]),
    NoticeKind.LIBRARY_UNWRITABLE: (
        Notice(NoticeKind.LIBRARY_UNWRITABLE, "library.sqlite"),
        ["labels", "cannot be saved", "make room"],
    ),
    NoticeKind.SETTINGS: (Notice(NoticeKind.SETTINGS, detail="read only"), ["Settings", "read only"]),
    NoticeKind.MODEL: (Notice(NoticeKind.MODEL, detail="model.tflite is missing."), ["model.tflite is missing."]),
    NoticeKind.MODEL_GONE: (Notice(NoticeKind.MODEL_GONE, "clinic-2"), ["clinic-2", "came with the program"]),
    NoticeKind.EXPORTED: (Notice(NoticeKind.EXPORTED, "out.csv", count=9, failed=1), ["9", "out.csv", "Left out: 1"]),
    NoticeKind.DEIDENTIFIED: (
        Notice(NoticeKind.DEIDENTIFIED, "out", "2", count=9, failed=1),
        ["9", "out", "without patient data", "2 of them may show text", "could not be read"],
    ),
    NoticeKind.EXPORT_FAILED: (Notice(NoticeKind.EXPORT_FAILED, "out.csv", "disk full"), ["out.csv", "disk full"]),
    NoticeKind.EXPORT_STOPPED: (Notice(NoticeKind.EXPORT_STOPPED, "out.csv"), ["out.csv", "stopped"]),
    NoticeKind.NOT_SAVED: (Notice(NoticeKind.NOT_SAVED, "a.png", "disk full"), ["a.png", "disk full"]),
    NoticeKind.PRINTED: (Notice(NoticeKind.PRINTED, "Ward 3", count=9), ["9", "Ward 3"]),
    NoticeKind.PRINT_FAILED: (Notice(NoticeKind.PRINT_FAILED, "Ward 3", "no paper"), ["Ward 3", "no paper"]),
    NoticeKind.PRINT_STOPPED: (Notice(NoticeKind.PRINT_STOPPED, "Ward 3"), ["Ward 3", "stopped"]),
    NoticeKind.LOGO_MISSING: (Notice(NoticeKind.LOGO_MISSING, "logo.png"), ["logo.png", "settings"]),
    NoticeKind.NOT_LOGGED: (Notice(NoticeKind.NOT_LOGGED, detail="disk full"), ["audit log", "disk full"]),
    NoticeKind.AUDIT_LOG_DAMAGED: (
        Notice(NoticeKind.AUDIT_LOG_DAMAGED, "audit.sqlite", "audit-damaged.sqlite"),
        ["damaged", "audit-damaged.sqlite"],
    ),
    NoticeKind.WATCH_AWAY: (Notice(NoticeKind.WATCH_AWAY, "Export"), ["Export", "nothing is lost"]),
    NoticeKind.WATCH_BACK: (Notice(NoticeKind.WATCH_BACK, "Export"), ["Export", "again"]),
    NoticeKind.NOT_RECEIVING: (Notice(NoticeKind.NOT_RECEIVING, detail="PORT_TAKEN"), ["port is taken", "settings"]),
    NoticeKind.FAULT: (Notice(NoticeKind.FAULT, detail="ValueError: x"), ["log", "unchanged"]),
}


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_has_its_words(kind: NoticeKind) -> None:
    notice, parts = NOTICES[kind]
    line = notice_line(notice)
    assert all(part in line for part in parts), line
    assert not line[0].islower() or line.startswith(notice.subject)
    assert "{" not in line, "a gap was left in the sentence"
    assert "%n" not in line
    assert "Error" not in line, "no trace of the program's inside"


def test_the_words_for_answers_from_before_promise_no_labels() -> None:
    for kind in (NoticeKind.LIBRARY_DAMAGED, NoticeKind.LIBRARY_UNWRITABLE):
        assert "label" not in notice_line(Notice(kind, "cache.sqlite", "kept.sqlite"))


def test_nothing_is_said_of_what_did_not_happen() -> None:
    line = notice_line(Notice(NoticeKind.OPENED, count=3, detail="0"))
    assert re.fullmatch(r"3 .* opened\.", line), line
    assert "Left out" not in notice_line(Notice(NoticeKind.EXPORTED, "out.csv", count=9))


class Shouting(QTranslator):
    """A language in which everything is said louder; gaps stay."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, text: str, note: str | None = None, n: int = -1) -> str:
        parts = re.split(r"(\{\w+\}|%n)", text)
        return "".join(part if index % 2 else part.upper() for index, part in enumerate(parts))


def test_everything_goes_through_translation(qapp: QCoreApplication) -> None:
    language = Shouting()
    assert qapp.installTranslator(language)
    try:
        job = Job(JobKind.JUDGING)
        job.progress(1, 2)
        lines = [
            *(notice_line(Notice(kind, count=2, failed=1, detail="3")) for kind in NoticeKind),
            *(verdict_line(answer(verdict, 0.4, 0.3, 0.2, 0.1)) for verdict in (*CLASSES, UNCERTAIN, NOT_BRAIN_MR)),
            *(answer_line(answer(verdict, 0.4, 0.3, 0.2, 0.1)) for verdict in (*CLASSES, UNCERTAIN, NOT_BRAIN_MR)),
            *(verdict_name(verdict) for verdict in VERDICTS),
            *(crop_name(kind) for kind in CropKind),
            *(time_left(seconds) for seconds in (1.0, 100.0, 10_000.0)),
            box_text(CropBox(1, 2, 3, 4)),
            job_line(job),
        ]
        assert [line for line in lines if line != line.upper()] == []
    finally:
        qapp.removeTranslator(language)
