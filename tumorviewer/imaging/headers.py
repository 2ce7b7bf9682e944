"""Size, turn and transparency of JPEG, PNG, BMP and WebP, read from the header without decoding anything."""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from tumorviewer.imaging.tiff import orientation_of

_PNG_NEEDED = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"eXIf"})
# Start of frame markers (ITU-T T.81 table B.1): C4, C8 and CC are not frames.
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SOF_DECODED = frozenset({0xC0, 0xC1, 0xC2, 0xC9, 0xCA})


class HeaderError(Exception):
    """The header is broken, or says something that cannot be decoded (`unsupported`)."""

    def __init__(self, reason: str, *, unsupported: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.unsupported = unsupported


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a single-frame picture says.

    Attributes
    ----------
    width, height : int
        In pixels, as stored (before the EXIF turn).
    orientation : int
        EXIF tag 274, 1 to 8; 1 is upright.
    data : bytes
        What to decode: the file, for PNG without chunks that do not matter to its pixels.
    transparent_grey : int or None
        For grey PNG: the sample value that is see-through.
    """

    width: int
    height: int
    orientation: int
    data: bytes
    transparent_grey: int | None = None


def read_jpeg(data: bytes) -> Header:
    """Walk the segments of a JPEG up to its frame header (ITU-T T.81 B.2)."""
    orientation, at = 1, 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise HeaderError("the JPEG header is broken")
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:  # markers without a length
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + length]
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            orientation = orientation_of(body[6:])
        elif marker in _SOF:
            return _jpeg_frame(data, marker, body, orientation)
        elif marker in (0xD9, 0xDA) or length < 2:
            break
        at += 2 + length
    raise HeaderError("the JPEG header is broken or incomplete")


def _jpeg_frame(data: bytes, marker: int, body: bytes, orientation: int) -> Header:
    if len(body) < 6:
        raise HeaderError("the JPEG header is incomplete")
    precision, height, width, components = struct.unpack_from(">BHHB", body)
    if marker not in _SOF_DECODED or precision != 8 or components not in (1, 3, 4):
        raise HeaderError(
            f"this kind of JPEG (process {marker - 0xC0}, {precision} bits, {components} components) cannot be read; "
            "save it as PNG",
            unsupported=True,
        )
    if height == 0:
        raise HeaderError("this JPEG tells its height only after the picture (DNL); save it as PNG", unsupported=True)
    return Header(width, height, orientation, data)


def read_png(data: bytes) -> Header:
    """Check every chunk of a PNG and keep those that matter to the pixels (W3C PNG, 5.3 and 11).

    Colour profiles and texts are left out: libpng complains aloud about many of them, and they can be compression
    bombs. The default image of an animated PNG is what remains.
    """
    kept, orientation, grey_key = [data[:8]], 1, None
    size = png_size(data)
    if size is None:
        raise HeaderError("the PNG header is broken")
    depth, colour = data[24:26]
    for kind, start, end in _png_chunks(data):
        body = data[start + 8 : end - 4]
        if kind == b"eXIf":
            orientation = orientation_of(body)
            continue
        kept.append(data[start:end])
        if kind == b"tRNS" and len(body) == 2 and colour == 0:
            grey_key = _scaled(int.from_bytes(body, "big"), depth)
    return Header(*size, orientation, b"".join(kept), grey_key)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and end of the chunks that matter, up to the last, each with its checksum verified."""
    at, kind = 8, b""
    while kind != b"IEND":
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        if at + 12 > len(data) or end > len(data):
            raise HeaderError("the PNG ends too early")
        if kind in _PNG_NEEDED:
            checksum = zlib.crc32(memoryview(data)[at + 4 : end - 4])
            if checksum != int.from_bytes(data[end - 4 : end], "big"):
                raise HeaderError(f"the PNG is damaged (checksum of {kind.decode()})")
            yield kind, at, end
        at = end


def png_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height from the fixed place of a PNG header, or None if it is not there."""
    if data[8:16] != b"\0\0\0\x0dIHDR" or len(data) < 33:
        return None
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _scaled(value: int, depth: int) -> int:
    """Bring a sample of 1, 2 or 4 bits to the 8 bits that decoders return."""
    return value if depth >= 8 else value * 255 // (2**depth - 1)


def read_bmp(data: bytes) -> Header:
    """Read the size from an OS/2 or Windows bitmap header."""
    if len(data) < 26:
        raise HeaderError("the BMP header is incomplete")
    if struct.unpack_from("<I", data, 14)[0] in (12, 16) and data[14] == 12:
        width, height = struct.unpack_from("<HH", data, 18)
    else:
        width, height = struct.unpack_from("<ii", data, 18)
    return Header(width, abs(height), 1, data)


def bmp_alpha_layout(data: bytes) -> tuple[int, bool] | None:
    """Return where the pixels of a BMP with an alpha mask begin and whether its rows run upwards; None without alpha.

    Only headers that carry an alpha mask say that the fourth byte is one; elsewhere it is padding.
    """
    if len(data) < 70:
        return None
    offset, size, _, height, _, depth, compression = struct.unpack_from("<IIiiHHI", data, 10)
    mask = struct.unpack_from("<I", data, 66)[0]
    if size < 56 or depth != 32 or compression != 3 or mask != 0xFF000000:
        return None
    return offset, height > 0


def read_webp(data: bytes) -> Header:
    """Read the size from a WebP container (RFC 9649 2.5 to 2.7)."""
    kind = data[12:16]
    if len(data) < 30:
        raise HeaderError("the WebP header is incomplete")
    if kind == b"VP8X":
        width = 1 + int.from_bytes(data[24:27], "little")
        height = 1 + int.from_bytes(data[27:30], "little")
    elif kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    elif kind == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
    else:
        raise HeaderError("the WebP header is broken")
    return Header(width, height, _webp_orientation(data), data)


def _webp_orientation(data: bytes) -> int:
    at = 12
    while at + 8 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"EXIF":
            return orientation_of(re.sub(rb"^Exif\0\0", b"", data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    return 1
