"""The study that comes with the program: whole, in order, honest about what it is, and answered as it promises."""

import hashlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pydicom
import pytest

from tumorviewer import NOTICE
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.phantom_series import write_phantom_series
from tumorviewer.imaging.render import render_grey
from tumorviewer.imaging.stacks import sort_key, stack_key
from tumorviewer.imaging.survey import survey
from tumorviewer.inference import catalogue
from tumorviewer.inference.bundle import load_bundle
from tumorviewer.inference.prediction import Prediction
from tumorviewer.inference.predictor import Predictor

AXIAL, CORONAL = "T1 +C axial", "T1 +C coronal"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study") / "phantoms"
    paths = write_phantom_series(folder)
    assert sorted(paths) == sorted(path for path in folder.rglob("*") if path.is_file())
    return folder


@pytest.fixture(scope="module")
def answers(study: Path) -> dict[str, Prediction]:
    predictor = Predictor(load_bundle(catalogue.active()), threads=1)
    greys = {path: render_grey(load_scan(path)) for path in sorted(study.rglob("*.*"))}
    return {
        path.relative_to(study).as_posix(): predictor.predict(grey, find_brain_box(grey)).without_maps()
        for path, grey in greys.items()
    }


def slices(study: Path, name: str) -> list[Path]:
    return sorted((study / name).iterdir())


@pytest.mark.parametrize(("name", "count", "number"), [(AXIAL, 24, 1), (CORONAL, 12, 2)])
def test_a_series_is_one_stack_in_the_order_of_its_positions(study: Path, name: str, count: int, number: int) -> None:
    found = [survey(path) for path in slices(study, name)]
    assert len(found) == count
    ((kind, _, shown),) = {stack_key(one) for one in found}
    assert (kind, shown) == ("series", f"Phantom {name} ({number})")
    assert sorted(found, key=lambda one: sort_key(one, 0)) == found
    gaps = [second.series.along - first.series.along for first, second in pairwise(found)]  # type: ignore[union-attr, operator]
    spacing = pydicom.dcmread(found[0].path, stop_before_pixels=True).SpacingBetweenSlices
    assert np.allclose(gaps, float(spacing), atol=0.001)


def test_slices_are_seen_at_full_depth_with_windows_and_millimetres(study: Path) -> None:
    path = slices(study, AXIAL)[15]
    scan = load_scan(path)
    assert scan.pixels.dtype == np.uint16
    assert 1500 < scan.pixels.max() < 4096
    assert [window.name for window in scan.windows] == ["Head", "Brain", "Fat"]
    assert scan.spacing == pytest.approx((0.61, 0.61), abs=0.03)
    box = find_brain_box(render_grey(scan))
    assert box is not None
    assert 130 < box.width * scan.spacing[1] < 175  # a head is some 15 cm wide


def test_nobody_is_in_them(study: Path) -> None:
    people = set()
    for path in slices(study, AXIAL) + slices(study, CORONAL):
        dataset = pydicom.dcmread(path, stop_before_pixels=True)
        people.add((str(dataset.PatientName), dataset.PatientID, dataset.PatientBirthDate, dataset.StudyDate))
        assert NOTICE in dataset.ImageComments
        assert "no scan of a person" in dataset.ImageComments
    assert people == {("Phantom", "PHANTOM", "", "")}


def test_identifiers_are_valid_and_tell_all_apart(study: Path) -> None:
    datasets = [pydicom.dcmread(p, stop_before_pixels=True) for p in slices(study, AXIAL) + slices(study, CORONAL)]
    assert len({dataset.SOPInstanceUID for dataset in datasets}) == 36
    assert len({dataset.SeriesInstanceUID for dataset in datasets}) == 2
    assert len({dataset.StudyInstanceUID for dataset in datasets}) == 1
    uids = {uid for d in datasets for uid in (d.SOPInstanceUID, d.SeriesInstanceUID, d.StudyInstanceUID)}
    assert all(uid.is_valid for uid in uids)
    assert all(dataset.file_meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID for dataset in datasets)


def test_a_second_call_writes_what_is_missing_or_damaged_and_nothing_else(study: Path) -> None:
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in study.rglob("*.*")}
    content = {path: hashlib.sha256(path.read_bytes()).digest() for path in before}
    missing, damaged, own = slices(study, AXIAL)[3], study / "glioma.jpg", study / "a note of mine.txt"
    missing.unlink()
    damaged.write_bytes(damaged.read_bytes()[:1000])
    own.write_text("kept", "utf-8")
    assert sorted(write_phantom_series(study)) == sorted(before)
    assert {path: hashlib.sha256(path.read_bytes()).digest() for path in before} == content
    untouched = before.keys() - {missing, damaged}
    assert all((path.stat().st_mtime_ns, path.stat().st_ino) == before[path] for path in untouched)
    assert own.read_text("utf-8") == "kept"
    own.unlink()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be", "utf-8")
    with pytest.raises(OSError, match="taken"):
        write_phantom_series(tmp_path / "taken")


def test_the_model_says_what_is_promised(answers: dict[str, Prediction]) -> None:
    assert {name: answer.verdict for name, answer in answers.items() if "/" not in name} == {
        "glioma.jpg": "glioma",
        "head, T1.png": "no_tumor",
        "head, T2.png": "no_tumor",
        "page of text.png": "not_brain_mr",
        "sella from the side.png": "uncertain",
    }
    assert answers["sella from the side.png"].label == "pituitary"


def test_the_model_finds_the_meningioma_where_the_slices_cut_it(answers: dict[str, Prediction]) -> None:
    verdicts = [answers[f"{AXIAL}/{number:02}.dcm"].verdict for number in range(1, 25)]
    called = [number for number, verdict in enumerate(verdicts, 1) if verdict == "meningioma"]
    assert len(called) >= 4
    assert 12 <= min(called) <= max(called) <= 21
    others = [verdict for number, verdict in enumerate(verdicts, 1) if number not in called]
    assert sum(verdict in ("uncertain", "not_brain_mr") for verdict in others) >= 0.75 * len(others)


def test_the_model_leans_to_the_tumour_of_the_sella(answers: dict[str, Prediction]) -> None:
    found = [answers[f"{CORONAL}/{number:02}.dcm"] for number in range(1, 13)]
    assert {answer.verdict for answer in found} <= {"pituitary", "uncertain"}
    assert sum(answer.label == "pituitary" for answer in found) >= 7
