"""OpenCV as a quiet decoder of pictures that are as they should be, or of none at all."""

import re
from typing import Any

from tumorviewer.imaging.limits import limit_opencv
from tumorviewer.native_output import native_output

limit_opencv()  # before the next line: OpenCV reads its limits when it is imported

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

Pixels = NDArray[Any]

# What it has to say comes back as errors. Once and for good: the level belongs to the whole process.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

CHATTER = re.compile(
    rb"(?:Corrupt JPEG data|Premature end of|Warning: |Unsupported marker type|Unknown Adobe|"
    rb"Invalid (?:SOS|JPEG|progressive|crop)|Inconsistent progression|Application transferred too|"
    rb"libpng (?:warning|error)|TIFF|\[ ?(?:WARN|ERROR|INFO))[^\n]*\n?"
    rb"|(?m:^)[^\n]*(?:gdcm|openjpeg|charls)[^\n]*\n?",
    re.IGNORECASE,
)
"""What decoders print on standard error."""

# What libjpeg says when pixels were invented. A few "extraneous bytes" are only the padding of some encoders.
_DAMAGE = re.compile(
    rb"premature end of|bad Huffman code|instead of RST|Inconsistent progression|bad (arithmetic|progressive)|"
    rb"Corrupt.*unexpected",
    re.IGNORECASE,
)
_EXTRANEOUS = re.compile(rb"(\d+) extraneous bytes before marker")
_PADDING_BYTES = 16


def tells_of_damage(words: bytes) -> bool:
    """Say whether a decoder that said this had to invent pixels."""
    stray = sum(int(number) for number in _EXTRANEOUS.findall(words))
    return stray > _PADDING_BYTES or _DAMAGE.search(words) is not None


def decode(data: bytes | bytearray, page: int | None = None) -> Pixels | None:
    """Decode BMP, WebP or TIFF, as stored (no EXIF turn except in TIFF, no change of depth).

    Parameters
    ----------
    data : bytes
        The whole file.
    page : int, optional
        For TIFF: which directory.

    Returns
    -------
    ndarray or None
        (H, W), (H, W, 3) BGR or (H, W, 4) BGRA; None if it does not decode.
    """
    buffer = np.frombuffer(data, np.uint8)
    try:
        if page is None:
            return cv2.imdecode(buffer, cv2.IMREAD_UNCHANGED)
        _, pages = cv2.imdecodemulti(buffer, cv2.IMREAD_UNCHANGED, None, (page, page + 1))
        return pages[0] if pages else None
    except (cv2.error, MemoryError):
        return None


def decode_aloud(data: bytes | bytearray) -> tuple[Pixels | None, bool]:
    """Decode a format whose library prints on standard error (PNG, JPEG); one at a time.

    Returns
    -------
    pixels : ndarray or None
        As `decode`.
    damaged : bool
        True if the library said that it had to invent pixels.
    """
    with native_output(CHATTER) as caught:
        pixels = decode(data)
    return pixels, tells_of_damage(caught.text)
