"""``tumorviewer report`` from the outside."""

import json
from pathlib import Path

import pytest
from cli.conftest import Run, write_png
from pypdf import PdfReader
from PySide6.QtWidgets import QApplication
from tiny_bundle import head_with_bright_quadrant

from tumorviewer import NOTICE
from tumorviewer.cli import main
from tumorviewer.inference.labels import GLIOMA, PITUITARY


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
