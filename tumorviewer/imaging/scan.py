"""The picture as it was read: full-depth pixels and what is needed to show them."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class WindowLevel:
    """A grey window on modality values (DICOM PS3.3 C.11.2.1.2).

    Attributes
    ----------
    centre, width : float
        In the units of `Scan.pixels`.
    name : str
        The explanation stored with it, or "".
    function : str
        ``LINEAR``, ``LINEAR_EXACT``, ``SIGMOID``, or ``TABLE``: an item of the VOI LUT sequence (C.11.2.1.1).
    table : ndarray of float32, shape (N,), or None
        For ``TABLE``: the grey, 0..1, of the N modality values that begin at ``centre - width / 2`` (``width`` is N).
    """

    centre: float
    width: float
    name: str = ""
    function: str = "LINEAR"
    table: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CropBox:
    """A rectangle in whole pixels of the image: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int

    def as_list(self) -> list[int]:
        """Return ``[x, y, w, h]``, as it is written to files."""
        return [self.x, self.y, self.width, self.height]


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """One slice: what the file says, before any window is applied.

    Attributes
    ----------
    pixels : ndarray, shape (H, W) or (H, W, 3)
        Modality values: uint8 or uint16 for pictures (float32 for a TIFF of floats), the smallest exact of
        uint8/uint16/int16/float32 for DICOM after rescale. Colour is RGB, uint8.
    path : Path
        The file it came from.
    frame, frames : int
        Which frame (0-based) of how many.
    format : str
        ``JPEG``, ``PNG``, ``BMP``, ``TIFF``, ``WEBP``, ``DICOM`` or ``NIFTI``.
    windows : tuple of WindowLevel
        Every VOI window that the file offers, the default one first; empty if it offers none.
    inverted : bool
        MONOCHROME1: low values are bright. Applied once, after the window.
    spacing : tuple of float or None
        Millimetres between rows and between columns, where known.
    sha256 : str
        Of the file's bytes.
    """

    pixels: NDArray[np.generic]
    path: Path
    sha256: str
    format: str
    frame: int = 0
    frames: int = 1
    windows: tuple[WindowLevel, ...] = ()
    inverted: bool = False
    spacing: tuple[float, float] | None = None

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])
