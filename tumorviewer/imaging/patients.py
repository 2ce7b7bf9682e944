"""Which scans are of one patient, without any patient data in clear."""

import hashlib
from pathlib import Path
from typing import BinaryIO

from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.limits import DEFAULT_LIMITS
from tumorviewer.imaging.sniff import HEAD_BYTES, Format, sniff

_RASTER_SUFFIXES = frozenset({".jpg", ".jpeg", ".jpe", ".png", ".bmp", ".tif", ".tiff", ".webp"})


def hashed_block(identifier: str) -> str:
    """Return a short name that stands for an identifier and does not show it."""
    digest = hashlib.blake2b(identifier.strip().encode("utf-8", "surrogateescape"), digest_size=8, person=b"tv.patient")
    return f"p{digest.hexdigest()}"


def dicom_block_and_frames(path: Path) -> tuple[str, int]:
    """Return the patient block that a file tells ("" if none) and its number of frames.

    PatientID (0010,0020) comes first; anonymised files that lack it still tell their study and series (PS3.3 C.7.1.1,
    C.7.3.1). Slices of a NIfTI volume, which names nobody, belong together.
    """
    if path.suffix.lower() in _RASTER_SUFFIXES:
        return "", 1
    try:
        with path.open("rb") as stream:
            kind = sniff(stream.read(HEAD_BYTES))
            if kind is Format.NIFTI:
                stream.seek(0)
                return _read_volume(path, stream)
        return _read_header(path) if kind is Format.DICOM else ("", 1)
    except OSError:
        return "", 1  # the loader reports it with its own sentence


def _read_volume(path: Path, stream: BinaryIO) -> tuple[str, int]:
    # Only volumes pay for this import.
    from tumorviewer.imaging.nifti import read_facts

    try:
        return hashed_block(f"volume {path}"), read_facts(path, stream, DEFAULT_LIMITS).slices
    except ScanError:
        return "", 1  # as below: the loader reports it


def _read_header(path: Path) -> tuple[str, int]:
    # Only DICOM data sets pay for this import.
    import pydicom
    from pydicom.errors import InvalidDicomError

    tags = ["PatientID", "IssuerOfPatientID", "StudyInstanceUID", "SeriesInstanceUID", "NumberOfFrames"]
    try:
        header = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=tags, force=True)
        frames = int(header.get("NumberOfFrames") or 1)
        for tag in tags[:1] + tags[2:4]:
            value = str(header.get(tag) or "").strip()
            if value:
                return hashed_block(f"{tag} {value}"), max(frames, 1)
    except (InvalidDicomError, ValueError, TypeError, KeyError, AttributeError, EOFError, NotImplementedError):
        return "", 1  # damaged header: the loader reports the file with its own sentence
    return "", max(frames, 1)
