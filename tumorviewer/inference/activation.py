"""From class-activation maps to places in the picture: the focus, and the heat map over the crop.

The maps are coarse (6 x 6 to 8 x 8 cells over the padded square). They are enlarged with a cubic filter, which puts
the peak between cells where neighbouring cells share the evidence. Cells outside the crop saw padding only and are
left out.
"""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.prepare import InputSpec, Placement, place
from tumorviewer.imaging.scan import CropBox


@dataclass(frozen=True, slots=True, eq=False)
class HeatMap:
    """Evidence for one class over the crop.

    Attributes
    ----------
    values : ndarray, shape (box.height, box.width), float32
        0 = none, 1 = the strongest evidence for any class in this picture, so that the maps of several classes can
        be compared.
    box : CropBox
        Where it lies in the image.
    """

    values: NDArray[np.float32]
    box: CropBox


def focus_point(
    activation: NDArray[np.float32], box: CropBox | None, spec: InputSpec, image_shape: tuple[int, int]
) -> tuple[float, float]:
    """Return where an activation map peaks inside the crop.

    Parameters
    ----------
    activation : ndarray, shape (h, w)
        Map of one class over the padded square.
    box : CropBox or None
        The crop; None is the whole image.
    spec : InputSpec
    image_shape : tuple of int
        Rows and columns.

    Returns
    -------
    tuple of float
        x, y in pixels of the image; whole numbers are centres of pixels. The middle of the crop for a map without
        any peak.
    """
    crop = _clipped(box, image_shape)
    placement = place(box, spec, image_shape)
    area = left, top, _, _ = _area_in_input(crop, placement, spec)
    inside = _enlarged(activation, spec.size, area)
    lowest, highest, _, _ = cv2.minMaxLoc(inside)
    if highest - lowest < 1e-6:
        return crop.x + (crop.width - 1) / 2, crop.y + (crop.height - 1) / 2
    row, column = divmod(int(inside.argmax()), inside.shape[1])
    x, y = placement.to_image(left + column, top + row)
    return (
        min(max(x, crop.x), crop.x + crop.width - 1),
        min(max(y, crop.y), crop.y + crop.height - 1),
    )


def heat_map(
    maps: NDArray[np.float32], index: int, box: CropBox | None, spec: InputSpec, image_shape: tuple[int, int]
) -> HeatMap:
    """Return the evidence for class `index` over the crop; shapes as for `focus_point`, `maps` (h, w, C)."""
    crop = _clipped(box, image_shape)
    area = _area_in_input(crop, place(box, spec, image_shape), spec)
    inside = [_enlarged(maps[:, :, one], spec.size, area) for one in range(maps.shape[2])]
    strongest = max(float(one.max()) for one in inside)
    if strongest <= 0.0:
        return HeatMap(np.zeros((crop.height, crop.width), np.float32), crop)
    share = np.clip(inside[index] / strongest, 0.0, 1.0)
    return HeatMap(
        cv2.resize(share, (crop.width, crop.height), interpolation=cv2.INTER_LINEAR).astype(np.float32, copy=False),
        crop,
    )


def _enlarged(activation: NDArray[np.float32], size: int, area: tuple[int, int, int, int]) -> NDArray[np.float32]:
    """Enlarge a map to the square of the input, there only the part left, top, right, bottom."""
    left, top, right, bottom = area
    height, width = activation.shape
    enlarged = _weights(height, size)[top:bottom] @ activation @ _weights(width, size)[left:right].T
    return enlarged.astype(np.float32, copy=False)


@cache
def _weights(cells: int, size: int) -> NDArray[np.float32]:
    """Return how much each of `cells` counts at each of `size` pixels of a line, shape (size, cells).

    A filter is a matrix along each axis; two products of small matrices take a tenth of the time of `cv2.resize`.
    """
    cells_apart = np.eye(cells, dtype=np.float32)
    return cv2.resize(cells_apart, (cells, size), interpolation=cv2.INTER_CUBIC).astype(np.float32, copy=False)


def _clipped(box: CropBox | None, image_shape: tuple[int, int]) -> CropBox:
    height, width = image_shape
    if box is None:
        return CropBox(0, 0, width, height)
    left, top = max(box.x, 0), max(box.y, 0)
    return CropBox(left, top, min(box.x + box.width, width) - left, min(box.y + box.height, height) - top)


def _area_in_input(crop: CropBox, placement: Placement, spec: InputSpec) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of the crop in whole pixels of the input, at least one pixel wide and high."""
    x0, y0 = placement.to_input(crop.x - 0.5, crop.y - 0.5)
    x1, y1 = placement.to_input(crop.x + crop.width - 0.5, crop.y + crop.height - 0.5)
    left, top = (min(max(round(edge + 0.5), 0), spec.size - 1) for edge in (x0, y0))
    right, bottom = (min(max(round(edge + 0.5), 1), spec.size) for edge in (x1, y1))
    return left, top, max(right, left + 1), max(bottom, top + 1)
