"""A tumour box drawn on one copy of a slice holds for the others: resized, re-encoded or mirrored ones.

Collections copy from one another, and only the first has the boxes: without this most copies of a tumour teach nothing
about where it is.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.cache import CropCache
from training.dataset import Sample

SAME: Final = 0.97
"""Correlation of two small crops from which on they show the same, lying the same way."""
_SIDE: Final = 32


def carry_boxes(boxes: NDArray[np.float32], samples: Sequence[Sample], cache: CropCache) -> NDArray[np.float32]:
    """Return the boxes, with those of copies filled in.

    Parameters
    ----------
    boxes : ndarray of float32, shape (N, 4)
        Left, top, right, bottom as shares of the side of the input; NaN where a scan has no box.
    samples : sequence of Sample
        With their duplicate groups, if they are known.
    cache : CropCache
        What the boxes lie in.

    Returns
    -------
    ndarray of float32, shape (N, 4)
        A new array. A scan takes the box of the scan of its group that its crop looks most like, as it is or
        mirrored; where none looks like it, for instance as its crop is another one, it stays without.
    """
    carried = boxes.copy()
    for members in _groups(samples, cache).values():
        known = [index for index in members if not np.isnan(boxes[index, 0])]
        wanting = [index for index in members if np.isnan(boxes[index, 0])]
        if not known or not wanting:
            continue
        straight = _small(cache, known)
        mirrored = straight[:, :, ::-1]
        for index, likeness in zip(wanting, _likeness(_small(cache, wanting), straight, mirrored), strict=True):
            place = int(likeness.argmax())
            if likeness[place] >= SAME:
                box = boxes[known[place % len(known)]]
                carried[index] = box if place < len(known) else _mirror(box)
    return carried


def _groups(samples: Sequence[Sample], cache: CropCache) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for index, sample in enumerate(samples):
        if sample.duplicate_group and cache.usable[index]:
            groups[sample.duplicate_group].append(index)
    return groups


def _small(cache: CropCache, indices: list[int]) -> NDArray[np.float32]:
    """Return small crops (n, side, side) of mean 0 and length 1."""
    crops = cache.read(indices)
    small = np.stack([cv2.resize(crop, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA) for crop in crops])
    centred = small.astype(np.float32) - small.mean(axis=(1, 2), keepdims=True, dtype=np.float32)
    length = np.sqrt((centred**2).sum(axis=(1, 2), keepdims=True))
    return centred / np.maximum(length, np.float32(1e-6))


def _likeness(
    wanting: NDArray[np.float32], straight: NDArray[np.float32], mirrored: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the correlation (n, 2 k) with each of the k known ones, as they are and then mirrored."""
    known = np.concatenate([straight, mirrored]).reshape(2 * len(straight), -1)
    return wanting.reshape(len(wanting), -1) @ known.T


def _mirror(box: NDArray[np.float32]) -> NDArray[np.float32]:
    left, top, right, bottom = box
    return np.array([1 - right, top, 1 - left, bottom], np.float32)
