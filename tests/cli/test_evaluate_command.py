"""`tumorviewer evaluate` from the command line to the files."""

import json
from pathlib import Path

import pytest
from quadrants import draw, save, write_bundle, write_set

from tumorviewer.cli import main


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TUMORVIEWER_HOME", str(tmp_path / "home"))
    write_bundle(tmp_path / "home" / "models" / "quadrants-1.0")
    return "quadrants-1.0"


def test_fold_of_an_index(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write_set(tmp_path / "data")
    code = main(["evaluate", "--model", model, str(data), "--output", str(tmp_path / "out"), "--fold", "1", "--quick"])
    assert code == 0
    values = json.loads((tmp_path / "out" / "evaluation.json").read_text("utf-8"))
    assert values["data"]["scans"] == 12
    assert values["split"]["how"].startswith("fold 1 of 2")
    assert values["split"]["leak_free"] is None
    assert values["robustness"][1]["keeps_class"]["value"] == 0.0
    told = capsys.readouterr()
    assert "mean sensitivity" in told.out
    assert "0.0% after the worst change: mirrored" in told.out
    for words in ("calibration error: ", "type not told: ", "surest 85 %: ", "peak in tumour box: "):
        assert words in told.out
    assert "Research use only" in told.err


def test_baselines_stand_beside_the_model(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write_set(tmp_path / "data", each=8)
    assert main(["evaluate", "--model", model, str(data), "--output", str(tmp_path / "out")]) == 0
    values = json.loads((tmp_path / "out" / "evaluation.json").read_text("utf-8"))
    assert len(values["baselines"]) == 2
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert all(row["name"] in page for row in values["baselines"])
    assert capsys.readouterr().out.count("baseline:") == 2


def test_a_clinics_own_folders_with_a_damaged_file(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, name in enumerate(("glioma", "pituitary", "no_tumor")):
        save(draw(name, number), tmp_path / "data" / name / "扫描 1.png")
    (tmp_path / "data" / "glioma" / "bad.jpg").write_text("not a picture")
    code = main(["evaluate", "--model", model, str(tmp_path / "data"), "--output", str(tmp_path / "out"), "--quick"])
    assert code == 1
    told = capsys.readouterr()
    assert told.err.count("bad.jpg") == 1
    assert "not known whether the model has seen these patients" in told.out.lower()
    assert "扫描 1.png" in (tmp_path / "out" / "predictions.csv").read_text("utf-8")
    assert json.loads((tmp_path / "out" / "evaluation.json").read_text("utf-8"))["headline"]["accuracy"]["value"] == 1.0


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (["--fold", "9"], "no fold 9"),
        (["--published"], "no published test part"),
        (["--model", "nobody"], "nobody"),
        (["--workers", "0"], "--workers"),
        (["--fold", "1", "--all"], "not allowed with"),
    ],
)
def test_usage_errors_say_why_and_write_nothing(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], extra: list[str], words: str
) -> None:
    data = write_set(tmp_path / "data", each=2)
    arguments = ["evaluate", "--model", model, str(data), "--output", str(tmp_path / "out"), *extra]
    assert main(arguments) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_missing_folder_is_a_usage_error(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--model", model, str(tmp_path / "none"), "--output", str(tmp_path / "out")]) == 2
    assert "is not there" in capsys.readouterr().err


def test_output_that_is_a_file_is_told(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write_set(tmp_path / "data", each=2)
    (tmp_path / "out").write_text("in the way")
    assert main(["evaluate", "--model", model, str(data), "--output", str(tmp_path / "out"), "--quick"]) == 1
    assert "could not be written" in capsys.readouterr().err
    assert (tmp_path / "out").read_text() == "in the way"


def test_doubted_labels_are_left_out_beside_the_whole(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_set(tmp_path / "data")
    command = ["evaluate", "--model", model, str(data), "--output", str(tmp_path / "out"), "--all", "--quick"]
    assert main(command) == 0
    whole = json.loads((tmp_path / "out" / "evaluation.json").read_text("utf-8"))
    assert whole["without_doubted_labels"] == {}
    wrong = {row["file"] for row in whole["mistakes"]}
    paths = [path.relative_to(data).as_posix() for path in data.rglob("*.png") if path.name in wrong]
    lines = ["path,frame", *(f"{path},0" for path in paths), "not there.png,0"]
    (tmp_path / "doubtful.csv").write_text("\n".join(lines), encoding="utf-8")
    assert main([*command, "--doubted", str(tmp_path / "doubtful.csv")]) == 0
    values = json.loads((tmp_path / "out" / "evaluation.json").read_text("utf-8"))
    assert values["headline"] == whole["headline"]
    assert values["headline"]["macro_sensitivity"]["value"] < 1.0
    assert values["without_doubted_labels"]["macro_sensitivity"]["value"] == 1.0
    assert "without doubted: mean sensitivity 100.0%" in capsys.readouterr().out
    (tmp_path / "other.csv").write_text("name\nx\n")
    assert main([*command, "--doubted", str(tmp_path / "other.csv")]) == 2
