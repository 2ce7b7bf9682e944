"""What the model said leaves as DICOM: valid for two judges, about the right object, with the right numbers."""

import threading
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from dicom_out.objects import SECRETS, SERIES, STUDY, errors_in, report_on, run_tool, saved, slice_of
from dicom_writer import dataset_of
from highdicom.sr import ComprehensiveSR
from pydicom import Dataset, dcmread
from pydicom.sr.codedict import codes
from pydicom.uid import MultiFrameGrayscaleByteSecondaryCaptureImageStorage, generate_uid

from tumorviewer import NOTICE
from tumorviewer.dicom_out.codes import coded, probability
from tumorviewer.dicom_out.export import DicomWritten, write_dicom
from tumorviewer.dicom_out.items import DicomItem
from tumorviewer.dicom_out.pseudonyms import Pseudonyms
from tumorviewer.dicom_out.source import original_of_picture
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.phantom import draw_head
from tumorviewer.imaging.render import render_grey
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.bundle import load_bundle
from tumorviewer.inference.catalogue import shipped
from tumorviewer.inference.predictor import Predictor
from tumorviewer.storage.export_table import ExportStopped

_SEVERAL = MultiFrameGrayscaleByteSecondaryCaptureImageStorage
SECRET = "a secret of this test"


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor(load_bundle(shipped()[0].folder), threads=1)


