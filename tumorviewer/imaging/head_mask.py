"""Of what differs from the background: which part is the head, and whether it looks like one."""

import math
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

MIN_SHARE_OF_IMAGE = 0.012  # a head takes more of the picture than a speck does
MIN_SOLIDITY = 0.70  # area over area of the convex hull; a neck and a nose cost some
MIN_EXTENT = 0.40  # area over area of the bounding box
MAX_ASPECT = 2.6
MIN_TEXTURE = 0.025  # fine detail over the whole spread of grey: less is a gradient or a flat disc
MAX_TEXTURE = 0.73  # more is noise (white noise has 0.78)
MIN_COVERAGE, MAX_TEXTURE_OF_SPARSE = 0.7, 0.45  # print: strokes with as much paper between them

_SQUARE = np.ones((2, 2), np.uint8)
_ON_BLACK: dict[str, Any] = {"borderType": cv2.BORDER_CONSTANT, "borderValue": 0}


def head_mask(tissue: Grey) -> Grey | None:
    """Fill the skull and the ventricles, cut off text, keep the largest piece and what belongs to it."""
    side = max(tissue.shape)
    bridge = _disc(side // 24)
    pad = bridge.shape[0] // 2 + 1  # as far as closing reaches over the edge, and the pixel by which opening shifts
    padded = cv2.copyMakeBorder(tissue, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    specks_gone = cv2.morphologyEx(padded, cv2.MORPH_OPEN, _SQUARE, **_ON_BLACK)
    closed = cv2.morphologyEx(specks_gone, cv2.MORPH_CLOSE, bridge, **_ON_BLACK)
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    filled = cv2.drawContours(closed, contours, -1, 1, cv2.FILLED)
    opened = cv2.morphologyEx(filled, cv2.MORPH_OPEN, _disc(side // 14), **_ON_BLACK).astype(np.uint8, copy=False)
    core = _main_pieces(opened, side)
    if core is None:
        return None
    # the opening rounds off chin, nose and ears: take back what touches the core and is no longer than a little
    whole = cv2.bitwise_and(cv2.dilate(core, _disc(side // 20)), filled)
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


@cache
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


def looks_like_a_head(work: Grey, tissue: Grey, head: Grey, share_of_image: float) -> bool:
    """Test size, form and texture: enough of each for a head, none for a speck, a frame, noise, print or a gradient."""
    area = cv2.countNonZero(head)
    if not area or area / head.size * share_of_image < MIN_SHARE_OF_IMAGE:
        return False
    return _has_form_of_a_head(head, area) and _has_texture_of_a_head(work, tissue, head, area)


def _has_form_of_a_head(head: Grey, area: int) -> bool:
    contours, _ = cv2.findContours(head, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    points = np.concatenate(contours)
    _, _, width, height = cv2.boundingRect(points)
    # the contour runs through pixel centres, so the hull of a small form comes out smaller than its pixels
    hull = cv2.contourArea(cv2.convexHull(points)) + width + height
    return (
        area >= MIN_SOLIDITY * hull
        and area >= MIN_EXTENT * width * height
        and max(width, height) <= MAX_ASPECT * min(width, height)
    )


def _has_texture_of_a_head(work: Grey, tissue: Grey, head: Grey, area: int) -> bool:
    # products and sums in place of masked means: these look at every pixel by itself
    inside = cv2.multiply(work, head)
    variance = cv2.norm(inside, cv2.NORM_L2SQR) / area - (cv2.sumElems(inside)[0] / area) ** 2
    spread = max(1.0, math.sqrt(max(variance, 0.0)))
    detail = cv2.absdiff(work, cv2.blur(work, (5, 5)))
    deep = cv2.erode(head, _disc(9))  # without the outline, which a flat disc has too
    deep_area = cv2.countNonZero(deep)
    mean = cv2.sumElems(cv2.multiply(detail, head))[0] / area
    deep_mean = cv2.sumElems(cv2.multiply(detail, deep))[0] / deep_area if deep_area else mean
    coverage = cv2.countNonZero(cv2.bitwise_and(tissue, head)) / area
    most = MAX_TEXTURE if coverage > MIN_COVERAGE else MAX_TEXTURE_OF_SPARSE
    return deep_mean >= MIN_TEXTURE * spread and mean / spread < most
