"""Heads drawn by the program: T1 after contrast, with and without a lesion.

Used by tests and by the self-test, which may not carry scans of people. Everything is a function of the seed.
"""

from dataclasses import dataclass, replace
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

Lesion = Literal["glioma", "meningioma", "pituitary"]
Plane = Literal["axial", "coronal", "sagittal"]
Field = NDArray[np.float32]

AIR, BONE, FLUID, GREY_MATTER, WHITE_MATTER, MUSCLE, FAT, ENHANCED = 3.0, 14.0, 24.0, 58.0, 80.0, 60.0, 165.0, 185.0
"""Signal of tissues, in grey levels, as T1 after contrast shows them."""


@dataclass(frozen=True, slots=True)
class _Canvas:
    """Coordinates of a square picture, in units of the head's half height, already turned and shifted."""

    size: int
    x: Field
    y: Field
    rng: np.random.Generator

    def smooth(self, cells: float) -> Field:
        """Return smooth noise, about -1..1, with some `cells` bumps from side to side."""
        count = max(3, round(cells))
        coarse = self.rng.standard_normal((count, count)).astype(np.float32)
        return cv2.resize(coarse, (self.size, self.size), interpolation=cv2.INTER_CUBIC).astype(np.float32)

    def ellipse(self, cx: float, cy: float, rx: float, ry: float) -> Field:
        """Return a distance that is 1 on an ellipse, less inside."""
        distance: Field = np.hypot(
            (self.x - np.float32(cx)) / np.float32(rx), (self.y - np.float32(cy)) / np.float32(ry)
        )
        return distance

    def soft(self, inside: Field, width: float = 0.012) -> Field:
        """Turn a signed field (positive inside) into a mask 0..1 with an edge of `width`."""
        mask: Field = np.clip(inside / np.float32(width) + np.float32(0.5), 0.0, 1.0)
        return mask


def draw_head(
    seed: int,
    *,
    size: int = 512,
    lesion: Lesion | None = None,
    plane: Plane = "axial",
    noise: float = 2.5,
    tilt: float | None = None,
) -> NDArray[np.uint8]:
    """Draw a head as T1 after contrast shows it.

    Parameters
    ----------
    seed : int
        The same seed and settings give the same picture.
    size : int
        Side of the square picture, in pixels.
    lesion : {"glioma", "meningioma", "pituitary"} or None
        A ring that enhances within white matter, a bright mass on the inside of the skull, or one at the sella.
    plane : {"axial", "coronal", "sagittal"}
    noise : float
        Standard deviation of the noise in each channel of the receiver, in grey levels (the magnitude is Rician).
    tilt : float or None
        Degrees by which the head is turned; None draws it from the seed.

    Returns
    -------
    ndarray of uint8, shape (size, size)

    Raises
    ------
    ValueError
        If `lesion` or `plane` is not known, or `size` is under 32.
    """
    if plane not in get_args(Plane) or (lesion is not None and lesion not in get_args(Lesion)) or size < 32:
        raise ValueError(f"cannot draw lesion {lesion!r} in plane {plane!r} at {size} pixels")
    rng = np.random.default_rng([seed, get_args(Plane).index(plane)])
    canvas = _canvas(rng, size, tilt)
    width = {"axial": 0.80, "coronal": 0.80, "sagittal": 1.06}[plane] * float(rng.uniform(0.96, 1.04))
    skull = np.asarray(1.0 - canvas.ellipse(0.0, 0.0, width, 1.0) + 0.012 * canvas.smooth(5), np.float32)
    picture = np.full((size, size), AIR, np.float32)
    _draw_neck_and_face(canvas, picture, plane, width)
    _paint(picture, canvas.soft(skull), FAT + 25.0 * canvas.smooth(9))
    _paint(picture, canvas.soft(skull - np.float32(0.055)), BONE)
    brain = np.asarray(skull - 0.115 - 0.01 * np.abs(canvas.smooth(30)), np.float32)
    _draw_brain(canvas, picture, brain)
    _draw_ventricles(canvas, picture, plane)
    _draw_midline(canvas, picture, plane, brain)
    if plane != "axial":
        _draw_skull_base(canvas, picture, plane, width)
    own = replace(canvas, rng=np.random.default_rng([seed, 99]))  # so that all else is the same with and without it
    _draw_lesion(own, picture, lesion, plane, width)
    return _acquire(canvas, picture, noise)


