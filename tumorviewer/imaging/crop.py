"""Find the head in a slice: against black, grey or white borders, with frames, burned-in text and noise around it.

The work is done on a copy of some 128 pixels: text strokes and thin frames fade there by themselves, and it takes about
a millisecond.
"""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.head_mask import head_mask, looks_like_a_head
from tumorviewer.imaging.scan import CropBox

Grey = NDArray[np.uint8]
Span = tuple[int, int, int, int]
"""Rows ``top:bottom`` and columns ``left:right``, as (top, bottom, left, right)."""
Counts = NDArray[np.float32]
"""How many pixels have each level, shape (256,): whole numbers."""

WORK_SIDE = 128  # longer side on which flat borders are peeled off, and the head is found in what is left
MIN_IMAGE_SIDE = 16  # nothing can be told from less
MIN_CONTRAST = 10.0  # grey levels between background and tissue


@dataclass(frozen=True, slots=True)
class _Ground:
    """What lies behind the head: its level, its spread, and whether it is a flat level brighter than some tissue."""

    level: float
    sigma: float
    bright: bool
    flat_edge: bool = False  # told from the edge of the picture alone


def find_brain_box(grey: Grey) -> CropBox | None:
    """Return the bounding box of the head, or of the brain where it is skull stripped.

    Parameters
    ----------
    grey : ndarray of uint8, shape (H, W)
        The slice as it is shown (`render_grey`).

    Returns
    -------
    CropBox or None
        In pixels of `grey`; nearly the whole picture where the head fills it; None where nothing looks like a head
        (blank, noise, gradient, text, specks, a frame alone).

    Raises
    ------
    ValueError
        If `grey` is not a two-dimensional array of uint8.
    """
    if grey.ndim != 2 or grey.dtype != np.uint8:
        raise ValueError(f"find_brain_box takes a grey uint8 picture, not {grey.dtype} of shape {grey.shape}")
    if min(grey.shape) < MIN_IMAGE_SIDE:
        return None
    small = _reduced(grey, WORK_SIDE)
    span = _peel_flat_borders(small, grey.shape)
    if span is None:
        return None
    top, bottom, left, right = span
    inner = grey[top:bottom, left:right]
    work = small if inner.shape == grey.shape else _reduced(inner, WORK_SIDE)
    levels = _counts(work)
    low, high = _percentiles(levels, 2, 98)
    ring = _counts(_ring(work))
    ground = _estimate_ground(work, ring, low, high, grey[[0, -1]])
    head = _head_before(work, ground, high, inner.size / grey.size)
    if head is None and ground.bright and ground.flat_edge:
        # what looked like a painted background was even tissue at the edge of a tight crop
        head = _head_before(work, _dark_ground(ring, low, high), high, inner.size / grey.size)
    return None if head is None else _to_full_resolution(head, span, grey.shape)


def _head_before(work: Grey, ground: _Ground, high: float, share_of_image: float) -> Grey | None:
    """Return the mask of the head before a background, or None if nothing there looks like one."""
    tissue = _tissue_mask(work, ground, high)
    head = None if tissue is None else head_mask(tissue)
    if tissue is None or head is None or not looks_like_a_head(work, tissue, head, share_of_image):
        return None
    return head


def _reduced(grey: Grey, side: int) -> Grey:
    """Shrink so that the longer side is `side`; smaller pictures stay as they are.

    In two steps, by a whole factor first: averaging whole blocks is many times as fast, and the second step is short.
    """
    scale = side / max(grey.shape)
    if scale >= 1.0:
        return grey
    height, width = grey.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    factor = max(grey.shape) // side
    if factor > 1 and min(grey.shape) >= factor:
        grey = _block_means(grey[: height - height % factor, : width - width % factor], factor)
    return cv2.resize(grey, size, interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)


