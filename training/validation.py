"""How a network does on the validation part: what the best epoch is chosen by."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.metrics import confusion_matrix, macro_sensitivity


@dataclass(frozen=True, slots=True)
class Validation:
    """How an epoch did on the validation part."""

    loss: float
    accuracy: float
    macro_sensitivity: float
    confusion: list[list[int]]

    @property
    def score(self) -> tuple[float, float]:
        """What the best epoch is chosen by: macro sensitivity, then a small loss."""
        return (round(self.macro_sensitivity, 6), -round(self.loss, 6))


def score_logits(logits: NDArray[np.float32], masks: NDArray[np.float32]) -> Validation:
    """Return loss, accuracy and confusion of logits (N, C) against allowed classes (N, C)."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -np.log(np.maximum((np.exp(log_p) * masks).sum(axis=1), 1e-12))
    answers = logits.argmax(axis=1)
    right = masks[np.arange(len(masks)), answers] > 0
    plain = masks.sum(axis=1) == 1
    confusion = confusion_matrix(masks[plain].argmax(axis=1), answers[plain], masks.shape[1])
    return Validation(float(loss.mean()), float(right.mean()), macro_sensitivity(confusion), confusion.tolist())
