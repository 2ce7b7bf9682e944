"""Crop, pad, resample and stretch: the one way from a grey slice to what the model sees, for training and for use.

The sources of a data set differ in borders, size, contrast and depth of grey. What this module makes of them differs in
none of these as far as a simple function can reach: the head takes the same share of the square, and tissue runs from
black to white.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.scan import CropBox, Scan

if TYPE_CHECKING:
    from collections.abc import Mapping

METHOD = 2  # raise it when the same settings give other pixels: caches and cards made before then no longer match


@dataclass(frozen=True, slots=True)
class InputSpec:
    """How a slice becomes model input; written into the model's card.

    Attributes
    ----------
    size : int
        Side S of the square, in pixels.
    margin : float
        Added on each side of the box, as a share of its longer side. Black where it reaches over the picture.
    low_percentile, high_percentile : float
        Of the grey values of the crop: these become 0 and 255.
    method : int
        Version of the procedure itself.

    Raises
    ------
    ValueError
        If a setting makes no sense, or the method is not this program's.
    """

    size: int = 192
    margin: float = 0.03
    low_percentile: float = 0.5
    high_percentile: float = 99.5
    method: int = METHOD

    def __post_init__(self) -> None:
        """Check the settings."""
        if not 16 <= self.size <= 2048:
            raise ValueError(f"input size {self.size} is not between 16 and 2048 pixels")
        if not 0.0 <= self.margin <= 1.0:
            raise ValueError(f"crop margin {self.margin} is not between 0 and 1")
        if not 0.0 <= self.low_percentile < self.high_percentile <= 100.0:
            raise ValueError(
                f"percentiles {self.low_percentile} and {self.high_percentile} are not in order within 0..100"
            )
        if self.method != METHOD:
            raise ValueError(
                f"input method {self.method} is not known to this version of the program, which has {METHOD}"
            )

    def to_dict(self) -> dict[str, int | float]:
        """Return the settings for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: "Mapping[str, Any]") -> Self:
        """Read what `to_dict` wrote; unknown or missing names raise ValueError."""
        names = {"size": int, "margin": float, "low_percentile": float, "high_percentile": float, "method": int}
        if set(values) != set(names):
            wrong = ", ".join(sorted(set(values) ^ set(names)))
            raise ValueError(f"input settings do not fit this version of the program: {wrong}")
        try:
            return cls(**{name: kind(values[name]) for name, kind in names.items()})
        except TypeError as error:
            raise ValueError(f"input settings are not numbers: {error}") from error

    def key(self) -> str:
        """Return a short hash of all settings, the same on every machine."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Placement:
    """Which rectangle of the picture lies where in the square: `source` in image pixels, `target` in input pixels.

    Edges lie on edges, so the map between the two is one scale and one shift along each axis, without rounding.
    """

    source: CropBox
    target: CropBox

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """Map a point of the input to the picture. Whole numbers are centres of pixels on both sides."""
        s, t = self.source, self.target
        return (
            s.x + (x + 0.5 - t.x) * s.width / t.width - 0.5,
            s.y + (y + 0.5 - t.y) * s.height / t.height - 0.5,
        )

    def to_input(self, x: float, y: float) -> tuple[float, float]:
        """Map a point of the picture to the input: the inverse of `to_image`."""
        return Placement(self.target, self.source).to_image(x, y)


def place(box: CropBox | None, spec: InputSpec, image_shape: tuple[int, ...]) -> Placement:
    """Say where the crop comes from and where it sits in the square.

    Parameters
    ----------
    box : CropBox or None
        None is the whole picture, without margin. A box that reaches over the border is clipped first.
    spec : InputSpec
    image_shape : tuple of int
        (H, W), as of the grey picture; more axes are ignored.

    Raises
    ------
    ValueError
        If the box lies outside the picture or has no area.
    """
    height, width = image_shape[:2]
    if height < 1 or width < 1:
        raise ValueError("the picture has no pixels")
    if box is None:
        wanted = CropBox(0, 0, width, height)
    else:
        clipped = _clip(box, width, height)
        if clipped.width < 1 or clipped.height < 1:
            raise ValueError(f"crop {box.as_list()} lies outside the picture of {width} x {height} pixels")
        margin = round(spec.margin * max(clipped.width, clipped.height))
        wanted = CropBox(
            clipped.x - margin, clipped.y - margin, clipped.width + 2 * margin, clipped.height + 2 * margin
        )
    source = _clip(wanted, width, height)
    # centred on the wanted box, also where its margin lies outside the picture: the head's place is the same
    side = max(wanted.width, wanted.height)
    left = wanted.x - (side - wanted.width) / 2.0
    top = wanted.y - (side - wanted.height) / 2.0
    x, across = _scaled(source.x - left, source.width, spec.size / side, spec.size)
    y, down = _scaled(source.y - top, source.height, spec.size / side, spec.size)
    return Placement(source, CropBox(x, y, across, down))


def prepare(grey: NDArray[np.uint8], box: CropBox | None, spec: InputSpec) -> NDArray[np.uint8]:
    """Crop, resample, stretch the contrast and pad to a square.

    Parameters
    ----------
    grey : ndarray of uint8, shape (H, W)
        The slice as it is shown.
    box : CropBox or None
        The crop; None is the whole picture.
    spec : InputSpec

    Returns
    -------
    ndarray of uint8, shape (S, S)
        Black outside the crop; all zeros if the crop is of one grey.

    Raises
    ------
    ValueError
        If `grey` is not a two-dimensional array of uint8, or the box lies outside it.
    """
    if grey.ndim != 2 or grey.dtype != np.uint8:
        raise ValueError(f"prepare takes a grey uint8 picture, not {grey.dtype} of shape {grey.shape}")
    placement = place(box, spec, grey.shape)
    s, t = placement.source, placement.target
    resampled = _resample(grey[s.y : s.y + s.height, s.x : s.x + s.width], t.width, t.height)
    square = np.zeros((spec.size, spec.size), np.uint8)
    square[t.y : t.y + t.height, t.x : t.x + t.width] = _stretch(resampled, spec)
    return square


def to_model_input(scan: Scan | NDArray[np.uint8], box: CropBox | None, spec: InputSpec) -> NDArray[np.float32]:
    """Return what the network takes: `prepare`, three times side by side.

    Parameters
    ----------
    scan : Scan, or ndarray of uint8 with shape (H, W)
        A scan is rendered to grey with its default window first.
    box : CropBox or None
    spec : InputSpec

    Returns
    -------
    ndarray of float32, shape (S, S, 3)
        Values 0..255, three equal channels.
    """
    if isinstance(scan, Scan):
        from tumorviewer.imaging.render import render_grey  # here, because training on arrays needs no rendering

        grey = render_grey(scan)
    else:
        grey = scan
    prepared = prepare(grey, box, spec)
    return cv2.cvtColor(prepared, cv2.COLOR_GRAY2RGB).astype(np.float32)


def input_to_image(
    point_xy: tuple[float, float], box: CropBox | None, spec: InputSpec, image_shape: tuple[int, ...]
) -> tuple[float, float]:
    """Map a point of the model's input back to the picture; whole numbers are centres of pixels on both sides."""
    return place(box, spec, image_shape).to_image(*point_xy)


