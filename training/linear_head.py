"""The head as what it is, one matrix and a bias, trained in NumPy.

A batch is a matrix product of 128 rows: in Keras the calls around it take twenty times as long as the product. Loss and
optimizer are those of the fine-tuning (`training.losses`, Keras' AdamW); a test holds them equal.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_BETA_1: Final = 0.9
_BETA_2: Final = 0.999
_EPSILON: Final = 1e-7


@dataclass(slots=True)
class LinearHead:
    """A dense layer: embeddings (N, D) -> logits (N, C).

    Attributes
    ----------
    kernel : ndarray of float32, shape (D, C)
    bias : ndarray of float32, shape (C,)
    """

    kernel: Floats
    bias: Floats

    def logits(self, embeddings: Floats) -> Floats:
        """Return the logits (N, C) of embeddings (N, D)."""
        return embeddings @ self.kernel + self.bias

    def copy(self) -> "LinearHead":
        """Return a head that stays as it is when this one learns on."""
        return LinearHead(self.kernel.copy(), self.bias.copy())


@dataclass(slots=True)
class AdamW:
    """Adam with weight decay that does not pass through the moments (Loshchilov and Hutter 2019), as Keras has it.

    Attributes
    ----------
    rate : callable
        Learning rate at a step, from 0.
    weight_decay : float
    """

    rate: Callable[[int], float]
    weight_decay: float
    _step: int = 0
    _moments: list[tuple[Floats, Floats]] = field(default_factory=list)

    @property
    def learning_rate(self) -> float:
        """Of the next step."""
        return self.rate(self._step)

    def update(self, values: list[Floats], gradients: list[Floats]) -> None:
        """Change `values` in place; they have to be the same arrays in every step."""
        if not self._moments:
            self._moments = [(np.zeros_like(value), np.zeros_like(value)) for value in values]
        rate = self.learning_rate
        self._step += 1
        scaled = rate * math.sqrt(1.0 - _BETA_2**self._step) / (1.0 - _BETA_1**self._step)
        for value, gradient, moments in zip(values, gradients, self._moments, strict=True):
            self._move(value, gradient, *moments, rate=rate, scaled=scaled)

    def _move(
        self, value: Floats, gradient: Floats, mean: Floats, square: Floats, *, rate: float, scaled: float
    ) -> None:
        value *= 1.0 - rate * self.weight_decay
        mean += (1.0 - _BETA_1) * (gradient - mean)
        square += (1.0 - _BETA_2) * (gradient * gradient - square)
        value -= scaled * mean / (np.sqrt(square) + _EPSILON)


def half_cosine(peak: float, steps: int) -> Callable[[int], float]:
    """Return a rate that falls from `peak` to zero along half a cosine."""
    return lambda step: 0.5 * peak * (1.0 + math.cos(math.pi * min(step, steps) / max(steps, 1)))


def allowed_loss(logits: Floats, masks: Floats, label_smoothing: float) -> tuple[Floats, Floats]:
    """Return the loss of each row (N,), as `AllowedClassesLoss` has it, and its gradient by the logits (N, C).

    The gradient is the probabilities minus what they should be: those of the allowed classes scaled up to 1, and for a
    plain label its share of the smoothing.

    Parameters
    ----------
    logits : ndarray, shape (N, C)
    masks : ndarray, shape (N, C)
        1 at each allowed class, else 0.
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    # Relative to the likeliest allowed class: also where all of them are very unlikely, something is left to divide by.
    nearest = np.where(masks > 0, log_p, -np.inf).max(axis=1, keepdims=True)
    allowed = np.exp(np.minimum(log_p - nearest, 0.0)) * masks
    total = allowed.sum(axis=1, keepdims=True)
    smoothing = label_smoothing * (masks.sum(axis=1, keepdims=True) == 1.0)
    wanted = (1.0 - smoothing) * (allowed / total) + smoothing / masks.shape[1]
    losses = -(1.0 - smoothing) * (nearest + np.log(total)) - smoothing * log_p.mean(axis=1, keepdims=True)
    return losses[:, 0].astype(np.float32), (np.exp(log_p) - wanted).astype(np.float32)


def drop(embeddings: Floats, rate: float, generator: np.random.Generator) -> Floats:
    """Return embeddings of which a share `rate` is zero and the rest scaled up for it (Srivastava et al. 2014)."""
    if rate == 0.0:
        return embeddings
    kept = generator.random(embeddings.shape, np.float32) >= rate
    return embeddings * kept / np.float32(1.0 - rate)
