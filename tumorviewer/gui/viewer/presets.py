"""Grey windows to choose from: made from the values of the scan, and those that its file offers."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from tumorviewer.imaging.render import default_window
from tumorviewer.imaging.scan import CropBox, WindowLevel
from tumorviewer.state.loaded import LoadedScan

translate = QCoreApplication.translate

ENOUGH_VALUES = 1 << 18
"""Percentiles of very large pictures are taken from every n-th row and column."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A named window; None is the scan's own default."""

    name: str
    window: WindowLevel | None


def own_window(loaded: LoadedScan) -> WindowLevel:
    """Return the window that a scan opens with."""
    if loaded.window is not None:
        return loaded.window
    return default_window(replace(loaded.scan, pixels=_thinned(loaded.scan.pixels)))


def presets(loaded: LoadedScan) -> list[Preset]:
    """Return the default, the five windows made from the values, and all that the file offers."""
    own = own_window(loaded)
    values = _thinned(loaded.scan.pixels)
    head = _thinned(_inside(loaded.scan.pixels, loaded.box))
    made = [
        Preset(translate("WindowPresets", "Default"), None),
        Preset(translate("WindowPresets", "Automatic, from the head"), _between(head, 0.5, 99.5)),
        Preset(translate("WindowPresets", "Wide"), _scaled(own, 2.0)),
        Preset(translate("WindowPresets", "Narrow"), _scaled(own, 0.5)),
        Preset(translate("WindowPresets", "1 to 99 % of the values"), _between(values, 1.0, 99.0)),
        Preset(translate("WindowPresets", "Full range"), _between(values, 0.0, 100.0)),
    ]
    unnamed = translate("WindowPresets", "Window {number} of the file")
    offered = enumerate(loaded.scan.windows, 1)
    return made + [Preset(window.name or unnamed.format(number=number), window) for number, window in offered]


def preset(loaded: LoadedScan, number: int) -> Preset | None:
    """Return one of them, or None where there is none of that number."""
    every = presets(loaded)
    return every[number] if 0 <= number < len(every) else None


def dragged(start: WindowLevel, across: float, down: float, *, whole_numbers: bool, span: float) -> WindowLevel:
    """Return a window after a drag: to the right is wider, down is a higher level and so a darker picture.

    Parameters
    ----------
    start : WindowLevel
        Where the drag began; one with a table becomes a straight line over the same values.
    across, down : float
        Screen pixels so far.
    whole_numbers : bool
        Whether the values are: less than one of them cannot be told apart.
    span : float
        Width of the scan's own window: what some hundred pixels of dragging are worth.
    """
    step = max(span, 1e-6) / 300.0
    narrowest = 1.0 if whole_numbers else span * 1e-4
    function = "LINEAR" if start.table is not None else start.function
    return WindowLevel(start.centre + down * step, max(start.width + across * step, narrowest), "", function)


def _thinned(pixels: NDArray[np.generic]) -> NDArray[np.generic]:
    count = pixels.shape[0] * pixels.shape[1]
    step = max(1, int(np.ceil((count / ENOUGH_VALUES) ** 0.5)))
    return pixels[::step, ::step]


def _inside(pixels: NDArray[np.generic], box: CropBox | None) -> NDArray[np.generic]:
    return pixels if box is None else pixels[box.y : box.y + box.height, box.x : box.x + box.width]


def _between(values: NDArray[np.generic], low: float, high: float) -> WindowLevel:
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    if finite.size == 0:
        return WindowLevel(0.5, 1.0, "", "LINEAR_EXACT")
    first, last = (float(edge) for edge in np.percentile(finite, (low, high)))
    width = last - first
    if width <= 0:
        return WindowLevel(first + 0.5, 1.0, "", "LINEAR_EXACT")
    return WindowLevel((first + last) / 2, width, "", "LINEAR_EXACT")


def _scaled(window: WindowLevel, factor: float) -> WindowLevel:
    function = "LINEAR" if window.table is not None else window.function
    return WindowLevel(window.centre, window.width * factor, "", function)
