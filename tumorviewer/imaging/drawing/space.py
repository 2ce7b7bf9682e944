"""Places and noise: a plane through the head, and waves that make everything less regular."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, Self

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.floating]
"""A value for each pixel of a cut, shape (H, W); float32, which is twice as fast and fine enough by far."""
Plane = Literal["axial", "coronal", "sagittal"]
Point = tuple[float, float, float]
Window = tuple[slice, slice]

AXES: dict[Plane, tuple[int, int, int]] = {"axial": (0, 1, 2), "coronal": (0, 2, 1), "sagittal": (1, 2, 0)}
"""Which of x, y, z runs across the picture, which down (z from the top), and which is the normal of the plane."""

_SAMPLES = 4.0  # noise is computed at so many places a wavelength, and interpolated
_LARGEST_NOISE = 3.5


@dataclass(frozen=True, slots=True)
class Waves:
    """Smooth noise in three dimensions: a sum of plane waves, about -2..2, with variance 1.

    Attributes
    ----------
    vectors : ndarray, shape (N, 3), float32
        Radians per millimetre.
    phases : ndarray, shape (N,), float32
    """

    vectors: Field
    phases: Field

    @classmethod
    def draw(cls, rng: np.random.Generator, wavelength: float, *, count: int = 24, spread: float = 0.35) -> Self:
        """Draw waves in all directions; their lengths, in mm, are `wavelength` times or over up to ``1 + spread``."""
        directions = rng.standard_normal((count, 3))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        lengths = wavelength * (1.0 + spread) ** rng.uniform(-1.0, 1.0, (count, 1))
        vectors = 2.0 * np.pi / lengths * directions
        return cls(vectors.astype(np.float32), rng.uniform(0.0, 2.0 * np.pi, count).astype(np.float32))

    def stretched(self, upwards: float) -> Self:
        """Return the same noise, drawn out upwards by a factor."""
        return replace(self, vectors=self.vectors * np.array([1.0, 1.0, 1.0 / upwards], np.float32))

    @property
    def shortest(self) -> float:
        """The shortest wavelength, mm."""
        return float(2.0 * np.pi / np.linalg.norm(self.vectors, axis=1).max())

    def at(self, x: Field, y: Field, z: Field) -> Field:
        """Return the noise at any places, all of one shape."""
        total = np.zeros_like(x)
        for (kx, ky, kz), phase in zip(self.vectors, self.phases, strict=True):
            angle = x * kx
            angle += y * ky
            angle += z * kz
            angle += phase
            total += np.cos(angle, out=angle)
        total *= np.float32(np.sqrt(2.0 / len(self.phases)))
        return total

    def over(self, across: Field, down: Field, depth: float, axes: tuple[int, int, int]) -> Field:
        """Return the noise on a grid along two axes: a wave is a product there, so that all are one matrix product.

        Parameters
        ----------
        across, down : ndarray, shapes (W,) and (H,)
            Coordinates of columns and rows, mm.
        depth : float
            Coordinate along the normal, mm.
        axes : tuple of int
            As in `AXES`.

        Returns
        -------
        ndarray of float32, shape (H, W)
        """
        first, second, normal = axes
        start = self.phases + self.vectors[:, normal] * depth
        rows = np.exp(1j * (np.outer(down, self.vectors[:, second]) + start)).astype(np.complex64)
        columns = np.exp(1j * np.outer(self.vectors[:, first], across)).astype(np.complex64)
        # The real part of a product of complex matrices is one product of real ones, each twice as long.
        left, right = np.concatenate([rows.real, -rows.imag], axis=1), np.concatenate([columns.real, columns.imag])
        return np.asarray(left @ right * np.float32(np.sqrt(2.0 / len(self.phases))), np.float32)


@dataclass(frozen=True, eq=False)
class Cut:
    """A plane through the head, seen by a grid of pixels.

    Attributes
    ----------
    plane : {"axial", "coronal", "sagittal"}
    across, down : ndarray, shapes (W,) and (H,), float32
        Where columns and rows lie along their axes, mm.
    depth : float
        Where the plane lies along its normal, mm.
    x, y, z : ndarray, shape (H, W), float32
        What is seen at each pixel: its own place, or one beside it where the head is warped.
    moved : float
        How far beside it at most, mm.
    """

    plane: Plane
    across: Field
    down: Field
    depth: float
    x: Field
    y: Field
    z: Field
    moved: float = 0.0

    @classmethod
    def straight(cls, plane: Plane, across: Field, down: Field, depth: float) -> Self:
        """Cut an unwarped head."""
        shape = (len(down), len(across))
        values = (across[None], down[:, None], np.float32(depth))
        places = dict(zip(AXES[plane], (np.array(np.broadcast_to(value, shape)) for value in values), strict=True))
        return cls(plane, across, down, depth, places[0], places[1], places[2])

    def noise(self, waves: Waves) -> Field:
        """Return smooth noise at every pixel, unwarped."""
        step = max(1, int(waves.shortest / _SAMPLES / abs(float(self.across[1] - self.across[0]))))
        if step == 1:
            return waves.over(self.across, self.down, self.depth, AXES[self.plane])
        coarse = waves.over(_every(self.across, step), _every(self.down, step), self.depth, AXES[self.plane])
        size = (step * coarse.shape[1], step * coarse.shape[0])
        fine = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
        return np.asarray(fine[step : step + len(self.down), step : step + len(self.across)], np.float32)

    def warped(self, waves: tuple[Waves, Waves, Waves], reach: float) -> Self:
        """Move what is seen by `reach` mm times a noise along each axis."""
        x, y, z = (place + reach * self.noise(one) for place, one in zip((self.x, self.y, self.z), waves, strict=True))
        return replace(self, x=x, y=y, z=z, moved=self.moved + _LARGEST_NOISE * reach)

    def pushed(self, centre: Point, share: float, reach: float) -> Self:
        """Push what lies around a point outwards, as a mass does.

        Parameters
        ----------
        centre : tuple of float
        share : float
            Under 1: what is seen at the centre's side came from so much nearer to it.
        reach : float
            Nothing moves beyond about twice that, mm.
        """
        away = [place - middle for place, middle in zip((self.x, self.y, self.z), centre, strict=True)]
        squared = away[0] * away[0] + away[1] * away[1] + away[2] * away[2]
        pull = share * np.exp(squared * (-1.0 / reach**2))
        x, y, z = (place - part * pull for place, part in zip((self.x, self.y, self.z), away, strict=True))
        return replace(self, x=x, y=y, z=z, moved=self.moved + 0.43 * share * reach)  # 0.43: the most of r exp(-r^2)

    @cached_property
    def side(self) -> Field:
        """Distance from the middle plane, mm."""
        distance: Field = np.abs(self.x)
        return distance

    def distance(self, centre: Point) -> Field:
        """Return the distance from a point, mm."""
        dx, dy, dz = (place - c for place, c in zip((self.x, self.y, self.z), centre, strict=True))
        distance: Field = np.sqrt(dx * dx + dy * dy + dz * dz)
        return distance

    def window(self, low: Point, high: Point) -> Window | None:
        """Return the rows and columns where a box can be seen, or None if the plane misses it."""
        first, second, normal = AXES[self.plane]
        if not low[normal] - self.moved <= self.depth <= high[normal] + self.moved:
            return None
        columns = _between(self.across, low[first] - self.moved, high[first] + self.moved)
        rows = _between(self.down, low[second] - self.moved, high[second] + self.moved)
        return None if rows is None or columns is None else (rows, columns)

    def part(self, window: Window) -> Self:
        """Return the part of the plane within a window: views, no copies."""
        rows, columns = window
        x, y, z = self.x[window], self.y[window], self.z[window]
        return replace(self, across=self.across[columns], down=self.down[rows], x=x, y=y, z=z)


def _every(axis: Field, step: int) -> Field:
    """Return the middles of every `step` coordinates of an evenly spaced axis, and one more at each end."""
    middles = step * (np.arange(-1, (len(axis) - 1) // step + 2, dtype=np.float32) + 0.5) - 0.5
    places: Field = axis[0] + (axis[1] - axis[0]) * middles
    return places


def _between(axis: Field, low: float, high: float) -> slice | None:
    """Return where an evenly spaced axis lies between two values."""
    start, spacing = float(axis[0]), float(axis[1] - axis[0])
    ends = sorted(((low - start) / spacing, (high - start) / spacing))
    first, last = max(0, int(np.ceil(ends[0]))), min(len(axis) - 1, int(np.floor(ends[1])))
    return slice(first, last + 1) if first <= last else None
