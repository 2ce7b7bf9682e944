"""How often the answers were right: counts, proportions with intervals, ROC. Pure NumPy.

Labels are indices into the classes; `UNSPECIFIED` (-1) stands for "a tumour whose type was not told". Functions that
need one true class (`confusion_matrix`, `class_table`, ...) are given plain labels only; `tumor_detection` takes both.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

UNSPECIFIED: Final = -1
"""Label index of a scan with a tumour of unknown type."""

_Z95: Final = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval and the number of cases behind it.

    Attributes
    ----------
    value, low, high : float
        NaN where there were no cases.
    n : int
        Cases.
    method : str
        ``wilson`` (a proportion of independent cases) or ``patient bootstrap`` (whole patient blocks drawn again).
    """

    value: float
    low: float
    high: float
    n: int
    method: str = "wilson"

    def to_dict(self) -> dict[str, Any]:
        """Return the figure for JSON; what is not a number becomes None."""
        return {
            "value": _finite(self.value),
            "low": _finite(self.low),
            "high": _finite(self.high),
            "n": self.n,
            "interval": self.method,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Estimate":
        """Read what `to_dict` wrote."""
        value, low, high = (math.nan if values[name] is None else values[name] for name in ("value", "low", "high"))
        return cls(value, low, high, values["n"], values["interval"])


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def wilson(successes: int, n: int) -> Estimate:
    """Return a proportion with its 95 % score interval (E. B. Wilson, J. Am. Stat. Assoc. 22:209, 1927).

    Raises
    ------
    ValueError
        If `successes` is not between 0 and `n`.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n} cases is not a proportion")
    if n == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    share = successes / n
    square = _Z95**2
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = _Z95 / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n**2))
    # The bounds are exactly 0 and 1 at the ends; rounding would leave 1e-17 there.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return Estimate(share, low, high, n)


def wilson_of(hits: NDArray[np.bool_]) -> Estimate:
    """Return the share of true values with its Wilson interval."""
    return wilson(int(np.count_nonzero(hits)), int(hits.size))


def confusion_matrix(labels: IntArray, answers: IntArray, classes: int) -> IntArray:
    """Count answers: entry (i, j) is the number of scans of class i that were called j. Shape (C, C)."""
    flat = np.bincount(np.asarray(labels) * classes + np.asarray(answers), minlength=classes * classes)
    return flat.reshape(classes, classes).astype(np.int64)


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """What one class scored against the others."""

    sensitivity: Estimate
    specificity: Estimate
    precision: Estimate
    f1: float


def class_table(matrix: IntArray) -> tuple[ClassFigures, ...]:
    """Return sensitivity, specificity, precision and F1 of every class from a confusion matrix.

    F1 of a class that was neither there nor answered is NaN; where only one of the two holds, it is 0.
    """
    total = int(matrix.sum())
    rows = []
    for index in range(matrix.shape[0]):
        hit = int(matrix[index, index])
        present, answered = int(matrix[index].sum()), int(matrix[:, index].sum())
        negatives = total - present
        rows.append(
            ClassFigures(
                sensitivity=wilson(hit, present),
                specificity=wilson(negatives - (answered - hit), negatives),
                precision=wilson(hit, answered),
                f1=2 * hit / (present + answered) if present + answered else math.nan,
            )
        )
    return tuple(rows)


def macro_sensitivity(matrix: IntArray) -> float:
    """Return the mean sensitivity of the classes that are present (balanced accuracy); NaN if none is."""
    present = matrix.sum(axis=1)
    there = present > 0
    return float(np.mean(np.diag(matrix)[there] / present[there])) if there.any() else math.nan


def macro_f1(matrix: IntArray) -> float:
    """Return the mean F1 of the classes that are present or were answered; NaN if none is."""
    both = matrix.sum(axis=0) + matrix.sum(axis=1)
    there = both > 0
    return float(np.mean(2 * np.diag(matrix)[there] / both[there])) if there.any() else math.nan


def accuracy(labels: IntArray, answers: IntArray) -> Estimate:
    """Return the share of right answers."""
    return wilson_of(np.asarray(labels) == np.asarray(answers))


def auroc(positive: NDArray[np.bool_], scores: FloatArray) -> float:
    """Return the area under the ROC curve: P(score of a positive > score of a negative), ties count half.

    Rank formula of Mann and Whitney (1947) with mean ranks. NaN unless both kinds are there.
    """
    positive = np.asarray(positive, dtype=bool)
    n_positive = int(positive.sum())
    n_negative = positive.size - n_positive
    if n_positive == 0 or n_negative == 0:
        return math.nan
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    mean_ranks = ends - (counts - 1) / 2.0
    rank_sum = float(mean_ranks[place][positive].sum())
    return (rank_sum - n_positive * (n_positive + 1) / 2.0) / (n_positive * n_negative)


@dataclass(frozen=True, slots=True, eq=False)
class RocCurve:
    """Points of a ROC curve from (0, 0) to (1, 1); positive is what scores at least `thresholds[i]` (first: +inf)."""

    false_positive: FloatArray
    true_positive: FloatArray
    thresholds: FloatArray


def roc_curve(positive: NDArray[np.bool_], scores: FloatArray) -> RocCurve | None:
    """Return the ROC curve, one point a distinct score; None unless both kinds are there."""
    positive = np.asarray(positive, dtype=bool)
    if positive.all() or not positive.any():
        return None
    order = np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable")
    ranked, hits = np.asarray(scores, dtype=np.float64)[order], positive[order]
    last_of_tie = np.append(np.flatnonzero(np.diff(ranked)), ranked.size - 1)
    true = np.cumsum(hits)[last_of_tie] / hits.sum()
    false = np.cumsum(~hits)[last_of_tie] / (~hits).sum()
    return RocCurve(
        np.concatenate([[0.0], false]), np.concatenate([[0.0], true]), np.concatenate([[np.inf], ranked[last_of_tie]])
    )


@dataclass(frozen=True, slots=True)
class Detection:
    """Tumour against no tumour.

    Attributes
    ----------
    sensitivity, specificity : Estimate
        Of the plain answer (the likeliest class is a tumour class).
    auroc : float
        Of 1 - P(no tumour).
    at_specificity, threshold : float
        The stated specificity, and the lowest tumour score that reaches it.
    sensitivity_at : Estimate
        Share of tumours that score at least `threshold`.
    unspecified : Estimate
        Share of the scans with a tumour of unknown type that were not called "no tumour".
    """

    sensitivity: Estimate
    specificity: Estimate
    auroc: float
    at_specificity: float
    threshold: float
    sensitivity_at: Estimate
    unspecified: Estimate


def tumor_detection(
    labels: IntArray, probabilities: FloatArray, no_tumor: int, at_specificity: float = 0.97
) -> Detection:
    """Measure tumour against no tumour, tumours of unknown type included.

    Parameters
    ----------
    labels : ndarray, shape (N,)
        Class indices, or `UNSPECIFIED`.
    probabilities : ndarray, shape (N, C)
    no_tumor : int
        Index of the class without tumour.
    at_specificity : float
        Share of the tumour-free scans that may not be called tumour, at least.
    """
    tumor = labels != no_tumor
    called = probabilities.argmax(axis=1) != no_tumor
    scores = 1.0 - probabilities[:, no_tumor].astype(np.float64)
    threshold, reached = math.nan, wilson(0, 0)
    curve = roc_curve(tumor, scores)
    if curve is not None:
        # The curve rises with falling thresholds: its last point that is still specific enough finds the most tumours.
        allowed = np.flatnonzero(1.0 - curve.false_positive >= at_specificity - 1e-12)
        threshold = float(curve.thresholds[allowed[-1]])
        reached = wilson_of(scores[tumor] >= threshold)
    return Detection(
        sensitivity=wilson_of(called[tumor]),
        specificity=wilson_of(~called[~tumor]),
        auroc=auroc(tumor, scores),
        at_specificity=at_specificity,
        threshold=threshold,
        sensitivity_at=reached,
        unspecified=wilson_of(called[labels == UNSPECIFIED]),
    )


def mcnemar_exact(right_a: NDArray[np.bool_], right_b: NDArray[np.bool_]) -> float:
    """Return the two-sided exact p-value that two models err equally often on the same scans.

    McNemar (Psychometrika 12:153, 1947), binomial form: of the scans that exactly one model got right, each is as
    likely to be either's. 1.0 where they never differ.
    """
    only_a = int(np.count_nonzero(right_a & ~right_b))
    only_b = int(np.count_nonzero(~right_a & right_b))
    n, fewer = only_a + only_b, min(only_a, only_b)
    if n == 0:
        return 1.0
    # Whole numbers throughout: 2**n overflows a float long before a data set is large.
    tail = sum(math.comb(n, k) for k in range(fewer + 1))
    return float(min(1.0, 2 * tail / (1 << n)))


def block_bootstrap(
    statistic: Callable[[IntArray], float],
    blocks: NDArray[Any],
    *,
    rounds: int = 300,
    seed: int = 0,
) -> Estimate:
    """Return a statistic of all cases with an interval that respects patients.

    Slices of one patient err together, so an interval that takes them for independent is too narrow. Whole blocks are
    drawn with replacement and the 2.5 and 97.5 percentiles kept (percentile bootstrap; Efron 1979, cluster form of
    Field and Welsh 2007).

    Parameters
    ----------
    statistic : callable
        Takes case numbers (with repetitions), returns a figure; NaN where a drawn set does not allow it.
    blocks : ndarray, shape (N,)
        Which patient block each case belongs to.
    """
    everyone = np.arange(blocks.size, dtype=np.int64)
    value = statistic(everyone) if blocks.size else math.nan
    _, place = np.unique(blocks, return_inverse=True)
    order = np.argsort(place, kind="stable")
    members = np.split(everyone[order], np.cumsum(np.bincount(place))[:-1]) if blocks.size else []
    low = high = math.nan
    if len(members) > 1 and math.isfinite(value):
        generator = np.random.default_rng(seed)
        drawn = []
        for _ in range(rounds):
            picked = generator.integers(0, len(members), len(members))
            figure = statistic(np.concatenate([members[number] for number in picked]))
            if math.isfinite(figure):
                drawn.append(figure)
        if drawn:
            low, high = (float(bound) for bound in np.percentile(drawn, (2.5, 97.5)))
    return Estimate(value, low, high, int(blocks.size), "patient bootstrap")
