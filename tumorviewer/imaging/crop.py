"""Find the head in a slice: against black, grey or white borders, with frames, burned-in text and noise around it.

The work is done on a copy of some 128 pixels: text strokes and thin frames fade there by themselves, and it takes about
a millisecond.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.scan import CropBox

Grey = NDArray[np.uint8]
Span = tuple[int, int, int, int]
"""Rows ``top:bottom`` and columns ``left:right``, as (top, bottom, left, right)."""

WORK_SIDE = 128  # longer side on which flat borders are peeled off, and the head is found in what is left
MIN_IMAGE_SIDE = 16  # nothing can be told from less
MIN_CONTRAST = 10.0  # grey levels between background and tissue
MIN_SHARE_OF_IMAGE = 0.012  # a head takes more of the picture than a speck does
MIN_SOLIDITY = 0.70  # area over area of the convex hull; a neck and a nose cost some
MIN_EXTENT = 0.40  # area over area of the bounding box
MAX_ASPECT = 2.6
MIN_TEXTURE = 0.025  # fine detail over the whole spread of grey: less is a gradient or a flat disc
MAX_TEXTURE = 0.73  # more is noise (white noise has 0.78)
MIN_COVERAGE, MAX_TEXTURE_OF_SPARSE = 0.7, 0.45  # print: strokes with as much paper between them


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
    span = _peel_flat_borders(grey, small)
    if span is None:
        return None
    top, bottom, left, right = span
    inner = grey[top:bottom, left:right]
    work = small if inner.shape == grey.shape else _reduced(inner, WORK_SIDE)
    ground = _estimate_ground(work, float(np.median(grey[[0, -1]])))
    head = _head_before(work, ground, inner.size / grey.size)
    if head is None and ground.bright and ground.flat_edge:
        # what looked like a painted background was even tissue at the edge of a tight crop
        head = _head_before(work, _dark_ground(_ring(work), *_percentiles(work, 2, 98)), inner.size / grey.size)
    return None if head is None else _to_full_resolution(head, span, grey)


def _head_before(work: Grey, ground: _Ground, share_of_image: float) -> Grey | None:
    """Return the mask of the head before a background, or None if nothing there looks like one."""
    tissue = _tissue_mask(work, ground)
    head = None if tissue is None else _head_mask(tissue)
    if tissue is None or head is None or not _looks_like_a_head(work, tissue, head, share_of_image):
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
        whole = grey[: height - height % factor, : width - width % factor]
        grey = cv2.resize(whole, (width // factor, height // factor), interpolation=cv2.INTER_AREA).astype(
            np.uint8, copy=False
        )
    return cv2.resize(grey, size, interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)


def _percentiles(values: Grey, *shares: float) -> list[float]:
    """Return percentiles by counting: ten times as fast as sorting for 8 bits."""
    counts = np.cumsum(cv2.calcHist([values], [0], None, [256], [0.0, 256.0]))
    return [float(np.searchsorted(counts, share / 100.0 * counts[-1])) for share in shares]


def _peel_flat_borders(grey: Grey, reduced: Grey) -> Span | None:
    """Take off outer lines of one level each, whatever the level: black, white and grey borders and frames inside them.

    Returns None if nothing is left, that is, if the picture is blank.
    """
    small = reduced.astype(np.float32)
    darkest, brightest, _, _ = cv2.minMaxLoc(reduced)
    tolerance = 1.0 + 0.012 * (brightest - darkest)
    top, bottom, left, right = 0, small.shape[0], 0, small.shape[1]
    while True:
        part = small[top:bottom, left:right]
        flat_rows, flat_columns = _deviation(part, 1) < tolerance, _deviation(part, 0) < tolerance
        if flat_rows.all() or flat_columns.all():
            return None
        first_row, last_row = int(np.argmin(flat_rows)), int(np.argmin(flat_rows[::-1]))
        first_column, last_column = int(np.argmin(flat_columns)), int(np.argmin(flat_columns[::-1]))
        if first_row + last_row + first_column + last_column == 0:
            break
        top, bottom = top + first_row, bottom - last_row
        left, right = left + first_column, right - last_column
    if bottom - top < 3 or right - left < 3:
        return None
    # the reduced edge is blurred: give a line back beside a dark border, take one more beside a bright one
    middle = float(small[top:bottom, left:right].mean())
    rows, columns = small[:, left:right].mean(axis=1), small[top:bottom].mean(axis=0)
    down, across = grey.shape[0] / small.shape[0], grey.shape[1] / small.shape[1]
    return (
        _edge(top, rows[max(0, top - 2) : top], middle, down, -1, grey.shape[0]),
        _edge(bottom, rows[bottom : bottom + 2], middle, down, 1, grey.shape[0]),
        _edge(left, columns[max(0, left - 2) : left], middle, across, -1, grey.shape[1]),
        _edge(right, columns[right : right + 2], middle, across, 1, grey.shape[1]),
    )


def _deviation(part: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """Return the standard deviation along an axis; OpenCV's sums are several times as fast as NumPy's here."""
    mean = cv2.reduce(part, axis, cv2.REDUCE_AVG).ravel()
    square = cv2.reduce(part, axis, cv2.REDUCE_SUM2).ravel() / part.shape[axis]
    deviation: NDArray[np.float32] = np.sqrt(np.maximum(square - mean * mean, 0.0))
    return deviation


def _edge(line: int, peeled: NDArray[np.float32], middle: float, scale: float, outward: int, limit: int) -> int:
    """Scale an edge to the full picture, moved to the side on which the blurred line does no harm."""
    if not peeled.size:
        return 0 if outward < 0 else limit
    step = -outward if float(peeled.max()) > middle else outward
    return min(max(round((line + 0.5 * step) * scale) + step, 0), limit)


def _estimate_ground(work: Grey, outermost: float) -> _Ground:
    """Tell the level behind the head from the corners and edges: dark as a rule, or one flat bright level.

    `outermost` is the level of the picture's own first and last row.
    """
    ring = _ring(work)
    mode = int(np.argmax(cv2.blur(np.bincount(ring, minlength=256).astype(np.float32)[None], (5, 1))))
    near = np.abs(ring.astype(np.int16) - mode) <= 4
    low, high = _percentiles(work, 2, 98)
    # paper: what was peeled off goes on between the lines; a white border around a scan does not go on inside it
    if outermost > low + 0.5 * (high - low) and float((np.abs(work - outermost) <= 6).mean()) > 0.2:
        return _Ground(outermost, 2.0, bright=True)
    # brain tissue at the edge of a tight crop varies by more than this; a painted background does not
    if mode > low + 0.35 * (high - low) and near.mean() > 0.55:
        return _Ground(float(mode), 2.0, bright=True, flat_edge=True)
    return _dark_ground(ring, low, high)


def _dark_ground(ring: Grey, low: float, high: float) -> _Ground:
    """Tell the level and spread of a dark background from the dark part of the picture's edge."""
    dark = ring[ring <= low + 0.15 * (high - low)]
    if dark.size < 0.05 * ring.size:
        return _Ground(low, 1.0, bright=False)
    level = float(np.median(dark))
    return _Ground(level, 1.4826 * float(np.median(np.abs(dark - level))), bright=False)


