"""From numbers to what is said: a class, "uncertain", or "not a brain MR slice"."""

import numpy as np
from numpy.typing import NDArray

from tumorviewer.inference.card import Thresholds
from tumorviewer.inference.labels import NOT_BRAIN_MR, UNCERTAIN


def decide(
    probabilities: NDArray[np.float64],
    classes: tuple[str, ...],
    domain_score: float,
    thresholds: Thresholds,
    *,
    blank: bool = False,
) -> str:
    """Return the verdict.

    The order matters: a picture that the model was not made for gets no answer, however sure the model is of it. A
    picture in which no head was outlined is not refused for that alone, since scans cropped to the brain have no
    outline: it is judged whole, and its domain score decides.

    Parameters
    ----------
    probabilities : ndarray, shape (C,)
        Calibrated.
    classes : tuple of str
        Names in the same order.
    domain_score : float
        From `DomainModel.score`. A NaN is refused.
    thresholds : Thresholds
        Of the model's card.
    blank : bool
        Every pixel of the model's input is equal: there is nothing to judge.

    Returns
    -------
    str
        ``not_brain_mr``, ``uncertain`` or one of `classes`.
    """
    if blank or not domain_score <= thresholds.domain:
        return NOT_BRAIN_MR
    best = int(np.argmax(probabilities))
    if probabilities[best] < thresholds.certain:
        return UNCERTAIN
    return classes[best]
