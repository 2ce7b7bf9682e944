"""Which pictures an epoch shows, and what mixing makes of them."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

from quadrants import write_set  # noqa: E402

from training.cache import build_cache  # noqa: E402
from training.dataset import Sample, read_dataset  # noqa: E402
from training.guidance import boxes_in_input  # noqa: E402
from training.losses import encode_labels  # noqa: E402
from training.sampling import EpochBatches, Mixing, balanced_weights, class_weights, draw_epoch, mix  # noqa: E402
from tumorviewer.imaging.prepare import InputSpec  # noqa: E402


def sample(label: str, source: str, group: str) -> Sample:
    return Sample(Path(f"{label}-{source}-{group}.png"), label, source, None, group, group)


def test_labels_share_an_epoch_equally_and_copies_share_a_picture() -> None:
    samples = [sample("glioma", "a", f"g{n}") for n in range(90)]
    samples += [sample("no_tumor", "a", "same")] * 9 + [sample("no_tumor", "a", "other")]
    weights = balanced_weights(samples)
    assert weights[:90].sum() == pytest.approx(0.5)
    assert weights[90:99].sum() == pytest.approx(weights[99])


def test_a_source_counts_by_the_root_of_its_pictures() -> None:
    samples = [sample("glioma", "large", f"g{n}") for n in range(100)] + [
        sample("glioma", "small", f"s{n}") for n in range(4)
    ]
    weights = balanced_weights(samples)
    assert weights[:100].sum() / weights[100:].sum() == pytest.approx(10 / 2)


def test_an_epoch_shows_each_sample_as_often_as_its_weight_says() -> None:
    weights = np.array([0.5, 0.25, 0.125, 0.125])
    drawn = Counter(draw_epoch(weights, 80, 4, np.random.default_rng(0)).tolist())
    assert drawn == {0: 40, 1: 20, 2: 10, 3: 10}


def test_without_weights_every_sample_is_shown_before_one_comes_again() -> None:
    drawn = draw_epoch(None, 25, 10, np.random.default_rng(0))
    assert sorted(drawn[:10]) == list(range(10))
    assert sorted(drawn[10:20]) == list(range(10))
    assert len(drawn) == 25


def test_class_weights_make_labels_count_equally() -> None:
    samples = [sample("glioma", "a", f"g{n}") for n in range(30)] + [
        sample("pituitary", "a", f"p{n}") for n in range(10)
    ]
    weights = class_weights(samples)
    assert weights[:30].sum() == pytest.approx(weights[30:].sum())
    assert weights.mean() == pytest.approx(1.0)


@pytest.mark.parametrize("mixing", [Mixing(mixup=0.4), Mixing(cutmix=1.0)])
def test_mixed_targets_tell_what_is_in_the_picture(mixing: Mixing) -> None:
    # Pictures of one grey each: the mean grey of a mixed picture says how much of whom it holds.
    greys = np.array([0.0, 100.0, 200.0, 50.0], np.float32)
    pixels = np.broadcast_to(greys[:, None, None, None], (4, 32, 32, 1)).copy()
    targets = encode_labels(["glioma", "meningioma", "pituitary", "no_tumor"])[:, None]
    mixed, mixed_targets = mix(pixels, targets, mixing, np.random.default_rng(3))
    shares = mixed_targets.sum(axis=1)
    assert shares.sum(axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert mixed.mean(axis=(1, 2, 3)) == pytest.approx(shares @ greys, abs=1e-2)
    assert not np.array_equal(mixed, pixels)


def test_batches_of_halves_are_the_same_when_asked_again(tmp_path: Path) -> None:
    """The patch of each class lies on one side of its head: half of those that are tried lose it, and their label."""
    spec, samples = InputSpec(size=64), read_dataset(write_set(tmp_path / "data")).samples
    cache = build_cache(samples, spec, tmp_path / "cache", workers=0)
    boxes, masks = boxes_in_input(samples, cache, spec), encode_labels([one.label for one in samples])

    def batch(share: float) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
        mixing = Mixing(healthy_halves=share)
        shown = EpochBatches(cache, np.arange(24), masks, 24, mixing=mixing, boxes=boxes, seed=(0, 1))
        first, again = shown[0], shown[0]
        np.testing.assert_array_equal(first[0]["grey"], again[0]["grey"])
        np.testing.assert_array_equal(first[1][:, 0], first[0]["allowed"])
        return first

    plain, halves = batch(0.0), batch(1.0)
    np.testing.assert_array_equal(plain[1][:, 0], masks)
    lost = (halves[1][:, 0, 3] == 1.0) & (masks[:, 3] == 0.0)
    assert 4 <= lost.sum() <= 14
    # Without its patch a head has nothing that shines; with it, twice as much as before.
    shining = (halves[0]["grey"] > 190).sum(axis=(1, 2, 3))
    assert shining[lost].max() == 0
    assert not halves[0]["marks"][lost].any()
    kept = (masks[:, 3] == 0.0) & ~lost
    before = (plain[0]["grey"] > 190).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(shining[kept] / before[kept], 2.0, rtol=0.2)
