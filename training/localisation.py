"""Whether the model looks at the tumour: activation maps against the boxes that people drew."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.metrics import Estimate, block_bootstrap, wilson_of
from tumorviewer.imaging.prepare import InputSpec, Placement, place
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.activation import focus_point

FINE = 96
"""Points a side at which a map is sampled for its energy: a map has 6 to 8 cells a side, a tumour often under two."""


def box_in_input(
    tumor_box: tuple[float, float, float, float], placement: Placement, size: int, image_shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Return where a tumour box lies in the model's input.

    Parameters
    ----------
    tumor_box : tuple of float
        Centre x, centre y, width, height as fractions of the image.
    placement : Placement
        How the crop became the input.
    size : int
        Side of the input in pixels.
    image_shape : tuple of int
        Rows and columns of the image.

    Returns
    -------
    ndarray of float64, shape (4,)
        Left, top, right, bottom as shares of the side.
    """
    left, top, right, bottom = _edges(tumor_box, image_shape)
    # Boxes count from the edge of the first pixel, `to_input` from its centre.
    corners = (*placement.to_input(left - 0.5, top - 0.5), *placement.to_input(right - 0.5, bottom - 0.5))
    return (np.array(corners) + 0.5) / size


@dataclass(frozen=True, slots=True)
class Localised:
    """What one activation map says about one tumour box.

    Attributes
    ----------
    hit : bool
        The map's peak lies in the box.
    energy : float
        Share of the positive part of the map that lies in the box, of what lies in the crop; NaN if nothing is
        positive.
    area : float
        Share of the crop that the box covers: what a map without any idea would reach on both counts.
    """

    hit: bool
    energy: float
    area: float


def localise(
    activation: NDArray[np.floating[Any]],
    tumor_box: tuple[float, float, float, float],
    crop: CropBox | None,
    spec: InputSpec,
    image_shape: tuple[int, int],
) -> Localised:
    """Compare an activation map with a tumour box.

    Parameters
    ----------
    activation : ndarray, shape (h, w)
        Map of the class that the label names, over the model's square input.
    tumor_box : tuple of float
        Centre x, centre y, width, height as fractions of the image.
    crop : CropBox or None
        What the model saw; None = the whole image.
    spec : InputSpec
        How the crop became the input.
    image_shape : tuple of int
        Rows and columns of the image.

    Notes
    -----
    Pointing game: Zhang et al., ECCV 2016. Energy inside the box: Wang et al., Score-CAM, CVPR workshops 2020,
    section 4.3.
    """
    box = _edges(tumor_box, image_shape)
    placement = place(crop, spec, image_shape)
    # The same peak that the viewer shows; it counts from the centre of the first pixel, the boxes from its edge.
    x, y = focus_point(np.asarray(activation, dtype=np.float32), crop, spec, image_shape)
    hit = bool(box[0] <= x + 0.5 <= box[2] and box[1] <= y + 0.5 <= box[3])

    xs, ys = _image_axes(placement, spec.size)
    rows, columns = image_shape
    in_crop = _inside(xs, ys, _crop_edges(crop or CropBox(0, 0, columns, rows)))
    in_box = _inside(xs, ys, box) & in_crop
    energy = np.maximum(_sample(np.asarray(activation, dtype=np.float64)), 0.0)
    total = float(energy[in_crop].sum())
    return Localised(
        hit=hit,
        energy=float(energy[in_box].sum()) / total if total > 0 else math.nan,
        area=float(in_box.sum()) / max(1, int(in_crop.sum())),
    )


def _edges(box: tuple[float, float, float, float], image_shape: tuple[int, int]) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom in pixels of the image."""
    x, y, width, height = box
    rows, columns = image_shape
    return (x - width / 2) * columns, (y - height / 2) * rows, (x + width / 2) * columns, (y + height / 2) * rows


def _crop_edges(crop: CropBox) -> tuple[float, float, float, float]:
    return float(crop.x), float(crop.y), float(crop.x + crop.width), float(crop.y + crop.height)


def _image_axes(placement: Placement, size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x of each column and y of each row of the fine grid over the input, in the image, from its edge.

    The input is the crop, scaled and padded: a straight line on each axis, which two points settle.
    """
    first, last = placement.to_image(-0.5, -0.5), placement.to_image(size - 0.5, size - 0.5)
    across = (np.arange(FINE) + 0.5) / FINE
    return first[0] + 0.5 + across * (last[0] - first[0]), first[1] + 0.5 + across * (last[1] - first[1])


def _inside(
    xs: NDArray[np.float64], ys: NDArray[np.float64], edges: tuple[float, float, float, float]
) -> NDArray[np.bool_]:
    left, top, right, bottom = edges
    return np.outer((ys >= top) & (ys <= bottom), (xs >= left) & (xs <= right))


def _sample(activation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the map at FINE x FINE points, linear between the centres of its cells, constant beyond the outer ones."""
    rows, columns = activation.shape
    across = (np.arange(FINE) + 0.5) / FINE
    wide = np.stack([np.interp(across * columns - 0.5, np.arange(columns), line) for line in activation])
    return np.stack([np.interp(across * rows - 0.5, np.arange(rows), line) for line in wide.T]).T


@dataclass(frozen=True, slots=True)
class LocalisationFigures:
    """The pointing game over one source of boxes.

    Attributes
    ----------
    source : str
        Whose boxes.
    pointing : Estimate
        Share of the scans whose peak lies in the box.
    energy : Estimate
        Mean share of map energy in the box.
    chance : float
        Mean share of the crop that the box covers.
    """

    source: str
    pointing: Estimate
    energy: Estimate
    chance: float

    def to_dict(self) -> dict[str, Any]:
        """Return the figures for JSON."""
        return {
            "source": self.source,
            "pointing_game": self.pointing.to_dict(),
            "energy_in_box": self.energy.to_dict(),
            "box_share_of_crop": self.chance,
        }


def localisation_figures(
    source: str, cases: Sequence[Localised], blocks: NDArray[Any], rounds: int = 300
) -> LocalisationFigures:
    """Sum up the maps of one source; `blocks` says which cases share a patient."""
    energy = np.array([case.energy for case in cases], dtype=np.float64)
    known = np.isfinite(energy)
    values = energy[known]
    return LocalisationFigures(
        source,
        pointing=wilson_of(np.array([case.hit for case in cases], dtype=bool)),
        energy=block_bootstrap(
            lambda drawn: float(values[drawn].mean()) if drawn.size else math.nan, blocks[known], rounds=rounds
        ),
        chance=float(np.mean([case.area for case in cases])),
    )
