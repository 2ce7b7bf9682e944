"""How far a run is, and how long it will still take."""

import pytest

from training.events import BatchEnded, EpochEnded, PhaseStarted, Progress, RunFinished, RunStarted
from tumorviewer.state.training.pace import RunPace, Stage

STEPS = {"start": 10.0, "data": 20.0, "embeddings": 10.0, "training": 100.0, "export": 5.0, "evaluation": 5.0}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def batch(epoch: int, number: int, of: int = 10) -> BatchEnded:
    return BatchEnded("all blocks, 64 px", epoch, number, of, 0.5, 0.5, 1e-4, 30.0)


def started(resumed: int = 0) -> RunStarted:
    return RunStarted("run", 70, 10, 20, True, "by patients", {}, resumed)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> RunPace:
    made = RunPace(clock)
    made.foresee(4, STEPS)
    return made


def test_the_share_follows_the_time_that_each_step_takes(pace: RunPace) -> None:
    assert pace.share == 0.0
    pace.take(Progress("audit", 10, 10))
    assert pace.stage is Stage.AUDIT
    assert pace.share == pytest.approx((10 + 10) / 150)
    pace.take(Progress("crops", 5, 10))
    assert pace.share == pytest.approx((10 + 15) / 150)
    pace.take(PhaseStarted("all blocks, 64 px", 4, 64, 1000))
    pace.take(batch(2, 5))
    assert pace.stage is Stage.EPOCHS
    assert pace.share == pytest.approx((40 + 100 * 1.5 / 4) / 150)
    pace.take(Progress("evaluation", 1, 2))
    assert pace.share == pytest.approx((145 + 2.5) / 150)
    pace.take(RunFinished("", "", "", 4, None))
    assert (pace.stage, pace.share, pace.seconds_left) == (Stage.DONE, 1.0, None)


def test_the_share_never_falls(pace: RunPace) -> None:
    shares = []
    for event in (
        Progress("crops", 10, 10), Progress("crops", 1, 10), PhaseStarted("head", 3, 64, 10), batch(1, 9),
        PhaseStarted("all blocks, 64 px", 3, 64, 10), batch(2, 1), Progress("export", 0, 4),
    ):  # fmt: skip
        pace.take(event)
        shares.append(pace.share)
    assert shares == sorted(shares)


def test_what_is_measured_replaces_what_was_foreseen(pace: RunPace, clock: Clock) -> None:
    pace.take(started())
    pace.take(PhaseStarted("all blocks, 64 px", 4, 64, 10))
    assert pace.seconds_left == pytest.approx(110.0), "as foreseen"
    clock.now += 50.0
    pace.take(batch(1, 10))
    assert pace.seconds_left == pytest.approx(3 * 50.0 + 10.0), "an epoch takes twice as long as that"


def test_a_pause_does_not_count(pace: RunPace, clock: Clock) -> None:
    pace.take(batch(1, 1))
    clock.now += 50.0
    pace.take(batch(2, 1))
    before = pace.seconds_left
    pace.pause()
    clock.now += 10_000.0
    assert pace.seconds_left == pytest.approx(before)
    pace.go_on()
    assert pace.seconds_left == pytest.approx(before)


def test_a_run_that_goes_on_begins_where_it_was(pace: RunPace, clock: Clock) -> None:
    pace.take(started(resumed=2))
    pace.take(PhaseStarted("all blocks, 64 px", 4, 64, 10))
    assert pace.share == pytest.approx((40 + 50) / 150)
    clock.now += 25.0
    pace.take(batch(3, 10))
    assert pace.seconds_left == pytest.approx(25.0 + 10.0), "only what was done since counts for the speed"


def test_epochs_and_batches_of_the_head_do_not_count_as_fine_tuning(pace: RunPace) -> None:
    pace.take(PhaseStarted("head", 3, 64, 10))
    pace.take(EpochEnded("head", 3, 3, 1.0, 0.5, 1.0, 0.5, 0.5, [[1]], 1e-3, 1.0, 100.0, False))
    assert pace.stage is Stage.HEAD
    assert pace.share < 41 / 150
