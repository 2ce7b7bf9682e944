"""What new objects say of the scan that they are about: patient and study as the source has them, or new ones."""

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pydicom import Dataset
from pydicom.config import RAISE
from pydicom.datadict import dictionary_VR
from pydicom.multival import MultiValue
from pydicom.uid import (
    UID,
    ComputedRadiographyImageStorage,
    CTImageStorage,
    MRImageStorage,
    SecondaryCaptureImageStorage,
)
from pydicom.valuerep import validate_value

from tumorviewer.dicom_out.header import text_of
from tumorviewer.dicom_out.pseudonyms import Pseudonyms
from tumorviewer.imaging.dicom_parse import parse_elements, translated
from tumorviewer.imaging.errors import DamagedImageError
from tumorviewer.imaging.load import open_file
from tumorviewer.imaging.scan import Scan

# It tells UIDs of the objects that it copies from.
logging.getLogger("highdicom").setLevel(logging.WARNING)

CHARACTERS: Final = "ISO_IR 192"
"""UTF-8: every name of every source can be written."""

_EMPTY_ALLOWED: Final = (
    *("PatientID", "PatientName", "PatientBirthDate", "PatientSex"),
    *("StudyDate", "StudyTime", "AccessionNumber", "StudyID", "ReferringPhysicianName"),
)
_IF_THERE: Final = (
    *("IssuerOfPatientID", "StudyDescription", "BurnedInAnnotation"),
    *("PatientIdentityRemoved", "DeidentificationMethod", "LongitudinalTemporalInformationModified"),
)
_ONE_FRAME: Final = (MRImageStorage, CTImageStorage, ComputedRadiographyImageStorage, SecondaryCaptureImageStorage)
"""Kinds of objects that have no frames, so that none of them can be named, whatever a file of them holds."""
_SEXES: Final = ("M", "F", "O")
_SEQUENCES: Final = ("DeidentificationMethodCodeSequence",)
_REFERENCE: Final = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")
_GEOMETRY: Final = ("PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient", "SliceThickness")
_PLACES: Final = {"PixelSpacing": 2, "ImageOrientationPatient": 6, "ImagePositionPatient": 3, "SliceThickness": 1}
_WANTED: Final = (
    *_EMPTY_ALLOWED, *_IF_THERE, *_SEQUENCES, *_REFERENCE, *_GEOMETRY, "FrameOfReferenceUID", "Modality",
    "SpecificCharacterSet",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Original:
    """The object that new ones refer to.

    Attributes
    ----------
    header : Dataset
        Patient, study and reference, each value valid; no pixels.
    frame : int or None
        Which frame is meant, from 1; None for an object of one frame.
    made : bool
        It does not exist yet: the scan was no DICOM, and has to be written as an object first.
    """

    header: Dataset
    frame: int | None
    made: bool


def original_of_dicom(path: Path, scan: Scan) -> Original:
    """Return patient, study and reference of a DICOM file.

    A value that its representation does not allow is left out: what is written is valid, whatever was read.

    Raises
    ------
    ScanError
        If it cannot be read, or lacks a UID, so that nothing can refer to it.
    """
    with open_file(path) as (stream, _):
        source = parse_elements(path, stream, _WANTED)
    header = Dataset()
    header.SpecificCharacterSet = CHARACTERS
    with translated(path, "its header is broken"):
        for keyword in _REFERENCE:
            uid = text_of(source, keyword)
            if not UID(uid).is_valid:
                raise DamagedImageError(path, f"its {keyword} is missing or wrong, so nothing can refer to it")
            setattr(header, keyword, uid)
        for keyword in _EMPTY_ALLOWED:
            setattr(header, keyword, _valid(source, keyword))
        if header.PatientSex not in _SEXES:
            header.PatientSex = None
        for keyword in _IF_THERE:
            value = _valid(source, keyword)
            if value:
                setattr(header, keyword, value)
        for keyword in _SEQUENCES:
            if source.get(keyword):
                setattr(header, keyword, source[keyword].value)
        if "DeidentificationMethod" not in header and "DeidentificationMethodCodeSequence" not in header:
            header.pop("PatientIdentityRemoved", None)  # says nothing without its method (PS3.3 C.7.1.1)
        _take_picture(source, header, scan)
    several = scan.frames > 1 and header.SOPClassUID not in _ONE_FRAME
    return Original(header, scan.frame + 1 if several else None, made=False)


def original_of_picture(scan: Scan, pseudonyms: Pseudonyms, now: datetime) -> Original:
    """Return a study of its own for a scan that is no DICOM: a code for the patient, and nothing about a person.

    The same file gets the same code and the same study each time.
    """
    header = Dataset()
    header.SpecificCharacterSet = CHARACTERS
    header.PatientID = pseudonyms.patient(f"file|{scan.sha256}")
    header.PatientName = f"{header.PatientID}^"
    header.PatientBirthDate = header.PatientSex = header.AccessionNumber = header.ReferringPhysicianName = None
    header.StudyDate, header.StudyTime, header.StudyID = f"{now:%Y%m%d}", f"{now:%H%M%S}", "1"
    header.StudyInstanceUID = pseudonyms.uid(f"study of {scan.sha256}")
    header.SeriesInstanceUID = pseudonyms.uid(f"series of {scan.sha256}")
    header.SOPInstanceUID = pseudonyms.uid(f"frame {scan.frame} of {scan.sha256}")
    header.SOPClassUID = SecondaryCaptureImageStorage
    header.Modality, header.Rows, header.Columns = "OT", scan.height, scan.width
    return Original(header, None, made=True)


def _take_picture(source: Dataset, header: Dataset, scan: Scan) -> None:
    """Take size and place; where something of the place is missing, the object does not say that it has one."""
    header.Rows, header.Columns = scan.height, scan.width
    if scan.frames > 1:
        header.NumberOfFrames = scan.frames
    numbers = {keyword: _numbers(source, keyword) for keyword in _GEOMETRY}
    whole = all(len(numbers[keyword]) == count for keyword, count in _PLACES.items())
    header.Modality = text_of(source, "Modality") if whole else "OT"
    frame_of_reference = text_of(source, "FrameOfReferenceUID")
    if whole and UID(frame_of_reference).is_valid:
        header.FrameOfReferenceUID = frame_of_reference
    if whole:
        for keyword, values in numbers.items():
            setattr(header, keyword, values if len(values) > 1 else values[0])


def _numbers(source: Dataset, keyword: str) -> list[float]:
    try:
        return [float(value) for value in text_of(source, keyword).split("\\")]
    except ValueError:
        return []


def _valid(source: Dataset, keyword: str) -> Any:
    """Return a value if its representation allows it, else None."""
    text = text_of(source, keyword)
    values = text.split("\\") if isinstance(source.get(keyword), MultiValue) else [text]
    try:
        for value in values:
            validate_value(dictionary_VR(keyword), value, RAISE)
    except ValueError:
        return None
    return values if len(values) > 1 else (text or None)
