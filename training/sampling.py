"""Which pictures an epoch shows, how often, and how they are mixed."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from training.cache import CropCache
from training.dataset import Sample
from training.guidance import draw_boxes
from training.halves import mirror_halves

Pixels = NDArray[np.float32] | dict[str, NDArray[np.float32]]


def balanced_weights(samples: Sequence[Sample]) -> NDArray[np.float64]:
    """Return how often each sample should be drawn, so that copies and large sources do not outvote the rest.

    Labels share an epoch equally; inside a label its sources do (by the square root of their distinct pictures, so that
    a source
    of five pictures is not shown as often as one of a thousand); inside a source its distinct pictures; and a picture
    shares its part among its copies.

    Returns
    -------
    ndarray of float64, shape (N,)
        Probabilities; they add up to 1.
    """
    pictures = [(sample.label, sample.source, sample.duplicate_group or str(sample.path)) for sample in samples]
    copies = Counter(pictures)
    distinct = Counter((label, source) for label, source, _ in copies)
    share_of_source = {key: np.sqrt(count) for key, count in distinct.items()}
    total_of_label: Counter[str] = Counter()
    for (label, _), share in share_of_source.items():
        total_of_label[label] += share
    weights = np.array(
        [
            share_of_source[label, source]
            / total_of_label[label]
            / distinct[label, source]
            / copies[label, source, group]
            for label, source, group in pictures
        ]
    )
    return weights / weights.sum()


def class_weights(samples: Sequence[Sample]) -> NDArray[np.float32]:
    """Return a weight for each sample that makes the labels count equally when all samples are shown; mean 1."""
    counts = Counter(sample.label for sample in samples)
    return np.array([len(samples) / (len(counts) * counts[sample.label]) for sample in samples], np.float32)


def draw_epoch(
    weights: NDArray[np.float64] | None, count: int, total: int, generator: np.random.Generator
) -> NDArray[np.int64]:
    """Return `count` sample numbers in random order.

    With weights, by systematic sampling: a sample whose expected number of showings is 2.3 is shown two or three times,
    never
    none, so that an epoch varies as little as it can. Without, every sample is shown before one is shown again.
    """
    if weights is None:
        rounds = [generator.permutation(total) for _ in range(-(-count // total))]
        return np.concatenate(rounds)[:count].astype(np.int64)
    order = generator.permutation(total)  # neighbours in the file are not neighbours on the wheel
    points = (np.arange(count) + generator.random()) / count
    wheel = np.cumsum(weights[order])
    drawn = order[np.minimum(np.searchsorted(wheel / wheel[-1], points), total - 1)]
    return generator.permutation(drawn).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Mixing:
    """Pictures of a batch mixed with each other, or with themselves; 0 switches off.

    ``mixup`` adds them up (Zhang et al. 2018), ``cutmix`` pastes a rectangle (Yun et al. 2019), by shares from
    Beta(alpha, alpha). With both, each batch takes one. ``healthy_halves`` is the share of the pictures with which
    `mirror_halves` tries; it needs boxes.
    """

    mixup: float = 0.0
    cutmix: float = 0.0
    healthy_halves: float = 0.0


class EpochBatches(keras.utils.PyDataset):
    """The batches of one epoch, read from the crop cache: pixels float32 (B, S, S, 1), targets (B, K, C), weights (B,).

    With `boxes` the pixels come in a dict: ``grey`` as they are, ``marks`` (B, S, S, 1) with the tumour boxes drawn,
    ``allowed`` (B, C) with the classes that the label allows.

    Parameters
    ----------
    cache : CropCache
    positions : ndarray of int64
        The epoch's samples in order, as numbers into the cache.
    masks : ndarray of float32, shape (samples of the cache, C)
        From `encode_labels`.
    sample_weights : ndarray of float32, shape (samples of the cache,), optional
    boxes : ndarray of float32, shape (samples of the cache, 4), optional
        From `boxes_in_input`; not together with mixup and cutmix.
    seed : sequence of int
        For mixing and mirroring: seed and epoch.
    """

    def __init__(
        self,
        cache: CropCache,
        positions: NDArray[np.int64],
        masks: NDArray[np.float32],
        batch_size: int,
        *,
        mixing: Mixing | None = None,
        sample_weights: NDArray[np.float32] | None = None,
        boxes: NDArray[np.float32] | None = None,
        seed: Sequence[int] = (0, 0),
    ) -> None:
        super().__init__(workers=1, use_multiprocessing=False)
        self.cache = cache
        self.positions = positions
        self.masks = masks
        self.batch_size = batch_size
        self.mixing = mixing or Mixing()
        self.sample_weights = sample_weights
        self.boxes = boxes
        self.seed = tuple(seed)

    def __len__(self) -> int:
        return math.ceil(len(self.positions) / self.batch_size)

    def __getitem__(self, number: int) -> tuple[Pixels, NDArray[np.float32], NDArray[np.float32]]:
        """Return one batch; the same number gives the same batch."""
        chosen = self.positions[number * self.batch_size : (number + 1) * self.batch_size]
        pixels = self.cache.read(chosen).astype(np.float32)[..., None]
        masks = self.masks[chosen]
        generator = np.random.default_rng((*self.seed, number))
        weights = np.ones(len(chosen), np.float32) if self.sample_weights is None else self.sample_weights[chosen]
        if self.boxes is not None:
            marks = draw_boxes(self.boxes[chosen], self.cache.size)
            if self.mixing.healthy_halves:
                share = self.mixing.healthy_halves
                pixels, marks, masks = mirror_halves(pixels, marks, masks, self.boxes[chosen], share, generator)
            return {"grey": pixels, "marks": marks, "allowed": masks}, masks[:, None, :], weights
        targets = masks[:, None, :]
        if self.mixing.mixup or self.mixing.cutmix:
            pixels, targets = mix(pixels, targets, self.mixing, generator)
        return pixels, targets, weights


def mix(
    pixels: NDArray[np.float32], targets: NDArray[np.float32], mixing: Mixing, generator: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mix each picture (N, S, S, 1) with another of the batch; targets (N, 1, C) become (N, 2, C)."""
    partner = generator.permutation(len(pixels))
    cut = mixing.cutmix > 0 and (mixing.mixup == 0 or generator.random() < 0.5)
    alpha = mixing.cutmix if cut else mixing.mixup
    share = np.maximum(generator.beta(alpha, alpha, len(pixels)), 1e-3)
    share = np.maximum(
        share, 1.0 - share
    )  # the picture itself stays the larger part, and so the one that counts as right
    if cut:
        mixed, share = _paste(pixels, pixels[partner], share, generator)
    else:
        part = share.astype(np.float32)[:, None, None, None]
        mixed = part * pixels + (1.0 - part) * pixels[partner]
    own, other = share[:, None, None] * targets, (1.0 - share)[:, None, None] * targets[partner]
    return mixed, np.concatenate([own, other], axis=1).astype(np.float32)


def _paste(
    pixels: NDArray[np.float32], others: NDArray[np.float32], share: NDArray[np.float64], generator: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    mixed = pixels.copy()
    side = pixels.shape[1]
    kept = share.copy()
    for row, part in enumerate(share):
        edge = max(1, round(side * np.sqrt(1.0 - part)))
        top, left = generator.integers(0, side - edge + 1, 2)
        mixed[row, top : top + edge, left : left + edge] = others[row, top : top + edge, left : left + edge]
        kept[row] = 1.0 - (edge / side) ** 2
    return mixed, kept