def _canvas(rng: np.random.Generator, size: int, tilt: float | None) -> _Canvas:
    """Lay the head into the picture: a little off centre, turned and scaled."""
    angle = np.deg2rad(rng.uniform(-4.0, 4.0) if tilt is None else tilt)
    half = size * rng.uniform(0.37, 0.42)
    middle_x, middle_y = size / 2 + size * rng.uniform(-0.02, 0.02), size * 0.47 + size * rng.uniform(-0.02, 0.02)
    rows, columns = np.mgrid[:size, :size].astype(np.float32)
    across, down = (columns - np.float32(middle_x)) / np.float32(half), (rows - np.float32(middle_y)) / np.float32(half)
    cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return _Canvas(size, across * cosine + down * sine, down * cosine - across * sine, rng)


def _paint(picture: Field, mask: Field, value: Field | float) -> None:
    """Blend `value` over the picture where the mask says so."""
    picture += mask * (np.asarray(value, np.float32) - picture)


def _draw_neck_and_face(canvas: _Canvas, picture: Field, plane: Plane, width: float) -> None:
    """Draw what hangs below the skull: cheeks and neck in a coronal slice, face and nape in a sagittal one."""
    if plane == "axial":
        return
    texture = MUSCLE + 28.0 * canvas.smooth(26) + 14.0 * canvas.smooth(60)
    if plane == "coronal":
        below = np.minimum(0.62 * width + 0.05 * canvas.y - np.abs(canvas.x), canvas.y - 0.2)
    else:
        face = np.minimum(0.42 - np.abs(canvas.x + 0.55 * width), canvas.y - 0.1)
        neck = np.minimum(0.40 - np.abs(canvas.x - 0.30 * width), canvas.y - 0.3)
        below = np.maximum(face, neck)
    below = np.minimum(below, 1.28 - canvas.y) + 0.02 * canvas.smooth(8)
    _paint(picture, canvas.soft(below), FAT - 20.0)
    _paint(picture, canvas.soft(below - 0.05), texture)


def _draw_brain(canvas: _Canvas, picture: Field, brain: Field) -> None:
    """Draw fluid, then folded grey matter on it, then white matter inside."""
    _paint(picture, canvas.soft(brain), FLUID)
    folds = np.abs(canvas.smooth(19) + 0.45 * canvas.smooth(38))  # zero lines of smooth noise wander like sulci
    depth = np.clip(1.0 - brain / 0.3, 0.0, 1.0)
    cortex = np.minimum(brain - 0.012, folds / 7.0 - 0.024 * depth + 0.003)
    _paint(picture, canvas.soft(cortex, 0.02), GREY_MATTER + 3.0 * canvas.smooth(40))
    white = np.minimum(brain - 0.06, folds / 7.0 - 0.055 * depth - 0.016)
    _paint(picture, canvas.soft(white, 0.04), WHITE_MATTER + 3.0 * canvas.smooth(12))


def _draw_ventricles(canvas: _Canvas, picture: Field, plane: Plane) -> None:
    """Draw the lateral ventricles, and in coronal slices the third one; a sagittal slice shows one arch."""
    wide = float(canvas.rng.uniform(0.8, 1.25))
    if plane == "sagittal":
        arch = np.minimum(0.045 * wide - np.abs(canvas.ellipse(0.0, 0.12, 0.42, 0.30) - 1.0) * 0.3, 0.05 - canvas.y)
        _paint(picture, canvas.soft(arch - 0.01), FLUID)
        return
    x = np.abs(canvas.x) + 0.008 * canvas.smooth(9)
    if plane == "axial":
        front = 0.075 * wide - np.hypot((x - 0.10 - 0.25 * np.abs(canvas.y + 0.1)) * 1.4, (canvas.y + 0.16) * 0.30)
        back = 0.06 * wide - np.hypot((x - 0.10 - 0.30 * np.abs(canvas.y - 0.1)) * 1.4, (canvas.y - 0.30) * 0.34)
        _paint(picture, canvas.soft(np.maximum(front, back)), FLUID)
        return
    body = 0.07 * wide - np.hypot((x - 0.13) * 0.75, (canvas.y + 0.10 - 0.5 * x) * 1.6)
    third = np.minimum(0.022 * wide - x, 0.12 - np.abs(canvas.y - 0.12))
    _paint(picture, canvas.soft(np.maximum(body, third)), FLUID)


def _draw_midline(canvas: _Canvas, picture: Field, plane: Plane, brain: Field) -> None:
    """Draw the falx with the sinus that contrast fills; a sagittal slice shows vessels along the vault instead."""
    if plane == "sagittal":
        sinus = np.minimum(0.02 - np.abs(brain - 0.01), -0.2 - canvas.y)
        _paint(picture, canvas.soft(sinus), ENHANCED - 30.0)
        return
    away = np.abs(canvas.x + 0.012 * canvas.smooth(4))
    central = 0.45 if plane == "axial" else -0.38
    outer = np.abs(canvas.y) - central if plane == "axial" else central - canvas.y
    cleft = np.minimum(np.minimum(0.016 - away, outer), brain)
    _paint(picture, canvas.soft(cleft), FLUID + 8.0)
    _paint(picture, canvas.soft(np.minimum(cleft - 0.008, brain), 0.01), GREY_MATTER + 45.0)
    sinus = 0.035 - np.hypot(canvas.x, canvas.y - (0.885 if plane == "axial" else -0.885))
    _paint(picture, canvas.soft(sinus), ENHANCED)


