"""``tumorviewer audit`` from the outside."""

import json
from pathlib import Path

import pytest
from labelled_heads import head, save, tree

from tumorviewer.cli import main


def test_findings_are_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tree(tmp_path / "data", 6)
    save(root / "no_tumor" / "wrong.jpg", head(0, "glioma"))
    assert main(["audit", str(root), "--output", str(tmp_path / "out"), "--quiet"]) == 0
    told = capsys.readouterr()
    assert "1 pair of copies carry labels that contradict each other" in told.out
    assert "Research use only" in told.err
    assert json.loads((tmp_path / "out" / "audit.json").read_text())["conflicting_pairs"] == 1


def test_unreadable_files_are_named_and_give_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tree(tmp_path / "data", 4)
    (root / "glioma" / "broken.png").write_bytes((root / "glioma" / "glioma (0).png").read_bytes()[:200])
    assert main(["audit", str(root), "--output", str(tmp_path / "out"), "--quiet"]) == 1
    assert "broken.png" in capsys.readouterr().err
    assert (tmp_path / "out" / "audit.html").is_file()


def test_a_pattern_that_takes_for_ever_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree(tmp_path / "data", 1)
    slow = "--patient-pattern=((((((.+)+)+)+)+)+)+Q"
    assert main(["audit", str(tmp_path / "data"), "--output", str(tmp_path / "out"), slow]) == 2
    assert "takes too long to search the file names. Use one without a repeat" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("more", [["--workers", "0"], ["--patient-pattern", "("]])
def test_usage_errors_give_2(tmp_path: Path, more: list[str]) -> None:
    tree(tmp_path / "data", 1)
    assert main(["audit", str(tmp_path / "data"), "--output", str(tmp_path / "out"), *more]) == 2
    assert main(["audit", str(tmp_path / "nowhere"), "--output", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()
