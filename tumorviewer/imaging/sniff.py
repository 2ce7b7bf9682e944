"""Which format a file is, by its first bytes and never by its name."""

import struct
from enum import Enum

HEAD_BYTES = 160
"""How many bytes from the start of a file `sniff` needs."""

# Value representations that may open a data set (DICOM PS3.5 6.2): the groups 0002 and 0008 hold no others.
_FIRST_VRS = frozenset(
    {b"UL", b"OB", b"UI", b"SH", b"AE", b"CS", b"UN", b"DA", b"TM", b"LO", b"US", b"ST", b"SQ", b"DT"}
)
_MAX_FIRST_VALUE = 1024


class Format(Enum):
    """A file format that can be read."""

    JPEG = "JPEG"
    PNG = "PNG"
    BMP = "BMP"
    TIFF = "TIFF"
    WEBP = "WEBP"
    DICOM = "DICOM"


def sniff(head: bytes) -> Format | None:
    """Tell the format from the first `HEAD_BYTES` bytes.

    Parameters
    ----------
    head : bytes
        The start of the file; the whole of a shorter file.

    Returns
    -------
    Format or None
        None if it is none of the formats.
    """
    # DICOM first: its 128-byte preamble may hold a TIFF header (PS3.10 7.1).
    if head[128:132] == b"DICM":
        return Format.DICOM
    if head.startswith(b"\xff\xd8\xff"):
        return Format.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Format.PNG
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return Format.TIFF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Format.WEBP
    if _is_bmp(head):
        return Format.BMP
    if _is_bare_dicom(head):
        return Format.DICOM
    return None


def _is_bmp(head: bytes) -> bool:
    """Two letters alone are too little ("BMW.txt"): the header's size has to be one that exists."""
    return (
        head.startswith(b"BM")
        and len(head) >= 18
        and head[15:18] == b"\0\0\0"
        and head[14] in {12, 16, 40, 52, 56, 64, 108, 124}
    )


def _is_bare_dicom(head: bytes) -> bool:
    """Recognise a data set without preamble (PS3.5 7.1): its first element is of group 0002 or 0008."""
    if len(head) < 16:
        return False
    for order in ("<", ">"):
        group, element = struct.unpack_from(f"{order}HH", head)
        if group not in (0x0002, 0x0008) or element > 0x0100:
            continue
        if head[4:6] in _FIRST_VRS:
            return True
        (length,) = struct.unpack_from("<I", head, 4)
        if order == "<" and 0 < length <= _MAX_FIRST_VALUE and length % 2 == 0:
            return True
    return False
