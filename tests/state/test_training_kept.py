"""Runs of before, and which of them are drawn beside the one that is shown."""

import json
from dataclasses import asdict
from pathlib import Path

from training.config import TrainConfig
from training.events import EpochEnded
from training.runs import CONFIG, list_runs
from tumorviewer.state.training.kept import MOST_BESIDE, KeptRuns


def write_run(folder: Path, accuracies: list[float]) -> Path:
    folder.mkdir(parents=True)
    (folder / CONFIG).write_text(json.dumps(TrainConfig().to_dict()))
    rows = [
        asdict(EpochEnded("all", number, 3, 1.0, 0.5, 1.0, value, value, [[1]], 1e-4, 1.0, 30.0, True))
        for number, value in enumerate(accuracies, 1)
    ]
    (folder / "history.json").write_text(json.dumps(rows))
    return folder


def test_runs_are_drawn_beside_the_one_that_is_shown(tmp_path: Path) -> None:
    first, second = write_run(tmp_path / "first", [0.5, 0.6]), write_run(tmp_path / "second", [0.7])
    kept = KeptRuns()
    told: list[str] = []
    kept.beside_changed.connect(lambda: told.append("beside"))
    kept.take(list_runs(tmp_path))
    kept.compare(first, True)
    kept.compare(first, True)
    kept.compare(second, True)
    assert told == ["beside", "beside"]
    assert {name: [e.validation_accuracy for e in history.epochs] for name, history in kept.beside(None)} == {
        "first": [0.5, 0.6],
        "second": [0.7],
    }
    assert [name for name, _ in kept.beside(second)] == ["first"], "the one that is shown is there already"
    kept.compare(first, False)
    assert not kept.is_beside(first)


def test_what_is_gone_is_no_longer_drawn(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "runs" / "first", [0.5])
    kept = KeptRuns()
    kept.take(list_runs(folder.parent))
    kept.compare(folder, True)
    folder.rename(tmp_path / "elsewhere")
    kept.take(list_runs(folder.parent))
    assert not kept.is_beside(folder)
    assert kept.beside(None) == []


def test_no_more_are_drawn_than_can_be_told_apart(tmp_path: Path) -> None:
    folders = [write_run(tmp_path / str(number), [0.5]) for number in range(MOST_BESIDE + 1)]
    kept = KeptRuns()
    kept.take(list_runs(tmp_path))
    for folder in folders:
        kept.compare(folder, True)
    assert kept.is_full
    assert not kept.is_beside(folders[-1])