def _ring(work: Grey) -> Grey:
    """Return the outer two lines on each side, as a row of values."""
    return np.concatenate([work[:2].ravel(), work[-2:].ravel(), work[:, :2].ravel(), work[:, -2:].ravel()])


def _tissue_mask(work: Grey, ground: _Ground) -> Grey | None:
    """Mark what differs from the background (1), or return None where nothing does."""
    distance = cv2.absdiff(work, np.full_like(work, round(ground.level)))
    if not ground.bright:
        distance[work < ground.level] = 0
    (spread,) = _percentiles(distance.astype(np.uint8, copy=False), 98)
    if spread < MIN_CONTRAST:
        return None
    # a share of the range: dim brain beside bright fat would be lost to Otsu's threshold
    threshold = max(5.0, float(np.clip(4.0 * ground.sigma, 0.06 * spread, 0.14 * spread)))
    mask = (distance > threshold).astype(np.uint8)
    _erase_thin_lines(mask)
    return mask


def _erase_thin_lines(mask: Grey) -> None:
    """Erase a thin line along each side (a frame that text or noise saved from being peeled) and beyond."""
    for view in (mask, mask[::-1], mask.T, mask.T[::-1]):
        depth = max(4, view.shape[0] // 8)
        full = view[:depth].mean(axis=1) > 0.9
        lines = np.flatnonzero(full)
        if lines.size and lines.size <= 3 and lines[-1] < depth - 1 and view[lines[-1] + 1].mean() < 0.6:
            view[: lines[-1] + 1] = 0


def _head_mask(tissue: Grey) -> Grey | None:
    """Fill the skull and the ventricles, cut off text, keep the largest piece and what belongs to it."""
    side = max(tissue.shape)
    pad = max(4, side // 12)
    padded = cv2.copyMakeBorder(tissue, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    specks_gone = cv2.morphologyEx(padded, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    closed = cv2.morphologyEx(specks_gone, cv2.MORPH_CLOSE, _disc(side // 24))
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    filled = cv2.drawContours(np.zeros_like(closed), contours, -1, 1, cv2.FILLED)
    opened = cv2.morphologyEx(filled, cv2.MORPH_OPEN, _disc(side // 14)).astype(np.uint8, copy=False)
    core = _main_pieces(opened, side)
    if core is None:
        return None
    # the opening rounds off chin, nose and ears: take back what touches the core and is no longer than a little
    whole = cv2.bitwise_and(cv2.dilate(core, _disc(side // 20)), filled.astype(np.uint8, copy=False))
    return whole[pad:-pad, pad:-pad].astype(np.uint8, copy=False)


def _main_pieces(pieces: Grey, side: int) -> Grey | None:
    """Return the mask of the largest piece and of those that belong to it; None if there is no piece."""
    outlines, _ = cv2.findContours(pieces, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if len(outlines) < 2:  # the usual case, for which labelling every pixel is not needed
        return pieces if outlines else None
    count, labels, stats, _ = cv2.connectedComponentsWithStats(pieces, connectivity=8)
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    kept = np.zeros(count, np.uint8)
    kept[[label for label in range(1, count) if label == largest or _belongs(stats[label], stats[largest], side)]] = 1
    main: Grey = kept[labels]
    return main


def _disc(diameter: int) -> Grey:
    odd = max(3, diameter | 1)
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (odd, odd)).astype(np.uint8, copy=False)


def _belongs(piece: NDArray[np.int32], main: NDArray[np.int32], side: int) -> bool:
    """Say whether a piece is part of the same head: not small beside the main piece, thick, and near it."""
    x, y, width, height, area = (int(v) for v in piece)
    main_x, main_y, main_width, main_height, main_area = (int(v) for v in main)
    gap_across = max(x - (main_x + main_width), main_x - (x + width), 0)
    gap_down = max(y - (main_y + main_height), main_y - (y + height), 0)
    thick = min(width, height) >= 0.12 * min(main_width, main_height)
    return area >= 0.03 * main_area and thick and max(gap_across, gap_down) <= 0.08 * side


def _looks_like_a_head(work: Grey, tissue: Grey, head: Grey, share_of_image: float) -> bool:
    """Test size, form and texture: enough of each for a head, none for a speck, a frame, noise, print or a gradient."""
    contours, _ = cv2.findContours(head, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    area = int(cv2.countNonZero(head))
    if not contours or area / head.size * share_of_image < MIN_SHARE_OF_IMAGE:
        return False
    points = np.concatenate(contours)
    _, _, width, height = cv2.boundingRect(points)
    # the contour runs through pixel centres, so the hull of a small form comes out smaller than its pixels
    hull = cv2.contourArea(cv2.convexHull(points)) + width + height
    if (
        area < MIN_SOLIDITY * hull
        or area < MIN_EXTENT * width * height
        or max(width, height) > MAX_ASPECT * min(width, height)
    ):
        return False
    detail = cv2.absdiff(work, cv2.blur(work, (5, 5)))
    deep = cv2.erode(head, _disc(9))  # without the outline, which a flat disc has too
    _, deviation = cv2.meanStdDev(work, mask=head)
    spread = max(1.0, float(deviation[0, 0]))
    if cv2.mean(detail, mask=deep if deep.any() else head)[0] < MIN_TEXTURE * spread:
        return False
    texture, coverage = cv2.mean(detail, mask=head)[0] / spread, cv2.mean(tissue, mask=head)[0]
    return texture < (MAX_TEXTURE if coverage > MIN_COVERAGE else MAX_TEXTURE_OF_SPARSE)


def _to_full_resolution(head: Grey, span: Span, grey: Grey) -> CropBox:
    """Scale the bounding box of the mask back to pixels of the picture."""
    top, bottom, left, right = span
    x, y, width, height = cv2.boundingRect(head)
    across, down = (right - left) / head.shape[1], (bottom - top) / head.shape[0]
    x0, y0 = max(0, round(left + x * across)), max(0, round(top + y * down))
    x1 = min(grey.shape[1], round(left + (x + width) * across))
    y1 = min(grey.shape[0], round(top + (y + height) * down))
    return CropBox(x0, y0, x1 - x0, y1 - y0)
