"""DICOM is written in the background, can be stopped, and fails in a sentence."""

from pathlib import Path

from dicom_out.objects import SECRETS, saved, slice_of
from pydicom import dcmread
from workers.desk import Desk

from tumorviewer.dicom_out.profile import Options
from tumorviewer.imaging.scan import CropBox
from tumorviewer.state.entries import CropChoice, CropKind
from tumorviewer.state.jobs import JobKind
from tumorviewer.state.notices import NoticeKind


def test_the_crop_that_a_person_drew_is_the_one_that_is_written(desk: Desk, tmp_path: Path) -> None:
    (row,) = desk.open(saved(slice_of(1), tmp_path / "1.dcm"))
    desk.wait_for_answers()
    desk.session.show(row.id)
    desk.session.edit_crop(CropChoice(CropKind.EDITED, CropBox(5, 6, 40, 41)))
    desk.workers.export_dicom([row.id, 4711], tmp_path / "out", dicomdir=False)
    desk.wait(lambda: bool(desk.told(NoticeKind.EXPORTED)))
    report = dcmread(tmp_path / "out" / "000001-report.dcm")
    assert "[5.0, 6.0, 45.0, 6.0, 45.0, 47.0" in str(report)
    assert not desk.jobs.running


def test_what_is_stopped_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    paths = [saved(slice_of(number), tmp_path / "in" / f"{number}.dcm") for number in range(1, 40)]

    def stop_when_it_moves() -> None:
        for job in desk.jobs.running:
            if job.kind is JobKind.EXPORTING and job.done:
                job.cancel()

    desk.jobs.changed.connect(stop_when_it_moves)
    desk.workers.deidentify(paths, tmp_path / "out", Options())
    desk.wait(lambda: bool(desk.told(NoticeKind.EXPORT_STOPPED)))
    assert not (tmp_path / "out").exists()
    assert not desk.told(NoticeKind.DEIDENTIFIED)


def test_without_a_model_no_answers_are_written_but_files_are(desk: Desk, tmp_path: Path) -> None:
    desk.wait_for_model()
    desk.workers.use_model("gone")  # until it is found to be missing, no model answers
    desk.workers.export_dicom([], tmp_path / "out", dicomdir=False)
    assert desk.told(NoticeKind.MODEL)
    path = saved(slice_of(1), tmp_path / "in" / "1.dcm")
    desk.workers.deidentify([path, tmp_path / "missing"], tmp_path / "out", Options())
    desk.wait(lambda: bool(desk.told(NoticeKind.DEIDENTIFIED)))
    (notice,) = desk.told(NoticeKind.DEIDENTIFIED)
    assert (notice.count, notice.failed) == (1, 1)
    (written,) = (tmp_path / "out").rglob("*.dcm")
    assert SECRETS["PatientID"].encode() not in written.read_bytes()