def _clip(box: CropBox, width: int, height: int) -> CropBox:
    left, top = min(max(box.x, 0), width), min(max(box.y, 0), height)
    right, bottom = min(max(box.x + box.width, 0), width), min(max(box.y + box.height, 0), height)
    return CropBox(left, top, right - left, bottom - top)


def _scaled(start: float, length: int, scale: float, size: int) -> tuple[int, int]:
    """Scale a stretch of pixels to whole pixels of the square: at least one, and inside it."""
    first = min(max(round(start * scale), 0), size - 1)
    last = min(max(round((start + length) * scale), first + 1), size)
    return first, last - first


def _resample(crop: NDArray[np.uint8], width: int, height: int) -> NDArray[np.float32]:
    """Resize in float32: rounding to 8 bits before a stretch would show as steps, other ones for each source.

    Shrinking averages whole blocks first, which takes a tenth of the time of one exact area filter, and reads the rest
    between them; the map from pixel to pixel is that of one single step.
    """
    values = crop.astype(np.float32)
    across, down = crop.shape[1] / width, crop.shape[0] / height
    if width * height > crop.shape[0] * crop.shape[1]:
        enlarged = cv2.resize(values, (width, height), interpolation=cv2.INTER_CUBIC)
        return enlarged.astype(np.float32, copy=False)
    block = max(1, round(min(across, down)))
    if block > 1:
        rows, columns = crop.shape[0] // block, crop.shape[1] // block
        whole = values[: rows * block, : columns * block]
        values = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float32, copy=False)
    # edges lie on edges: centre i of the result is read at (i + 0.5) * step - 0.5 among the blocks
    step_x, step_y = across / block, down / block
    inverse = np.array([[step_x, 0.0, 0.5 * step_x - 0.5], [0.0, step_y, 0.5 * step_y - 0.5]])
    read = cv2.warpAffine(
        values,
        inverse,
        (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return read.astype(np.float32, copy=False)


def _stretch(values: NDArray[np.float32], spec: InputSpec) -> NDArray[np.uint8]:
    """Map the percentiles of the crop to 0..255, rounded; a crop of one grey becomes black."""
    low, high = _grey_range(_scaled_to_bytes(values, 1.0, 0.0), spec)
    if high - low < 1.0:
        return np.zeros(values.shape, np.uint8)
    scale = 255.0 / (high - low)
    return _scaled_to_bytes(values, scale, -low * scale)


def _scaled_to_bytes(values: NDArray[np.float32], scale: float, shift: float) -> NDArray[np.uint8]:
    """Return ``values * scale + shift``, rounded and held to 0..255, in one pass."""
    return cv2.addWeighted(values, scale, values, 0.0, shift, dtype=cv2.CV_8U).astype(np.uint8, copy=False)


def _grey_range(rounded: NDArray[np.uint8], spec: InputSpec) -> tuple[float, float]:
    """Return the percentiles, read so that they do not depend on how much background the crop holds."""
    counts = cv2.calcHist([rounded], [0], None, [256], [0.0, 256.0]).ravel().astype(np.float32, copy=False)
    if counts[0] > 0.02 * counts.sum():
        counts[0] = 0.0  # pure black is a painted border or a removed skull: no measurement
    if not counts.any():
        return 0.0, 0.0
    low, ceiling = _percentile_levels(counts, spec.low_percentile, spec.high_percentile)
    counts[: int(low + 0.1 * (ceiling - low))] = 0.0  # the rest of the background does not pull the upper end down
    (high,) = _percentile_levels(counts, spec.high_percentile)
    return low, high


def _percentile_levels(counts: NDArray[np.float32], *percentiles: float) -> list[float]:
    total = np.cumsum(counts, dtype=np.float64)
    ranks = (max(percentile / 100.0 * total[-1], 0.5) for percentile in percentiles)  # 0 is the lowest value, not bin 0
    return [float(np.searchsorted(total, rank)) for rank in ranks]
