"""OpenCV as a quiet decoder that says when it met damage.

libjpeg fills what is missing with grey and only prints a line on standard error. A half-grey head may not
be judged as if it were whole, so the lines are caught while a picture is decoded, kept off the terminal, and reported.
"""

import os
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tumorviewer.imaging.limits import limit_opencv

limit_opencv()  # before the next line: OpenCV reads its limits when it is imported

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

# File descriptor 2 belongs to the whole process: one decoder at a time may borrow it.
_STANDARD_ERROR = threading.Lock()
_FROM_A_DECODER = re.compile(
    rb"^(Corrupt JPEG data|Premature end of|Warning: |Unsupported marker type|Unknown Adobe|"
    rb"Invalid (SOS|JPEG|progressive|crop)|Inconsistent progression|Application transferred too|"
    rb"libpng |TIFF|\[ ?(WARN|ERROR|INFO)|.*(gdcm|GDCM|openjpeg|charls)|\s*$)",
    re.IGNORECASE,
)
# What libjpeg says when pixels were invented. A few "extraneous bytes" are only the padding of some encoders.
_DAMAGE = re.compile(
    rb"premature end of|bad Huffman code|instead of RST|Inconsistent progression|bad (arithmetic|progressive)|"
    rb"Corrupt.*unexpected",
    re.IGNORECASE,
)
_EXTRANEOUS = re.compile(rb"(\d+) extraneous bytes before marker")
_PADDING_BYTES = 16


@dataclass(slots=True)
class Report:
    """What the decoders printed while a `quiet` block ran."""

    text: bytes = b""

    @property
    def damaged(self) -> bool:
        """Whether a decoder said that it had to invent pixels."""
        stray = sum(int(number) for number in _EXTRANEOUS.findall(self.text))
        return stray > _PADDING_BYTES or _DAMAGE.search(self.text) is not None


@contextmanager
def quiet() -> Iterator[Report]:
    """Catch what C libraries print on standard error; lines that are not theirs are passed on.

    Yields
    ------
    Report
        Filled when the block ends. Stays empty where the process has no standard error (a windowed program).
    """
    report = Report()
    with _STANDARD_ERROR:
        try:
            original = os.dup(2)
        except OSError:
            yield report
            return
        try:
            with tempfile.TemporaryFile() as caught:
                os.dup2(caught.fileno(), 2)
                try:
                    yield report
                finally:
                    os.dup2(original, 2)
                    caught.seek(0)
                    report.text = caught.read()
                    _pass_on(report.text, original)
        finally:
            os.close(original)


def _pass_on(text: bytes, descriptor: int) -> None:
    """Write the lines of other threads, which met our borrowed descriptor, to where they were meant to go."""
    lines = [line for line in text.splitlines(keepends=True) if not _FROM_A_DECODER.match(line)]
    if lines:
        os.write(descriptor, b"".join(lines))


def decode(data: bytes | bytearray, page: int | None = None) -> tuple[NDArray[np.generic] | None, bool]:
    """Decode a picture with OpenCV, as stored (no EXIF turn except in TIFF, no change of depth).

    Parameters
    ----------
    data : bytes
        The whole file.
    page : int, optional
        For TIFF: which directory.

    Returns
    -------
    pixels : ndarray or None
        (H, W), (H, W, 3) BGR or (H, W, 4) BGRA; None if it does not decode.
    damaged : bool
        True if a decoder had to invent pixels.
    """
    buffer = np.frombuffer(data, np.uint8)
    with quiet() as report:
        level = cv2.utils.logging.getLogLevel()
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        try:
            if page is None:
                pixels = cv2.imdecode(buffer, cv2.IMREAD_UNCHANGED)
            else:
                _, pages = cv2.imdecodemulti(buffer, cv2.IMREAD_UNCHANGED, None, (page, page + 1))
                pixels = pages[0] if pages else None
        except (cv2.error, MemoryError):
            pixels = None
        finally:
            cv2.utils.logging.setLogLevel(level)
    return pixels, report.damaged
