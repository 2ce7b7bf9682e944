"""Numbers that are set after training, on the validation scans: temperature and the two thresholds."""

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.metrics import UNSPECIFIED

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_LOG_BOUNDS: Final = (math.log(0.05), math.log(20.0))
"""Temperatures outside are a sign of broken logits, not of a badly calibrated network."""

_FEWEST_TO_DOUBT: Final = 50

_GOLDEN: Final = (math.sqrt(5.0) - 1.0) / 2.0


def fit_temperature(logits: FloatArray, labels: IntArray) -> float:
    """Return the temperature that minimises the negative log-likelihood (Guo et al., ICML 2017, section 4.2).

    The likelihood is convex in 1 / temperature, so along the logarithm of the temperature it has one minimum and a
    golden section search cannot miss it.

    Parameters
    ----------
    logits : ndarray, shape (N, C)
        From scans that the weights were not fitted to.
    labels : ndarray, shape (N,)
        Class indices; scans labelled `UNSPECIFIED` are left out.

    Raises
    ------
    ValueError
        If no scan has a plain label, or a logit is not finite.
    """
    plain = labels != UNSPECIFIED
    used, truth = np.asarray(logits, dtype=np.float64)[plain], labels[plain]
    if truth.size == 0:
        raise ValueError("The temperature needs scans whose class is known; the validation part has none.")
    if not np.isfinite(used).all():
        raise ValueError("The network gave logits that are not numbers; its training has failed.")

    def loss(log_temperature: float) -> float:
        scaled = used * math.exp(-log_temperature)
        top = scaled.max(axis=1)
        total = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
        return float(np.mean(total - scaled[np.arange(truth.size), truth]))

    return math.exp(_golden_section(loss, *_LOG_BOUNDS))


def doubted_labels(probabilities: FloatArray, labels: IntArray, no_tumor: int) -> NDArray[np.bool_]:
    """Tell which labels are likely wrong about whether there is a tumour at all, by confident learning.

    A picture with an obvious mass among those "without a tumour", in many copies, makes every network look too sure of
    itself: it is surely right, and counts as surely wrong (Northcutt, Jiang and Chuang 2021; package cleanlab). Types
    of tumours are not doubted: there the network's own mistakes would be taken for those of labels.

    Parameters
    ----------
    probabilities : ndarray, shape (N, C)
        Of scans that the weights were not fitted to, calibrated at least roughly.
    labels : ndarray, shape (N,)
        Class indices; scans labelled `UNSPECIFIED` are not doubted.
    no_tumor : int
        Index of that class.

    Returns
    -------
    ndarray of bool, shape (N,)
        All False where there are too few scans with, or without, a tumour to tell.
    """
    doubted = np.zeros(len(labels), bool)
    plain = np.flatnonzero(labels != UNSPECIFIED)
    tumor = (labels[plain] != no_tumor).astype(np.int64)
    if min(tumor.sum(), (1 - tumor).sum()) < _FEWEST_TO_DOUBT:
        return doubted
    # Loads pandas with it.
    from cleanlab.filter import find_label_issues

    without = probabilities[plain, no_tumor].astype(np.float64)
    doubted[plain] = find_label_issues(tumor, np.stack([without, 1.0 - without], axis=1), n_jobs=1)
    return doubted


def _golden_section(loss: Callable[[float], float], low: float, high: float, tolerance: float = 1e-6) -> float:
    """Return where a function with one minimum is smallest (Kiefer 1953)."""
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = loss(left), loss(right)
    while high - low > tolerance:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = loss(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = loss(right)
    return (low + high) / 2.0


def choose_certain_threshold(probabilities: FloatArray, labels: IntArray, wrong_share: float = 0.02) -> float:
    """Return the lowest confidence from which on at most `wrong_share` of the answers are wrong.

    A scan whose largest probability is below the threshold is reported as "uncertain". The threshold lies half-way
    to the next lower confidence, so that rounding (float32 in LiteRT, float64 here) moves no scan across it.

    Parameters
    ----------
    probabilities : ndarray, shape (N, C)
        Calibrated.
    labels : ndarray, shape (N,)
        Class indices; scans labelled `UNSPECIFIED` are left out.
    wrong_share : float
        Largest allowed share of wrong answers among the certain ones.

    Returns
    -------
    float
        0 if all scans may be answered, 1 if no threshold keeps the share (then only a probability of exactly 1 is
        certain).

    Raises
    ------
    ValueError
        If no scan has a plain label.
    """
    plain = labels != UNSPECIFIED
    if not plain.any():
        raise ValueError("The threshold needs scans whose class is known; the validation part has none.")
    used, truth = probabilities[plain], labels[plain]
    confidence = used.max(axis=1)
    wrong = used.argmax(axis=1) != truth
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    ends = np.append(np.flatnonzero(np.diff(ranked)), ranked.size - 1)
    shares = np.cumsum(wrong[order])[ends] / (ends + 1)
    good = np.flatnonzero(shares <= wrong_share + 1e-12)
    if good.size == 0:
        return 1.0
    last = int(ends[good[-1]])
    if last == ranked.size - 1:
        return 0.0
    return float((ranked[last] + ranked[last + 1]) / 2.0)


def choose_domain_threshold(scores: FloatArray, keep: float = 0.99) -> float:
    """Return the domain score that a share `keep` of true brain MR slices does not exceed.

    A scan that scores above it is refused as "not a brain MR slice".

    Parameters
    ----------
    scores : ndarray, shape (N,)
        Distances of the validation scans, larger is stranger.

    Raises
    ------
    ValueError
        If there are no scores, or one is not finite.
    """
    if scores.size == 0 or not np.isfinite(scores).all():
        raise ValueError("The domain threshold needs the distances of the validation scans as numbers.")
    # "higher": the value itself is kept, and so the promised share for any number of scans.
    return float(np.quantile(np.asarray(scores, dtype=np.float64), keep, method="higher"))
