"""Which format a file is, by its first bytes and never by its name."""

import struct
import zlib
from enum import Enum

HEAD_BYTES = 1024
"""How many bytes from the start of a file `sniff` needs: compressed, the header of a NIfTI volume has room in it."""

# Value representations that may open a data set (DICOM PS3.5 6.2): the groups 0002 and 0008 hold no others.
_FIRST_VRS = frozenset(
    {b"UL", b"OB", b"UI", b"SH", b"AE", b"CS", b"UN", b"DA", b"TM", b"LO", b"US", b"ST", b"SQ", b"DT"}
)
_MAX_FIRST_VALUE = 1024
_NIFTI_HEADER = 348  # bytes of the first version's, which ends with its magic


class Format(Enum):
    """A file format that can be read."""

    JPEG = "JPEG"
    PNG = "PNG"
    BMP = "BMP"
    TIFF = "TIFF"
    WEBP = "WEBP"
    DICOM = "DICOM"
    NIFTI = "NIFTI"


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
    if is_nifti(head):
        return Format.NIFTI
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


def is_nifti(head: bytes) -> bool:
    """Recognise a NIfTI volume in one file, also a compressed one, by the size and the magic of its header."""
    if is_gzip(head):
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, _NIFTI_HEADER)
        except zlib.error:
            return False
    size = head[:4]
    if size in (b"\x5c\x01\0\0", b"\0\0\x01\x5c"):
        return head[344:348] == b"n+1\0"
    return size in (b"\x1c\x02\0\0", b"\0\0\x02\x1c") and head[4:8] == b"n+2\0"


def is_gzip(head: bytes) -> bool:
    """Tell whether the bytes begin like a file that gzip made (RFC 1952 2.3.1)."""
    return head.startswith(b"\x1f\x8b\x08")


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
