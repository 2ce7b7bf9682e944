"""Painting on a cut: each tissue over what was there before, with soft edges."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from tumorviewer.imaging.drawing.space import Cut, Field, Point, Window

Level = float | Field
"""A signal: the same all over, or one for each pixel."""


@dataclass(frozen=True, eq=False)
class Canvas:
    """A picture in the making.

    Attributes
    ----------
    picture : ndarray, shape (H, W), float32
        Signal; painted in place.
    cut : Cut
        Where its pixels lie.
    """

    picture: Field
    cut: Cut

    def on(self, cut: Cut) -> "Canvas":
        """Return the same picture over another view of the head (warped, pushed)."""
        return Canvas(self.picture, cut)

    def paint(self, inside: Field, level: Level, *, edge: float = 1.0, share: float = 1.0) -> None:
        """Blend a signal over the picture where `inside` is positive.

        Parameters
        ----------
        inside : ndarray, shape (H, W)
            Millimetres to the surface, positive within.
        level : float or ndarray
        edge : float
            Width of the soft edge, mm.
        share : float
            1 covers what was there.
        """
        _blend(self.picture, inside, level, edge, share)

    def blob(self, centre: Point, radii: Point, level: float, *, edge: float = 1.0, share: float = 1.0) -> None:
        """Paint an ellipsoid; only the pixels around it are looked at."""
        window = self.cut.window(*_box([centre], radii))
        if window is not None:
            _blend(self.picture[window], ellipsoid(self.cut.part(window), centre, radii), level, edge, share)

    def pair(self, centre: Point, radii: Point, level: float, *, edge: float = 1.0, share: float = 1.0) -> None:
        """Paint an ellipsoid on each side."""
        for side in (-1.0, 1.0):
            self.blob((side * centre[0], *centre[1:]), radii, level, edge=edge, share=share)

    def tube(self, points: Sequence[Point], radii: Sequence[float], level: float, *, edge: float = 1.0) -> None:
        """Paint a tube along a line of points, with a radius at each."""
        window = self.cut.window(*_box(points, (max(radii),) * 3))
        if window is not None:
            _blend(self.picture[window], tube(self.cut.part(window), points, radii), level, edge, 1.0)

    def tubes(self, points: Sequence[Point], radii: Sequence[float], level: float, *, edge: float = 1.0) -> None:
        """Paint a tube on each side."""
        for side in (-1.0, 1.0):
            self.tube([(side * x, y, z) for x, y, z in points], radii, level, edge=edge)

    def around(self, low: Point, high: Point) -> tuple["Canvas", Window] | None:
        """Return the canvas of the pixels that see a box, and which they are; None where none does."""
        window = self.cut.window(low, high)
        return None if window is None else (Canvas(self.picture[window], self.cut.part(window)), window)


def ellipsoid(cut: Cut, centre: Point, radii: Point) -> Field:
    """Return about the distance in mm to the surface of an ellipsoid, positive within."""
    dx, dy, dz = (
        (place - middle) * (1.0 / radius)
        for place, middle, radius in zip((cut.x, cut.y, cut.z), centre, radii, strict=True)
    )
    # From the middle of a flat body its surface is near on one side: the smallest radius keeps the edge sharp there.
    out: Field = np.sqrt(dx * dx + dy * dy + dz * dz)
    return min(radii) * (1.0 - out)


def tube(cut: Cut, points: Sequence[Point], radii: Sequence[float]) -> Field:
    """Return the distance in mm to the surface of a tube along a line of points, positive within."""
    ends = zip(points[:-1], points[1:], radii[:-1], radii[1:], strict=True)
    return union(*(_capsule(cut, *part) for part in ends))


def union(*bodies: Field) -> Field:
    """Return what lies in any of some bodies."""
    return reduce(np.maximum, bodies)


def overlap(*bodies: Field) -> Field:
    """Return what lies in all of some bodies."""
    return reduce(np.minimum, bodies)


def smooth_union(first: Field, second: Field, rounding: float) -> Field:
    """Join two bodies with a fillet of some `rounding` mm."""
    blend = np.maximum(rounding - np.abs(first - second), 0.0)
    return np.maximum(first, second) + blend * blend * (0.25 / rounding)


def bump(offset: Field, width: float) -> Field:
    """Return a hill: 1 at an offset of 0, 0.37 at `width`."""
    scaled = offset * (1.0 / width)
    hill: Field = np.exp(-scaled * scaled)
    return hill


def step(offset: Field, width: float | Field) -> Field:
    """Rise smoothly from 0 to 1 between -width and width."""
    t: Field = np.clip(0.5 * offset / width + 0.5, 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def _capsule(cut: Cut, start: Point, end: Point, first: float, last: float) -> Field:
    """Return the distance to the surface of a rounded rod between two points."""
    ax, ay, az = (e - s for e, s in zip(end, start, strict=True))
    dx, dy, dz = (place - s for place, s in zip((cut.x, cut.y, cut.z), start, strict=True))
    along: Field = np.clip((dx * ax + dy * ay + dz * az) * (1.0 / (ax * ax + ay * ay + az * az)), 0.0, 1.0)
    dx -= along * ax
    dy -= along * ay
    dz -= along * az
    distance: Field = np.sqrt(dx * dx + dy * dy + dz * dz)
    return first + (last - first) * along - distance


def _blend(picture: Field, inside: Field, level: Level, edge: float, share: float) -> None:
    mask = inside * (1.0 / edge)
    mask += 0.5
    np.clip(mask, 0.0, 1.0, out=mask)
    if share != 1.0:
        mask *= share
    mask *= level - picture
    picture += mask


def _box(points: Sequence[Point], radii: Point) -> tuple[Point, Point]:
    """Return the corners of the box around ellipsoids at some points."""
    places = np.asarray(points)
    low, high = places.min(axis=0) - radii, places.max(axis=0) + radii
    return (float(low[0]), float(low[1]), float(low[2])), (float(high[0]), float(high[1]), float(high[2]))
