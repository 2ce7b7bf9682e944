"""Answers as DICOM and files without patient data: asked for in the window, written in the background."""

from pathlib import Path

from dicom_out.objects import SECRETS, saved, slice_of
from gui.window.scenes import Scene
from pydicom import dcmread

from tumorviewer.gui.window.actions import Act
from tumorviewer.gui.window.dialogs.deidentify import DeidentifyDialog
from tumorviewer.gui.window.dialogs.dicom import DicomDialog
from tumorviewer.state.notices import NoticeKind


def test_the_scan_leaves_as_dicom_with_its_own_label(scene: Scene, tmp_path: Path) -> None:
    assert not scene.can(Act.EXPORT_DICOM), "nothing is open"
    scene.open(saved(slice_of(1), tmp_path / "in" / "1.dcm"))
    scene.wait_for_answer()
    scene.wait_until_quiet()
    scene.workspace.worklist.review([scene.rows[0].id], label="glioma")
    scene.act(Act.EXPORT_DICOM)
    dialog = scene.dialog(DicomDialog)
    dialog.dicomdir.click()
    (tmp_path / "out").mkdir()
    dialog.choose.click()
    scene.choose(tmp_path / "out")
    notice = scene.wait_told(NoticeKind.EXPORTED)
    assert (notice.subject, notice.count) == ("out", 1)
    assert (tmp_path / "out" / "DICOMDIR").is_file()
    report = next((tmp_path / "out").rglob("SR*"))
    assert dcmread(report).PatientID == SECRETS["PatientID"]
    assert b"Label given by a person" in report.read_bytes()


def test_open_dicom_files_are_proposed_and_written_without_patient(scene: Scene, tmp_path: Path) -> None:
    saved(slice_of(1, BurnedInAnnotation="YES"), tmp_path / "in" / "1.dcm")
    saved(slice_of(2), tmp_path / "in" / "2.dcm")
    scene.open(tmp_path / "in")
    scene.act(Act.DEIDENTIFY)
    dialog = scene.dialog(DeidentifyDialog)
    assert {path.name for path in dialog.paths} == {"1.dcm", "2.dcm"}
    assert dialog.source.text() == "2 files"
    dialog.device.click()
    (tmp_path / "out").mkdir()
    dialog.choose.click()
    scene.choose(tmp_path / "out")
    notice = scene.wait_told(NoticeKind.DEIDENTIFIED)
    assert (notice.count, notice.failed, notice.detail) == (2, 0, "1")
    assert "1 of them may show text" in scene.window.toast.text.text()
    written = list((tmp_path / "out").rglob("*.dcm"))
    assert {dcmread(path).StationName for path in written} == {SECRETS["StationName"]}
    assert not [path for path in written if SECRETS["PatientID"].encode() in path.read_bytes()]


def test_a_folder_is_chosen_where_nothing_is_open(scene: Scene, tmp_path: Path) -> None:
    saved(slice_of(1), tmp_path / "in" / "1.dcm")
    scene.act(Act.DEIDENTIFY)
    dialog = scene.dialog(DeidentifyDialog)
    assert not dialog.choose.isEnabled()
    dialog.folder.click()
    scene.choose(tmp_path / "in")
    scene.wait(dialog.choose.isEnabled)
    assert dialog.source.text() == "in"
    dialog.choose.click()
    scene.choose(tmp_path / "in")  # not empty: nothing is written over
    notice = scene.wait_told(NoticeKind.EXPORT_FAILED)
    assert "choose a new or empty folder" in notice.detail
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["1.dcm"]
