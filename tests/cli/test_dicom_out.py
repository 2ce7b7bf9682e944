"""The commands `dicom` and `deidentify`, as processes of their own."""

from pathlib import Path

from cli.conftest import Run, write_png
from dicom_out.objects import SECRETS, report_on, saved, slice_of
from pydicom import dcmread

from tumorviewer.imaging.phantom import draw_head


def test_deidentify_writes_names_what_to_look_at_and_keeps_its_codes(run: Run, tmp_path: Path) -> None:
    saved(slice_of(1, BurnedInAnnotation="YES"), tmp_path / "in" / "1.dcm")
    (tmp_path / "in" / "cut.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\x08\0\x05\0XX")
    first = run("deidentify", tmp_path / "in", "--output", tmp_path / "out", "--keep-dates", "--keep-device")
    assert first.returncode == 1
    assert "1 file written, 1 could not be read." in first.stdout
    assert "burned-in text (1 file)" in first.stderr
    assert "cut.dcm" in first.stderr
    (written,) = (tmp_path / "out").rglob("*.dcm")
    dataset = dcmread(written)
    assert (dataset.StudyDate, dataset.StationName) == (SECRETS["StudyDate"], SECRETS["StationName"])
    assert SECRETS["PatientID"].encode() not in written.read_bytes()
    again = run("deidentify", tmp_path / "in" / "1.dcm", "--output", tmp_path / "again", "--quiet")
    assert again.returncode == 0
    (twin,) = (tmp_path / "again").rglob("*.dcm")
    assert twin.relative_to(tmp_path / "again") == written.relative_to(tmp_path / "out")


def test_dicom_writes_a_directory_and_says_what_was_left(run: Run, tmp_path: Path) -> None:
    write_png(tmp_path / "in" / "1.png", draw_head(1, size=96))
    saved(report_on(1), tmp_path / "in" / "2.dcm")
    done = run("dicom", tmp_path / "in", "--output", tmp_path / "out", "--dicomdir")
    assert done.returncode == 1
    assert done.stdout == "1 scan written, 1 could not be.\n"
    assert "holds no picture" in done.stderr
    assert "Not for diagnosis" in done.stderr
    assert (tmp_path / "out" / "DICOMDIR").is_file()
    assert len([path for path in (tmp_path / "out").rglob("*") if path.is_file()]) == 4
