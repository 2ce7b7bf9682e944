"""Temperature and thresholds: they find what was put in, and keep what they promise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from training.calibrate import choose_certain_threshold, choose_domain_threshold, doubted_labels, fit_temperature
from training.metrics import UNSPECIFIED
from training.scoring import expected_calibration_error
from tumorviewer.inference.golden import softmax


def _scans(seed: int, n: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose plain softmax is calibrated, because the labels are drawn from it."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, 2, (n, 4))
    chances = softmax(logits)
    labels = (chances.cumsum(axis=1) > generator.random((n, 1))).argmax(axis=1)
    return logits, labels


@pytest.mark.parametrize("factor", [0.3, 1.0, 2.5, 6.0])
def test_temperature_is_recovered(factor: float) -> None:
    logits, labels = _scans(1)
    temperature = fit_temperature(logits * factor, labels)
    assert temperature == pytest.approx(factor, rel=0.06)
    before = expected_calibration_error(labels, softmax(logits * factor))
    after = expected_calibration_error(labels, softmax(logits * factor, temperature))
    assert after < 0.03
    assert after <= before + 0.005


def test_temperature_is_the_minimum_that_scipy_finds() -> None:
    logits, labels = _scans(2, 300)

    def loss(log_temperature: float) -> float:
        chances = softmax(logits * 3, float(np.exp(log_temperature)))
        return float(-np.log(chances[np.arange(300), labels]).mean())

    peer = optimize.minimize_scalar(loss, bounds=(-3, 3), method="bounded", options={"xatol": 1e-9})
    assert fit_temperature(logits * 3, labels) == pytest.approx(np.exp(peer.x), rel=1e-4)


def test_temperature_stays_finite_when_all_answers_are_right() -> None:
    labels = np.array([0, 1, 2, 3])
    temperature = fit_temperature(np.eye(4) * 9.0, labels)
    assert 0.04 < temperature < 0.06


def test_scans_of_unknown_type_do_not_move_the_temperature() -> None:
    logits, labels = _scans(3, 500)
    more = np.concatenate([logits, np.full((50, 4), 100.0)])
    marked = np.concatenate([labels, np.full(50, UNSPECIFIED)])
    assert fit_temperature(more, marked) == fit_temperature(logits, labels)
    with pytest.raises(ValueError, match="class is known"):
        fit_temperature(logits, np.full(500, UNSPECIFIED))
    with pytest.raises(ValueError, match="not numbers"):
        fit_temperature(np.full((2, 4), np.nan), np.array([0, 1]))


def test_certain_threshold_by_hand() -> None:
    confidence = np.array([0.99, 0.95, 0.90, 0.80, 0.70, 0.60])
    probabilities = np.stack([confidence, 1 - confidence], axis=1)
    labels = np.array([0, 0, 0, 1, 0, 1])
    assert choose_certain_threshold(probabilities, labels, 0.0) == pytest.approx(0.85)
    assert choose_certain_threshold(probabilities, labels, 0.20) == pytest.approx(0.65)
    assert choose_certain_threshold(probabilities, labels, 0.50) == 0.0
    assert choose_certain_threshold(probabilities, np.ones(6, dtype=np.int64), 0.02) == 1.0


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.sampled_from([0.0, 0.02, 0.1, 0.3]))
def test_certain_threshold_keeps_its_promise_and_is_the_lowest(seed: int, share: float) -> None:
    generator = np.random.default_rng(seed)
    probabilities = generator.dirichlet([0.4] * 4, 80).round(2)
    labels = np.where(generator.random(80) < 0.8, probabilities.argmax(axis=1), generator.integers(0, 4, 80))
    confidence, wrong = probabilities.max(axis=1), probabilities.argmax(axis=1) != labels
    threshold = choose_certain_threshold(probabilities, labels, share)
    certain = confidence >= threshold
    if threshold < 1.0 and certain.any():
        assert wrong[certain].mean() <= share + 1e-9
    for lower in np.unique(confidence[confidence < threshold]):
        assert wrong[confidence >= lower].mean() > share


def test_domain_threshold_keeps_the_share() -> None:
    scores = np.random.default_rng(4).gamma(2.0, size=997)
    threshold = choose_domain_threshold(scores, keep=0.99)
    assert 0.99 <= (scores <= threshold).mean() < 0.993
    assert choose_domain_threshold(np.array([3.0])) == 3.0
    with pytest.raises(ValueError, match="as numbers"):
        choose_domain_threshold(np.zeros(0))


def labelled_answers() -> tuple[np.ndarray, np.ndarray]:
    """Return probabilities and labels of 400 scans: a quarter of the tumours mixed up among themselves, none with 3."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2, 3], [80, 70, 50, 200])
    seen = np.where((labels < 3) & (rng.random(400) < 0.25), (labels + 1) % 3, labels)
    logits = rng.normal(size=(400, 4)) + 5.0 * np.eye(4)[seen]
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True), labels


def test_tumours_among_scans_without_one_are_doubted_and_mixed_up_types_are_not() -> None:
    probabilities, labels = labelled_answers()
    wrong = np.flatnonzero(labels == 3)[:15]
    probabilities[wrong] = [0.33, 0.33, 0.33, 0.01]  # a tumour for sure, of whatever type
    doubted = doubted_labels(probabilities, labels, 3)
    assert doubted[wrong].all()
    assert doubted.sum() <= len(wrong) + 2
    untold = np.where(np.isin(np.arange(400), wrong), UNSPECIFIED, labels)
    assert doubted_labels(probabilities, untold, 3)[wrong].sum() == 0


def test_nothing_is_doubted_where_little_is_known() -> None:
    probabilities, labels = labelled_answers()
    few = np.concatenate([np.arange(200), np.arange(200, 230)])
    probabilities[few[-5:]] = [0.33, 0.33, 0.33, 0.01]
    assert not doubted_labels(probabilities[few], labels[few], 3).any()
