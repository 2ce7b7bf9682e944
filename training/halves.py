"""Heads made of one half of a slice and its mirror image: what the same head may look like without its tumour.

In the public collections few slices without a tumour are coronal, and hardly any were taken after contrast: a network
may take plane or sequence for the tumour. The half that is free of it, mirrored, is a whole head of the same plane and
sequence. The half with the tumour is mirrored as often, so that symmetry says nothing.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tumorviewer.inference.labels import CLASSES, NO_TUMOR

LIKENESS: Final = 0.7
"""Correlation of a crop with its mirror image from which on it counts as an upright axial or coronal slice."""
_SIDE: Final = 48  # of the small pictures in which the axis is looked for
_REACH: Final = 3  # so many half pixels of them the axis may lie beside the middle
_CLEAR: Final = 0.02  # of the side: so far from the axis a tumour has to end, if the other half is to be free of it
_SHOWS: Final = 0.35  # of the box: where a half holds that much, its picture still shows the tumour


def find_axes(pictures: NDArray[np.number]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return where each picture is most like its mirror image.

    Parameters
    ----------
    pictures : ndarray, shape (N, S, S)

    Returns
    -------
    axes : ndarray of int64, shape (N,)
        First column right of the axis.
    likeness : ndarray of float64, shape (N,)
        Correlation of what lies on both sides of it, -1 to 1; 0 for a blank picture.
    """
    side = pictures.shape[1]
    small = np.stack([cv2.resize(one, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA) for one in pictures])
    likeness = np.stack([_likeness(small, shift) for shift in range(-_REACH, _REACH + 1)])
    shifts = likeness.argmax(axis=0) - _REACH
    axes = np.rint(side / 2 * (1 + shifts / _SIDE)).astype(np.int64)
    return axes, likeness.max(axis=0)


def _likeness(small: NDArray[np.number], shift: int) -> NDArray[np.float64]:
    """Return the correlation with the mirror image, for an axis `shift` half pixels right of the middle."""
    near, far = max(0, shift), _SIDE + min(0, shift)
    shown = small[:, :, near:far].astype(np.float64)
    shown -= shown.mean(axis=(1, 2), keepdims=True)
    # The mirror image has the same mean and the same length.
    likeness: NDArray[np.float64] = (shown * shown[:, :, ::-1]).sum(axis=(1, 2))
    return likeness / np.maximum((shown**2).sum(axis=(1, 2)), 1e-9)


def fold(picture: NDArray[np.generic], axis: int, left: bool) -> NDArray[np.generic]:
    """Return a picture (S, S, ...) whose left or right half is as it was, and whose other half mirrors it.

    What would be mirrored from outside is black.
    """
    reach = min(axis, picture.shape[1] - axis)
    folded = np.zeros_like(picture)
    if left:
        folded[:, :axis] = picture[:, :axis]
        folded[:, axis : axis + reach] = picture[:, axis - reach : axis][:, ::-1]
    else:
        folded[:, axis:] = picture[:, axis:]
        folded[:, axis - reach : axis] = picture[:, axis : axis + reach][:, ::-1]
    return folded


def halves_with_tumor(box: NDArray[np.floating], axis: float) -> dict[bool, bool]:
    """Tell which halves of a picture show the tumour, and which are free of it.

    Parameters
    ----------
    box : ndarray, shape (4,)
        Left, top, right, bottom as shares of the side.
    axis : float
        As a share of the side.

    Returns
    -------
    dict of bool to bool
        By half (True is the left one): whether it shows the tumour. A half with a sliver of it is left out.
    """
    left, right = float(box[0]), float(box[2])
    on_the_left = min(max((axis - left) / max(right - left, 1e-6), 0.0), 1.0)
    shows = {True: on_the_left >= _SHOWS, False: 1.0 - on_the_left >= _SHOWS}
    free = {True: left >= axis + _CLEAR, False: right <= axis - _CLEAR}
    return {half: shows[half] for half in (True, False) if shows[half] or free[half]}


def mirror_halves(
    pixels: NDArray[np.float32],
    marks: NDArray[np.float32],
    masks: NDArray[np.float32],
    boxes: NDArray[np.float32],
    share: float,
    generator: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Replace some pictures of a batch by one of their halves, mirrored; any half that is of use is as likely.

    Parameters
    ----------
    pixels, marks : ndarray of float32, shape (N, S, S, 1)
        Crops, and their tumour boxes drawn.
    masks : ndarray of float32, shape (N, C)
        Allowed classes.
    boxes : ndarray of float32, shape (N, 4)
        As of `training.guidance.boxes_in_input`; a tumour without a box stays as it is.
    share : float
        Of the pictures with which it is tried.
    generator : numpy.random.Generator

    Returns
    -------
    tuple of ndarray
        New pixels, marks and masks.
    """
    axes, likeness = find_axes(pixels[..., 0])
    no_tumor = CLASSES.index(NO_TUMOR)
    pixels, marks, masks = pixels.copy(), marks.copy(), masks.copy()
    tried = (generator.random(len(pixels)) < share) & (likeness >= LIKENESS)
    for row in np.flatnonzero(tried):
        if masks[row, no_tumor] == 1.0:
            halves = {True: False, False: False}
        elif np.isnan(boxes[row, 0]):
            continue
        else:
            halves = halves_with_tumor(boxes[row], axes[row] / pixels.shape[1])
        left = bool(generator.choice(list(halves)))
        pixels[row], marks[row] = fold(pixels[row], axes[row], left), fold(marks[row], axes[row], left)
        if not halves[left]:
            masks[row] = np.eye(masks.shape[1], dtype=np.float32)[no_tumor]
    return pixels, marks, masks


def without_tumor(picture: NDArray[np.uint8], box: NDArray[np.floating]) -> NDArray[np.uint8] | None:
    """Return a crop (S, S) made of its half without the tumour; None where it has none, or is not upright enough.

    `box` is as of `halves_with_tumor`.
    """
    axes, likeness = find_axes(picture[None])
    halves = halves_with_tumor(box, float(axes[0]) / picture.shape[1])
    free = [left for left, tumor in halves.items() if not tumor]
    if likeness[0] < LIKENESS or not free:
        return None
    return np.asarray(fold(picture, int(axes[0]), free[0]), np.uint8)
