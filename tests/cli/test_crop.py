"""``tumorviewer crop`` from the outside."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from labelled_heads import tree

from tumorviewer.cli import main


def test_crops_land_in_train_and_test_class_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tree(tmp_path / "data", 10)
    command = ["crop", str(root), "--output", str(tmp_path / "out"), "--size", "64", "--quiet"]
    assert main(command) == 0
    files = list((tmp_path / "out").rglob("*.png"))
    assert {file.relative_to(tmp_path / "out").parent.as_posix() for file in files} == {
        "train/glioma",
        "train/no_tumor",
        "test/glioma",
        "test/no_tumor",
    }
    assert len(files) == 20
    picture = cv2.imdecode(np.frombuffer(files[0].read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture.shape == (64, 64)
    files[0].unlink()
    capsys.readouterr()
    assert main(command) == 0
    assert "1 crop written, 19 were there" in capsys.readouterr().out


def test_unreadable_files_give_1_and_the_rest_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tree(tmp_path / "data", 6)
    (root / "glioma" / "empty.png").write_bytes(b"")
    assert main(["crop", str(root), "--output", str(tmp_path / "out"), "--quiet"]) == 1
    assert "empty.png" in capsys.readouterr().err
    assert len(list((tmp_path / "out").rglob("*.png"))) == 12


@pytest.mark.parametrize(
    "more", [["--size", "3"], ["--fold", "0", "--split", "published"], ["--fold", "0"], ["--split", "published"]]
)
def test_usage_errors_give_2_and_write_no_picture(tmp_path: Path, more: list[str]) -> None:
    root = tree(tmp_path / "data", 4)
    assert main(["crop", str(root), "--output", str(tmp_path / "out"), "--quiet", *more]) == 2
    assert not list(tmp_path.glob("out/**/*.png"))


def test_a_folder_with_other_things_is_refused_before_any_work(tmp_path: Path) -> None:
    root = tree(tmp_path / "data", 4)
    assert main(["crop", str(root), "--output", str(root), "--quiet"]) == 2
    assert len(list(root.rglob("*.png"))) == 8


def test_crops_follow_decisions_about_labels_and_others_do_not_go_on_with_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tree(tmp_path / "data", 10)
    decisions = tmp_path / "decisions.csv"
    decisions.write_text("path,frame,given,decision\nglioma/glioma (0).png,0,glioma,leave out\n")
    command = ["crop", str(root), "--output", str(tmp_path / "out"), "--size", "64", "--quiet"]
    assert main([*command, "--decisions", str(decisions)]) == 0
    assert len(list((tmp_path / "out").rglob("*.png"))) == 19
    assert not list((tmp_path / "out").rglob("glioma (0)*"))
    capsys.readouterr()
    assert main(command) == 2
    assert "other settings or from other data" in capsys.readouterr().err