def _draw_skull_base(canvas: _Canvas, picture: Field, plane: Plane, width: float) -> None:
    """Draw bone and air under the brain, so that a coronal or sagittal slice has a floor and a sella."""
    floor = canvas.y - 0.52 + 0.10 * canvas.smooth(7)
    if plane == "sagittal":
        floor = floor + 0.25 * np.minimum(-canvas.x, 0.6) - 0.05
    reach = 0.86 + 0.2 * np.clip((canvas.y - 0.6) * 4.0, 0.0, 1.0)  # no ring of bone across the neck
    inside = np.minimum(reach - canvas.ellipse(0.0, 0.0, width, 1.0), floor)
    _paint(picture, canvas.soft(inside, 0.03), MUSCLE + 38.0 * canvas.smooth(24) + 14.0 * canvas.smooth(50))
    sinuses = np.minimum(inside - 0.03, canvas.smooth(11) * 0.25 - 0.06)
    _paint(picture, canvas.soft(sinuses, 0.03), AIR + 4.0)
    if plane == "sagittal":
        stem = np.minimum(0.11 - np.abs(canvas.x - 0.16 - 0.12 * canvas.y), np.minimum(canvas.y - 0.25, 1.2 - canvas.y))
        _paint(picture, canvas.soft(stem, 0.03), WHITE_MATTER)


def _draw_lesion(canvas: _Canvas, picture: Field, lesion: Lesion | None, plane: Plane, width: float) -> None:
    """Draw the mass, if any, where its kind grows."""
    side = float(canvas.rng.choice([-1.0, 1.0]))
    radius = float(canvas.rng.uniform(0.13, 0.20))
    if lesion == "glioma":
        centre = (side * 0.42 * width, float(canvas.rng.uniform(-0.35, 0.10)))
        field = radius - np.hypot(canvas.x - centre[0], canvas.y - centre[1]) + 0.05 * canvas.smooth(11)
        _paint(picture, 0.75 * canvas.soft(field + 0.13, 0.12), FLUID + 22.0)  # oedema: dark on T1
        _paint(picture, canvas.soft(field, 0.03), ENHANCED - 25.0 + 18.0 * canvas.smooth(30))
        _paint(picture, canvas.soft(field - 0.055, 0.03), FLUID + 10.0 + 6.0 * canvas.smooth(20))  # dead core
    elif lesion == "meningioma":
        angle = float(canvas.rng.uniform(-0.75, 0.15)) * np.pi / 2
        reach = 0.80 - 0.55 * radius
        centre = (side * reach * width * float(np.cos(angle)), reach * float(np.sin(angle)))
        ball = 1.15 * radius - np.hypot(canvas.x - centre[0], canvas.y - centre[1]) + 0.015 * canvas.smooth(9)
        field = np.minimum(ball, 0.885 - canvas.ellipse(0.0, 0.0, width, 1.0))
        _paint(picture, canvas.soft(field), ENHANCED - 20.0 + 5.0 * canvas.smooth(16))
    elif lesion == "pituitary":
        centre = {"axial": (0.0, -0.18), "coronal": (0.0, 0.42), "sagittal": (-0.14, 0.46)}[plane]
        field = radius * 0.85 - np.hypot(canvas.x - centre[0], (canvas.y - centre[1]) * 0.9) + 0.015 * canvas.smooth(9)
        _paint(picture, canvas.soft(field), ENHANCED - 30.0 + 6.0 * canvas.smooth(18))


def _acquire(canvas: _Canvas, picture: Field, noise: float) -> NDArray[np.uint8]:
    """Add what the scanner adds: a coil that hears one side better, a little blur, and Rician noise."""
    biased = picture * (1.0 + 0.10 * canvas.smooth(3))
    blurred = cv2.GaussianBlur(biased, (0, 0), 0.0018 * canvas.size)
    shape = (2, canvas.size, canvas.size)
    real, imaginary = canvas.rng.standard_normal(shape, dtype=np.float32) * np.float32(noise)
    return to_bytes(np.hypot(blurred + real, imaginary))


def to_bytes(picture: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Round to whole grey levels, 0..255."""
    grey: NDArray[np.uint8] = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
    return grey
