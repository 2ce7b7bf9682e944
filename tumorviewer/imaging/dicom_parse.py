"""Parsing DICOM files that may be broken or hostile: whole for decoding, or only some elements of the header."""

import logging
import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError
from pydicom.uid import DeflatedExplicitVRLittleEndian

from tumorviewer.imaging.errors import DamagedImageError, ScanError, TooLargeError, UnsupportedSyntaxError
from tumorviewer.imaging.limits import Limits

EXPORT = "export it uncompressed (Explicit VR Little Endian) and open that"
META_BYTES = 1500
"""Within so many bytes the file meta information names the transfer syntax."""

# Its warnings quote values of elements, which may be a patient's, and would go on to whatever log there is.
logging.getLogger("pydicom").setLevel(logging.CRITICAL)


def parse_whole(path: Path, data: bytes, limits: Limits) -> Dataset:
    """Parse a file that is in memory, with or without preamble and file meta information (PS3.10 7.1).

    Raises
    ------
    DamagedImageError, TooLargeError
    """
    if is_deflated(data[:META_BYTES]):
        _check_inflated_size(path, data, limits)
    with translated(path, "its header is broken"):
        return dcmread(BytesIO(data), force=True)


def parse_elements(path: Path, stream: BinaryIO, keywords: Sequence[str]) -> Dataset:
    """Parse only some elements of an open file that is not deflated, and never its pixels.

    Raises
    ------
    DamagedImageError
    OSError
        If the file cannot be read on.
    """
    with translated(path, "its header is broken", OSError):
        return dcmread(stream, force=True, stop_before_pixels=True, specific_tags=list(keywords))


def is_deflated(head: bytes) -> bool:
    """Tell from the first `META_BYTES` bytes whether all that follows is compressed (PS3.5 A.5)."""
    return head[128:132] == b"DICM" and f"{DeflatedExplicitVRLittleEndian}".encode() in head[132:META_BYTES]


@contextmanager
def translated(path: Path, what: str, *passing: type[Exception]) -> Iterator[None]:
    """Turn whatever the parsers and decoders raise on broken input into a typed error, and keep them quiet.

    Parameters
    ----------
    path : Path
    what : str
        What is wrong if the cause is of no known kind.
    *passing : exception types
        Are the caller's own business.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except passing:
        raise
    except (ScanError, ImportError):
        raise
    except MemoryError as error:
        raise TooLargeError(path, "there is not enough memory to decode it; close other programs") from error
    except NotImplementedError as error:
        raise UnsupportedSyntaxError(path, f"its pixels are of a kind that cannot be read; {EXPORT}") from error
    except InvalidDicomError as error:
        raise DamagedImageError(path, "it is no readable DICOM file; export it again") from error
    except Exception as error:  # parsers of hostile input raise nearly anything; the cause is kept
        raise DamagedImageError(path, f"this DICOM file is damaged: {what}; export it again") from error


def _check_inflated_size(path: Path, data: bytes, limits: Limits) -> None:
    """Inflate a deflated data set up to the limit only: a few kilobytes can hold gigabytes."""
    if data[132:138] != b"\x02\0\0\0UL":
        raise DamagedImageError(path, "its header is broken; export it again")
    start = 144 + struct.unpack_from("<I", data, 140)[0]
    try:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        inflater.decompress(data[start:], limits.max_file_bytes)
    except zlib.error as error:
        raise DamagedImageError(path, "its compressed content is broken; export it again") from error
    if inflater.unconsumed_tail:
        raise TooLargeError(
            path, f"inflated it is larger than the limit of {limits.max_file_bytes:,} bytes; export one slice"
        )
