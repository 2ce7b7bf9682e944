"""Counts, proportions and probabilities against hand-worked cases, published values and scikit-learn."""

import math

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as peer

from training.metrics import (
    UNSPECIFIED,
    accuracy,
    auroc,
    block_bootstrap,
    class_table,
    confusion_matrix,
    macro_f1,
    macro_sensitivity,
    mcnemar_exact,
    roc_curve,
    tumor_detection,
    wilson,
)
from training.scoring import (
    brier_score,
    expected_calibration_error,
    negative_log_likelihood,
    reliability_table,
    risk_coverage,
)


@pytest.fixture(scope="module")
def answered() -> tuple[np.ndarray, np.ndarray]:
    """Labels and probabilities of 500 made-up scans, about four fifths right, with many ties."""
    generator = np.random.default_rng(7)
    labels = generator.integers(0, 4, 500)
    logits = generator.normal(0, 1.2, (500, 4)).round(1)
    logits[np.arange(500), labels] += 2.0
    powers = np.exp(logits)
    return labels, powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (1, 29), (81, 263), (10, 10), (1340, 1362)])
def test_wilson_agrees_with_scipy(hits: int, n: int) -> None:
    expected = stats.binomtest(hits, n).proportion_ci(method="wilson")
    estimate = wilson(hits, n)
    assert estimate.value == hits / n
    assert (estimate.low, estimate.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_agrees_with_the_published_example() -> None:
    """Newcombe (Stat. Med. 17:857, 1998), table I, method 3: 81 of 263 -> 0.2553 to 0.3662."""
    estimate = wilson(81, 263)
    assert round(estimate.low, 4) == 0.2553
    assert round(estimate.high, 4) == 0.3662


def test_wilson_without_cases_is_not_a_number_and_null_in_json() -> None:
    estimate = wilson(0, 0)
    assert math.isnan(estimate.value)
    assert estimate.to_dict()["value"] is None
    with pytest.raises(ValueError, match="not a proportion"):
        wilson(3, 2)


def test_counts_agree_with_scikit_learn(answered: tuple[np.ndarray, np.ndarray]) -> None:
    labels, probabilities = answered
    answers = probabilities.argmax(axis=1)
    matrix = confusion_matrix(labels, answers, 4)
    assert np.array_equal(matrix, peer.confusion_matrix(labels, answers))
    assert macro_sensitivity(matrix) == pytest.approx(peer.balanced_accuracy_score(labels, answers))
    assert macro_f1(matrix) == pytest.approx(peer.f1_score(labels, answers, average="macro"))
    assert accuracy(labels, answers).value == pytest.approx(peer.accuracy_score(labels, answers))
    precision, recall, f1, _ = peer.precision_recall_fscore_support(labels, answers)
    for index, row in enumerate(class_table(matrix)):
        assert row.sensitivity.value == pytest.approx(recall[index])
        assert row.precision.value == pytest.approx(precision[index])
        assert row.f1 == pytest.approx(f1[index])
        assert row.specificity.value == pytest.approx(peer.recall_score(labels != index, answers != index))


def test_absent_classes_are_left_out_of_means() -> None:
    matrix = confusion_matrix(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 0]), 4)
    assert macro_sensitivity(matrix) == pytest.approx((1.0 + 0.5) / 2)
    assert macro_f1(matrix) == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert math.isnan(class_table(matrix)[3].f1)
    assert math.isnan(macro_sensitivity(np.zeros((4, 4), dtype=np.int64)))


def test_roc_agrees_with_scikit_learn_with_ties(answered: tuple[np.ndarray, np.ndarray]) -> None:
    labels, probabilities = answered
    for index in range(4):
        scores = probabilities[:, index].round(2)
        curve = roc_curve(labels == index, scores)
        false, true, thresholds = peer.roc_curve(labels == index, scores, drop_intermediate=False)
        assert curve is not None
        assert np.allclose(curve.false_positive, false)
        assert np.allclose(curve.true_positive, true)
        assert np.array_equal(curve.thresholds, thresholds)
        assert auroc(labels == index, scores) == pytest.approx(peer.roc_auc_score(labels == index, scores))
    assert roc_curve(labels >= 0, probabilities[:, 0]) is None
    assert math.isnan(auroc(labels >= 0, probabilities[:, 0]))


