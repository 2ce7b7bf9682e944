"""What a worklist must know of a file before anything in it is decoded."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tumorviewer.imaging.errors import DamagedImageError
from tumorviewer.imaging.limits import DEFAULT_LIMITS, Limits
from tumorviewer.imaging.load import format_of, open_file, read_bytes
from tumorviewer.imaging.series_facts import ELEMENTS, SeriesFacts, series_facts, whole
from tumorviewer.imaging.sniff import HEAD_BYTES, Format
from tumorviewer.imaging.tiff import TiffError, read_pages, without_copies


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
        parse_whole(path, read_bytes(path, limits), limits) if deflated else parse_elements(path, stream, ELEMENTS)
    )
    with translated(path, "its header is broken"):
        frames, columns, rows = (whole(dataset, name) for name in ("NumberOfFrames", "Columns", "Rows"))
        limits.check_size(path, columns or 0, rows or 0, frames or 1)
        return Surveyed(path, Format.DICOM.value, frames or 1, series_facts(dataset))


def _survey_nifti(path: Path, stream: BinaryIO, limits: Limits) -> Surveyed:
    # As above: nibabel takes longer still.
    from tumorviewer.imaging.nifti import read_facts

    facts = read_facts(path, stream, limits)
    places = tuple(number * facts.step for number in range(facts.slices))
    series = SeriesFacts("", "", "", None, None, 0.0, facts.plane, places, size=facts.pixels, volumes=facts.volumes)
    return Surveyed(path, Format.NIFTI.value, facts.slices, series)
