"""Reports, asked for in the window: saved, printed, and said when they cannot be."""

import json
from pathlib import Path

import pytest
from gui.window.pseudo import PseudoTranslator, cut_texts, is_translated, speak, texts_of
from gui.window.scenes import Scene, write_heads
from pypdf import PdfReader
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter

from tumorviewer import NOTICE
from tumorviewer.gui.window.actions import Act
from tumorviewer.gui.window.dialogs.report import ReportDialog
from tumorviewer.gui.words import class_name, percent, verdict_line
from tumorviewer.inference.labels import GLIOMA
from tumorviewer.reports.document import ReportChoice
from tumorviewer.state.notices import NoticeKind
from tumorviewer.state.settings import REPORT_LETTERHEAD, REPORT_LOGO, REPORT_OPEN


@pytest.fixture
def judged(scene: Scene, tmp_path: Path) -> Scene:
    scene.workspace.settings.set(REPORT_OPEN, False)
    scene.open(*write_heads(tmp_path / "heads", 2))
    scene.wait_for_answer()
    scene.wait_until_quiet()
    return scene


def asked(scene: Scene) -> ReportDialog:
    scene.act(Act.REPORT)
    dialog = scene.dialog(ReportDialog)
    assert isinstance(dialog, ReportDialog)
    return dialog


def words(path: Path) -> list[str]:
    """Return the text of each page, in one line."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]


def test_a_report_on_this_scan_then_on_the_list(judged: Scene, tmp_path: Path) -> None:
    entry = judged.workspace.session.entry
    assert entry is not None
    assert entry.answer is not None
    judged.workspace.settings.set(REPORT_LETTERHEAD, "Klinik für Köpfe\nStraße 1")
    judged.workspace.worklist.review([entry.id], label=GLIOMA, note="größer als früher")
    dialog = asked(judged)
    assert not dialog.patient.isChecked(), "patients are only named where that is asked for"
    judged.qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    judged.choose(tmp_path / "one.pdf")
    judged.wait_told(NoticeKind.EXPORTED)
    (page,) = words(tmp_path / "one.pdf")
    for said in (
        NOTICE, "Klinik für Köpfe", entry.name, entry.sha256, class_name(GLIOMA), "größer als früher",
        verdict_line(entry.answer), entry.answer.model, entry.answer.model_sha256,
    ):  # fmt: skip
        assert said in page, said
    assert all(percent(share, exact=True) in page for share in entry.answer.probabilities)
    pictures = PdfReader(tmp_path / "one.pdf").pages[0].images
    assert len(pictures) == 3, "the scan, the scan with its heat map, and what the colours mean"

    dialog = asked(judged)
    dialog.scopes.buttons()[-1].click()
    assert [judged.workspace.worklist.entries[i].name for i in dialog.ids] == ["slice 1.png", "slice 2.png"]
    judged.qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    judged.choose(tmp_path / "list.json")
    judged.wait(lambda: len(judged.told(NoticeKind.EXPORTED)) == 2)
    told = json.loads((tmp_path / "list.json").read_text("utf-8"))
    assert [scan["file"] for scan in told["scans"]] == ["slice 1.png", "slice 2.png"]
    assert told["scans"][0]["own_label"] == GLIOMA
    assert str(tmp_path) not in json.dumps(told), "no folders, unless the person wants them"


def test_what_is_selected_is_proposed_and_the_file_is_shown(judged: Scene, tmp_path: Path) -> None:
    shown: list[Path] = []
    judged.window.reports._show_file = shown.append
    judged.window.review.worklist.view.selectAll()
    dialog = asked(judged)
    assert len(dialog.ids) == 2
    assert not dialog.choice.detailed
    dialog.open_file.click()
    judged.qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    judged.choose(tmp_path / "both.pdf")
    judged.wait(lambda: shown == [tmp_path / "both.pdf"])
    assert judged.workspace.settings.get(REPORT_OPEN)


def test_a_report_is_printed_with_the_same_words(judged: Scene, tmp_path: Path) -> None:
    dialog = asked(judged)
    ids = dialog.ids
    judged.qtbot.mouseClick(dialog.printed, Qt.MouseButton.LeftButton)
    judged.dialog(QPrintDialog).reject()
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    judged.window.reports.print_on(printer, ids, ReportChoice(detailed=True))
    notice = judged.wait_told(NoticeKind.PRINTED)
    assert (notice.subject, notice.count) == ("printed.pdf", 1)
    (page,) = words(tmp_path / "printed.pdf")
    assert NOTICE in page
    assert "slice 1.png" in page


def test_a_folder_that_cannot_be_written_is_one_calm_line(judged: Scene, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    judged.workspace.settings.set(REPORT_LOGO, str(tmp_path / "file"))
    dialog = asked(judged)
    judged.window.reports._save(dialog.ids, dialog.choice, tmp_path / "file" / "x.pdf")
    notice = judged.wait_told(NoticeKind.EXPORT_FAILED)
    assert notice.subject == "x.pdf"
    assert judged.window.toast.text.text().startswith("The export to x.pdf failed")
    judged.window.reports._save(dialog.ids, dialog.choice, tmp_path / "here.pdf")
    assert judged.wait_told(NoticeKind.LOGO_MISSING).subject == "file"
    assert (tmp_path / "here.pdf").is_file(), "no logo, but a report"


def test_the_dialog_in_another_language(judged: Scene) -> None:
    language = PseudoTranslator()
    speak(language)
    judged.window.review.worklist.view.selectAll()
    dialog = asked(judged)
    names = {entry.name for entry in judged.rows}
    assert [text for _, text in texts_of(dialog) if not is_translated(text, names)] == []
    assert not list(cut_texts(dialog))
    dialog.reject()
    QCoreApplication.removeTranslator(language)
