"""What is taken out: a table that acts on nobody, and a data set that training reads, without patient data."""

import csv
import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from dicom_writer import as_bytes, dataset_of
from labelled_heads import head, save

from training.dataset import read_dataset
from tumorviewer import NOTICE
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.render import render_grey
from tumorviewer.imaging.scan import CropBox
from tumorviewer.storage.answers import StoredAnswer
from tumorviewer.storage.export_dataset import write_dataset
from tumorviewer.storage.export_rows import ExportRow
from tumorviewer.storage.export_table import COLUMNS, ExportStopped, write_table

ANSWER = StoredAnswer(
    "glioma", "glioma", 0.94, (0.94, 0.04, 0.01, 0.01), CropBox(3, 4, 50, 60), (1.0, 2.0), 3.0, "lite0-1.0", "ff"
)


def row(path: Path, label: str = "", **facts: object) -> ExportRow:
    values: dict[str, object] = {
        "frame": 0, "sha256": "ab", "error": "", "answer": None, "crop_kind": "automatic", "note": "",
    } | facts  # fmt: skip
    return ExportRow(path=path, label=label, **values)  # type: ignore[arg-type]


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


# ------------------------------------------------------------ table


def test_a_line_a_row_with_the_notice_in_each(tmp_path: Path) -> None:
    rows = [
        row(tmp_path / "1.png", "meningioma", answer=ANSWER, note='see,\n"comma"', crop_kind="edited"),
        row(tmp_path / "2.png", error="the file is empty"),
    ]
    target = tmp_path / "t.csv"
    assert write_table(rows, target, full_paths=False) == 2
    first, second = read_table(target)
    assert tuple(first) == COLUMNS
    assert first["file"] == "1.png"
    assert (first["verdict"], first["model_label"], first["confidence"]) == ("glioma", "glioma", "0.940000")
    assert [first[f"probability_{name}"] for name in ("glioma", "meningioma", "pituitary", "no_tumor")] == [
        "0.940000", "0.040000", "0.010000", "0.010000",
    ]  # fmt: skip
    assert [first[f"crop_{side}"] for side in "xywh"] == ["3", "4", "50", "60"]
    assert (first["crop_kind"], first["own_label"], first["note"]) == ("edited", "meningioma", 'see,\n"comma"')
    assert (first["model"], first["model_sha256"]) == ("lite0-1.0", "ff")
    assert first["notice"] == second["notice"] == NOTICE
    assert (second["error"], second["verdict"], second["crop_kind"]) == ("the file is empty", "", "")


def test_folders_are_only_written_where_the_person_says_so(tmp_path: Path) -> None:
    rows = [row(tmp_path / "Erika Mustermann" / "1.png")]
    write_table(rows, tmp_path / "t.csv", full_paths=False)
    assert "Mustermann" not in (tmp_path / "t.csv").read_text(encoding="utf-8")
    write_table(rows, tmp_path / "t.csv", full_paths=True)
    assert read_table(tmp_path / "t.csv")[0]["file"] == str(rows[0].path)


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' calc'!A0", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(tmp_path: Path, text: str) -> None:
    write_table([row(tmp_path / text, text, note=text, error=text)], tmp_path / "t.csv", full_paths=False)
    (cells,) = read_table(tmp_path / "t.csv")
    assert [cells[name] for name in ("file", "own_label", "note", "error")] == [f"'{text}"] * 4


