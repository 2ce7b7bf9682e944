"""Runs as they were left in folders, their history as a table, their settings as a file."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from training.config import AugmentConfig, TrainConfig
from training.errors import ConfigError
from training.events import EpochEnded, Failed, RunFinished
from training.finished import STATE, finished_run, forget, mark_finished, run_key
from training.locks import folder_lock
from training.recipe import load_recipe, problems, recipe_text, save_recipe
from training.runs import Asked, RunStatus, export_history, list_runs, note_asked, note_failure, read_run

EPOCH = EpochEnded("all", 1, 3, 0.5, 0.8, 0.6, 0.7, 0.65, [[3, 1], [0, 4]], 1e-3, 12.5, 40.0, True)


def epoch(number: int, best: bool) -> dict:
    return {name: getattr(EPOCH, name) for name in EPOCH.__slots__} | {"epoch": number, "best": best}


def begin(folder: Path, config: TrainConfig | None = None) -> Path:
    """Lay down what a run writes at its start and after two epochs."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps((config or TrainConfig()).to_dict()))
    (folder / "history.json").write_text(json.dumps([epoch(1, True), epoch(2, False)]))
    note_asked(folder, Asked(Path("/data/heads"), None, Path("decisions.csv")))
    return folder


def end(folder: Path) -> RunFinished:
    bundle = folder / "my-model-1.0.0"
    bundle.mkdir()
    (bundle / "card.json").write_text("{}")
    event = RunFinished(str(bundle), str(folder / "model.h5"), str(folder / "report" / "report.html"), 1, 0.9)
    mark_finished(folder, run_key(TrainConfig()), event)
    return event


def test_a_folder_lists_its_runs_with_how_they_stand(tmp_path: Path) -> None:
    event = end(begin(tmp_path / "a"))
    note_failure(begin(tmp_path / "b"), Failed("DiskFull", "No room."))
    begin(tmp_path / "c")
    (tmp_path / "no run").mkdir()
    runs = {run.folder.name: run for run in list_runs(tmp_path)}
    assert {name: run.status for name, run in runs.items()} == {
        "a": RunStatus.FINISHED, "b": RunStatus.FAILED, "c": RunStatus.UNFINISHED
    }  # fmt: skip
    assert runs["a"].end == event
    assert runs["b"].failure == Failed("DiskFull", "No room.")
    assert runs["c"].best_epoch == 1
    assert runs["c"].config == TrainConfig()
    assert runs["c"].asked == Asked(Path("/data/heads"), None, Path("decisions.csv"))
    assert len(runs["c"].history) == 2
    with folder_lock(tmp_path / "c" / STATE):
        assert read_run(tmp_path / "c").status is RunStatus.RUNNING
    assert read_run(tmp_path / "c").status is RunStatus.UNFINISHED
    assert list_runs(tmp_path / "missing") == ()


def test_a_moved_run_finds_its_own_files(tmp_path: Path) -> None:
    end(begin(tmp_path / "a"))
    (tmp_path / "a").rename(tmp_path / "z")
    found = finished_run(tmp_path / "z", run_key(TrainConfig()))
    assert found is not None
    assert Path(found.bundle) == tmp_path / "z" / "my-model-1.0.0"
    assert read_run(tmp_path / "z").end == found


def test_other_settings_or_decisions_are_another_run(tmp_path: Path) -> None:
    end(begin(tmp_path / "a"))
    with pytest.raises(ConfigError, match="other settings"):
        finished_run(tmp_path / "a", run_key(replace(TrainConfig(), seed=1)))
    decisions = tmp_path / "decisions.csv"
    decisions.write_text("path,frame,given,decision\n")
    first = run_key(TrainConfig(), decisions)
    decisions.write_text("path,frame,given,decision\na.png,0,glioma,leave out\n")
    assert len({first, run_key(TrainConfig(), decisions), run_key(TrainConfig())}) == 3
    forget(tmp_path / "a")
    assert finished_run(tmp_path / "a", "any") is None


@pytest.mark.parametrize("name", ["config.json", "history.json", "state/asked.json", "state/failure.json"])
def test_a_damaged_file_hides_no_run(tmp_path: Path, name: str) -> None:
    begin(tmp_path / "a")
    (tmp_path / "a" / name).write_bytes(b"\xff{")
    (run,) = list_runs(tmp_path)
    assert run.status is RunStatus.UNFINISHED


def test_the_history_is_a_table(tmp_path: Path) -> None:
    export_history([epoch(1, True), {**epoch(2, False), "confusion": []}], tmp_path / "history.csv")
    with (tmp_path / "history.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert rows[0]["validation_accuracy"] == "0.7"
    assert rows[0]["confusion_1_1"] == "4"
    assert rows[1]["confusion_1_1"] == ""
    assert rows[0]["notice"].startswith("Research use only")


def test_settings_survive_as_a_file(tmp_path: Path) -> None:
    config = TrainConfig(
        base='C:\\models\\the "best"\u007f one\n',
        learning_rate=1e-5,
        patience=3,
        published=True,
        patient_pattern=r"^(P\d+)_",
        notice="Größe \U0001f9e0",
        augment=AugmentConfig(flip=0.0, rotate=1e-7),
    )
    save_recipe(config, tmp_path / "settings.toml")
    assert load_recipe(tmp_path / "settings.toml") == config
    with pytest.raises(ConfigError, match="cannot be written as text"):
        recipe_text(replace(config, base="\udcff"))


def test_single_values_are_checked_as_they_are_typed() -> None:
    assert problems(TrainConfig().to_dict()) == {}
    found = problems({"epochs": 0, "batch_size": 0, "size": 100, "augment": {"zoom": 3.0, "flip": 0.5}, "colour": 1})
    assert set(found) == {"batch_size", "size", "augment.zoom", "colour"}
    assert "between 1 and 1024" in found["batch_size"]
    assert "between 0 and 0.8" in found["augment.zoom"]
    assert "nothing would be trained" in problems({"epochs": 0, "head_epochs": 0})[""]
    assert "learning_rate" in problems({"learning_rate": float("nan")})
