"""One picture that every model was asked about when it was made: one that answers differently here is refused."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tumorviewer.inference.card import BundleError, Golden

if TYPE_CHECKING:
    from tumorviewer.inference.prediction import RawOutputs


def golden_input(size: int) -> NDArray[np.float32]:
    """Return the picture with R = x, G = y, B = (x + y) mod 256, as a batch of one.

    Parameters
    ----------
    size : int
        Side in pixels.

    Returns
    -------
    ndarray, shape (1, size, size, 3), float32
        Values 0..255; R and G wrap at 256 too, for inputs wider than that.
    """
    y, x = np.mgrid[:size, :size]
    return np.stack([x % 256, y % 256, (x + y) % 256], axis=-1)[None].astype(np.float32)


def make_golden(outputs: "RawOutputs", temperature: float, tolerance: float) -> Golden:
    """Return what a card has to remember of the answer to `golden_input`."""
    probabilities = softmax(outputs.logits[0], temperature)
    norm = float(np.linalg.norm(outputs.embeddings[0].astype(np.float64)))
    return Golden(tuple(float(value) for value in probabilities), norm, tolerance)


def check_golden(outputs: "RawOutputs", expected: Golden, temperature: float) -> None:
    """Compare an answer to `golden_input` with the card's.

    Raises
    ------
    BundleError
        If a probability, or the embedding's norm in relation to its size, is off by more than the card's tolerance.
    """
    here = make_golden(outputs, temperature, expected.tolerance)
    off = max(abs(a - b) for a, b in zip(here.probabilities, expected.probabilities, strict=True))
    stretched = abs(here.embedding_norm / expected.embedding_norm - 1.0)
    # "not <=" so that a NaN is refused too.
    if not (off <= expected.tolerance and stretched <= expected.tolerance):
        raise BundleError(
            f"the model does not answer the golden picture as its card says (a probability is off by {off:.2g}, the "
            f"embedding "
            f"by {stretched:.2g} of its length; {expected.tolerance:.2g} is allowed). It must not be used on this "
            f"machine."
        )


def softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> NDArray[np.float64]:
    """Return calibrated probabilities: softmax of ``logits / temperature`` along the last axis, in float64.

    Guo and others 2017, "On calibration of modern neural networks", equation 9.
    """
    scaled = np.asarray(logits, np.float64) / temperature
    grown = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=-1, keepdims=True))