def test_a_table_that_is_stopped_leaves_what_stood_there(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("before")
    seen: list[int] = []
    with pytest.raises(ExportStopped):
        write_table(
            [row(tmp_path / "1.png")] * 5, tmp_path / "t.csv", full_paths=False,
            report=seen.append, stopped=lambda: len(seen) == 3,
        )  # fmt: skip
    assert seen == [1, 2, 3]
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
    assert (tmp_path / "t.csv").read_text() == "before"


# ------------------------------------------------------------ data set


def write_dicom(path: Path, pixels: np.ndarray, **elements: object) -> Path:
    path.write_bytes(as_bytes(dataset_of(pixels, **elements)))
    return path


@pytest.fixture
def scans(tmp_path: Path) -> list[ExportRow]:
    """Return labelled rows: two pictures (one of them twice), two slices of a patient, a file of two frames."""
    folder = tmp_path / "scans"
    folder.mkdir()
    patient = {"PatientID": "4711", "PatientName": "Mustermann^Erika"}
    frames = np.stack([head(5), head(8)])
    return [
        row(save(folder / "a.png", head(1, "glioma")), "glioma"),
        row(save(folder / "copy of a.png", head(1, "glioma")), "glioma"),
        row(save(folder / "b.jpg", head(2)), "no_tumor"),
        row(write_dicom(folder / "c.dcm", head(3), **patient), "pituitary"),
        row(write_dicom(folder / "d.dcm", head(4), **patient), "no_tumor"),
        row(write_dicom(folder / "e.dcm", frames, PatientID=""), "meningioma"),
        row(folder / "e.dcm", "glioma", frame=1),
        row(folder / "b.jpg", ""),
    ]


def test_training_reads_it(tmp_path: Path, scans: list[ExportRow]) -> None:
    done = write_dataset(scans, tmp_path / "set", "secret")
    assert (done.written, done.failed) == (6, ())
    dataset = read_dataset(tmp_path / "set")
    assert not dataset.problems
    assert sorted(dataset.labels) == ["glioma", "glioma", "meningioma", "no_tumor", "no_tumor", "pituitary"]
    by_label = {(sample.label, sample.path.name): sample for sample in dataset.samples}
    assert all(sample.path.parent.name == sample.label for sample in dataset.samples)
    blocks = {name: sample.patient_block for name, sample in by_label.items()}
    sha = {one.path.name: hashlib.sha256(one.path.read_bytes()).hexdigest()[:16] for one in scans}
    assert blocks["pituitary", f"{sha['c.dcm']}.png"] == blocks["no_tumor", f"{sha['d.dcm']}.png"] != ""
    assert blocks["meningioma", f"{sha['e.dcm']}-0.png"] == blocks["glioma", f"{sha['e.dcm']}-1.png"] != ""
    assert len({block for block in blocks.values() if block}) == 2
    assert blocks["glioma", f"{sha['a.png']}.png"] == ""  # nobody knows: training finds its copies


def test_pictures_are_what_the_program_shows(tmp_path: Path, scans: list[ExportRow]) -> None:
    write_dataset(scans[3:4], tmp_path / "set", "secret")
    (picture,) = (tmp_path / "set").rglob("*.png")
    shown = render_grey(load_scan(scans[3].path))
    assert np.array_equal(cv2.imdecode(np.frombuffer(picture.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED), shown)


def test_nothing_tells_who_the_patient_is(tmp_path: Path, scans: list[ExportRow]) -> None:
    write_dataset(scans, tmp_path / "one", "secret")
    write_dataset(scans, tmp_path / "two", "another secret")
    index = [(tmp_path / name / "index.csv").read_text(encoding="utf-8") for name in ("one", "two")]
    assert index[0] != index[1]  # whoever tries all numbers does not find 4711 either
    written = b"".join(path.read_bytes() for path in (tmp_path / "one").rglob("*") if path.is_file())
    for told in ("4711", "Mustermann", "c.dcm", str(tmp_path)):
        assert told.encode() not in written


def test_a_data_set_grows_and_labels_may_change(tmp_path: Path, scans: list[ExportRow]) -> None:
    target = tmp_path / "set"
    write_dataset(scans[:3], target, "secret")
    changed = row(scans[0].path, "pituitary")
    write_dataset([changed, scans[3]], target, "secret")
    assert sorted(read_dataset(target).labels) == ["no_tumor", "pituitary", "pituitary"]
    assert not list((target / "glioma").iterdir())


def test_a_folder_with_other_things_is_not_touched(tmp_path: Path, scans: list[ExportRow]) -> None:
    target = tmp_path / "mine"
    save(target / "glioma" / "own.png", head(9))
    with pytest.raises(FileExistsError, match="empty folder"):
        write_dataset(scans, target, "secret")
    (target / "index.csv").write_text("path,label\nglioma/own.png,glioma\n")
    with pytest.raises(FileExistsError, match="empty folder"):
        write_dataset(scans, target, "secret")
    assert sorted(path.name for path in target.rglob("*")) == ["glioma", "index.csv", "own.png"]


def test_what_cannot_be_read_is_left_out(tmp_path: Path, scans: list[ExportRow]) -> None:
    scans[2].path.unlink()
    done = write_dataset(scans, tmp_path / "set", "secret")
    assert done.written == 5
    assert [error.path for error in done.failed] == [scans[2].path]


@pytest.mark.parametrize("was_there", [True, False])
def test_one_that_is_stopped_changes_nothing(tmp_path: Path, scans: list[ExportRow], was_there: bool) -> None:
    target = tmp_path / "set"
    if was_there:
        write_dataset(scans[:2], target, "secret")
    before = contents(target)
    seen: list[int] = []
    with pytest.raises(ExportStopped):
        write_dataset(scans, target, "secret", report=seen.append, stopped=lambda: len(seen) == 4)
    assert contents(target) == before
    assert target.exists() == was_there


def test_a_full_disk_changes_nothing(
    tmp_path: Path, scans: list[ExportRow], small_files_only: Callable[[int], object]
) -> None:
    target = tmp_path / "set"
    write_dataset(scans[:2], target, "secret")
    before = contents(target)
    large = save(tmp_path / "large.png", np.random.default_rng(0).integers(0, 255, (400, 400), np.uint8))
    with small_files_only(60_000), pytest.raises(OSError) as caught:  # type: ignore[attr-defined]  # noqa: PT011
        write_dataset([*scans, row(large, "glioma")], target, "secret")
    assert caught.value.errno in (errno.EFBIG, errno.ENOSPC)
    assert contents(target) == before


def contents(folder: Path) -> dict[str, bytes]:
    return {
        os.fspath(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }
