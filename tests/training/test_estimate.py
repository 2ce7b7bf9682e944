"""What a run is foreseen to need: it grows with the work, is remembered by settings, and what is short is told."""

from dataclasses import replace
from pathlib import Path

import pytest

from training.config import TrainConfig
from training.estimate import DataCounts, Estimate, estimate, shortages
from training.speeds import Measured, graph_pays_from, recall, remember

CONFIG = TrainConfig(threads=2, workers=2)
COUNTS = DataCounts(train=3500, validation=600, test=900)
MEASURED = Measured("lite0", 192, 32, 2, 8.0, 0.02, 10.0, 0.8, 0.008, 0.008, 4.0, 1_800_000_000)


def minutes(config: TrainConfig = CONFIG, counts: DataCounts = COUNTS, measured: Measured | None = MEASURED) -> float:
    return estimate(config, counts, measured).seconds / 60


def test_a_full_run_adds_up() -> None:
    needed = estimate(CONFIG, COUNTS, MEASURED)
    assert needed.confident
    assert sum(needed.steps.values()) == pytest.approx(needed.seconds)
    # 7 epochs of 110 batches at 0.8 s, the first with fewer blocks learning, two phases to be traced.
    assert needed.steps["training"] == pytest.approx((6 + 0.75) * 110 * 0.8 + 7 * 600 * 0.008 + 20, rel=0.01)
    assert needed.steps["data"] == pytest.approx(2 * 5000 * 0.02 / 2)
    assert 1_800_000_000 < needed.peak_memory_bytes < 2_000_000_000
    assert 5000 * 192 * 192 < needed.disk_bytes < 5000 * 192 * 192 + 400_000_000


@pytest.mark.parametrize(
    ("change", "factor"),
    [
        ({"epochs": 14}, 2.0),
        ({"epochs": 0}, 0.05),
        ({"size": 384}, 4.0),
        ({"variant": "b3"}, 3.0),
        ({"threads": 1}, 2.0),
    ],
)
def test_more_work_takes_longer(change: dict, factor: float) -> None:
    usual, other = (estimate(config, COUNTS, MEASURED) for config in (CONFIG, replace(CONFIG, **change)))
    assert other.steps["training"] / usual.steps["training"] == pytest.approx(factor, rel=0.25, abs=0.05)
    assert other.confident is ("epochs" in change)


def test_larger_batches_take_memory_and_not_time() -> None:
    small, large = (estimate(replace(CONFIG, batch_size=size), COUNTS, MEASURED) for size in (32, 128))
    assert large.peak_memory_bytes > 2 * small.peak_memory_bytes
    assert large.steps["training"] == pytest.approx(small.steps["training"], rel=0.05)


def test_progressive_sizes_are_faster_and_want_crops_of_both() -> None:
    plain, small_first = (estimate(replace(CONFIG, start_size=size), COUNTS, MEASURED) for size in (0, 96))
    assert small_first.steps["training"] < plain.steps["training"]
    assert small_first.steps["data"] > plain.steps["data"]
    assert small_first.disk_bytes > plain.disk_bytes


def test_data_that_were_audited_are_not_read_twice() -> None:
    assert minutes(counts=replace(COUNTS, audited=True)) < minutes()
    parts = {"glioma": {"train": 5, "validation": 1, "test": 2, "left_out": 9}, "no_tumor": {"train": 3, "test": 1}}
    assert DataCounts.of_parts(parts) == DataCounts(8, 1, 3, audited=True)


def test_without_a_measurement_it_is_a_guess() -> None:
    guess = estimate(CONFIG, COUNTS, None)
    assert not guess.confident
    assert 0.3 < guess.seconds / 60 / minutes() < 3


def test_measurements_are_remembered_by_settings(tmp_path: Path) -> None:
    assert recall(CONFIG, tmp_path) is None
    remember(MEASURED, tmp_path)
    remember(replace(MEASURED, variant="b0", batch_s=2.0), tmp_path)
    remember(replace(MEASURED, batch_s=0.7), tmp_path)
    assert recall(CONFIG, tmp_path) == replace(MEASURED, batch_s=0.7)
    near = recall(replace(CONFIG, variant="b0", size=224), tmp_path)
    assert near is not None
    assert near.variant == "b0"
    assert not near.fits(replace(CONFIG, variant="b0", size=224))
    (tmp_path / "speeds.json").write_text('{"format": 1, "measured": [{"variant": "lite0"}]}')
    assert recall(CONFIG, tmp_path) is None


def test_what_is_short_is_told_with_a_way_out(tmp_path: Path) -> None:
    fine = Estimate(60, 1000, 1000, True, {})
    assert shortages(fine, tmp_path / "not" / "there", tmp_path) == ()
    memory, disk = shortages(replace(fine, peak_memory_bytes=10**15, disk_bytes=10**18), tmp_path / "run", tmp_path)
    assert (memory.kind, disk.kind) == ("memory", "disk")
    assert memory.needed > memory.free > 0
    assert "smaller batches" in memory.message
    assert "another disk" in disk.message


def test_a_graph_is_made_where_it_was_measured_to_pay() -> None:
    quick_graph = replace(MEASURED, forward_s=0.008, graph_s=0.012, export_s=4.0)
    assert graph_pays_from(quick_graph, 2, 9) == 2000  # 2 ms saved a picture
    assert graph_pays_from(quick_graph, 1, 9) == 1000
    assert graph_pays_from(replace(quick_graph, graph_s=0.016), 2, 9) > 10**9, "Keras is as fast there"
    assert graph_pays_from(None, 2, 9) == 9
