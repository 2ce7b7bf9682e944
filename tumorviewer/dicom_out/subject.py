"""Whom a file is about, before that is taken out of it."""

import re
from dataclasses import dataclass

from pydicom import Dataset

from tumorviewer.dicom_out.header import text_of
from tumorviewer.dicom_out.pseudonyms import Pseudonyms

_NAMES = ("PatientName", "ReferringPhysicianName", "PerformingPhysicianName", "OperatorsName", "PatientBirthName")
_IDS = ("PatientID", "AccessionNumber", "OtherPatientIDs", "StudyID", "PatientBirthDate")
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """A patient under another name.

    Attributes
    ----------
    code : str
        Stands for the patient.
    days : int
        By how many the dates go back where they are shifted.
    told : re.Pattern or None
        Finds names and numbers of the patient, and of who was there, in a text; None if the file has none.
    """

    code: str
    days: int
    told: re.Pattern[str] | None


def subject_of(dataset: Dataset, pseudonyms: Pseudonyms) -> Subject:
    """Look up whom a file is about.

    One patient is one Patient ID with its issuer; without it one name with its date of birth; without that one study.
    """
    key = _key(dataset)
    return Subject(pseudonyms.patient(key), pseudonyms.shift_days(key), _finder(dataset))


def _key(dataset: Dataset) -> str:
    number, issuer, name, born = (
        text_of(dataset, keyword) for keyword in ("PatientID", "IssuerOfPatientID", "PatientName", "PatientBirthDate")
    )
    if number:
        return f"id|{issuer}|{number}"
    if name:
        return f"name|{name.casefold()}|{born}"
    return f"study|{text_of(dataset, 'StudyInstanceUID') or text_of(dataset, 'SOPInstanceUID')}"


def _finder(dataset: Dataset) -> re.Pattern[str] | None:
    words = {word for keyword in _NAMES for word in re.split(r"[\^=\\\s,]+", text_of(dataset, keyword))}
    words |= {word.strip() for keyword in _IDS for word in text_of(dataset, keyword).split("\\")}
    long_enough = sorted((word for word in words if len(word) >= _SHORTEST), key=lambda word: (-len(word), word))
    if not long_enough:
        return None
    # No letters or digits beside it: "Lee" is no part of "sleep".
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, long_enough))})(?!\w)", re.IGNORECASE)
