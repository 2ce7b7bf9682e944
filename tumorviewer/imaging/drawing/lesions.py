"""Tumours of the three kinds that the program knows, each where it grows and as it takes up contrast."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Self

import numpy as np

from tumorviewer.imaging.drawing.anatomy import VAULT_CENTRE, Levels, Skull
from tumorviewer.imaging.drawing.brain import Brain
from tumorviewer.imaging.drawing.canvas import Canvas, ellipsoid, smooth_union
from tumorviewer.imaging.drawing.space import Cut, Field, Point, Waves

Lesion = Literal["glioma", "meningioma", "pituitary"]

_PUSH: dict[Lesion, float] = {"glioma": 0.5, "meningioma": 0.6, "pituitary": 0.35}
_REACH = 3.2  # radii within which anything of a tumour is drawn


@dataclass(frozen=True, eq=False)
class Tumour:
    """A mass in the head.

    Attributes
    ----------
    kind : {"glioma", "meningioma", "pituitary"}
    centre : tuple of float
        x, y, z in mm of the head that all heads are scaled from.
    radius : float
        mm.
    rough, texture : Waves
        What makes its surface and its inside uneven.
    """

    kind: Lesion
    centre: Point
    radius: float
    rough: Waves
    texture: Waves

    @classmethod
    @lru_cache(maxsize=12)
    def of(cls, seed: int, kind: Lesion) -> Self:
        """Draw a tumour. The head does not depend on it."""
        rng = np.random.default_rng([seed, 99])
        side = float(rng.choice([-1.0, 1.0]))
        if kind == "glioma":
            radius = float(rng.uniform(14.0, 21.0))
            x, y, z = (float(value) for value in rng.uniform((26.0, -34.0, 8.0), (38.0, 48.0, 36.0)))
            centre = (side * x, y, z)
        elif kind == "meningioma":
            radius = float(rng.uniform(13.0, 20.0))
            turn, rise = float(rng.uniform(-1.3, 1.2)), float(rng.uniform(0.3, 1.1))
            level = float(np.cos(rise))
            ray = (side * float(np.cos(turn)) * level, float(np.sin(turn)) * level, float(np.sin(rise)))
            centre = _under_the_vault(ray, 0.62 * radius)
        else:
            radius = float(rng.uniform(9.0, 14.0))
            centre = (float(rng.uniform(-1.5, 1.5)), -3.0, -29.0 + 0.55 * radius)
        rough = Waves.draw(rng, 18.0 if kind == "glioma" else 24.0, count=32)
        return cls(kind, centre, radius, rough, Waves.draw(rng, 8.0, count=40))


def _under_the_vault(ray: Point, depth: float) -> Point:
    """Return the point at some depth under the vault, on a ray from its centre."""
    reach = np.linspace(20.0, 95.0, 151, dtype=np.float32)
    x, y, z = (reach[None] * part + start for part, start in zip(ray, VAULT_CENTRE, strict=True))
    skull = Skull.around(Cut("axial", reach, reach[:1], 0.0, x, y, z))
    nearest = int(np.argmin(np.abs(skull.vault[0] - depth)))
    return float(x[0, nearest]), float(y[0, nearest]), float(z[0, nearest])


def push_aside(cut: Cut, tumour: Tumour) -> Cut:
    """Return what is seen of a brain that a mass has pushed aside."""
    return cut.pushed(tumour.centre, _PUSH[tumour.kind], 1.9 * tumour.radius)


def paint_tumour(canvas: Canvas, tumour: Tumour, brain: Brain, levels: Levels) -> None:
    """Paint a mass over the brain that it grows in.

    Parameters
    ----------
    canvas : Canvas
        Of the same pixels as `brain`, not pushed aside.
    tumour : Tumour
    brain : Brain
    levels : Levels
    """
    (x, y, z), reach = tumour.centre, _REACH * tumour.radius
    found = canvas.around((x - reach, y - reach, z - reach), (x + reach, y + reach, z + reach))
    if found is None:
        return
    canvas, window = found
    if tumour.kind == "glioma":
        _paint_glioma(canvas, tumour, brain.depth[window], brain.skull.cavity[window], levels)
    elif tumour.kind == "meningioma":
        _paint_meningioma(canvas, tumour, brain.skull.cavity[window], levels)
    else:
        _paint_adenoma(canvas, tumour, levels)


def _paint_glioma(canvas: Canvas, tumour: Tumour, depth: Field, cavity: Field, levels: Levels) -> None:
    """Paint a ring of uneven width that takes up contrast, dead tissue in it, and oedema in the white matter around."""
    rough, texture = canvas.cut.noise(tumour.rough), canvas.cut.noise(tumour.texture)
    radius = tumour.radius
    inside = radius - canvas.cut.distance(tumour.centre) + 0.32 * radius * rough
    inside = np.minimum(inside, cavity - 3.0)
    oedema = np.minimum(inside + radius * (0.75 + 0.25 * rough), depth - 2.0)
    canvas.paint(oedema, levels.fluid + 0.5 * (levels.white - levels.fluid), edge=7.0, share=0.85)
    canvas.paint(inside, 0.74 * levels.lesion + 30.0 * texture, edge=2.0)
    wall = radius * (0.20 + 0.12 * rough) + 0.8 * texture
    canvas.paint(inside - wall, (levels.fluid + 12.0) + 5.0 * texture, edge=3.0)


def _paint_meningioma(canvas: Canvas, tumour: Tumour, cavity: Field, levels: Levels) -> None:
    """Paint a bright, even mass on the inside of the skull, with a tail along the dura and a rim of fluid."""
    rough, texture = canvas.cut.noise(tumour.rough), canvas.cut.noise(tumour.texture)
    radius, away = tumour.radius, canvas.cut.distance(tumour.centre)
    ball = radius - away + 0.06 * radius * rough
    canvas.paint(np.minimum(ball + 1.6, cavity - 0.5), levels.fluid + 8.0, edge=1.4)
    thickness = 1.9 - 1.6 * np.clip(away / radius - 1.0, 0.0, 1.2)
    tail = np.minimum(1.9 * radius - away, thickness - np.abs(cavity - 0.4))
    body = smooth_union(np.minimum(ball, cavity + 0.3), tail, 2.0)
    canvas.paint(body, levels.lesion + 6.0 * texture + 5.0 * rough, edge=1.4)


def _paint_adenoma(canvas: Canvas, tumour: Tumour, levels: Levels) -> None:
    """Paint a mass that fills the sella and rises over it, a little narrower where the sella ends."""
    rough, texture = canvas.cut.noise(tumour.rough), canvas.cut.noise(tumour.texture)
    (x, y, z), radius = tumour.centre, tumour.radius
    above = ellipsoid(canvas.cut, (x, y, z + 0.25 * radius), (radius, 0.95 * radius, 0.95 * radius))
    below = ellipsoid(canvas.cut, (x, y - 1.0, -33.0), (0.8 * radius, 0.75 * radius, 7.0))
    body = smooth_union(above, below, 5.0) + (0.05 * radius) * rough
    canvas.paint(body, 0.8 * levels.lesion + 8.0 * texture, edge=1.4)
