"""What differs from head to head, and the surfaces that several parts share: skull, skull base, tentorium."""

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Literal, Self

import cv2
import numpy as np

from tumorviewer.imaging.drawing.canvas import bump, overlap, step
from tumorviewer.imaging.drawing.space import Cut, Field, Plane, Waves, Window

VAULT_CENTRE = (0.0, 14.0, 12.0)
VAULT_RADII = (67.0, 84.0, 64.0)
VAULT_DEPTH = 76.0  # the radius downwards
_EGG = 0.0013  # the head is narrower in front: share of its width per mm
_BOXY = 0.5  # seen from the front: 0 is an ellipse, 1 is nearly a box
_BASE_FROM = 120.0  # mm before the origin, where the table of the skull base begins

BRAIN = ((-72.0, -74.0, -66.0), (72.0, 104.0, 82.0))
"""Corners of a box around all that lies within the skull."""

EXTENTS: dict[Plane, tuple[float, float]] = {
    "axial": (-58.0, 76.0),
    "coronal": (-68.0, 96.0),
    "sagittal": (-66.0, 66.0),
}
"""From where to where the brain reaches along the normal of each plane, mm."""

Contrast = Literal["T1 +C", "T1", "T2"]


@dataclass(frozen=True, slots=True)
class Levels:
    """Signal of tissues, in grey levels of a picture whose fat is bright.

    `blood` is that of vessels, dura and mucosa; `marrow` that of the middle layer of the skull.
    """

    air: float
    bone: float
    marrow: float
    fat: float
    skin: float
    muscle: float
    fluid: float
    grey: float
    white: float
    deep: float
    blood: float
    lesion: float


LEVELS: dict[str, Levels] = {
    "T1 +C": Levels(4, 12, 132, 212, 142, 92, 44, 67, 80, 71, 168, 200),
    "T1": Levels(4, 12, 118, 225, 130, 92, 28, 82, 108, 92, 58, 74),
    "T2": Levels(4, 10, 82, 165, 80, 50, 236, 126, 92, 98, 26, 150),
}
"""By contrast: T1 after and before contrast; T2, in which fluid is bright and blood that flows is dark."""


@dataclass(frozen=True, eq=False)
class Anatomy:
    """One person who never was: the numbers of a head, all from a seed."""

    scale: tuple[float, float, float]
    skull: float
    scalp: float
    ventricles: float
    sulci: float
    ribbon: float
    warp: tuple[Waves, Waves, Waves]
    folds: Waves
    veins: Waves
    coarse: Waves
    medium: Waves
    fine: Waves
    flesh: Waves

    @classmethod
    @lru_cache(maxsize=4)  # the slices of a series are slices of one head
    def of(cls, seed: int) -> Self:
        """Draw a head."""
        rng = np.random.default_rng([seed, 3])
        size, wide, long, high = rng.uniform(0.95, 1.04), *rng.uniform(0.97, 1.03, 3)
        return cls(
            scale=(float(size * wide), float(size * long), float(size * high)),
            skull=rng.uniform(6.5, 9.0),
            scalp=rng.uniform(4.5, 7.5),
            ventricles=rng.uniform(0.75, 1.35),
            sulci=rng.uniform(0.4, 1.1),
            ribbon=rng.uniform(0.5, 1.1),
            warp=(Waves.draw(rng, 85.0), Waves.draw(rng, 85.0), Waves.draw(rng, 85.0)),
            folds=Waves.draw(rng, 27.0, count=14, spread=0.25),
            veins=Waves.draw(rng, 38.0, count=8),
            coarse=Waves.draw(rng, 60.0),
            medium=Waves.draw(rng, 22.0, count=32),
            fine=Waves.draw(rng, 9.0, count=48),
            flesh=Waves.draw(rng, 17.0, count=48).stretched(3.0),
        )


@dataclass(frozen=True, eq=False)
class Skull:
    """Where the pixels of a cut lie in the skull.

    Attributes
    ----------
    out : ndarray
        0 in its middle, 1 on the inside of the vault, more outside.
    vault : ndarray
        Depth under the inside of the vault, as if that went on below, mm.
    floor : ndarray
        Height over the skull base, mm.
    over_tentorium : ndarray
        Height over the sheet between cerebrum and cerebellum, mm; before its edge, how far before.
    """

    out: Field
    vault: Field
    floor: Field
    over_tentorium: Field

    @classmethod
    def around(cls, cut: Cut) -> Self:
        """Find the skull on a cut."""
        out, vault = _vault(cut)
        height = cv2.remap(_base(), cut.side, cut.y + _BASE_FROM, cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE)
        back = cut.y - 42.0
        sheet = 5.0 - 0.55 * cut.side - 0.27 * back + 0.008 * cut.side * back
        tentorium = np.maximum((cut.z - sheet) * 0.85, 12.0 + 0.42 * cut.side - cut.y)
        return cls(out, vault, cut.z - height, tentorium)

    @cached_property
    def cavity(self) -> Field:
        """Depth within vault and skull base, mm."""
        return overlap(self.vault, self.floor * 0.9)

    def part(self, window: Window) -> Self:
        """Return the part within a window."""
        return type(self)(*(values[window] for values in (self.out, self.vault, self.floor, self.over_tentorium)))


def _vault(cut: Cut) -> tuple[Field, Field]:
    """Return how far out each place lies on its ray from the middle (1: on the vault), and its depth under it in mm."""
    (cx, cy, cz), (rx, ry, rz) = VAULT_CENTRE, VAULT_RADII
    back, up = cut.y - cy, cut.z - cz
    across = (cut.x - cx) * (1.0 - _EGG * back)
    x2, y2 = np.square(across / rx), np.square(back / ry)
    z2 = np.square(np.maximum(up / rz, up / -VAULT_DEPTH))
    boxy = (1.0 - _BOXY) * (x2 + z2) + _BOXY * np.sqrt(x2 * x2 + z2 * z2)
    out = np.maximum(np.sqrt(y2 + boxy), (1e-3))
    return out, np.sqrt(across * across + back * back + up * up) * (1.0 / out - 1.0)


@cache
def _base() -> Field:
    """Return the height of the skull base in mm: a row each mm from front to back, a column each mm from the middle."""
    y = np.arange(-_BASE_FROM, 140.0, dtype=np.float32)[:, None]
    side = np.arange(0.0, 120.0, dtype=np.float32)[None]
    orbits = 6.0 * bump(side - 29.0, 15.0) * bump(y + 42.0, 26.0)
    front = -21.0 + orbits - 6.0 * bump(side, 7.0) * bump(y + 48.0, 16.0)
    middle = -46.0 + 19.0 * bump(side, 15.0)
    back = -64.0 + 4.0 * bump(side, 14.0)
    ridge = y - 8.0 - 0.42 * side  # of the petrous bone, between the middle and the back
    height = front + (middle - front) * step(y + 24.0, 7.0)
    height = height + (back - height) * step(ridge - 4.0, 7.0 + 6.0 * bump(side, 12.0))
    return np.asarray(height + 15.0 * bump(ridge, 7.0) * step(side - 14.0, 5.0), np.float32)
