"""Labels are doubted by what models say that were trained without them, read from the reports of their runs."""

import csv
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("cleanlab")

from quadrants import draw, save

from training.dataset import read_dataset
from training.errors import DatasetError
from training.out_of_fold import doubtful_by_answers
from tumorviewer.cli import main
from tumorviewer.inference.labels import CLASSES

PER_CLASS = 10
WRONG = "no_tumor/3.png"
"""The one scan that the models call something else."""


@pytest.fixture
def heads(tmp_path: Path) -> Path:
    for name in CLASSES:
        for number in range(PER_CLASS):
            save(draw(name, number), tmp_path / "heads" / name / f"{number}.png")
    return tmp_path / "heads"


def write_answers(path: Path, scans: list[str]) -> Path:
    """Write answers that are sure of the folder's class, but for the wrong scan of a glioma."""
    with path.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["path", "frame", *(f"p_{name}" for name in CLASSES), "error"])
        for scan in scans:
            called = "glioma" if scan == WRONG else scan.split("/")[0]
            rows.writerow([scan, 0, *(0.91 if name == called else 0.03 for name in CLASSES), ""])
        rows.writerow(["no_tumor/lost.png", "", *[""] * len(CLASSES), "It is empty."])
    return path


def folds_of(heads: Path, folder: Path) -> list[Path]:
    scans = sorted(path.relative_to(heads).as_posix() for path in heads.rglob("*.png"))
    return [write_answers(folder / f"{part}.csv", scans[part::2]) for part in range(2)]


def test_the_label_that_the_answers_contradict_is_listed(heads: Path, tmp_path: Path) -> None:
    found = doubtful_by_answers(read_dataset(heads), folds_of(heads, tmp_path))
    assert [(item.path, item.given, item.suggested) for item in found.labels] == [(WRONG, "no_tumor", "glioma")]
    assert found.labels[0].suggested_probability == pytest.approx(0.91)
    assert (found.judged, found.not_judged, found.folds) == (4 * PER_CLASS, 0, 2)


def test_scans_that_nobody_answered_are_not_judged(heads: Path, tmp_path: Path) -> None:
    first, _ = folds_of(heads, tmp_path)
    found = doubtful_by_answers(read_dataset(heads), [first])
    assert (found.judged, found.not_judged) == (2 * PER_CLASS, 2 * PER_CLASS)


def test_several_answers_to_a_scan_count_as_their_mean(heads: Path, tmp_path: Path) -> None:
    reports = folds_of(heads, tmp_path)
    other = tmp_path / "other.csv"
    other.write_text(reports[0].read_text() + reports[1].read_text().split("\n", 1)[1])
    text = other.read_text().replace("0.91", "0.97").replace("0.03", "0.01")
    other.write_text(text)
    found = doubtful_by_answers(read_dataset(heads), [*reports, other])
    assert np.isclose(found.labels[0].suggested_probability, 0.94)


def test_the_command_writes_the_list(heads: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(path) for path in folds_of(heads, tmp_path)]
    assert main(["doubtful", str(heads), "--output", str(tmp_path / "list"), "--quiet", "--answers", *files]) == 0
    assert f"{WRONG}: no_tumor, rather glioma (91%)" in capsys.readouterr().out
    with (tmp_path / "list" / "doubtful.csv").open(newline="") as stream:
        assert [row["path"] for row in csv.DictReader(stream)] == [WRONG]


def test_answers_to_one_class_alone_judge_nothing(heads: Path, tmp_path: Path) -> None:
    glioma = [f"glioma/{number}.png" for number in range(PER_CLASS)]
    with pytest.raises(DatasetError, match="at least two classes"):
        doubtful_by_answers(read_dataset(heads), [write_answers(tmp_path / "one.csv", glioma)])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("path,frame\nno_tumor/3.png,0\n", "is no predictions.csv"),
        (
            "path,frame,p_glioma,p_meningioma,p_pituitary,p_no_tumor,error\nelse.png,0,1,0,0,0,\n",
            "None of these answers",
        ),
    ],
)
def test_other_files_are_refused_by_name(heads: Path, tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "some.csv"
    path.write_text(text)
    with pytest.raises(DatasetError, match=words):
        doubtful_by_answers(read_dataset(heads), [path])
