"""The run that is shown: what it goes on with, and runs of before in its place."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from training.config import TrainConfig
from training.events import EpochEnded, Failed, Noted, PhaseStarted, Progress, RunFinished, RunStarted, Stopped
from training.runs import Asked, KeptRun, note_asked, note_failure, read_run
from tumorviewer.state.training.history import Fit, RunHistory
from tumorviewer.state.training.run import TrainingRun
from tumorviewer.state.training.task import TaskStatus


def epoch(number: int, accuracy: float = 0.9, validation: float = 0.9, *, phase: str = "all") -> EpochEnded:
    best = validation >= 0.9
    return EpochEnded(phase, number, 4, 0.5, accuracy, 0.5, validation, 0.9, [[1]], 1e-4, 10.0, 30.0, best)


def started(resumed: int) -> RunStarted:
    return RunStarted("run", 70, 10, 20, True, "by patients", {}, resumed)


def kept_run(folder: Path, rows: list[EpochEnded], *, data: Path | None = None) -> KeptRun:
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(TrainConfig().to_dict()))
    (folder / "history.json").write_text(json.dumps([asdict(row) for row in rows]))
    if data is not None:
        note_asked(folder, Asked(data, None, None))
    return read_run(folder)


def test_a_run_that_goes_on_keeps_the_epochs_before(tmp_path: Path) -> None:
    run, told = TrainingRun(), []
    run.task.start_wanted.connect(told.append)
    rows = [epoch(1, phase="head"), epoch(1), epoch(2), epoch(3)]
    before = kept_run(tmp_path / "run", rows).history
    places = (tmp_path / "recipe.toml", tmp_path / "data", tmp_path / "run", tmp_path / "cache")
    assert run.start(TrainConfig(epochs=4), *places, decisions=tmp_path / "decisions.csv", before=before)
    assert told[0][-2:] == ["--decisions", str(tmp_path / "decisions.csv")]
    run.task.take([Progress("start", 1, 1), started(resumed=2)])
    assert run.history.all_epochs == rows[:3], "an epoch that was not saved is trained again"
    run.task.take([epoch(3, 0.8)])
    assert [done.accuracy for done in run.history.epochs] == [0.9, 0.9, 0.8]
    assert run.pace.share > 0.4
    assert not run.start(TrainConfig(), *places), "one at a time"


def test_without_a_finished_epoch_the_head_begins_anew() -> None:
    history = RunHistory()
    history.restore([asdict(epoch(1, phase="head"))])
    history.take(started(resumed=0))
    assert history.all_epochs == []


def test_rows_that_are_no_epochs_are_left_out() -> None:
    history = RunHistory()
    history.restore([asdict(epoch(1)), {"epoch": 2}, {**asdict(epoch(3)), "later": 1}])
    assert [done.epoch for done in history.epochs] == [1, 3]


def test_points_of_the_head_lie_before_those_of_fine_tuning() -> None:
    history = RunHistory()
    history.take(PhaseStarted("head", 4, 64, 10))
    for done in [*(epoch(number, phase="head") for number in (1, 2, 3, 4)), epoch(1)]:
        history.take(done)
    assert history.gap()[0] == [-3.0, -2.0, -1.0, 0.0, 1.0]
    kept = RunHistory()
    kept.restore([asdict(done) for done in history.all_epochs])
    assert kept.gap() == history.gap()


@pytest.mark.parametrize(
    ("accuracies", "fit"),
    [
        ([(0.3, 0.3), (0.31, 0.3)], Fit.STUCK),
        ([(0.9, 0.91), (0.92, 0.91)], Fit.GOOD),
        ([(0.9, 0.8), (0.99, 0.8)], Fit.OVERFITTING),
        ([(0.9, 0.9)], Fit.UNKNOWN),
    ],
)
def test_also_the_head_alone_is_judged(accuracies: list[tuple[float, float]], fit: Fit) -> None:
    history = RunHistory()
    for number, (accuracy, validation) in enumerate(accuracies, 1):
        history.take(epoch(number, accuracy, validation, phase="head"))
    assert history.fit is fit


def test_a_run_of_before_is_shown_with_its_own_end_and_failure(tmp_path: Path) -> None:
    run, ended = TrainingRun(), []
    run.ended.connect(lambda: ended.append(run.end))
    run.task.start([])
    run.task.take([Failed("Died", "gone")])
    failed = kept_run(tmp_path / "failed", [epoch(1)], data=tmp_path)
    note_failure(failed.folder, Failed("DiskFull", "full"))
    run.show_kept(read_run(failed.folder))
    assert run.failure == Failed("DiskFull", "full")
    assert run.can_resume
    assert run.data == tmp_path
    assert ended == []
    lost = kept_run(tmp_path / "lost", [epoch(1)])
    run.show_kept(lost)
    assert run.failure is None
    assert not run.can_resume, "nobody knows its data"
    run.clear()
    assert run.output is None
    assert run.history.all_epochs == []


def test_while_one_is_at_work_it_is_the_one_that_is_shown(tmp_path: Path) -> None:
    run = TrainingRun()
    assert run.start(TrainConfig(), tmp_path, tmp_path, tmp_path / "live", tmp_path)
    run.show_kept(kept_run(tmp_path / "old", [epoch(1)]))
    run.clear()
    assert run.output == tmp_path / "live"
    run.task.take([Noted("unreadable", "2 scans cannot be read.", 2), Stopped()])
    assert [note.count for note in run.notes] == [2]
    assert run.task.status is TaskStatus.STOPPED
    assert run.can_resume


def test_the_end_is_told_when_the_process_is_gone() -> None:
    run, ended = TrainingRun(), []
    run.ended.connect(lambda: ended.append(run.end))
    run.task.start([])
    end = RunFinished("bundle", "model.h5", "report.html", 3, 0.9)
    run.task.take([end])
    assert ended == [end]
    assert run.pace.share == 1.0
