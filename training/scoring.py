"""How far the probabilities may be believed: calibration error, proper scores, risk against coverage. Pure NumPy."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """One bar of the reliability diagram: scans whose confidence is in ``(low, high]``.

    `confidence` and `accuracy` are means over them, NaN in an empty bin.
    """

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


def reliability_table(labels: IntArray, probabilities: FloatArray, bins: int = 15) -> tuple[ReliabilityBin, ...]:
    """Compare confidence with accuracy in bins of equal width (Guo et al., ICML 2017, section 2).

    Parameters
    ----------
    labels : ndarray, shape (N,)
    probabilities : ndarray, shape (N, C)
        The confidence is the largest of a row, the answer its index.
    """
    confidence = probabilities.max(axis=1) if labels.size else np.zeros(0)
    right = probabilities.argmax(axis=1) == labels if labels.size else np.zeros(0, dtype=bool)
    edges = np.linspace(0.0, 1.0, bins + 1)
    # Bins are open below: a confidence on an edge belongs to the bin that it closes.
    place = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    table = []
    for number in range(bins):
        inside = place == number
        n = int(inside.sum())
        mean_confidence = float(confidence[inside].mean()) if n else math.nan
        mean_right = float(right[inside].mean()) if n else math.nan
        table.append(ReliabilityBin(float(edges[number]), float(edges[number + 1]), n, mean_confidence, mean_right))
    return tuple(table)


def expected_calibration_error(labels: IntArray, probabilities: FloatArray, bins: int = 15) -> float:
    """Return the mean gap between confidence and accuracy, weighted by scans (Guo et al. 2017, eq. 3)."""
    if labels.size == 0:
        return math.nan
    table = reliability_table(labels, probabilities, bins)
    return sum(row.n * abs(row.accuracy - row.confidence) for row in table if row.n) / labels.size


def brier_score(labels: IntArray, probabilities: FloatArray) -> float:
    """Return the mean squared distance to the true class, 0 to 2 (multi-class form of Brier, 1950)."""
    if labels.size == 0:
        return math.nan
    truth = np.zeros(probabilities.shape, dtype=np.float64)
    truth[np.arange(labels.size), labels] = 1.0
    return float(np.mean(np.sum((probabilities - truth) ** 2, axis=1)))


def negative_log_likelihood(labels: IntArray, probabilities: FloatArray) -> float:
    """Return the mean of -log(probability of the true class), in nats.

    A probability of exactly 0 (float32 underflow) counts as 1e-12, so that one scan cannot make the figure infinite.
    """
    if labels.size == 0:
        return math.nan
    true = probabilities[np.arange(labels.size), labels].astype(np.float64)
    return float(-np.mean(np.log(np.maximum(true, 1e-12))))


@dataclass(frozen=True, slots=True, eq=False)
class RiskCoverage:
    """Share of wrong answers (`risk`) among the `coverage` most confident scans; `area` is the mean risk (AURC)."""

    coverage: FloatArray
    risk: FloatArray
    area: float

    def risk_at(self, coverage: float) -> float:
        """Return the risk when at least this share of the scans is answered; NaN without scans."""
        place = int(np.searchsorted(self.coverage, coverage - 1e-12))
        return float(self.risk[min(place, self.risk.size - 1)]) if self.risk.size else math.nan


def risk_coverage(right: NDArray[np.bool_], confidence: FloatArray) -> RiskCoverage:
    """Return the risk-coverage curve (Geifman and El-Yaniv, NeurIPS 2017).

    Scans of equal confidence cannot be told apart by a threshold, so they enter together.
    """
    n = int(right.size)
    if n == 0:
        return RiskCoverage(np.zeros(0), np.zeros(0), math.nan)
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(~np.asarray(right, dtype=bool)[order])
    ranked = np.asarray(confidence)[order]
    ends = np.append(np.flatnonzero(np.diff(ranked)), n - 1)
    coverage = (ends + 1) / n
    risk = wrong[ends] / (ends + 1)
    widths = np.diff(np.concatenate([[0.0], coverage]))
    return RiskCoverage(coverage, risk, float(np.sum(widths * risk)))
