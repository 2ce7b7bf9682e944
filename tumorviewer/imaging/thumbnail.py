"""Small pictures of scans, for lists on the screen and on paper."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE: Final = 96
"""Longer side in pixels: sharp at 48 points on a screen of twice the resolution, 135 dots an inch on paper."""
JPEG_QUALITY: Final = 90


def shrink(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture whose longer side is at most `SIDE`."""
    scale = SIDE / max(grey.shape)
    if scale >= 1.0:
        return grey
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def as_jpeg(grey: NDArray[np.uint8]) -> bytes:
    """Return a grey picture as a JPEG file."""
    return cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()
