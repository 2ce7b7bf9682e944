"""How slices lie in the head: planes, and whether the slices of a stack are evenly spaced places of one volume."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray

STRAIGHT: Final = 0.8
"""A plane has its name up to 37 degrees of tilt: the cosine that D. Clunie's PixelMed takes for the same question."""
SAME_PLACE_MM: Final = 0.01
"""Positions that differ by less are the same place: rounding in the file, not another slice."""
_GAP: Final = 1.5  # times the usual distance


class Plane(Enum):
    """The planes of anatomy; `OBLIQUE` lies between them, `UNKNOWN` is not told."""

    UNKNOWN = ""
    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"
    OBLIQUE = "oblique"


PLANES: Final = tuple(Plane)


class Finding(Enum):
    """What is unusual about the slices of a stack."""

    TWO_PATIENTS = "two_patients"
    MIXED_PLANES = "mixed_planes"
    MIXED_SIZES = "mixed_sizes"
    GAPS = "gaps"
    SAME_PLACE = "same_place"
    NO_PLACE = "no_place"
    MORE_VOLUMES = "more_volumes"


@dataclass(frozen=True, slots=True, eq=False)
class Slices:
    """Where the N slices of a stack lie, in the order of the stack.

    Attributes
    ----------
    along : ndarray of float64, shape (N,)
        Position along the normal, in mm; NaN where it is not known.
    plane : ndarray of uint8, shape (N,)
        Index into `PLANES`.
    size, patient : ndarray of int32, shape (N,)
        A number that stands for the size of the picture and for the patient; 0 where it is not known.
    volumes : int
        How many volumes the file holds; only the first one is read.
    """

    along: NDArray[np.float64]
    plane: NDArray[np.uint8]
    size: NDArray[np.int32]
    patient: NDArray[np.int32]
    volumes: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Geometry:
    """What follows from where they lie.

    Attributes
    ----------
    spacing : float or None
        The usual distance between slices, in mm.
    breaks : ndarray of bool, shape (N - 1,)
        Slice i + 1 is no neighbour of slice i: another plane or size, or slices are missing between the two.
    same_place : ndarray of bool, shape (N - 1,)
        Slice i + 1 lies where slice i does.
    findings : tuple of (Finding, int)
        What a person should know, with how many: gaps, slices in a place that another has, slices without a place,
        planes, sizes, patients, volumes.
    """

    spacing: float | None
    breaks: NDArray[np.bool_]
    same_place: NDArray[np.bool_]
    findings: tuple[tuple[Finding, int], ...]


def plane_of(normal: Sequence[float] | NDArray[np.float64] | None) -> Plane:
    """Return the plane with a normal of length 1 in the patient's axes: left-right, front-back, foot-head.

    Those are the axes of DICOM (PS3.3 C.7.6.2.1.1); the sign does not matter, so that those of NIfTI do as well.
    """
    if normal is None:
        return Plane.UNKNOWN
    steepness = np.abs(np.asarray(normal, np.float64))
    axis = int(steepness.argmax())
    if steepness[axis] < STRAIGHT:
        return Plane.OBLIQUE
    return (Plane.SAGITTAL, Plane.CORONAL, Plane.AXIAL)[axis]


def geometry_of(slices: Slices) -> Geometry:
    """Look for what is unusual about a stack.

    Parameters
    ----------
    slices : Slices
        In the order of the stack: by plane, then by place, those without a place last.
    """
    along, plane = slices.along, slices.plane
    steps = np.abs(np.diff(along))  # NaN where either is not known
    one_kind = (plane[1:] == plane[:-1]) & (slices.size[1:] == slices.size[:-1])
    known = np.isfinite(steps)
    same_place = one_kind & known & (steps < SAME_PLACE_MM)
    apart = steps[one_kind & known & ~same_place]
    spacing = float(np.median(apart)) if apart.size else None
    gaps = one_kind & known & (steps > _GAP * spacing) if spacing is not None else np.zeros_like(one_kind)
    return Geometry(spacing, ~one_kind | gaps, same_place, _findings(slices, int(gaps.sum()), int(same_place.sum())))


def _findings(slices: Slices, gaps: int, same_place: int) -> tuple[tuple[Finding, int], ...]:
    """Name what was found; that no slice at all has a place is how pictures are, and said as that."""
    counts = {
        Finding.TWO_PATIENTS: _kinds(slices.patient[slices.patient > 0]),
        Finding.MIXED_PLANES: _kinds(slices.plane[slices.plane > 0]),
        Finding.MIXED_SIZES: _kinds(slices.size[slices.size > 0]),
        Finding.GAPS: gaps,
        Finding.SAME_PLACE: same_place,
        Finding.NO_PLACE: int(np.isnan(slices.along).sum()),
        Finding.MORE_VOLUMES: slices.volumes,
    }
    usual = {Finding.GAPS: 0, Finding.SAME_PLACE: 0, Finding.NO_PLACE: 0}
    return tuple((finding, count) for finding, count in counts.items() if count > usual.get(finding, 1))


def _kinds(numbers: NDArray[np.generic]) -> int:
    return len(np.unique(numbers))
