"""Nothing of a patient leaves: searched for in the bytes, and judged by dciodvfy and dcmtk."""

import csv
import threading
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from dicom_out.objects import (
    DATES,
    DEVICE,
    PRIVATE,
    SECRETS,
    code,
    errors_in,
    report_on,
    run_tool,
    saved,
    slice_of,
)
from dicom_writer import item
from pydicom import Dataset, dcmread
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    GrayscaleSoftcopyPresentationStateStorage,
    ImplicitVRLittleEndian,
    SecondaryCaptureImageStorage,
)

from tumorviewer.dicom_out.deidentify import LOG, Deidentified, deidentify
from tumorviewer.dicom_out.profile import Action, Dates, Options, rule_of, rules
from tumorviewer.imaging.discover import discover
from tumorviewer.storage.export_table import ExportStopped

SECRET = "a secret of this test"
PLAIN = Options()
_NO_TEXT = ("SQ", "DS", "IS", "OB", "OW", "UL", "US", "SL", "FD", "FL", "AT")


def run(source: Path, target: Path, options: Options = PLAIN, secret: str = SECRET) -> Deidentified:
    return deidentify(discover([source]), target, secret, options)


def written(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.dcm"))


def log_of(folder: Path) -> list[dict[str, str]]:
    with (folder / LOG).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def in_order(folder: Path) -> list[Dataset]:
    """Return the two slices and the report."""
    return sorted((dcmread(path) for path in written(folder)), key=lambda one: (one.Modality, one.InstanceNumber))


def told(folder: Path, *, but: tuple[str, ...] = ()) -> set[str]:
    """Return which secrets lie anywhere in the bytes or names of a folder; a name may lie there in two pieces."""
    whole = b"".join(path.read_bytes() + str(path).encode() for path in folder.rglob("*") if path.is_file()).lower()
    words = {(key, word) for key, text in SECRETS.items() if key not in but for word in text.lower().split("^")}
    words.add((PRIVATE, PRIVATE.lower()))
    return {key for key, word in words if word.encode() in whole}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two slices and a report on them, as a clinic has it."""
    folder = tmp_path_factory.mktemp("Quixote Alonso")
    for number in (1, 2):
        assert not errors_in(saved(slice_of(number), folder / f"Quixote-{number}.dcm"))
    assert not errors_in(saved(report_on(1, 2), folder / "Quixote-report.dcm"))
    return folder


@pytest.fixture(scope="module")
def plain(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("out") / "anonymous"
    assert run(study, target).written == 3
    return target


def test_nothing_that_was_planted_is_found(study: Path, plain: Path) -> None:
    assert told(study) == {*SECRETS, PRIVATE}
    assert told(plain) == set()
    assert b"quixote" not in b"".join(path.read_bytes() for path in written(plain)).lower()
    assert len(log_of(plain)) == 3


def test_every_object_is_valid_and_dcmtk_reads_it(plain: Path) -> None:
    for path in written(plain):
        assert errors_in(path) == []
        assert "(0012,0062) CS [YES]" in run_tool("dcmdump", path)
        assert path.read_bytes()[:128] == b"\0" * 128


def test_objects_say_what_was_done_to_them(plain: Path) -> None:
    for path in written(plain):
        dataset = dcmread(path)
        assert dataset.PatientIdentityRemoved == "YES"
        assert dataset.PatientID == str(dataset.PatientName).rstrip("^") == path.relative_to(plain).parts[0]
        assert [entry.CodeValue for entry in dataset.DeidentificationMethodCodeSequence] == ["113100"]
        assert dataset.LongitudinalTemporalInformationModified == "REMOVED"
        assert dataset.file_meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID
        assert "SourceApplicationEntityTitle" not in dataset.file_meta


def test_uids_are_new_and_go_on_pointing_to_each_other(study: Path, plain: Path) -> None:
    first, second, report = in_order(plain)
    assert first.StudyInstanceUID == second.StudyInstanceUID == report.StudyInstanceUID
    assert first.SeriesInstanceUID == second.SeriesInstanceUID != report.SeriesInstanceUID
    assert first.FrameOfReferenceUID == second.FrameOfReferenceUID
    assert first.ReferencedImageSequence[0].ReferencedSOPInstanceUID == second.SOPInstanceUID
    (evidence,) = report.CurrentRequestedProcedureEvidenceSequence
    (series,) = evidence.ReferencedSeriesSequence
    assert (evidence.StudyInstanceUID, series.SeriesInstanceUID) == (first.StudyInstanceUID, first.SeriesInstanceUID)
    pointed = [entry.ReferencedSOPInstanceUID for entry in series.ReferencedSOPSequence]
    assert pointed == [first.SOPInstanceUID, second.SOPInstanceUID]
    before = b"".join(path.read_bytes() for path in written(plain))
    assert b"1.2.826.0.1.3680043.10.999" not in before
    assert first.PixelData == dcmread(study / "Quixote-1.dcm").PixelData


def test_the_same_secret_makes_the_same_bytes_and_another_one_others(study: Path, plain: Path, tmp_path: Path) -> None:
    run(study, tmp_path / "again")
    run(study, tmp_path / "other", secret="another")
    first, again, other = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (plain, tmp_path / "again", tmp_path / "other")
    )
    assert first == again
    assert set(first) & set(other) == {Path(LOG)}


def test_dates_can_be_kept(study: Path, tmp_path: Path) -> None:
    run(study, tmp_path / "out", Options(dates=Dates.KEEP))
    dataset = in_order(tmp_path / "out")[0]
    assert {name: str(dataset.get(name)) for name in DATES} == {name: SECRETS[name] for name in DATES}
    assert told(tmp_path / "out", but=DATES) == set()
    assert dataset.LongitudinalTemporalInformationModified == "UNMODIFIED"
    assert [entry.CodeValue for entry in dataset.DeidentificationMethodCodeSequence] == ["113100", "113106"]


def test_dates_of_one_patient_move_together(study: Path, tmp_path: Path) -> None:
    run(study, tmp_path / "out", Options(dates=Dates.SHIFT))
    first, second, report = in_order(tmp_path / "out")
    assert told(tmp_path / "out", but=("StudyTime", "ContentTime")) == set()
    assert first.StudyDate == second.StudyDate == report.StudyDate < SECRETS["StudyDate"]

    def days(one: Dataset, name: str, before: str) -> int:
        return (datetime.fromisoformat(before) - datetime.fromisoformat(one[name].value)).days

    moved = {days(first, name, SECRETS[name]) for name in DATES if name.endswith("Date")}
    moved.add(days(report, "ContentDate", "20240304"))
    assert len(moved) == 1
    assert moved.pop() > 0
    assert (first.StudyTime, first.PatientBirthDate) == (SECRETS["StudyTime"], "")
    assert all(not errors_in(path) for path in written(tmp_path / "out"))


def test_the_device_can_be_kept_and_nothing_else(study: Path, tmp_path: Path) -> None:
    run(study, tmp_path / "out", Options(keep_device=True))
    assert told(tmp_path / "out") == set(DEVICE)
    assert all(not errors_in(path) for path in written(tmp_path / "out"))


@pytest.mark.parametrize("options", [PLAIN, Options(Dates.SHIFT, keep_device=False, clean_graphics=True)], ids=str)
def test_a_value_in_every_row_of_the_table_is_gone(options: Options, tmp_path: Path) -> None:
    mark = "Zanahoria"
    values: dict[str, object] = {
        "DA": "19991231",
        "DT": "19991231235959",
        "TM": "235959.5",
        "AS": "099Y",
        "UI": "1.2.3.1999",
    }
    values |= {"PN": f"{mark}^X", "UI": "1.2.3.1999", "CS": mark.upper(), "UN": f"{mark} ".encode()}
    dataset, planted = slice_of(), 0
    for tag in rules():
        number = int(tag.replace("x", "0"), 16)
        vr = "LT" if tag.startswith(("50", "60")) else _vr_of(number)
        if number < 0x00080000 or (number < 0x00110000 and number in dataset) or vr in _NO_TEXT:
            continue
        dataset.add(DataElement(number, vr, values.get(vr, mark)))
        planted += 1
    nested = item(StudyDate="19991231", PatientName=f"{mark}^X", TextValue=mark)
    person = item(PersonIdentificationCodeSequence=[code(mark, "99X", mark)], SourceImageSequence=[nested])
    dataset.AnatomicRegionSequence = [person]
    run(saved(dataset, tmp_path / "in" / "1.dcm"), tmp_path / "out", options)
    (path,) = written(tmp_path / "out")
    whole = path.read_bytes().lower()
    assert planted > 500
    left = [word for word in (mark, "19991231", "235959.5", "099Y", "1.2.3.1999") if word.lower().encode() in whole]
    assert left == (["235959.5"] if options.dates is Dates.SHIFT else [])


def _vr_of(tag: int) -> str:
    try:
        return dictionary_VR(tag)
    except KeyError:  # newer than pydicom's dictionary
        return "LO"


def test_the_table_is_complete() -> None:
    table = rules()
    assert len(table) == 655
    assert table["00100010"].basic is Action.ZERO
    assert table["0020000D"].basic is Action.NEW_UID
    assert table["00081010"].action(Options(keep_device=True)) is Action.KEEP
    assert rule_of(0x60023000) == table["60xx3000"]
    assert rule_of(0x50123456) == table["50xxxxxx"]
    assert rule_of(0x00280010) is None


def test_names_of_the_patient_in_other_texts_are_found(tmp_path: Path) -> None:
    dataset = slice_of(SoftwareVersions="quixote's 1.0", Manufacturer="Quixotesque")
    run(saved(dataset, tmp_path / "in" / "1.dcm"), tmp_path / "out")
    cleaned = dcmread(written(tmp_path / "out")[0])
    assert (cleaned.SoftwareVersions, cleaned.Manufacturer) == ("REMOVED", "Quixotesque")
    (row,) = log_of(tmp_path / "out")
    assert row["text"] == "1"
    assert "taken out" in row["notes"]


def test_graphics_keep_shapes_only_where_that_is_wanted(tmp_path: Path) -> None:
    state = slice_of(SOPClassUID=GrayscaleSoftcopyPresentationStateStorage, Modality="PR")
    state.file_meta.MediaStorageSOPClassUID = GrayscaleSoftcopyPresentationStateStorage
    text = item(UnformattedTextValue="Quixote, left", BoundingBoxAnnotationUnits="PIXEL")
    shape = item(GraphicType="POLYLINE", GraphicData=[1.0, 2.0, 3.0, 4.0], GraphicAnnotationUnits="PIXEL")
    state.GraphicAnnotationSequence = [item(GraphicLayer="L", TextObjectSequence=[text], GraphicObjectSequence=[shape])]
    state.add_new(0x60003000, "OW", b"QuixotePixels...")
    state.add_new(0x60001500, "LO", "Quixote overlay")
    state.add_new(0x50003000, "OW", b"QuixoteCurve....")
    state.add_new(0x50020022, "LO", "Quixote curve")
    source = saved(state, tmp_path / "in" / "1.dcm")
    for clean in (False, True):
        run(source, tmp_path / str(clean), Options(clean_graphics=clean))
        path = written(tmp_path / str(clean))[0]
        (annotation,) = dcmread(path).GraphicAnnotationSequence
        assert annotation.TextObjectSequence[0].UnformattedTextValue == "REMOVED"
        assert ("GraphicObjectSequence" in annotation) is clean
        assert b"Quixote" not in path.read_bytes()


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian])
def test_the_way_of_writing_is_kept(syntax: str, tmp_path: Path) -> None:
    dataset = slice_of(syntax=syntax)
    if syntax == ExplicitVRBigEndian:
        dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").astype(">u2").tobytes()
    saved(dataset, tmp_path / "in" / "1")
    before = dcmread(tmp_path / "in" / "1").pixel_array
    run(tmp_path / "in", tmp_path / "out")
    (path,) = written(tmp_path / "out")
    after = dcmread(path)
    assert after.file_meta.TransferSyntaxUID == syntax
    assert np.array_equal(after.pixel_array, before)
    # dciodvfy does not inflate.
    assert "(0012,0062) CS [YES]" in run_tool("dcmdump", path)
    assert syntax == DeflatedExplicitVRLittleEndian or errors_in(path) == []


def test_bad_input_is_a_row_and_no_loss(study: Path, tmp_path: Path) -> None:
    source = tmp_path / "in"
    odd = slice_of(3, SOPInstanceUID="1.2.3.4", StudyInstanceUID="1.2.3", PatientID="", PatientName="")
    odd.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    del odd.ImagePositionPatient
    whole = saved(odd, source / "odd.dcm").read_bytes()
    # A private element whose representation is none that exists, and a number that is no number.
    broken = whole.replace(b"\x19\0\x01\x10LO", b"\x19\0\x01\x10ZZ").replace(b"DS\x02\x0090", b"DS\x02\x00ab")
    assert broken != whole
    (source / "odd.dcm").write_bytes(broken)
    (source / "copy.dcm").write_bytes(broken)
    (source / "cut.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\x08\0\x05\0XX")
    (source / "picture.png").write_bytes(cv2.imencode(".png", np.zeros((8, 8), np.uint8))[1].tobytes())
    (source / "text.dcm").write_bytes(b"no DICOM at all")
    saved(slice_of(), source / "slice.dcm")
    done = run(source, tmp_path / "out")
    assert (done.written, done.left_out, len(done.failed)) == (2, 3, 1)
    assert (
        sorted(row["status"] for row in log_of(tmp_path / "out")) == ["left out"] * 3 + ["not read"] + ["written"] * 2
    )
    assert len({path.relative_to(tmp_path / "out").parts[0] for path in written(tmp_path / "out")}) == 2


def test_two_objects_of_one_uid_are_both_written_and_named(tmp_path: Path) -> None:
    saved(slice_of(), tmp_path / "in" / "1.dcm")
    saved(slice_of(EchoTime="91"), tmp_path / "in" / "2.dcm")
    done = run(tmp_path / "in", tmp_path / "out")
    first, second = written(tmp_path / "out")
    assert {first.stem + "-2", second.stem} == {second.stem} or {second.stem + "-2", first.stem} == {first.stem}
    assert done.warnings == {"another file has the same UID and other content": 1}


@pytest.mark.parametrize(
    ("elements", "warning"),
    [
        ({"BurnedInAnnotation": "YES"}, "the picture holds burned-in text"),
        ({"SOPClassUID": SecondaryCaptureImageStorage, "ConversionType": "WSD"}, "the picture may hold burned-in text"),
        ({"Modality": "US"}, "the picture may hold burned-in text"),
        ({"Modality": "US", "BurnedInAnnotation": "NO"}, None),
        ({}, None),
    ],
)
def test_burned_in_text_is_warned_of(elements: dict[str, str], warning: str | None, tmp_path: Path) -> None:
    done = run(saved(slice_of(**elements), tmp_path / "in" / "1.dcm"), tmp_path / "out")
    assert set(done.warnings) == ({warning} if warning else set())
    assert log_of(tmp_path / "out")[0]["notes"] == (warning or "")


def test_a_folder_with_other_files_is_left_alone(study: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="choose a new or empty folder"):
        run(study, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_stopping_leaves_nothing(study: Path, tmp_path: Path) -> None:
    stop = threading.Event()
    with pytest.raises(ExportStopped):
        deidentify(
            discover([study]), tmp_path / "deep" / "out", SECRET, PLAIN,
            report=lambda done: stop.set() if done == 2 else None, stopped=stop.is_set,
        )  # fmt: skip
    assert not list((tmp_path / "deep").iterdir())


def test_a_folder_that_cannot_be_made_is_an_error(study: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="file"):
        run(study, tmp_path / "file" / "out")
