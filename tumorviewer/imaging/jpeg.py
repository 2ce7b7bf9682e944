"""JPEG: decoded by libjpeg-turbo, with every sign of damage.

libjpeg fills what is missing with grey and goes on, with no more than a warning. A half-grey head may not be judged as
if it were whole. OpenCV leaves these warnings to standard error; simplejpeg, around the same library with the same
pixels, raises them.
"""

from typing import Any

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray

from tumorviewer.imaging.decoders import decode_aloud, tells_of_damage

Pixels = NDArray[Any]


def decode_jpeg(data: bytes) -> tuple[Pixels | None, bool]:
    """Decode a JPEG as stored, without the EXIF turn.

    Parameters
    ----------
    data : bytes
        The whole file, whose header `read_jpeg` has accepted.

    Returns
    -------
    pixels : ndarray of uint8 or None
        Grey (H, W) or RGB (H, W, 3); None if it does not decode.
    damaged : bool
        True if pixels had to be invented.
    """
    try:
        kind = simplejpeg.decode_jpeg_header(data)[2]
        if kind == "Gray":
            return simplejpeg.decode_jpeg(data, "GRAY")[..., 0], False
        if kind in ("CMYK", "YCCK"):
            return _from_cmyk(simplejpeg.decode_jpeg(data, "CMYK")), False
        return simplejpeg.decode_jpeg(data, "RGB"), False
    except MemoryError:
        return None, False
    except ValueError as error:
        if tells_of_damage(str(error).encode()):
            return None, True
    # A warning without meaning for the pixels, or a sampling of colours that only OpenCV takes.
    pixels, damaged = decode_aloud(data)
    if pixels is None or pixels.ndim == 2:
        return pixels, damaged
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), damaged


def _from_cmyk(inks: Pixels) -> Pixels:
    """Turn inks (H, W, 4), stored inverted as Adobe does, into RGB, as OpenCV does."""
    black = inks[..., 3:].astype(np.int16)
    return (black - ((255 - inks[..., :3]) * black.astype(np.int32) >> 8)).astype(np.uint8)
