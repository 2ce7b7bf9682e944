"""What can be wrong with a file, one type a cause, each with a sentence that a person can act on."""

import errno
from pathlib import Path


class ScanError(Exception):
    """A file that could not be read as a scan.

    Parameters
    ----------
    path : Path
        The file.
    reason : str
        What is wrong and what to do, without the path.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{str(self.path)!r}: {self.reason}"


class NotAnImageError(ScanError):
    """The content is no image format that the program knows."""


class DamagedImageError(ScanError):
    """The content begins like an image but does not decode."""


class TooLargeError(ScanError):
    """Over a limit on bytes, pixels or frames; nothing was decoded."""


class NoPixelsError(ScanError):
    """A DICOM object without pixel data, or a picture of no size."""


class UnsupportedSyntaxError(ScanError):
    """A transfer syntax, photometric interpretation or bit depth that cannot be decoded."""


class NoPermissionError(ScanError):
    """The file may not be read."""


class MissingFileError(ScanError):
    """The file is not there (any more), or it is a link that leads nowhere."""


class UnreadableError(ScanError):
    """The system could not read the file: the disk, the network or the name is the cause, not its content."""


class DamagedArchiveError(ScanError):
    """The content begins like a zip archive but its table of contents cannot be read."""


def from_system(path: Path, error: OSError | ValueError) -> ScanError:
    """Translate what the system says about opening a file or folder into a typed error."""
    if isinstance(error, IsADirectoryError):
        return NotAnImageError(path, "it is a folder, not a file")
    if isinstance(error, PermissionError):
        return NoPermissionError(path, "it may not be read; ask for read permission on it")
    if isinstance(error, ValueError):
        return MissingFileError(path, "no file can have this name")
    if error.errno == errno.ELOOP:
        return MissingFileError(path, "it is a link that leads to itself; remove it")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return MissingFileError(path, "there is no such file or folder (any more)")
    return UnreadableError(path, f"the system cannot read it ({error.strerror or error})")
