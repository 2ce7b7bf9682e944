"""From modality values to the grey picture that is shown, cropped and judged."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.scan import Scan, WindowLevel

STORED_RANGE = WindowLevel(128.0, 256.0, "as stored")
"""Maps 0..255 to itself: 8-bit pictures have been windowed by whoever made them."""

_TRIMMED_SHARE = 0.001
_TABLED = (np.uint8, np.uint16, np.int16)


def default_window(scan: Scan) -> WindowLevel:
    """Return the window that a scan opens with.

    The file's first VOI window; without one, 8-bit pictures are shown as stored, and 16-bit pictures and DICOM over the
    range of their values less 0.1 % at each end.
    """
    if scan.windows:
        return scan.windows[0]
    if scan.pixels.ndim == 3 or (scan.pixels.dtype == np.uint8 and scan.format != "DICOM"):
        return STORED_RANGE
    low, high = _trimmed_range(scan.pixels)
    if high <= low:  # one value everywhere: black
        return WindowLevel(low + 0.5, 1.0, "full range", "LINEAR_EXACT")
    return WindowLevel((low + high) / 2, high - low, "full range", "LINEAR_EXACT")


def render_grey(scan: Scan, window: WindowLevel | None = None) -> NDArray[np.uint8]:
    """Return the one grey picture of a scan.

    Parameters
    ----------
    scan : Scan
        Grey or colour; colour becomes its luminance (ITU-R BT.601).
    window : WindowLevel, optional
        The default window if it is left out.

    Returns
    -------
    ndarray of uint8, shape (H, W)
        A new array. MONOCHROME1 is inverted once, after the window (PS3.3 C.7.6.3.1.2).
    """
    if scan.pixels.ndim == 3:
        grey = cv2.cvtColor(np.ascontiguousarray(scan.pixels), cv2.COLOR_RGB2GRAY)
        return apply_window(grey, window or STORED_RANGE)
    shown = apply_window(scan.pixels, window or default_window(scan))
    return np.subtract(255, shown, dtype=np.uint8) if scan.inverted else shown


def render(scan: Scan, window: WindowLevel | None = None) -> NDArray[np.uint8]:
    """Return a scan for display: grey (H, W), or RGB (H, W, 3) with the window applied to each channel."""
    if scan.pixels.ndim == 3:
        return apply_window(scan.pixels, window or STORED_RANGE)
    return render_grey(scan, window)


def apply_window(values: NDArray[Any], window: WindowLevel) -> NDArray[np.uint8]:
    """Map modality values to 0..255 (DICOM PS3.3 C.11.2.1.2 and C.11.2.1.3).

    Parameters
    ----------
    values : ndarray of uint8, uint16, int16 or float32
        Any shape. Not-a-number becomes 0.
    window : WindowLevel
        In the units of `values`.

    Returns
    -------
    ndarray of uint8
        Same shape, always a new array.
    """
    if values.dtype == np.uint8:
        if window is STORED_RANGE:
            return np.array(values)
        table = _mapped(np.arange(256), window)
        return np.asarray(cv2.LUT(np.ascontiguousarray(values), table), np.uint8)
    if values.dtype in _TABLED and values.size:
        there = np.arange(int(values.min()), int(values.max()) + 1)
        if len(there) <= values.size:
            table = np.zeros(65536, np.uint8)
            table[there & 0xFFFF] = _mapped(there, window)  # below zero: where the same bits without a sign lie
            bits = np.ascontiguousarray(values).view(np.uint16)
            return np.asarray(cv2.LUT(bits.reshape(1, -1), table), np.uint8).reshape(values.shape)
    return _mapped(values, window)


def _mapped(values: NDArray[Any], window: WindowLevel) -> NDArray[np.uint8]:
    exact = np.nan_to_num(values.astype(np.float64), nan=-np.inf, posinf=np.inf, neginf=-np.inf)
    share = _share_of_full(exact, window)
    return np.rint(np.clip(share, 0.0, 1.0) * 255).astype(np.uint8)


def _share_of_full(values: NDArray[np.float64], window: WindowLevel) -> NDArray[np.float64]:
    """Return the grey before clipping: 0 is black and 1 is white."""
    centre, width = window.centre, window.width
    if window.table is not None:
        index = np.clip(np.rint(values - (centre - width / 2)), 0, len(window.table) - 1)
        return window.table[index.astype(np.intp)].astype(np.float64)
    if window.function == "SIGMOID":
        exponent = np.clip(-4.0 * (values - centre) / width, -700.0, 700.0)
        return 1.0 / (1.0 + np.exp(exponent))
    if window.function == "LINEAR" and width >= 1:
        if width == 1:
            return (values > centre - 0.5).astype(np.float64)
        return (values - (centre - 0.5)) / (width - 1) + 0.5
    return (values - centre) / width + 0.5


def _trimmed_range(values: NDArray[Any]) -> tuple[float, float]:
    """Return the values between which all but 0.1 % at each end lie; the full range if that leaves nothing."""
    if values.dtype in _TABLED:
        low = int(values.min())
        # Without a sign, because what lies above the lowest value may be too much for one.
        above = (values - values.min()).ravel(order="K").view(f"u{values.itemsize}")
        span = int(above.max()) + 1
        counts = cv2.calcHist([above.reshape(1, -1)], [0], None, [span], [0, span]).ravel().astype(np.int64)
        below = np.cumsum(counts)
        trimmed = below[-1] * _TRIMMED_SHARE
        first = int(np.searchsorted(below, trimmed, side="right"))
        last = int(np.searchsorted(below, below[-1] - trimmed, side="left"))
        occupied = np.flatnonzero(counts)
        if first >= last:
            first, last = int(occupied[0]), int(occupied[-1])
        return float(first + low), float(last + low)
    finite = values[np.isfinite(values)].astype(np.float64)
    if finite.size == 0:
        return 0.0, 0.0
    first_value, last_value = np.quantile(finite, (_TRIMMED_SHARE, 1 - _TRIMMED_SHARE))
    if first_value >= last_value:
        first_value, last_value = finite.min(), finite.max()
    return float(first_value), float(last_value)
