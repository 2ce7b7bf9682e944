"""Tumour boxes as a second teacher: the activation map of the label is drawn to where a person saw the tumour.

Without it the map is free to rest on whatever tells the classes apart, the skull or the contrast of the scanner too.
"""

from collections.abc import Sequence
from typing import Final

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from training.cache import CropCache
from training.carried_boxes import carry_boxes
from training.class_maps import ENLARGED
from training.dataset import Sample
from training.localisation import box_in_input
from training.ranges import SIZE_STEP
from tumorviewer.imaging.prepare import InputSpec, place
from tumorviewer.imaging.scan import CropBox

CELL: Final = SIZE_STEP // ENLARGED
"""Pixels of the input along a side of a cell of the maps."""


def boxes_in_input(samples: Sequence[Sample], cache: CropCache, spec: InputSpec) -> NDArray[np.float32]:
    """Return where the tumour boxes lie in the model's input, also those of copies of boxed scans.

    Parameters
    ----------
    samples : sequence of Sample
        As the cache was built for.
    cache : CropCache
    spec : InputSpec
        The settings of that cache.

    Returns
    -------
    ndarray of float32, shape (N, 4)
        Left, top, right, bottom as shares of the side of the input; NaN where a scan has no box.
    """
    boxes = np.full((len(samples), 4), np.nan, np.float32)
    for index, sample in enumerate(samples):
        if sample.box is None or not cache.usable[index]:
            continue
        width, height = (int(side) for side in cache.image_sizes[index])
        crop = cache.boxes[index]
        seen = CropBox(*map(int, crop)) if crop[2] > 0 else None
        boxes[index] = box_in_input(sample.box, place(seen, spec, (height, width)), spec.size, (height, width))
    return carry_boxes(boxes, samples, cache)


def draw_boxes(boxes: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Draw boxes (n, 4) as pictures (n, size, size, 1): the share of each pixel that is covered; NaN draws nothing."""
    edges = np.arange(size + 1, dtype=np.float32)
    known = np.nan_to_num(boxes) * size
    covered = []
    for first, last in ((known[:, 0], known[:, 2]), (known[:, 1], known[:, 3])):
        reach = np.clip(edges[None], first[:, None], np.maximum(last, first)[:, None])
        covered.append(np.diff(reach, axis=1))
    across, down = covered
    pictures: NDArray[np.float32] = (down[:, :, None] * across[:, None, :])[..., None]
    return pictures


class BoxGuide(keras.layers.Layer):
    """Passes logits on, and adds the loss of the maps.

    The map of the label (for a label that allows several classes: of their sum of exponentials) is read as a
    distribution over the cells; the loss is its cross entropy against the share of the box that lies in each cell, so a
    tumour between two cells is drawn to both, and the enlarged map peaks between them.
    """

    def __init__(self, weight: float, name: str = "box_guide") -> None:
        super().__init__(name=name)
        self.weight = weight

    def call(
        self, logits: keras.KerasTensor, maps: keras.KerasTensor, marks: keras.KerasTensor, allowed: keras.KerasTensor
    ) -> keras.KerasTensor:
        """Add the loss.

        Parameters
        ----------
        logits : tensor, shape (N, C)
        maps : tensor, shape (N, h, w, C)
        marks : tensor, shape (N, S, S, 1)
            The drawn box, moved as the picture was; empty where there is none.
        allowed : tensor, shape (N, C)
            Classes that the label allows, 1 or 0.
        """
        self.add_loss(self.weight * guidance_loss(maps, marks, allowed))
        return logits


def guidance_loss(maps: keras.KerasTensor, marks: keras.KerasTensor, allowed: keras.KerasTensor) -> keras.KerasTensor:
    """Return the mean over the batch of the cross entropy of each boxed picture; others count as 0."""
    count, cells = ops.shape(maps)[0], ops.shape(maps)[1] * ops.shape(maps)[2]
    shares = ops.reshape(ops.average_pool(marks, CELL, strides=CELL), (count, cells))
    total = ops.sum(shares, axis=-1, keepdims=True)
    named = ops.logsumexp(ops.where(allowed[:, None, None, :] > 0.0, maps, -1e9), axis=-1)
    log_p = ops.log_softmax(ops.reshape(named, (count, cells)), axis=-1)
    loss = -ops.sum(shares / ops.maximum(total, 1e-6) * log_p, axis=-1)
    # What augmentation moved out of the picture, or left a sliver of, teaches nothing.
    return ops.mean(ops.where(total[:, 0] > 0.05, loss, 0.0))
