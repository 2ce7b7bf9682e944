"""JPEG, PNG, BMP, WebP and TIFF: from bytes to upright grey or RGB pixels."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.decoders import decode, decode_aloud
from tumorviewer.imaging.errors import DamagedImageError, UnsupportedSyntaxError
from tumorviewer.imaging.headers import (
    Header,
    HeaderError,
    bmp_alpha_layout,
    png_size,
    read_bmp,
    read_jpeg,
    read_png,
    read_webp,
)
from tumorviewer.imaging.jpeg import decode_jpeg
from tumorviewer.imaging.limits import Limits
from tumorviewer.imaging.scan import Scan
from tumorviewer.imaging.sniff import Format
from tumorviewer.imaging.tiff import Page, TiffError, as_double_width, read_pages, without_copies

Pixels = NDArray[Any]

_READERS: dict[Format, Callable[[bytes], Header]] = {
    Format.JPEG: read_jpeg,
    Format.PNG: read_png,
    Format.BMP: read_bmp,
    Format.WEBP: read_webp,
}
_FETCH_AGAIN = "copy or export it again"
_SAVE_AS_PNG = "save it as PNG"


class Picture:
    """A single-frame picture, or a TIFF with its pages.

    Parameters
    ----------
    path : Path
        For messages and for the scans.
    data : bytes
        The whole file.
    sha256 : str
        Of `data`.
    kind : Format
        Any but DICOM.
    limits : Limits
        Checked here, from the header, for what all frames share, and in `read` for a page's own size.

    Raises
    ------
    DamagedImageError, TooLargeError, NoPixelsError, UnsupportedSyntaxError
        As the header says. Nothing has been decoded.
    """

    def __init__(self, path: Path, data: bytes, sha256: str, kind: Format, limits: Limits) -> None:
        self._path, self._data, self._sha256, self._kind, self._limits = path, data, sha256, kind, limits
        self._pages: list[Page] = []
        self._header: Header | None = None
        try:
            if kind is Format.TIFF:
                self._pages = self._whole_pages()
            else:
                self._header = self._read_header(_READERS[kind])
        except HeaderError as error:
            refusal = UnsupportedSyntaxError if error.unsupported else DamagedImageError
            raise refusal(path, error.reason if error.unsupported else f"{error.reason}; {_FETCH_AGAIN}") from error
        except TiffError as error:
            raise DamagedImageError(path, f"this TIFF is damaged ({error}); {_FETCH_AGAIN}") from error
        except (struct.error, IndexError) as error:
            raise DamagedImageError(path, f"the {kind.value} header is incomplete; {_FETCH_AGAIN}") from error

    @property
    def sha256(self) -> str:
        """Of the file's bytes."""
        return self._sha256

    @property
    def frames(self) -> int:
        """Number of frames or pages."""
        return len(self._pages) or 1

    def read(self, frame: int) -> Scan:
        """Decode one frame (0-based, below `frames`)."""
        pixels = self._decode_page(self._pages[frame]) if self._pages else self._decode_single()
        return Scan(as_stored_depth(pixels), self._path, self._sha256, self._kind.value, frame, self.frames)

    def _read_header(self, reader: Callable[[bytes], Header]) -> Header:
        if self._kind is Format.PNG and (size := png_size(self._data)):
            self._limits.check_size(self._path, *size)  # before its chunks are walked: they may be missing
        header = reader(self._data)
        self._limits.check_size(self._path, header.width, header.height)
        return header

    def _whole_pages(self) -> list[Page]:
        whole = without_copies(read_pages(self._data, self._limits.max_frames + 1))
        self._limits.check_size(self._path, whole[0].width, whole[0].height, len(whole))
        return whole

    def _decode_single(self) -> Pixels:
        assert self._header is not None
        if self._kind is Format.JPEG:
            pixels = grey_if_colourless(self._checked(*decode_jpeg(self._header.data)))
            return turned(pixels, self._header.orientation)
        if self._kind is Format.PNG:
            pixels = self._checked(*decode_aloud(self._header.data))
        else:
            pixels = self._checked(decode(self._header.data))
        if self._header.transparent_grey is not None and pixels.ndim == 2:
            pixels = np.where(pixels == self._header.transparent_grey, 0, pixels).astype(pixels.dtype)
        if self._kind is Format.BMP:
            pixels = _with_bmp_alpha(pixels, self._data)
        return turned(on_black(pixels), self._header.orientation)

    def _decode_page(self, page: Page) -> Pixels:
        self._limits.check_size(self._path, page.width, page.height)
        if not page.decodable:
            raise UnsupportedSyntaxError(self._path, f"this layout of TIFF cannot be read; {_SAVE_AS_PNG}")
        if page.grey_with_extra:
            return self._decode_grey_alpha(page)
        pixels = self._checked(decode(self._data, page.index), page=page)
        if pixels.ndim == 3 and pixels.shape[2] == 4 and (page.bits <= 8 or not page.straight_alpha):
            pixels = pixels[..., :3]  # libtiff has multiplied 8-bit colours by alpha already
        if page.white_is_zero and page.bits > 8:
            pixels = _inverted(pixels)  # libtiff does it up to 8 bits only
        return on_black(pixels)

    def _decode_grey_alpha(self, page: Page) -> Pixels:
        if page.differenced and page.tiled:
            raise UnsupportedSyntaxError(self._path, f"this layout of TIFF cannot be read; {_SAVE_AS_PNG}")
        wide = self._checked(decode(as_double_width(self._data, page), page.index), page=page)
        if wide.shape != (page.height, 2 * page.width):
            raise DamagedImageError(self._path, f"this TIFF is damaged; {_FETCH_AGAIN}")
        both = wide.reshape(page.height, page.width, 2)
        if page.differenced:
            both = np.add.accumulate(both, axis=1, dtype=both.dtype)
        grey: Pixels = both[..., 0]
        if page.white_is_zero:
            grey = _inverted(grey)
        if page.straight_alpha:
            grey = _times_alpha(grey, both[..., 1])
        return turned(np.ascontiguousarray(grey), page.orientation)

    def _checked(self, pixels: Pixels | None, damaged: bool = False, page: Page | None = None) -> Pixels:
        """Turn "did not decode" and "decoded with invented pixels" into errors."""
        if damaged:
            raise DamagedImageError(self._path, f"part of the picture is missing or damaged; {_FETCH_AGAIN}")
        if pixels is not None:
            return pixels
        if page is not None and (page.bits not in (1, 8, 16, 32, 64) or page.compression > 32773):
            raise UnsupportedSyntaxError(
                self._path,
                f"this kind of TIFF (compression {page.compression}, {page.bits} bits) cannot be read; {_SAVE_AS_PNG}",
            )
        raise DamagedImageError(self._path, f"this {self._kind.value} file is cut off or damaged; {_FETCH_AGAIN}")