def _block_means(grey: Grey, factor: int) -> Grey:
    """Shrink by a whole factor, as OpenCV's area filter does, which is fast for a factor of 2 alone."""
    if factor == 2 or factor > 16:  # 16 x 16 pixels are the most whose sum has room in 16 bits
        size = (grey.shape[1] // factor, grey.shape[0] // factor)
        return cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    rows = np.add(grey[0::factor], grey[1::factor], dtype=np.uint16)
    for shift in range(2, factor):
        rows += grey[shift::factor]
    blocks = rows[:, 0::factor] + rows[:, 1::factor]
    for shift in range(2, factor):
        blocks += rows[:, shift::factor]
    return cv2.convertScaleAbs(blocks, alpha=1.0 / factor**2).astype(np.uint8, copy=False)


def _counts(values: Grey) -> Counts:
    """Return how many pixels have each of the 256 levels."""
    return cv2.calcHist([values], [0], None, [256], [0.0, 256.0]).ravel().astype(np.float32, copy=False)


def _percentiles(counts: Counts, *shares: float) -> list[float]:
    """Read percentiles from a histogram: ten times as fast as sorting for 8 bits."""
    total = counts.cumsum()
    levels: list[float] = total.searchsorted([share / 100.0 * total[-1] for share in shares]).tolist()
    return levels


def _median(counts: Counts) -> float:
    """Return the median from a histogram: of an even number of values the mean of the middle two."""
    total = counts.cumsum()
    number = int(total[-1])
    lower, upper = total.searchsorted([(number - 1) // 2, number // 2], side="right").tolist()
    return float(lower + upper) / 2.0


def _peel_flat_borders(small: Grey, shape: tuple[int, ...]) -> Span | None:
    """Take off outer lines of one level each, whatever the level: black, white and grey borders and frames inside them.

    Returns the span in pixels of the picture of `shape` that `small` was made of, or None if nothing is left, that is,
    if the picture is blank.
    """
    darkest, brightest, _, _ = cv2.minMaxLoc(small)
    tolerance = 1.0 + 0.012 * (brightest - darkest)
    sums, squares = cv2.integral2(small)  # every sum over a part of a line is a difference of two of theirs
    top, bottom, left, right = 0, small.shape[0], 0, small.shape[1]
    while True:
        flat_rows = _deviation(sums, squares, (top, bottom, left, right)) < tolerance
        flat_columns = _deviation(sums.T, squares.T, (left, right, top, bottom)) < tolerance
        first_row, first_column = int(flat_rows.argmin()), int(flat_columns.argmin())
        if flat_rows[first_row] or flat_columns[first_column]:  # and so are all others
            return None
        last_row, last_column = int(flat_rows[::-1].argmin()), int(flat_columns[::-1].argmin())
        if first_row + last_row + first_column + last_column == 0:
            break
        top, bottom = top + first_row, bottom - last_row
        left, right = left + first_column, right - last_column
    if bottom - top < 3 or right - left < 3:
        return None
    middle = _mean(sums, (top, bottom, left, right))
    down, across = shape[0] / small.shape[0], shape[1] / small.shape[1]
    return (
        _edge(top, -1, middle, sums, (left, right), down),
        min(_edge(bottom, 1, middle, sums, (left, right), down), shape[0]),
        _edge(left, -1, middle, sums.T, (top, bottom), across),
        min(_edge(right, 1, middle, sums.T, (top, bottom), across), shape[1]),
    )


def _deviation(sums: NDArray[Any], squares: NDArray[Any], span: Span) -> NDArray[np.float64]:
    """Return the standard deviation of each row of a span, from the integrals of the picture and of its square."""
    top, bottom, left, right = span
    total = sums[top : bottom + 1, right] - sums[top : bottom + 1, left]
    square = squares[top : bottom + 1, right] - squares[top : bottom + 1, left]
    mean = (total[1:] - total[:-1]) / (right - left)
    variance = (square[1:] - square[:-1]) / (right - left) - mean * mean
    deviation: NDArray[np.float64] = np.sqrt(np.maximum(variance, 0.0))
    return deviation


def _mean(sums: NDArray[Any], span: Span) -> float:
    """Return the mean of a span, from the integral of the picture."""
    top, bottom, left, right = span
    total = int(sums[bottom, right]) - int(sums[top, right]) - int(sums[bottom, left]) + int(sums[top, left])
    return total / ((bottom - top) * (right - left))


def _edge(line: int, outward: int, middle: float, sums: NDArray[Any], ends: tuple[int, int], scale: float) -> int:
    """Scale an edge to the full picture, moved to the side on which the blurred line does no harm.

    The reduced edge is blurred: a line is given back beside a dark border, and one more taken beside a bright one.
    """
    beyond = (max(0, line - 2), line) if outward < 0 else (line, min(line + 2, sums.shape[0] - 1))
    peeled = [_mean(sums, (at, at + 1, *ends)) for at in range(*beyond)]
    if not peeled:
        return round(line * scale)  # the edge of the picture
    step = -outward if max(peeled) > middle else outward
    return max(round((line + 0.5 * step) * scale) + step, 0)


def _estimate_ground(work: Grey, ring: Counts, low: float, high: float, outermost: Grey) -> _Ground:
    """Tell the level behind the head from the corners and edges: dark as a rule, or one flat bright level.

    `ring` counts the levels of the outer lines of `work`, `low` and `high` are percentiles of it; `outermost` are the
    picture's own first and last row.
    """
    # paper: what was peeled off goes on between the lines; a white border around a scan does not go on inside it
    if 2 * np.count_nonzero(outermost > low + 0.5 * (high - low)) >= outermost.size:
        paper = _median(_counts(outermost))
        if paper > low + 0.5 * (high - low) and float((np.abs(work - paper) <= 6).mean()) > 0.2:
            return _Ground(paper, 2.0, bright=True)
    mode = int(cv2.blur(ring[None], (5, 1)).argmax())
    # brain tissue at the edge of a tight crop varies by more than this; a painted background does not
    if mode > low + 0.35 * (high - low) and ring[max(0, mode - 4) : mode + 5].sum() > 0.55 * ring.sum():
        return _Ground(float(mode), 2.0, bright=True, flat_edge=True)
    return _dark_ground(ring, low, high)


def _dark_ground(ring: Counts, low: float, high: float) -> _Ground:
    """Tell the level and spread of a dark background from the dark part of the picture's edge."""
    dark = ring[: int(low + 0.15 * (high - low)) + 1]
    number = dark.sum()
    if number < 0.05 * ring.sum():
        return _Ground(low, 1.0, bright=False)
    level = _median(dark)
    return _Ground(level, 1.4826 * _median_distance(dark, level), bright=False)


def _median_distance(counts: Counts, level: float) -> float:
    """Return the median of the distances from a level, whole or between two, of the values of a histogram."""
    below, above = counts[: math.ceil(level)][::-1], counts[math.floor(level) + 1 :]
    folded = np.zeros(len(counts) + 1, np.float32)  # of the distances 1, 2, 3 ..., or 0.5, 1.5, 2.5 ...
    folded[: len(below)] += below
    folded[: len(above)] += above
    if level != int(level):
        return _median(folded) + 0.5
    return _median(np.concatenate([counts[int(level) : int(level) + 1], folded]))


def _ring(work: Grey) -> Grey:
    """Return the outer two lines on each side, as a row of values."""
    return np.concatenate([work[:2].ravel(), work[-2:].ravel(), work[:, :2].ravel(), work[:, -2:].ravel()])


def _tissue_mask(work: Grey, ground: _Ground, high: float) -> Grey | None:
    """Mark what differs from the background (1), or return None where nothing does.

    `high` is the 98th percentile of `work`.
    """
    level = round(ground.level)
    if ground.bright:
        distance = cv2.absdiff(work, np.full_like(work, level)).astype(np.uint8, copy=False)
        (spread,) = _percentiles(_counts(distance), 98)
    else:
        distance = cv2.subtract(work, np.full_like(work, level)).astype(np.uint8, copy=False)  # not below zero
        spread = max(high - level, 0.0)
    if spread < MIN_CONTRAST:
        return None
    # a share of the range: dim brain beside bright fat would be lost to Otsu's threshold
    threshold = max(5.0, min(max(4.0 * ground.sigma, 0.06 * spread), 0.14 * spread))
    mask = cv2.threshold(distance, threshold, 1, cv2.THRESH_BINARY)[1].astype(np.uint8, copy=False)
    _erase_thin_lines(mask)
    return mask


def _erase_thin_lines(mask: Grey) -> None:
    """Erase a thin line along each side (a frame that text or noise saved from being peeled) and beyond."""
    for axis, lines in ((1, mask), (0, mask.T)):
        counts = cv2.reduce(mask, axis, cv2.REDUCE_SUM, dtype=cv2.CV_32S).ravel()
        length, depth = lines.shape[1], max(4, lines.shape[0] // 8)
        for side, count in ((lines, counts), (lines[::-1], counts[::-1])):
            shares = [number / length for number in count[:depth].tolist()]
            full = [at for at, share in enumerate(shares) if share > 0.9]
            if full and len(full) <= 3 and full[-1] < depth - 1 and shares[full[-1] + 1] < 0.6:
                side[: full[-1] + 1] = 0
                count[: full[-1] + 1] = 0  # of a flat picture the other side may see the same lines


def _to_full_resolution(head: Grey, span: Span, shape: tuple[int, ...]) -> CropBox:
    """Scale the bounding box of the mask back to pixels of the picture."""
    top, bottom, left, right = span
    x, y, width, height = cv2.boundingRect(head)
    across, down = (right - left) / head.shape[1], (bottom - top) / head.shape[0]
    x0, y0 = max(0, round(left + x * across)), max(0, round(top + y * down))
    x1 = min(shape[1], round(left + (x + width) * across))
    y1 = min(shape[0], round(top + (y + height) * down))
    return CropBox(x0, y0, x1 - x0, y1 - y0)