@pytest.fixture(scope="module")
def written(predictor: Predictor, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what is written of a slice with a label, one without geometry, a picture, and what is no scan."""
    source, target = tmp_path_factory.mktemp("in"), tmp_path_factory.mktemp("out")
    saved(slice_of(1), source / "1.dcm")
    bare = slice_of(2, StudyDate="", StudyTime="", StudyID="", PatientBirthDate="", ReferringPhysicianName="")
    del bare.ImagePositionPatient
    bare.PatientName, bare.PatientIdentityRemoved = "Quixote", "YES"  # a retired form; without its method
    bare.PatientSex = "MALE"  # none of those that there are
    saved(bare, source / "2.dcm")
    (source / "Quixote.png").write_bytes(cv2.imencode(".png", draw_head(3, size=300))[1].tobytes())
    saved(report_on(1), source / "4-report.dcm")
    (source / "5.png").write_bytes(b"no picture")
    items = [DicomItem(path) for path in sorted(source.iterdir())]
    items[0] = DicomItem(items[0].path, label="meningioma")
    done = write_dicom(items, target, predictor, SECRET)
    assert done.written == 3
    assert sorted(error.path.name for error in done.failed) == ["4-report.dcm", "5.png"]
    return target


def read(folder: Path, number: int, kind: str) -> Dataset:
    return dcmread(folder / f"{number:06}-{kind}.dcm")


def write(items: list[DicomItem], folder: Path, predictor: Predictor, **options: bool) -> DicomWritten:
    return write_dicom(items, folder, predictor, SECRET, **options)


def on_crops(report: Dataset) -> list:
    return ComprehensiveSR.from_dataset(report).content.get_planar_roi_measurement_groups()


def on_images(report: Dataset) -> list:
    return ComprehensiveSR.from_dataset(report).content.get_image_measurement_groups()


def test_every_object_is_valid_for_both_judges(written: Path) -> None:
    files = sorted(written.iterdir())
    assert [path.name for path in files] == [
        "000001-capture.dcm", "000001-report.dcm", "000002-capture.dcm", "000002-report.dcm",
        "000003-capture.dcm", "000003-report.dcm", "000003-scan.dcm",
    ]  # fmt: skip
    for path in files:
        assert errors_in(path) == []
        if path.stem.endswith("report"):
            dumped = run_tool("dsrdump", "+Pl", path)
            assert "Imaging Measurement Report" in dumped
            assert not [line for line in dumped.splitlines() if line.startswith(("E:", "F:"))]
            assert NOTICE in dumped


def test_study_and_patient_stay_and_the_rest_is_new(written: Path) -> None:
    for number in (1, 2):
        for kind in ("capture", "report"):
            dataset = read(written, number, kind)
            assert (dataset.StudyInstanceUID, dataset.PatientID) == (STUDY, SECRETS["PatientID"])
            assert dataset.SeriesInstanceUID != SERIES
            assert not dataset.SOPInstanceUID.startswith(SERIES)
    one, two = (read(written, number, "capture") for number in (1, 2))
    assert (one.SeriesInstanceUID, one.InstanceNumber, two.InstanceNumber) == (two.SeriesInstanceUID, 1, 2)
    assert (one.PatientSex, two.PatientSex) == ("M", "")
    assert one.PatientOrientation == ["L", "P"]
    assert "PatientOrientation" in two
    assert not two.PatientOrientation


def test_all_point_to_the_scan(written: Path) -> None:
    source = read(written, 1, "capture").SourceImageSequence[0]
    assert source.ReferencedSOPInstanceUID == f"{SERIES}.1"
    report = read(written, 1, "report")
    series = report.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]
    assert series.SeriesInstanceUID == SERIES
    assert [item.ReferencedSOPInstanceUID for item in series.ReferencedSOPSequence] == [f"{SERIES}.1"]
    library = next(item for item in report.ContentSequence if item.get("ValueType") == "CONTAINER")
    assert f"{SERIES}.1" in str(library)
    made, answer = read(written, 3, "scan"), read(written, 3, "report")
    (group,) = on_crops(answer)
    assert group.roi.ContentSequence[0].referenced_sop_instance_uid == made.SOPInstanceUID


def test_the_report_holds_the_answer(written: Path, predictor: Predictor, tmp_path: Path) -> None:
    path = saved(slice_of(1), tmp_path / "1.dcm")
    scan = load_scan(path)
    box = find_brain_box(render_grey(scan))
    assert box is not None
    prediction = predictor.predict(scan, box)
    (answer,), (label,) = (find(read(written, 1, "report")) for find in (on_crops, on_images))
    for name, share in zip(prediction.classes, prediction.probabilities, strict=True):
        (measured,) = answer.get_measurements(name=probability(name))
        assert measured.value == pytest.approx(share, abs=1e-6)
    (score,) = answer.get_measurements(name=coded("DOMAIN_SCORE", ""))
    assert score.value == pytest.approx(prediction.domain_score, abs=1e-6)
    (verdict,) = answer.get_qualitative_evaluations(name=coded("VERDICT", ""))
    assert verdict.value.value == prediction.verdict.upper()
    corners = answer.roi.value
    assert (corners.min(axis=0).tolist(), corners.max(axis=0).tolist()) == (
        [box.x, box.y], [box.x + box.width, box.y + box.height],
    )  # fmt: skip
    (given,) = label.get_qualitative_evaluations()
    assert given.value.meaning == "Meningioma"
    assert label.tracking_uid == answer.tracking_uid
    content = (written / "000001-report.dcm").read_bytes()
    assert prediction.model_sha256.encode() in content
    assert predictor.bundle.card.name.encode() in content


def test_the_picture_shows_scan_crop_heat_and_words(written: Path) -> None:
    capture = read(written, 1, "capture").pixel_array
    scan = cv2.resize(slice_of(1).pixel_array.astype(np.uint8), (768, 768), interpolation=cv2.INTER_CUBIC)
    assert capture.shape[1:] == (768, 3)
    outside = np.s_[:60, :60]
    assert np.abs(capture[outside].astype(int) - scan[outside][..., None]).max() < 12
    frame = (capture[:768] == (120, 200, 255)).all(axis=2)
    rows, columns = np.nonzero(frame)
    assert frame[rows.min(), columns.min() : columns.max()].all()
    inside = capture[300:420, 300:420].astype(int)
    assert (inside.max(axis=2) - inside.min(axis=2)).mean() > 20  # colours over grey
    words = capture[768:].max(axis=2) > 150
    assert words.any(axis=1).sum() > 100


def test_a_picture_gets_a_study_of_its_own_and_no_name(written: Path, predictor: Predictor, tmp_path: Path) -> None:
    scan, capture, report = (read(written, 3, kind) for kind in ("scan", "capture", "report"))
    assert len({one.StudyInstanceUID for one in (scan, capture, report)}) == 1
    assert scan.StudyInstanceUID != STUDY
    assert scan.PatientID.startswith("TV-")
    assert not scan.PatientBirthDate
    assert np.array_equal(scan.pixel_array, draw_head(3, size=300))
    assert not [path for path in written.glob("000003-*") if b"Quixote" in path.read_bytes()]
    path = tmp_path / "again.png"
    path.write_bytes(cv2.imencode(".png", draw_head(3, size=300))[1].tobytes())
    again = original_of_picture(load_scan(path), Pseudonyms(SECRET), datetime.now().astimezone()).header
    assert (again.PatientID, again.StudyInstanceUID) == (scan.PatientID, scan.StudyInstanceUID)


def test_the_whole_image_and_a_frame_among_several(predictor: Predictor, tmp_path: Path) -> None:
    several = dataset_of(np.stack([draw_head(seed, size=64) for seed in (1, 2)]), SOPClassUID=_SEVERAL)
    several.StudyInstanceUID, several.SeriesInstanceUID = generate_uid(), generate_uid()
    path = saved(several, tmp_path / "two.dcm")
    box = CropBox(3, 4, 50, 51)
    items = [DicomItem(path, 1, automatic=False), DicomItem(path, 0, automatic=False, crop=box)]
    write(items, tmp_path / "out", predictor)
    (whole,), (cropped,) = on_images(read(tmp_path / "out", 1, "report")), on_crops(read(tmp_path / "out", 2, "report"))
    assert whole.source_images[0].referenced_frame_numbers == [2]
    assert cropped.roi.value[0].tolist() == [3, 4]
    assert read(tmp_path / "out", 1, "capture").SourceImageSequence[0].ReferencedFrameNumber == 2
    assert [errors_in(file) for file in sorted((tmp_path / "out").iterdir())] == [[]] * 4


def test_a_dicomdir_lists_everything(predictor: Predictor, tmp_path: Path) -> None:
    source = saved(slice_of(1, StudyDate="", StudyID="", PatientName="Müller^Jörg"), tmp_path / "1.dcm")
    picture = tmp_path / "2.png"
    picture.write_bytes(cv2.imencode(".png", draw_head(3, size=80))[1].tobytes())
    write([DicomItem(source), DicomItem(picture)], tmp_path / "out", predictor, dicomdir=True)
    directory = tmp_path / "out" / "DICOMDIR"
    assert errors_in(directory) == []
    records = dcmread(directory).DirectoryRecordSequence
    kinds = [record.DirectoryRecordType for record in records]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "PATIENT": 2, "STUDY": 2, "SERIES": 5, "IMAGE": 3, "SR DOCUMENT": 2,
    }  # fmt: skip
    for record in records:
        if "ReferencedFileID" in record:
            file = tmp_path.joinpath("out", *record.ReferencedFileID)
            assert errors_in(file) == []
            assert dcmread(file).SOPInstanceUID == record.ReferencedSOPInstanceUIDInFile
    assert "Müller^Jörg" in {str(record.get("PatientName")) for record in records}


def test_a_file_that_nothing_can_refer_to_is_a_row(predictor: Predictor, tmp_path: Path) -> None:
    nameless = saved(slice_of(1, StudyInstanceUID=""), tmp_path / "1.dcm")
    odd = slice_of(2, SOPClassUID="1.2.3.4")
    odd.file_meta.MediaStorageSOPClassUID = "1.2.3.4"
    whole = saved(slice_of(3), tmp_path / "3.dcm")
    items = [DicomItem(path) for path in (nameless, saved(odd, tmp_path / "2.dcm"), whole)]
    done = write(items, tmp_path / "out", predictor)
    assert done.written == 1
    assert [error.reason.split(";")[0] for error in done.failed] == [
        "its StudyInstanceUID is missing or wrong, so nothing can refer to it",
        "nothing can be written about this kind of DICOM object",
    ]


def test_stopping_leaves_nothing_and_a_full_folder_is_refused(predictor: Predictor, tmp_path: Path) -> None:
    items = [DicomItem(saved(slice_of(number), tmp_path / "in" / f"{number}.dcm")) for number in (1, 2)]
    stop = threading.Event()
    with pytest.raises(ExportStopped):
        write_dicom(items, tmp_path / "out", predictor, SECRET, report=lambda _: stop.set(), stopped=stop.is_set)
    assert not (tmp_path / "out").exists()
    with pytest.raises(FileExistsError):
        write(items, tmp_path / "in", predictor)
    assert len(list((tmp_path / "in").iterdir())) == 2


def test_codes_are_within_the_standard() -> None:
    for code in map(probability, ("glioma", "no_tumor", "a class of another model with a long name")):
        assert len(code.value) <= 16
        assert len(code.meaning) <= 64
    assert codes.DCM.Comment.value == "121106"
