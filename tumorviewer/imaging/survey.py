"""What a worklist must know of a file before anything in it is decoded."""

from dataclasses import dataclass
from pathlib import Path

from tumorviewer.imaging.limits import DEFAULT_LIMITS, Limits
from tumorviewer.imaging.load import open_source, read_bytes
from tumorviewer.imaging.sniff import HEAD_BYTES, sniff


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A file that can be opened: its format, as in `Scan.format`, and how many frames it has."""

    path: Path
    format: str
    frames: int


def survey(path: Path, limits: Limits = DEFAULT_LIMITS) -> Surveyed:
    """Read a file's header.

    Raises
    ------
    ScanError
        If the file cannot be read, is no image, or is over a limit.
    """
    frames = open_source(path, limits).frames
    kind = sniff(read_bytes(path, limits)[:HEAD_BYTES])
    return Surveyed(path, kind.name if kind is not None else "", frames)
