"""What neighbouring slices of a series say together: see the rule in `tumorviewer.inference.series`."""

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.geometry import Geometry

SPAN_MM: Final = 10.0
"""About the smallest tumour that shows in several slices of a usual series."""
SPAN_PLACES: Final = 3
MOST: Final = 0.99
"""No single slice counts for more than that, or for less than what is left of it."""

Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Slices that count, those in one place put together.

    Attributes
    ----------
    logs : ndarray, shape (P, C)
    first, last : ndarray, shape (P,)
        Slices of each place.
    stretch : ndarray, shape (P,)
        The same number for places that a span may hold together.
    """

    logs: Shares
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    stretch: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """All spans: what they say (R, C), and the first and last slice of each."""

    shares: Shares
    first: NDArray[np.intp]
    last: NDArray[np.intp]


def span_length(spacing: float | None) -> int:
    """Return how many places make a span, by the distance between them in mm."""
    return SPAN_PLACES if not spacing else max(SPAN_PLACES, ceil(SPAN_MM / spacing - 1e-6))


def spans_of(shares: Shares, counted: NDArray[np.intp], geometry: Geometry, length: int) -> Spans:
    """Pool every `length` neighbouring places.

    Parameters
    ----------
    shares : ndarray, shape (N, C)
        Of all slices of the series, in order.
    counted : ndarray of int, shape (M,)
        Which of them count.
    geometry : Geometry
        Of all of them.
    length : int
    """
    places = _places_of(np.log(np.clip(shares[counted], 1.0 - MOST, MOST)), counted, geometry)
    count = max(len(places.logs) - length + 1, 0)
    whole = np.flatnonzero(places.stretch[:count] == places.stretch[length - 1 :]) if count else np.zeros(0, np.intp)
    sums = np.concatenate([np.zeros((1, places.logs.shape[1])), np.cumsum(places.logs, axis=0)])
    means = (sums[whole + length] - sums[whole]) / length
    powers = np.exp(means - means.max(axis=1, keepdims=True)) if len(means) else means
    shares = powers / powers.sum(axis=1, keepdims=True)
    return Spans(shares, places.first[whole], places.last[whole + length - 1] if len(whole) else whole)


def _places_of(logs: Shares, counted: NDArray[np.intp], geometry: Geometry) -> _Places:
    """Put slices in the same place together, and find which places are neighbours."""
    if not len(counted):
        none = np.zeros(0, np.intp)
        return _Places(logs, none, none, none)
    broken, same = (np.concatenate([[0], np.cumsum(flags)]) for flags in (geometry.breaks, geometry.same_place))
    here, there = counted[:-1], counted[1:]
    new_place = same[there] - same[here] < there - here
    new_stretch = new_place & ((there - here > 2) | (broken[there] > broken[here]))
    begins = np.flatnonzero(np.concatenate([[True], new_place]))
    sizes = np.diff(np.append(begins, len(counted)))
    stretch = np.concatenate([[0], np.cumsum(new_stretch)])
    means = np.add.reduceat(logs, begins, axis=0) / sizes[:, None]
    return _Places(means, counted[begins], counted[begins + sizes - 1], stretch[begins])
