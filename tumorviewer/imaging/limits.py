"""How large a file may be, checked from headers before anything is decoded."""

import os
from dataclasses import dataclass
from pathlib import Path

from tumorviewer.imaging.errors import NoPixelsError, TooLargeError


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds on what is decoded.

    Attributes
    ----------
    max_pixels : int
        Rows times columns of one frame.
    max_frames : int
        Frames or pages of one file.
    max_file_bytes : int
        Size of the file on disk, and of a deflated DICOM data set once inflated.
    """

    max_pixels: int = 100_000_000
    max_frames: int = 20_000
    max_file_bytes: int = 2**30

    def check_bytes(self, path: Path, size: int) -> None:
        """Raise `TooLargeError` if `size` bytes are more than the limit."""
        if size > self.max_file_bytes:
            raise TooLargeError(
                path,
                f"it has {size:,} bytes, more than the limit of {self.max_file_bytes:,}; export one slice",
            )

    def check_size(self, path: Path, width: int, height: int, frames: int = 1) -> None:
        """Refuse a picture of no size or over the limits.

        Raises
        ------
        NoPixelsError
            If a side or the number of frames is not positive.
        TooLargeError
            If there are more pixels a frame, or more frames, than the limits allow.
        """
        if width <= 0 or height <= 0 or frames <= 0:
            raise NoPixelsError(path, f"its header says {width} x {height} pixels in {frames} frames: nothing to show")
        if width * height > self.max_pixels:
            raise TooLargeError(
                path,
                f"its header says {width:,} x {height:,} pixels, more than the limit of {self.max_pixels:,}; "
                "make it smaller or export the slice that you need",
            )
        if frames > self.max_frames:
            raise TooLargeError(
                path, f"it has {frames:,} frames, more than the limit of {self.max_frames:,}; split the series"
            )


DEFAULT_LIMITS = Limits()


def limit_opencv() -> None:
    """Set OpenCV's own pixel limit; it is read once, when cv2 is imported.

    The factor two is for two-sample TIFF pages, which are decoded as grey pages of twice the width.
    """
    os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(2 * DEFAULT_LIMITS.max_pixels))
