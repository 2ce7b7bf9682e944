"""What a worklist must know of a file before anything in it is decoded."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.errors import DamagedImageError
from tumorviewer.imaging.geometry import Plane, plane_of
from tumorviewer.imaging.limits import DEFAULT_LIMITS, Limits
from tumorviewer.imaging.load import format_of, open_file, read_bytes
from tumorviewer.imaging.patients import hashed_block
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
    "ImageType",
    "PatientID",
)
_SCOUT = re.compile(r"(?<![a-z])(scout|locali[sz]er|survey|topogram|3[ -]?pl(ane)?[ -]?loc)(?![a-z])", re.IGNORECASE)
"""What makers of scanners call the series that others are planned on."""


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
        Position of the slice along its normal, in mm (PS3.3 C.7.6.2.1.1); of several frames, that of the first.
    plane : Plane
        How the slices lie.
    step : float or None
        From one frame to the next, in mm, where that is known of a file of several.
    scout : bool
        A localizer, by Image Type (0008,0008) or by its description.
    patient : str
        Stands for Patient ID (0010,0020) and does not show it; "" without.
    size : tuple of int
        Rows and columns.
    volumes : int
        How many volumes the file holds; only the first one is shown.
    """

    key: str
    study: str
    description: str
    number: int | None
    instance: int | None
    along: float | None
    plane: Plane = Plane.UNKNOWN
    step: float | None = None
    scout: bool = False
    patient: str = ""
    size: tuple[int, int] = (0, 0)
    volumes: int = 1


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
        None for pictures.
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
        if kind is Format.NIFTI:
            return _survey_nifti(path, stream, limits)
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


def _survey_nifti(path: Path, stream: BinaryIO, limits: Limits) -> Surveyed:
    # As above: nibabel takes longer still.
    from tumorviewer.imaging.nifti import read_facts

    facts = read_facts(path, stream, limits)
    series = SeriesFacts(
        "", "", "", None, None, 0.0, plane=facts.plane, step=facts.step, size=facts.pixels, volumes=facts.volumes
    )
    return Surveyed(path, Format.NIFTI.value, facts.slices, series)


def _series_facts(dataset: "Dataset") -> SeriesFacts:
    normal = _normal(dataset)
    description, patient = _text(dataset, "SeriesDescription"), _text(dataset, "PatientID")
    return SeriesFacts(
        key=_text(dataset, "SeriesInstanceUID"),
        study=_text(dataset, "StudyInstanceUID"),
        description=description,
        number=_whole(dataset, "SeriesNumber"),
        instance=_whole(dataset, "InstanceNumber"),
        along=_along(dataset, normal),
        plane=plane_of(normal),
        scout="LOCALIZER" in _words(dataset, "ImageType") or _SCOUT.search(description) is not None,
        patient=hashed_block(f"PatientID {patient}") if patient else "",
        size=(_whole(dataset, "Rows") or 0, _whole(dataset, "Columns") or 0),
    )


def _normal(dataset: "Dataset") -> NDArray[np.float64] | None:
    """Return the normal, of length 1, of the slice's plane: the cross product of its row and column direction."""
    directions = _numbers(dataset, "ImageOrientationPatient", 6)
    if directions is None:
        return None
    normal = np.cross(directions[:3], directions[3:])
    length = float(np.linalg.norm(normal))
    # Two unit vectors at a right angle have a normal of length 1: anything far from it is no orientation.
    return np.asarray(normal / length, np.float64) if 0.5 < length < 2.0 else None


def _along(dataset: "Dataset", normal: NDArray[np.float64] | None) -> float | None:
    """Project the slice's position on the normal of its plane."""
    position = _numbers(dataset, "ImagePositionPatient", 3)
    return float(normal @ position) if normal is not None and position is not None else None


def _numbers(dataset: "Dataset", keyword: str, count: int) -> NDArray[np.float64] | None:
    """Return `count` finite numbers, or None."""
    try:
        values = np.asarray(dataset.get(keyword), np.float64)
    except (TypeError, ValueError, LookupError):
        return None
    return values if values.shape == (count,) and bool(np.isfinite(values).all()) else None


def _words(dataset: "Dataset", keyword: str) -> list[str]:
    """Return the words of a text of several values, in capitals."""
    try:
        value = dataset.get(keyword)
        return [str(word).strip().upper() for word in ([value] if isinstance(value, str) else value or [])]
    except (TypeError, ValueError, LookupError):
        return []


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
