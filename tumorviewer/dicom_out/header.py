"""Reading a DICOM object whole, as it is written: for copying, not for showing."""

from pathlib import Path

from pydicom import Dataset
from pydicom.uid import (
    UID,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    MediaStorageDirectoryStorage,
)

from tumorviewer.imaging.dicom_parse import parse_whole, translated
from tumorviewer.imaging.errors import DamagedImageError, NoPixelsError
from tumorviewer.imaging.limits import DEFAULT_LIMITS, Limits
from tumorviewer.imaging.load import format_of, read_bytes
from tumorviewer.imaging.sniff import HEAD_BYTES, Format


def read_object(path: Path, limits: Limits = DEFAULT_LIMITS) -> Dataset | None:
    """Read a DICOM file, or return None for a file that is another image.

    Raises
    ------
    ScanError
        If it cannot be read, is no image at all, is a DICOMDIR, or does not say what it is.
    """
    data = read_bytes(path, limits)
    if format_of(path, data[:HEAD_BYTES]) is not Format.DICOM:
        return None
    dataset = parse_whole(path, data, limits)
    with translated(path, "its header is broken"):
        kind = text_of(dataset, "SOPClassUID")
        if "DirectoryRecordSequence" in dataset or kind == MediaStorageDirectoryStorage:
            raise NoPixelsError(path, "it is a table of contents (DICOMDIR); choose the files themselves")
        if not kind:
            raise DamagedImageError(path, "it does not say what kind of object it is (SOP Class UID); export it again")
    return dataset


def text_of(dataset: Dataset, keyword: str) -> str:
    """Return an element as text, several values with backslashes between; "" if it is missing, empty or broken."""
    try:
        with translated(Path(), "an element is broken"):
            value = dataset.get(keyword)
            if value is None:
                return ""
            return "\\".join(map(str, value)) if dataset[keyword].VM > 1 else str(value).strip()
    except DamagedImageError:
        return ""


def transfer_syntax(dataset: Dataset) -> UID:
    """Return the transfer syntax; of a file without meta information, the one that it was parsed in."""
    named = getattr(dataset, "file_meta", {}).get("TransferSyntaxUID")
    if named:
        return UID(str(named))
    implicit, little = dataset.original_encoding
    if not little:
        return ExplicitVRBigEndian
    return ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
