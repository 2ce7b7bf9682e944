"""A colour map for evidence: lightness rises evenly, so that twice the evidence looks like twice as much.

The path is drawn in Oklab, a space in which equal steps look equal: from dark violet over red and orange to pale
yellow.
"""

import numpy as np
from numpy.typing import NDArray

_STOPS = ((0.30, 285.0, 0.13), (0.47, 340.0, 0.17), (0.63, 25.0, 0.17), (0.78, 65.0, 0.15), (0.93, 102.0, 0.13))
"""Lightness, hue in degrees, chroma."""
_VISIBLE_FROM, _FULL_FROM = 0.04, 0.55


def colour_table() -> NDArray[np.uint8]:
    """Return 256 colours, shape (256, 3), red, green, blue."""
    lightness, hue, chroma = np.array(_STOPS).T
    places = np.linspace(0.0, 1.0, len(_STOPS))
    shares = np.linspace(0.0, 1.0, 256)
    angle = np.deg2rad(np.interp(shares, places, np.rad2deg(np.unwrap(np.deg2rad(hue)))))
    strength = np.interp(shares, places, chroma)
    lab = np.stack([np.interp(shares, places, lightness), strength * np.cos(angle), strength * np.sin(angle)], axis=1)
    colours: NDArray[np.uint8] = np.rint(np.clip(_gamma(_linear_rgb(lab)), 0.0, 1.0) * 255).astype(np.uint8)
    return colours


def cover_table() -> NDArray[np.float32]:
    """Return how much of the scan each of 256 amounts of evidence covers, 0..1: none where there is none."""
    shares = np.linspace(0.0, 1.0, 256)
    rise = np.clip((shares - _VISIBLE_FROM) / (_FULL_FROM - _VISIBLE_FROM), 0.0, 1.0)
    return (rise * rise * (3.0 - 2.0 * rise)).astype(np.float32)


def premultiplied_table(opacity: float) -> NDArray[np.uint8]:
    """Return 256 rows of blue, green, red, alpha, as Qt's ``Format_ARGB32_Premultiplied`` lies in memory."""
    cover = cover_table()[:, None] * np.float32(opacity)
    blue_green_red = colour_table()[:, ::-1] * cover
    table: NDArray[np.uint8] = np.rint(np.concatenate([blue_green_red, cover * 255], axis=1)).astype(np.uint8)
    return table


def _linear_rgb(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convert from Oklab (its two matrices, inverted)."""
    to_cones = np.array([[1.0, 0.3963377774, 0.2158037573], [1.0, -0.1055613458, -0.0638541728],
                         [1.0, -0.0894841775, -1.2914855480]])  # fmt: skip
    to_rgb = np.array([[4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965],
                       [-0.0041960863, -0.7034186147, 1.7076147010]])  # fmt: skip
    linear: NDArray[np.float64] = ((lab @ to_cones.T) ** 3) @ to_rgb.T
    return linear


def _gamma(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Encode for the screen (IEC 61966-2-1)."""
    linear = np.clip(linear, 0.0, 1.0)
    encoded: NDArray[np.float64] = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return encoded
