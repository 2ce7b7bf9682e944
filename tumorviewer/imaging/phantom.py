"""Heads drawn by the program, as MR shows them: slices of a model in three dimensions, with and without a lesion.

They are the scans that come with the program, those of its tests and of every picture in its documents, where no scan
of a person may be. Everything is a function of the seed.
"""

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.drawing.anatomy import BRAIN, EXTENTS, LEVELS, Anatomy, Contrast, Skull
from tumorviewer.imaging.drawing.brain import Brain, paint_brain
from tumorviewer.imaging.drawing.canvas import Canvas
from tumorviewer.imaging.drawing.face import paint_outside
from tumorviewer.imaging.drawing.lesions import Lesion, Tumour, paint_tumour, push_aside
from tumorviewer.imaging.drawing.scanner import Framing, through_the_coil, with_noise
from tumorviewer.imaging.drawing.space import AXES, Cut, Field, Plane, Point
from tumorviewer.imaging.drawing.vessels import paint_vessels

__all__ = ["Contrast", "DrawnSlice", "Lesion", "Plane", "draw_head", "draw_slice", "to_bytes", "usual_position"]

_WARP = 1.2  # mm, about: no head is as regular as its formulas


@dataclass(frozen=True, slots=True, eq=False)
class DrawnSlice:
    """A slice and where it lies in the patient, as DICOM has it: x to the left, y to the back, z up, in mm.

    Attributes
    ----------
    signal : ndarray of float32, shape (S, S)
        In grey levels, 0 to about 255, not rounded.
    spacing : float
        Millimetres between pixels.
    corner : tuple of float
        Middle of the first pixel.
    along, down : tuple of float
        Unit vectors along a row and down a column.
    """

    signal: Field
    spacing: float
    corner: Point
    along: Point
    down: Point


def draw_head(
    seed: int,
    *,
    size: int = 512,
    lesion: Lesion | None = None,
    plane: Plane = "axial",
    position: float | None = None,
    contrast: Contrast = "T1 +C",
    noise: float = 2.5,
    tilt: float | None = None,
) -> NDArray[np.uint8]:
    """Draw a slice of a head.

    Parameters
    ----------
    seed : int
        Which head: slices of one seed are slices of the same one.
    size : int
        Side of the square picture, in pixels.
    lesion : {"glioma", "meningioma", "pituitary"} or None
        A ring that enhances, in white matter; a bright mass on the inside of the skull; one that rises from the sella.
        It has one place in the head, also drawn from the seed.
    plane : {"axial", "coronal", "sagittal"}
        Seen from below, from the front, from the left, as radiologists do.
    position : float or None
        Where the brain is cut: 0 at its base, its front or its right side, 1 at the other end. None is the middle of
        the lesion, or without one a place well inside (`usual_position`).
    contrast : {"T1 +C", "T1", "T2"}
        T1 after contrast or without, or T2, in which fluid is bright.
    noise : float
        Standard deviation of the noise in each channel of the receiver, in grey levels (the magnitude is Rician).
    tilt : float or None
        Degrees by which the head is turned, clockwise; None draws it from the seed.

    Returns
    -------
    ndarray of uint8, shape (size, size)

    Raises
    ------
    ValueError
        If a word is not known, `position` is not within 0..1, or `size` is under 32.
    """
    drawn = draw_slice(
        seed, size=size, lesion=lesion, plane=plane, position=position, contrast=contrast, noise=noise, tilt=tilt
    )
    return to_bytes(drawn.signal)


def draw_slice(
    seed: int,
    *,
    size: int = 512,
    lesion: Lesion | None = None,
    plane: Plane = "axial",
    position: float | None = None,
    contrast: Contrast = "T1 +C",
    noise: float = 2.5,
    tilt: float | None = None,
) -> DrawnSlice:
    """Draw as `draw_head` does, at full depth, and say where the slice lies."""
    words = plane in get_args(Plane) and contrast in LEVELS and (lesion is None or lesion in get_args(Lesion))
    if not words or size < 32 or not 0.0 <= (0.0 if position is None else position) <= 1.0:
        raise ValueError(
            f"cannot draw lesion {lesion!r} in plane {plane!r} at position {position}, {contrast}, {size} pixels"
        )
    share = usual_position(seed, plane, lesion) if position is None else position
    low, high = EXTENTS[plane]
    anatomy, framing = Anatomy.of(seed), Framing.of(seed, plane, tilt)
    depth = (low + share * (high - low)) * anatomy.scale[AXES[plane][2]]
    cut = framing.cut(depth, framing.matrix(size), anatomy.scale)
    picture = _paint(cut, anatomy, None if lesion is None else Tumour.of(seed, lesion), contrast)
    through_the_coil(picture, cut, np.random.default_rng([seed, 13]))
    grain = np.random.default_rng([seed, 11, get_args(Plane).index(plane), round(share * 1e6)])
    signal = with_noise(framing.turned(picture), size, noise, grain)
    return DrawnSlice(signal, framing.field / size, framing.corner(depth, size), *framing.directions())


def usual_position(seed: int, plane: Plane, lesion: Lesion | None = None) -> float:
    """Return where `draw_head` cuts a head unless it is told: through the middle of the lesion, if there is one."""
    low, high = EXTENTS[plane]
    if lesion is not None:
        return (Tumour.of(seed, lesion).centre[AXES[plane][2]] - low) / (high - low)
    first, last = {"axial": (0.5, 0.75), "coronal": (0.35, 0.6), "sagittal": (0.4, 0.6)}[plane]
    return float(np.random.default_rng([seed, 5, get_args(Plane).index(plane)]).uniform(first, last))


def to_bytes(picture: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Round to whole grey levels, 0..255."""
    grey: NDArray[np.uint8] = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
    return grey


def _paint(straight: Cut, anatomy: Anatomy, tumour: Tumour | None, contrast: Contrast) -> Field:
    """Paint what lies in a plane, without what a scanner adds."""
    levels = LEVELS[contrast]
    head = straight.warped(anatomy.warp, _WARP)
    skull = Skull.around(head)
    whole = Canvas(np.full(head.x.shape, levels.air, np.float32), head)
    paint_outside(whole, anatomy, skull, levels)
    found = whole.around(*BRAIN)
    if found is not None:
        canvas, window = found
        if tumour is not None:  # the brain gives way; bone does not
            canvas = canvas.on(push_aside(canvas.cut, tumour))
        brain = Brain(anatomy, canvas.cut, skull.part(window))
        paint_brain(canvas, brain, levels)
        paint_vessels(canvas, brain, levels)
        if tumour is not None:
            paint_tumour(canvas.on(head.part(window)), tumour, brain, levels)
    return whole.picture
