"""What a worklist must know of a file before anything in it is decoded."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.errors import DamagedImageError
from tumorviewer.imaging.limits import DEFAULT_LIMITS, Limits
from tumorviewer.imaging.load import format_of, open_file, read_bytes
from tumorviewer.imaging.sniff import HEAD_BYTES, Format
from tumorviewer.imaging.tiff import TiffError, read_pages, without_copies

if TYPE_CHECKING:
    from pydicom import Dataset

_ELEMENTS = (
    "SeriesInstanceUID",
    "StudyInstanceUID",
    "SeriesDescription",
    "SeriesNumber",
    "InstanceNumber",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "NumberOfFrames",
    "Rows",
    "Columns",
    "SpecificCharacterSet",
)


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """Where a DICOM file says that it belongs. What is missing or makes no sense is empty or None.

    Attributes
    ----------
    key : str
        Series Instance UID (0020,000E), or "".
    study : str
        Study Instance UID (0020,000D), or "".
    description : str
        Series Description (0008,103E), or "".
    number : int or None
        Series Number (0020,0011).
    instance : int or None
        Instance Number (0020,0013).
    along : float or None
        Position of the slice along its normal, in mm (PS3.3 C.7.6.2.1.1).
    """

    key: str
    study: str
    description: str
    number: int | None
    instance: int | None
    along: float | None


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A file that looks like a scan.

    Attributes
    ----------
    path : Path
    format : str
        The value of a `Format`.
    frames : int
    series : SeriesFacts or None
        None for all but DICOM.
    """

    path: Path
    format: str
    frames: int
    series: SeriesFacts | None = None


def survey(path: Path, limits: Limits = DEFAULT_LIMITS) -> Surveyed:
    """Look at the head of a file, and no further than its format asks for.

    Damage that only decoding would meet is not looked for.

    Parameters
    ----------
    path : Path
    limits : Limits
        On bytes and frames; on pixels where the head tells of them.

    Raises
    ------
    ScanError
        One of its subclasses, by cause: the file cannot be opened, or is no scan.
    """
    with open_file(path, limits) as (stream, _):
        head = stream.read(HEAD_BYTES)
        kind = format_of(path, head)
        stream.seek(0)
        if kind is Format.DICOM:
            return _survey_dicom(path, stream, limits)
    frames = _count_pages(path, limits) if kind is Format.TIFF else 1
    return Surveyed(path, kind.value, frames)


def _count_pages(path: Path, limits: Limits) -> int:
    """Count the pages of a TIFF; the whole file is read, because its directories may lie anywhere."""
    try:
        pages = without_copies(read_pages(read_bytes(path, limits), limits.max_frames + 1))
    except TiffError as error:
        raise DamagedImageError(path, f"this TIFF is damaged ({error}); copy or export it again") from error
    limits.check_size(path, pages[0].width, pages[0].height, len(pages))
    return len(pages)


def _survey_dicom(path: Path, stream: BinaryIO, limits: Limits) -> Surveyed:
    # pydicom takes 0.2 s to import: only those who open DICOM files wait for it.
    from tumorviewer.imaging.dicom_parse import META_BYTES, is_deflated, parse_elements, parse_whole, translated

    deflated = is_deflated(stream.read(META_BYTES))
    stream.seek(0)
    dataset = (
        parse_whole(path, read_bytes(path, limits), limits) if deflated else parse_elements(path, stream, _ELEMENTS)
    )
    with translated(path, "its header is broken"):
        frames, columns, rows = (_whole(dataset, name) for name in ("NumberOfFrames", "Columns", "Rows"))
        limits.check_size(path, columns or 0, rows or 0, frames or 1)
        return Surveyed(path, Format.DICOM.value, frames or 1, _series_facts(dataset))


def _series_facts(dataset: "Dataset") -> SeriesFacts:
    return SeriesFacts(
        key=_text(dataset, "SeriesInstanceUID"),
        study=_text(dataset, "StudyInstanceUID"),
        description=_text(dataset, "SeriesDescription"),
        number=_whole(dataset, "SeriesNumber"),
        instance=_whole(dataset, "InstanceNumber"),
        along=_along(dataset),
    )


def _along(dataset: "Dataset") -> float | None:
    """Project the slice's position on the normal of its plane: the cross product of its row and column direction."""
    directions = _numbers(dataset, "ImageOrientationPatient", 6)
    position = _numbers(dataset, "ImagePositionPatient", 3)
    if directions is None or position is None:
        return None
    normal = np.cross(directions[:3], directions[3:])
    length = float(np.linalg.norm(normal))
    # Two unit vectors at a right angle have a normal of length 1: anything far from it is no orientation.
    return float(normal @ position) / length if 0.5 < length < 2.0 else None


def _numbers(dataset: "Dataset", keyword: str, count: int) -> NDArray[np.float64] | None:
    """Return `count` finite numbers, or None."""
    try:
        values = np.asarray(dataset.get(keyword), np.float64)
    except (TypeError, ValueError, LookupError):
        return None
    return values if values.shape == (count,) and bool(np.isfinite(values).all()) else None


def _whole(dataset: "Dataset", keyword: str) -> int | None:
    """Return a whole number, or None: text fields of numbers hold surprises."""
    try:
        return int(dataset.get(keyword))
    except (TypeError, ValueError, LookupError, OverflowError):
        return None


def _text(dataset: "Dataset", keyword: str) -> str:
    """Return a line of text without control characters, or ""."""
    try:
        value = dataset.get(keyword)
    except (TypeError, ValueError, LookupError):
        return ""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in str(value or "")).split())
