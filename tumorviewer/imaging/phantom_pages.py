"""Pictures drawn by the program that are no heads: what the head finder and the domain guard have to refuse."""

from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.phantom import to_bytes

Page = Literal["blank", "noise", "text", "scene", "checkerboard", "chest", "clouds", "leaves", "waves"]


def draw_page(kind: Page, seed: int = 0, size: int = 512) -> NDArray[np.uint8]:
    """Draw a picture that is no head.

    Parameters
    ----------
    kind : {"blank", "noise", "text", "scene", "checkerboard", "chest", "clouds", "leaves", "waves"}
        "clouds" and "leaves" have what photographs have: a falling spectrum, and the edges of things before things.
    seed : int
    size : int
        Side of the square picture, in pixels.

    Returns
    -------
    ndarray of uint8, shape (size, size)

    Raises
    ------
    ValueError
        If `kind` is not known.
    """
    rng = np.random.default_rng(seed)
    if kind == "blank":
        return np.full((size, size), rng.integers(0, 256), np.uint8)
    if kind == "noise":
        return rng.integers(0, 256, (size, size), dtype=np.uint8)
    if kind == "checkerboard":
        rows, columns = np.mgrid[:size, :size] * 8 // size
        return to_bytes((rows + columns) % 2 * 255.0)
    drawers = {
        "text": _draw_text,
        "scene": _draw_scene,
        "chest": _draw_chest,
        "clouds": _draw_clouds,
        "leaves": _draw_leaves,
        "waves": _draw_waves,
    }
    if kind not in drawers:
        raise ValueError(f"no page of kind {kind!r}; there are {', '.join(get_args(Page))}")
    return drawers[kind](rng, size)


def _draw_text(rng: np.random.Generator, size: int) -> NDArray[np.uint8]:
    page = np.full((size, size), 255, np.uint8)
    step = max(8, size // 26)
    for line in range(2, size // step - 1):
        letters = "".join(rng.choice(list("abcdefghilmnoprstuv   "), 60))
        cv2.putText(
            page, letters, (size // 12, line * step), cv2.FONT_HERSHEY_SIMPLEX, step / 42, 20, max(1, size // 400)
        )
    page[:, -size // 12 :] = 255
    return page


def _draw_scene(rng: np.random.Generator, size: int) -> NDArray[np.uint8]:
    """Sky, hills and a house: large smooth areas with sharp edges, up to every border."""
    sky = np.repeat(np.linspace(225, 170, size, dtype=np.float32)[:, None], size, axis=1)
    across = np.arange(size)
    for depth, level in ((0.45, 120.0), (0.6, 85.0), (0.75, 60.0)):
        ridge = size * (depth + 0.06 * np.sin(across / size * rng.uniform(4, 12) + rng.uniform(0, 6)))
        sky[np.arange(size)[:, None] > ridge[None]] = level
    left, top = (int(v) for v in rng.uniform(0.2, 0.55, 2) * size)
    cv2.rectangle(sky, (left, top), (left + size // 4, top + size // 3), 200.0, cv2.FILLED)
    cv2.rectangle(sky, (left + size // 16, top + size // 8), (left + size // 8, top + size // 5), 40.0, cv2.FILLED)
    return to_bytes(sky + rng.normal(0, 5, sky.shape))


def _draw_chest(rng: np.random.Generator, size: int) -> NDArray[np.uint8]:
    """Two dark lungs, a spine and ribs, from border to border like an x-ray."""
    y, x = (np.mgrid[:size, :size].astype(np.float32) / size - 0.5) * 2
    film = 150.0 - 30.0 * np.abs(x)
    for side in (-1.0, 1.0):
        film -= 95.0 * np.clip(6.0 * (1.0 - np.hypot((x - side * 0.45) / 0.34, (y + 0.05) / 0.75)), 0.0, 1.0)
    film += 60.0 * np.exp(-((x / 0.11) ** 2)) + 45.0 * np.exp(-(((x - 0.15) / 0.25) ** 2) - ((y - 0.25) / 0.3) ** 2)
    film += 24.0 * np.clip(np.sin((y * 1.0 + 0.35 * x * x) * 22.0 + rng.uniform(0, 6)), 0.2, 1.0)
    return to_bytes(film + rng.normal(0, 3, film.shape))


def _draw_clouds(rng: np.random.Generator, size: int) -> NDArray[np.uint8]:
    """Noise whose amplitude falls with a power of the frequency (Field 1987, of natural images: near 1)."""
    down, across = np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None]
    frequency = np.maximum(np.hypot(down, across), 1.0 / size)
    spectrum = rng.normal(size=(2, *frequency.shape)) * frequency ** -rng.uniform(0.6, 2.0)
    field = np.fft.irfft2(spectrum[0] + 1j * spectrum[1], (size, size))
    return to_bytes((field - field.min()) / np.ptp(field) * 255.0)


def _draw_leaves(rng: np.random.Generator, size: int) -> NDArray[np.uint8]:
    """Draw discs of many sizes that hide each other, as things do in a photograph (Lee, Mumford and Huang 2001)."""
    page = np.full((size, size), int(rng.integers(256)), np.uint8)
    smallest = size / 64
    for _ in range(int(rng.integers(100, 900))):
        radius = smallest / np.sqrt(1.0 - rng.random() * (1.0 - (8 * smallest / size) ** 2))
        axes = (int(radius), max(1, int(radius * rng.uniform(0.3, 1.0))))
        centre = tuple(int(place) for place in rng.integers(0, size, 2))
        turned = float(rng.uniform(0, 180))
        cv2.ellipse(page, centre, axes, turned, 0, 360, int(rng.integers(256)), cv2.FILLED, cv2.LINE_AA)
    return page


def _draw_waves(rng: np.random.Generator, size: int) -> NDArray[np.uint8]:
    y, x = np.mgrid[:size, :size].astype(np.float32) / size
    return to_bytes(127.5 + 127.5 * np.sin(x * rng.uniform(-200, 200) + y * rng.uniform(-200, 200)))
