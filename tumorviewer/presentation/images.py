"""Pixels as Qt's images, and evidence as colours over them."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from tumorviewer.presentation.heat_colours import colour_table, premultiplied_table

LARGEST_HEAT: Final = 1024
"""Evidence comes in some 7 x 7 cells: finer than this it is the screen that enlarges it."""


def as_image(grey: NDArray[np.uint8]) -> QImage:
    """Return a grey picture as an image with bytes of its own."""
    height, width = grey.shape
    packed = np.ascontiguousarray(grey)
    return QImage(packed.data, width, height, width, QImage.Format.Format_Grayscale8).copy()


def heat_image(values: NDArray[np.float32], opacity: float) -> QImage:
    """Return evidence, 0..1, as colours to be drawn over a scan, with bytes of its own."""
    largest = max(values.shape)
    if largest > LARGEST_HEAT:
        scale = LARGEST_HEAT / largest
        size = (max(round(values.shape[1] * scale), 1), max(round(values.shape[0] * scale), 1))
        values = cv2.resize(values, size, interpolation=cv2.INTER_AREA).astype(np.float32, copy=False)
    steps = np.rint(np.clip(values, 0.0, 1.0) * 255).astype(np.uint8)
    pixels = premultiplied_table(opacity)[steps]
    height, width = steps.shape
    # copied: the image outlives the array
    return QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()


def heat_bar_image() -> QImage:
    """Return the colours of evidence in a column, the strongest on top."""
    pixels = np.ascontiguousarray(colour_table()[::-1, None, :])
    return QImage(pixels.data, 1, 256, 3, QImage.Format.Format_RGB888).copy()