def test_detection_by_hand() -> None:
    """Four healthy scans with tumour scores .1 .2 .3 .8 and four tumours (one of unknown type) with .9 .7 .4 .25."""
    scores = np.array([0.1, 0.2, 0.3, 0.8, 0.9, 0.7, 0.4, 0.25])
    probabilities = np.stack([scores, np.zeros(8), np.zeros(8), 1 - scores], axis=1)
    labels = np.array([3, 3, 3, 3, 0, 1, UNSPECIFIED, 2])
    figures = tumor_detection(labels, probabilities, no_tumor=3, at_specificity=0.75)
    assert figures.sensitivity.value == 0.5
    assert figures.specificity.value == 0.75
    assert figures.threshold == pytest.approx(0.4)
    assert figures.sensitivity_at.value == 0.75
    assert figures.unspecified.n == 1
    assert figures.unspecified.value == 0.0
    assert figures.auroc == pytest.approx(12 / 16)
    strict = tumor_detection(labels, probabilities, no_tumor=3, at_specificity=0.97)
    assert strict.sensitivity_at.value == 0.25


def test_mcnemar_agrees_with_the_binomial_test() -> None:
    a = np.array([True] * 12 + [False] * 3 + [True] * 40)
    b = np.array([False] * 12 + [True] * 3 + [True] * 40)
    assert mcnemar_exact(a, b) == pytest.approx(stats.binomtest(3, 15).pvalue)
    assert mcnemar_exact(a, a) == 1.0
    many = np.arange(4000) % 2 == 0
    assert mcnemar_exact(many, ~many) == 1.0


def test_bootstrap_is_wider_when_patients_err_as_one() -> None:
    right = np.repeat(np.random.default_rng(1).random(30) < 0.8, 20).astype(float)

    def share(cases: np.ndarray) -> float:
        return float(right[cases].mean())

    by_patient = block_bootstrap(share, np.repeat(np.arange(30), 20))
    by_scan = block_bootstrap(share, np.arange(600))
    assert by_patient.value == by_scan.value == pytest.approx(right.mean())
    assert by_patient.high - by_patient.low > 3 * (by_scan.high - by_scan.low)
    assert by_scan.low == pytest.approx(wilson(int(right.sum()), 600).low, abs=0.01)
    assert block_bootstrap(share, np.repeat(np.arange(30), 20)) == by_patient


def test_bootstrap_of_one_patient_has_no_interval() -> None:
    single = block_bootstrap(lambda cases: 1.0, np.zeros(5))
    assert single.value == 1.0
    assert math.isnan(single.low)


def test_reliability_and_calibration_error_by_hand() -> None:
    probabilities = np.array([[0.95, 0.05], [0.95, 0.05], [0.6, 0.4], [0.6, 0.4], [0.0, 1.0]])
    labels = np.array([0, 1, 0, 0, 1])
    table = reliability_table(labels, probabilities, bins=10)
    assert [row.n for row in table] == [0, 0, 0, 0, 0, 2, 0, 0, 0, 3]
    assert table[5].high == pytest.approx(0.6)
    assert table[9].accuracy == pytest.approx(2 / 3)
    expected = (2 * abs(1.0 - 0.6) + 3 * abs(2 / 3 - 2.9 / 3)) / 5
    assert expected_calibration_error(labels, probabilities, bins=10) == pytest.approx(expected)


def test_proper_scores_agree_with_scikit_learn(answered: tuple[np.ndarray, np.ndarray]) -> None:
    labels, probabilities = answered
    assert negative_log_likelihood(labels, probabilities) == pytest.approx(peer.log_loss(labels, probabilities))
    two = np.stack([1 - probabilities[:, 0], probabilities[:, 0]], axis=1)
    # scikit-learn's binary Brier score counts one of the two equal terms.
    binary = peer.brier_score_loss(labels == 0, probabilities[:, 0])
    assert brier_score((labels == 0).astype(np.int64), two) == pytest.approx(2 * binary)
    certain_and_wrong = np.array([[1.0, 0.0]])
    assert brier_score(np.array([1]), certain_and_wrong) == 2.0
    assert math.isfinite(negative_log_likelihood(np.array([1]), certain_and_wrong))


def test_risk_coverage_by_hand() -> None:
    right = np.array([True, False, True, True])
    curve = risk_coverage(right, np.array([0.9, 0.5, 0.7, 0.7]))
    assert curve.coverage.tolist() == [0.25, 0.75, 1.0]
    assert curve.risk.tolist() == [0.0, 0.0, 0.25]
    assert curve.area == pytest.approx(0.0625)
    assert curve.risk_at(0.5) == 0.0
    assert curve.risk_at(1.0) == 0.25
    assert math.isnan(risk_coverage(np.zeros(0, dtype=bool), np.zeros(0)).area)
