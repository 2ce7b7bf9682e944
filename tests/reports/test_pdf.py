"""Pages that are read back: what is said, on which page, and what is left out."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from pypdf import PdfReader
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QImage
from reports.samples import head, judged, nothing, pages_of, report_on, write_dicom, write_head

from tumorviewer import NOTICE
from tumorviewer.imaging.errors import DamagedImageError
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.labels import CLASSES, GLIOMA, MENINGIOMA, NOT_BRAIN_MR, PITUITARY, UNCERTAIN
from tumorviewer.presentation.words import box_text, percent, verdict_line
from tumorviewer.reports import pdf
from tumorviewer.reports.document import Letterhead, Report, ReportedScan
from tumorviewer.reports.logo import read_logo
from tumorviewer.reports.people import with_people
from tumorviewer.reports.pictures import FilePictures
from tumorviewer.reports.text import BODY, font_of
from tumorviewer.storage.export_table import ExportStopped

NOBODY = "Müller^Zoë=李^小龙"


def with_patients(report: Report) -> Report:
    return with_people(replace(report, with_patient=True), nothing, lambda: False)


def test_a_page_says_what_the_model_said_and_what_the_reviewer_thinks(bundle: Bundle, tmp_path: Path) -> None:
    scan = judged(
        write_head(tmp_path / "scan.png", GLIOMA), bundle, label=MENINGIOMA, note="Größe 14 mm", series="T1 +C"
    )
    logo = QImage(30, 20, QImage.Format.Format_RGB32)
    logo.fill(QColor("red"))
    assert logo.save(str(tmp_path / "logo.png"))
    letterhead = Letterhead("Klinik für Köpfe\nStraße 1", tmp_path / "logo.png")
    report = report_on(bundle, scan, detailed=True, letterhead=letterhead)
    (page,) = pages_of(report, tmp_path / "out.pdf", read_logo(letterhead.logo))
    answer = scan.answer
    assert answer is not None
    assert answer.crop is not None
    for said in (
        "Klinik für Köpfe Straße 1", "Report on one scan", "26 November 2026", "T1 +C", "scan.png", scan.sha256,
        verdict_line(answer), "tiny-1.0", bundle.model_sha256, "Meningioma", "Größe 14 mm", box_text(answer.crop),
        "certain from 60.0 %", "Page 1 of 1", NOTICE,
    ):  # fmt: skip
        assert said in page, said
    assert [f"{percent(share, exact=True)}" in page for share in answer.probabilities] == [True] * 4
    pictures = [cv2.cvtColor(np.array(image.image.convert("RGB")), cv2.COLOR_RGB2HSV) for image in
                PdfReader(tmp_path / "out.pdf").pages[0].images]  # fmt: skip
    coloured = sorted(float((picture[..., 1] > 60).mean()) for picture in pictures)
    assert coloured[0] == 0.0, "the scan itself"
    assert coloured[1] > 0.05, "the scan under its heat map"
    assert coloured[2:] == [1.0, 1.0], "the colour bar and the logo"


def test_every_page_of_a_list_says_what_it_may_not_be_used_for(bundle: Bundle, tmp_path: Path) -> None:
    first = judged(write_head(tmp_path / "scan.png", PITUITARY), bundle)
    answer = first.answer
    assert answer is not None
    broken = DamagedImageError(tmp_path / "broken.jpg", "the JPEG ends too early")
    others = [
        replace(first, answer=replace(answer, verdict=UNCERTAIN)),
        replace(first, answer=replace(answer, verdict=NOT_BRAIN_MR)),
        ReportedScan(tmp_path / "waits.png"),
        ReportedScan(broken.path, error=broken),
    ]
    pages = pages_of(report_on(bundle, first, *others, *[first] * 15), tmp_path / "list.pdf")
    raw = " ".join(page.extract_text() for page in PdfReader(tmp_path / "list.pdf").pages)
    assert not [line for line in raw.splitlines() if line.startswith("%")], "no line begins with a per cent sign"
    assert len(pages) > 1
    assert [f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)
    assert all(NOTICE in page for page in pages)
    whole = " ".join(pages)
    assert "Report on 20 scans" in pages[0]
    assert "16 Pituitary tumour 1 Uncertain 1 Not a brain MR slice 1 Unreadable 1 Waiting" in pages[0]
    assert whole.count(verdict_line(answer)) == 16
    for said in (
        verdict_line(replace(answer, verdict=UNCERTAIN)), "Not a brain MR slice: no prediction",
        "The model has not answered yet", "This file cannot be read", "The JPEG ends too early.",
    ):  # fmt: skip
        assert said in pages[0], said


def test_patients_are_named_only_where_that_is_asked_for(bundle: Bundle, tmp_path: Path) -> None:
    path = write_dicom(tmp_path / "1.dcm", PatientName=NOBODY, PatientID="A-77", PatientBirthDate="19790305")
    report = report_on(bundle, judged(path, bundle), judged(write_head(tmp_path / "2.png", GLIOMA), bundle))
    silent = " ".join(pages_of(report, tmp_path / "silent.pdf"))
    assert not any(word in silent for word in ("Zoë", "A-77", "1979", "Patient"))
    told = " ".join(pages_of(with_patients(report), tmp_path / "told.pdf"))
    assert "Müller, Zoë" in told
    assert "No. A-77" in told
    assert "1979" in told
    assert "no patient told" in told, "of the picture that has no header"
    metrics = QFontMetricsF(font_of(BODY, QGuiApplication.font().family()))
    names = "李小龙" if metrics.inFontUcs4(ord("李")) else "[U+674E][U+5C0F][U+9F99]"
    assert names in told.replace(" ", ""), "drawn, or spelt out where no font has them"


def test_a_file_that_changed_since_is_not_shown_as_what_was_judged(bundle: Bundle, tmp_path: Path) -> None:
    scan = judged(write_head(tmp_path / "scan.png", GLIOMA), bundle)
    write_head(scan.path, PITUITARY)
    (page,) = pages_of(report_on(bundle, scan, detailed=True), tmp_path / "out.pdf")
    assert "the file has changed since it was judged" in page
    assert scan.sha256 in page
    assert not PdfReader(tmp_path / "out.pdf").pages[0].images


def test_a_long_note_goes_on_the_next_page(bundle: Bundle, tmp_path: Path) -> None:
    words = [f"word{number}" for number in range(900)]
    scan = judged(write_head(tmp_path / "scan.png", GLIOMA), bundle, note=" ".join(words))
    pages = pages_of(report_on(bundle, scan, detailed=True), tmp_path / "out.pdf")
    assert len(pages) > 1
    assert set(words) <= set(" ".join(pages).split())


@pytest.mark.parametrize("detailed", [True, False])
def test_a_report_that_is_stopped_leaves_no_file(bundle: Bundle, tmp_path: Path, detailed: bool) -> None:
    folder = tmp_path / "out"
    scans = [judged(write_head(tmp_path / f"{label}.png", label), bundle) for label in CLASSES]
    report = report_on(bundle, *scans, detailed=detailed)
    done: list[int] = []
    with pytest.raises(ExportStopped):
        pdf.write_pdf(
            report, folder / "x.pdf", FilePictures(None), QImage(), told=done.append, stopped=lambda: len(done) == 2
        )
    assert done == [1, 2]
    assert list(folder.iterdir()) == []


def test_a_full_disk_is_an_error_and_leaves_no_file(
    bundle: Bundle, tmp_path: Path, small_files_only: Callable[[int], AbstractContextManager[None]]
) -> None:
    report = report_on(bundle, judged(write_head(tmp_path / "scan.png", GLIOMA), bundle), detailed=True)
    folder = tmp_path / "out"
    folder.mkdir()
    with small_files_only(2000), pytest.raises(OSError, match=r"\w"):
        pages_of(report, folder / "x.pdf")
    assert list(folder.iterdir()) == []


def test_a_logo_that_is_no_picture_is_none(tmp_path: Path) -> None:
    (tmp_path / "words.png").write_text("no picture")
    assert read_logo(tmp_path / "words.png").isNull()
    assert read_logo(tmp_path / "missing.png").isNull()
    (tmp_path / "scan.png").write_bytes(head(GLIOMA))
    assert not read_logo(tmp_path / "scan.png").isNull()
