"""Curves that are drawn are those that the run told."""

from dataclasses import asdict

import numpy as np
import pytest

from training.events import BatchEnded, EpochEnded, PhaseStarted, Progress
from tumorviewer.state.training.history import SMOOTHING, Fit, RunHistory


def batches(losses: list[float], epoch: int = 1, phase: str = "all blocks, 192 px") -> list[BatchEnded]:
    """Tell single losses as Keras does: as means over the epoch so far."""
    means = np.cumsum(losses) / np.arange(1, len(losses) + 1)
    return [
        BatchEnded(phase, epoch, number, len(losses), float(mean), 1.0 - float(mean), 1e-4 * number, 30.0)
        for number, mean in enumerate(means, 1)
    ]


def epoch(number: int, losses: tuple[float, float], accuracies: tuple[float, float], *, best: bool) -> EpochEnded:
    return EpochEnded(
        "all", number, 7, losses[0], accuracies[0], losses[1], accuracies[1], 0.9, [[1]], 1e-4, 10.0, 30.0, best
    )


def test_single_batches_are_recovered_and_smoothed() -> None:
    history, losses = RunHistory(), [0.9, 0.1, 0.5, 0.7]
    for event in batches(losses):
        history.take(event)
    weights = np.array([SMOOTHING ** (len(losses) - 1 - k) for k in range(len(losses))])
    assert history.batch_loss.y[-1] == pytest.approx(float(weights @ losses / weights.sum()))
    assert history.batch_loss.y[0] == pytest.approx(0.9)
    assert history.batch_loss.x == pytest.approx([0.25, 0.5, 0.75, 1.0])
    assert history.learning_rate.y == pytest.approx([1e-4, 2e-4, 3e-4, 4e-4])


def test_an_epoch_goes_on_where_the_one_before_ended() -> None:
    history = RunHistory()
    for event in [*batches([1.0] * 3), *batches([0.5] * 3, epoch=2)]:
        history.take(event)
    assert history.batch_loss.x[3:] == pytest.approx([4 / 3, 5 / 3, 2.0])
    assert 0.5 < history.batch_loss.y[-1] < history.batch_loss.y[3] < 1.0


def test_the_head_phase_lies_before_the_first_epoch() -> None:
    history = RunHistory()
    history.take(PhaseStarted("head", 7, 192, 5000))
    for event in batches([0.5, 0.5], epoch=1, phase="head"):
        history.take(event)
    history.take(PhaseStarted("last blocks, 192 px", 1, 192, 1000))
    history.take(PhaseStarted("all blocks, 192 px", 6, 192, 3000))
    assert history.batch_loss.x == pytest.approx([-6.5, -6.0])
    assert [begin for begin, _ in history.phases] == [-7.0, 0.0, 1.0]
    assert history.planned_epochs == 7


def test_long_steps_are_forgotten_when_batches_come() -> None:
    history = RunHistory()
    history.take(Progress("crops", 3, 10))
    assert history.progress == Progress("crops", 3, 10)
    history.take(batches([0.5])[0])
    assert history.progress is None


@pytest.mark.parametrize(
    ("rows", "fit"),
    [
        ([((0.6, 0.6), (0.70, 0.70), True)], Fit.UNKNOWN),
        ([((0.6, 0.6), (0.70, 0.70), True), ((0.5, 0.5), (0.78, 0.77), True)], Fit.LEARNING),
        ([((0.3, 0.32), (0.92, 0.91), True), ((0.29, 0.32), (0.92, 0.91), False)], Fit.GOOD),
        ([((0.3, 0.32), (0.92, 0.91), True), ((0.1, 0.45), (0.97, 0.91), False)], Fit.OVERFITTING),
        ([((0.3, 0.32), (0.92, 0.80), True), ((0.29, 0.32), (0.95, 0.82), True)], Fit.OVERFITTING),
    ],
)
def test_overfitting_is_named(rows: list[tuple], fit: Fit) -> None:
    history = RunHistory()
    for number, (losses, accuracies, best) in enumerate(rows, 1):
        history.take(epoch(number, losses, accuracies, best=best))
    assert history.fit is fit


def test_a_kept_history_is_the_same() -> None:
    told = [epoch(1, (0.6, 0.6), (0.7, 0.7), best=True), epoch(2, (0.5, 0.7), (0.8, 0.6), best=False)]
    history = RunHistory()
    history.restore([asdict(event) for event in told])
    assert history.epochs == told
    assert history.best == told[0]
    assert history.gap() == ([1.0, 2.0], [0.7, 0.8], [0.7, 0.6])
