"""``tumorviewer report`` from the outside."""

import json
from pathlib import Path

import pytest
from cli.conftest import Run, write_png
from dicom_writer import as_bytes, dataset_of
from pypdf import PdfReader
from PySide6.QtWidgets import QApplication
from tiny_bundle import head_with_bright_quadrant

from tumorviewer import NOTICE
from tumorviewer.cli import main
from tumorviewer.inference.labels import GLIOMA, NO_TUMOR, PITUITARY


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    for label in (GLIOMA, PITUITARY):
        write_png(folder / f"{label}.png", head_with_bright_quadrant(label))
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    return folder


def test_a_process_without_a_screen_writes_pages(run: Run, scans: Path, tmp_path: Path) -> None:
    (tmp_path / "head.txt").write_text("Klinik für Köpfe\nStraße 1", "utf-8")
    output = tmp_path / "out.pdf"
    done = run("report", scans, "--output", output, "--letterhead", tmp_path / "head.txt")
    assert done.returncode == 1, done.stderr
    assert "1 of them could not be read" in done.stderr
    (page,) = [" ".join(page.extract_text().split()) for page in PdfReader(output).pages]
    for said in ("Klinik für Köpfe", "Report on 3 scans", "glioma.png", "This file cannot be read", "tiny-1.0", NOTICE):
        assert said in page, said


def test_json_says_the_same_as_predict(
    use_tiny: Path, qapp: QApplication, scans: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", str(scans / "glioma.png")]) == 0
    row = json.loads(capsys.readouterr().out)
    assert main(["report", str(scans / "glioma.png"), "--output", str(tmp_path / "out.json"), "--quiet"]) == 0
    (scan,) = json.loads((tmp_path / "out.json").read_text("utf-8"))["scans"]
    same = ("frame", "verdict", "label", "confidence", "probabilities", "crop", "focus", "model", "model_sha256")
    assert [scan[name] for name in same] == [row[name] for name in same]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Return a series of five slices, two of them bright, whose names run against their places."""
    folder = tmp_path / "study"
    folder.mkdir()
    for number in range(5):
        head = head_with_bright_quadrant(GLIOMA if number in (2, 3) else NO_TUMOR, number)
        place = {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "ImagePositionPatient": [0, 0, 4 * number]}
        slice_ = dataset_of(head, SeriesInstanceUID="1.2.3", SeriesDescription="T1 +C", **place)
        (folder / f"{9 - number}.dcm").write_bytes(as_bytes(slice_))
    return folder


def test_the_slices_of_one_series_say_together_what_predict_says(
    use_tiny: Path, qapp: QApplication, study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", str(study), "--series"]) == 0
    series = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert main(["report", str(study), "--output", str(tmp_path / "out.json"), "--quiet"]) == 0
    report = json.loads((tmp_path / "out.json").read_text("utf-8"))
    said = report["series_answer"]
    same = [name for name in said if name in series]
    assert {"verdict", "ground", "score", "counted", "peak", "findings"} <= set(same)
    assert said.pop("score") == pytest.approx(series["score"], abs=2e-6)  # predict rounds each slice
    same.remove("score")
    assert [said[name] for name in same] == [series[name] for name in same]
    assert [scan["file"] for scan in report["scans"]] == [f"{number}.dcm" for number in (9, 8, 7, 6, 5)]
    assert main(["report", str(study), "--output", str(tmp_path / "out.pdf"), "--quiet"]) == 0
    (page,) = [" ".join(page.extract_text().split()) for page in PdfReader(tmp_path / "out.pdf").pages]
    assert said["verdict_in_words"] in page
    assert "not calibrated for series" in page


def test_pictures_of_a_folder_are_a_series_only_when_that_is_said(
    use_tiny: Path, qapp: QApplication, scans: Path, tmp_path: Path
) -> None:
    (scans / "broken.png").unlink()
    answers = []
    for options in ([], ["--series"]):
        assert main(["report", str(scans), "--output", str(tmp_path / "out.json"), "--quiet", *options]) == 0
        answers.append(json.loads((tmp_path / "out.json").read_text("utf-8"))["series_answer"])
    assert answers[0] is None
    assert answers[1]["counted"] == 2


@pytest.mark.parametrize("output", ["out.csv", "folder.pdf"])
def test_an_output_that_cannot_be_is_refused_before_any_work(
    use_tiny: Path, scans: Path, tmp_path: Path, output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder.pdf").mkdir()
    assert main(["report", str(scans), "--output", str(tmp_path / output)]) == 2
    assert output in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_one_line(
    use_tiny: Path, qapp: QApplication, scans: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert main(["report", str(scans / "glioma.png"), "--output", str(tmp_path / "file" / "x.pdf")]) == 1
    assert "The report could not be written" in capsys.readouterr().err
