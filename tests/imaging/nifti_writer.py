"""Real NIfTI volumes for tests, written with nibabel."""

from functools import cache
from pathlib import Path

import nibabel
import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.phantom import DrawnSlice, Lesion, Plane, draw_slice


@cache
def drawn_slices(count: int, size: int = 64, lesion: Lesion | None = None, plane: Plane = "axial") -> list[DrawnSlice]:
    """Draw evenly spaced slices of one head, in the order of their positions along the normal."""
    return [
        draw_slice(3, size=size, lesion=lesion, plane=plane, position=float(position), tilt=0.0)
        for position in np.linspace(0.3, 0.7, count)
    ]


def stored(drawn: DrawnSlice) -> NDArray[np.uint16]:
    """Return a slice as a scanner stores it: 12 bits of 16."""
    return np.clip(np.rint(drawn.signal * 8.0), 0, 4095).astype(np.uint16)


def affine_of(slices: list[DrawnSlice]) -> NDArray[np.float64]:
    """Return from (column, row, slice) to millimetres to the right, front and up."""
    affine = np.eye(4)
    first, last = np.asarray(slices[0].corner), np.asarray(slices[-1].corner)
    affine[:3, 0] = np.asarray(slices[0].along) * slices[0].spacing
    affine[:3, 1] = np.asarray(slices[0].down) * slices[0].spacing
    affine[:3, 2] = (last - first) / (len(slices) - 1)
    affine[:3, 3] = first
    return np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine  # DICOM counts to the left and to the back


def write_volume(path: Path, volume: NDArray[np.generic], affine: NDArray[np.float64] | None = None) -> Path:
    """Write stored values with the axes (column, row, slice, ...)."""
    image = nibabel.Nifti1Image(volume, affine, dtype=volume.dtype)
    nibabel.save(image, path)
    return path


def volume_of(slices: list[DrawnSlice]) -> NDArray[np.uint16]:
    """Return drawn slices with the axes (column, row, slice)."""
    return np.stack([stored(drawn).T for drawn in slices], axis=-1)
