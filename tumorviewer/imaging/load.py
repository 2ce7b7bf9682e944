"""Opening a scan: read the bytes once, hash them, tell the format by content, decode the frame that is asked for."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from tumorviewer.imaging.errors import NoPixelsError, NotAnImageError, TooLargeError, UnreadableError, from_system
from tumorviewer.imaging.limits import DEFAULT_LIMITS, Limits
from tumorviewer.imaging.raster import Picture
from tumorviewer.imaging.scan import Scan
from tumorviewer.imaging.sniff import HEAD_BYTES, Format, sniff


class Source(Protocol):
    """An open file: its header is read and within the limits; frames are decoded on demand."""

    @property
    def sha256(self) -> str:
        """Of the file's bytes."""

    @property
    def frames(self) -> int:
        """Number of frames or pages."""

    def read(self, frame: int) -> Scan:
        """Decode one frame."""


def load_scan(path: Path, frame: int = 0, limits: Limits = DEFAULT_LIMITS) -> Scan:
    """Read one frame of a picture, DICOM file or NIfTI volume.

    Parameters
    ----------
    path : Path
        JPEG, PNG, BMP, TIFF, WebP, DICOM or NIfTI, whatever its name.
    frame : int
        0-based frame or page.
    limits : Limits
        Checked before anything is decoded.

    Returns
    -------
    Scan
        Upright pixels in full depth, before any window.

    Raises
    ------
    ScanError
        One of its subclasses, by cause.
    """
    source = open_source(path, limits)
    if not 0 <= frame < source.frames:
        raise NoPixelsError(path, f"it has no frame {frame}: its frames are 0 to {source.frames - 1}")
    return source.read(frame)


def iter_frames(path: Path, limits: Limits = DEFAULT_LIMITS) -> Iterator[Scan]:
    """Read all frames of a file one after the other, each decoded when it is asked for.

    Raises
    ------
    ScanError
        At the first `next` if the file cannot be opened, later if a frame cannot be decoded.
    """
    source = open_source(path, limits)
    for frame in range(source.frames):
        yield source.read(frame)


def open_source(path: Path, limits: Limits = DEFAULT_LIMITS) -> Source:
    """Read a file and its header; nothing is decoded yet.

    Raises
    ------
    ScanError
        If the file cannot be read, is no image, or is over a limit.
    """
    data = read_bytes(path, limits)
    kind = format_of(path, data[:HEAD_BYTES])
    sha256 = hashlib.sha256(data).hexdigest()
    if kind is Format.DICOM:
        # pydicom takes 0.2 s to import: only those who open DICOM files wait for it.
        from tumorviewer.imaging.dicom import DicomObject

        return DicomObject(path, data, sha256, limits)
    if kind is Format.NIFTI:
        # As above: nibabel takes longer still.
        from tumorviewer.imaging.nifti import NiftiVolume

        return NiftiVolume(path, data, sha256, limits)
    return Picture(path, data, sha256, kind, limits)


def format_of(path: Path, head: bytes) -> Format:
    """Tell the format of a file from its first bytes.

    Raises
    ------
    NotAnImageError
    """
    if not head:
        raise NotAnImageError(path, "the file is empty (0 bytes); copy or export it again")
    kind = sniff(head)
    if kind is None:
        raise NotAnImageError(
            path, "its content is no image that can be read (JPEG, PNG, BMP, TIFF, WebP, DICOM or NIfTI)"
        )
    return kind


def read_bytes(path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Read a regular file whole, without ever waiting on a pipe or a device.

    Raises
    ------
    MissingFileError, NoPermissionError, NotAnImageError, TooLargeError, UnreadableError
    """
    with open_file(path, limits) as (stream, size):
        try:
            data = stream.read(size + 1)  # its buffer is made at once: never ask for the limit
        except MemoryError as error:
            raise TooLargeError(path, "there is not enough memory to read it; close other programs") from error
    if len(data) != size:
        raise UnreadableError(path, "it is being written to; try again when that is finished")
    return data


@contextmanager
def open_file(path: Path, limits: Limits = DEFAULT_LIMITS) -> Iterator[tuple[BinaryIO, int]]:
    """Open a regular file, without ever waiting on a pipe or a device.

    Yields
    ------
    stream : binary file
        What goes wrong with it inside of the block is translated too.
    size : int
        In bytes, within the limits.

    Raises
    ------
    MissingFileError, NoPermissionError, NotAnImageError, TooLargeError, UnreadableError
    """
    try:
        stream = open(path, "rb", opener=_open_without_waiting)  # noqa: SIM115  # closed by the block below
    except (OSError, ValueError) as error:
        raise from_system(path, error) from error
    try:
        with stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise NotAnImageError(path, "it is no ordinary file")
            limits.check_bytes(path, status.st_size)
            yield stream, status.st_size
    except OSError as error:
        raise from_system(path, error) from error


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file; without O_NONBLOCK opening a named pipe would wait for its writer."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