def grey_if_colourless(pixels: Pixels) -> Pixels:
    """Return the one channel (H, W) of RGB, uint8, whose three agree everywhere; else, and of grey, what is given."""
    if pixels.ndim == 2 or not np.array_equal(pixels[0, :, 0], pixels[0, :, 1]):  # the first row spares most the rest
        return pixels
    grey = cv2.extractChannel(pixels, 1)
    agree = cv2.norm(pixels, cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), cv2.NORM_INF) == 0
    return grey if agree else pixels


def on_black(pixels: Pixels) -> Pixels:
    """Lay BGRA on black and return grey or RGB.

    Parameters
    ----------
    pixels : ndarray, shape (H, W), (H, W, 3) BGR or (H, W, 4) BGRA

    Returns
    -------
    ndarray, shape (H, W) or (H, W, 3) RGB
        Grey where all three channels agree everywhere.
    """
    if pixels.ndim == 2:
        return pixels
    is_grey = np.array_equal(pixels[0, :, 1], pixels[0, :, 2]) and _equal_planes(pixels)
    colours = cv2.extractChannel(pixels, 1) if is_grey else _as_rgb(pixels)
    if pixels.shape[2] == 3 or pixels.dtype.kind != "u":
        return colours
    alpha: Pixels = cv2.extractChannel(pixels, 3)
    if cv2.minMaxLoc(alpha)[0] == np.iinfo(alpha.dtype).max:
        return colours
    return _times_alpha(colours, alpha if is_grey else alpha[..., None])


def _as_rgb(pixels: Pixels) -> Pixels:
    """Put blue, green and red (and alpha) into the order red, green, blue; many times as fast as NumPy where it can."""
    if pixels.dtype in (np.uint8, np.uint16, np.float32):
        return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB if pixels.shape[2] == 3 else cv2.COLOR_BGRA2RGB)
    return np.ascontiguousarray(pixels[..., 2::-1])


def _times_alpha(colours: Pixels, alpha: Pixels) -> Pixels:
    most = int(np.iinfo(colours.dtype).max) if colours.dtype.kind == "u" else 1
    product = colours.astype(np.uint64) * alpha.astype(np.uint64)
    return ((product + most // 2) // most).astype(colours.dtype)


def turned(pixels: Pixels, orientation: int) -> Pixels:
    """Turn a picture upright (EXIF 2.32, tag 274, values 1 to 8)."""
    if orientation >= 5:
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def as_stored_depth(pixels: Pixels) -> Pixels:
    """Bring unusual sample types to those that a scan may have: grey uint8, uint16, int16 or float32, colour uint8."""
    if pixels.ndim == 3 and pixels.dtype == np.uint16:
        return ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
    if pixels.ndim == 3 and pixels.dtype != np.uint8:
        scale = float(np.nanmax(np.abs(pixels.astype(np.float64)), initial=0)) or 1.0
        return np.nan_to_num(np.clip(pixels.astype(np.float64) / scale, 0, 1) * 255).round().astype(np.uint8)
    if pixels.dtype == np.int8:
        return pixels.astype(np.int16)
    if pixels.dtype in (np.uint8, np.uint16, np.int16):
        return pixels
    return np.nan_to_num(pixels.astype(np.float64), posinf=0.0, neginf=0.0).astype(np.float32)


def _inverted(pixels: Pixels) -> Pixels:
    if pixels.dtype.kind == "u":
        return (np.iinfo(pixels.dtype).max - pixels).astype(pixels.dtype)
    return ~pixels if pixels.dtype.kind == "i" else -pixels


def _with_bmp_alpha(pixels: Pixels, data: bytes) -> Pixels:
    """Add the alpha that OpenCV drops from bitmaps that declare one; all zero means that it was never filled in."""
    layout = bmp_alpha_layout(data)
    if layout is None or pixels.ndim != 3:
        return pixels
    (start, upwards), (height, width) = layout, pixels.shape[:2]
    if start + 4 * height * width > len(data):
        return pixels
    alpha = np.frombuffer(data, np.uint8, 4 * height * width, start).reshape(height, width, 4)[
        :: -1 if upwards else 1, :, 3
    ]
    return np.dstack([pixels[..., :3], alpha]) if alpha.any() else pixels


def _equal_planes(pixels: Pixels) -> bool:
    """Whether blue, green and red agree everywhere; OpenCV takes planes apart several times as fast as NumPy."""
    blue, green, red = (cv2.extractChannel(pixels, channel) for channel in range(3))
    return np.array_equal(green, red) and np.array_equal(green, blue)  # not by cv2.norm: not-a-number is unequal
