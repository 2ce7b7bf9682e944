"""Name, number and birth date of a patient, read from DICOM: only for who asked for exactly that."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.limits import DEFAULT_LIMITS, Limits
from tumorviewer.imaging.load import open_file, read_bytes
from tumorviewer.imaging.sniff import HEAD_BYTES, Format, sniff

if TYPE_CHECKING:
    from pydicom import Dataset
    from pydicom.valuerep import PersonName

_ELEMENTS: Final = ("PatientName", "PatientID", "PatientBirthDate")


@dataclass(frozen=True, slots=True)
class Patient:
    """Whom a scan shows; each "" where the file does not tell.

    Attributes
    ----------
    name : str
        As a person writes it, with ideographs in brackets where there are some.
    identifier : str
        PatientID (0010,0020).
    birth_date : str
        ISO 8601, or as it stands in the file where that is no date.
    """

    name: str
    identifier: str
    birth_date: str


def read_patient(path: Path, limits: Limits = DEFAULT_LIMITS) -> Patient | None:
    """Return what a file's header tells of its patient (PS3.3 C.7.1.1); None if nothing, or if it is no DICOM file.

    A header that cannot be read tells nothing: whoever reads the picture says what is wrong with the file.
    """
    try:
        dataset = _header(path, limits)
    except (ScanError, OSError):
        return None
    if dataset is None:
        return None
    patient = Patient(_name(dataset), _text(dataset, "PatientID"), _date(_text(dataset, "PatientBirthDate")))
    return patient if any((patient.name, patient.identifier, patient.birth_date)) else None


def _header(path: Path, limits: Limits) -> "Dataset | None":
    with open_file(path, limits) as (stream, _):
        if sniff(stream.read(HEAD_BYTES)) is not Format.DICOM:
            return None
        # Only who asks for a patient pays for this import.
        from tumorviewer.imaging.dicom_parse import META_BYTES, is_deflated, parse_elements, parse_whole

        stream.seek(0)
        deflated = is_deflated(stream.read(META_BYTES))
        stream.seek(0)
        return (
            parse_whole(path, read_bytes(path, limits), limits) if deflated else parse_elements(path, stream, _ELEMENTS)
        )


def _name(dataset: "Dataset") -> str:
    """Return a person's name (PS3.5 6.2.1): "family, given", then the ideographs in brackets."""
    try:
        value: PersonName | str = dataset.get("PatientName") or ""
        groups = [_spoken(part) for part in str(value).split("=")[:2]]
    except (TypeError, ValueError, LookupError, UnicodeError):
        return ""
    shown = [group for group in groups if group]
    return f"{shown[0]} ({shown[1]})" if len(shown) > 1 else "".join(shown)


def _spoken(group: str) -> str:
    """Return the components family^given^middle^prefix^suffix as one line."""
    family, given, middle, prefix, suffix = (" ".join(part.split()) for part in [*group.split("^"), *[""] * 5][:5])
    if not group.isascii() and not any(letter.isupper() or letter.islower() for letter in group):
        return f"{family}{given}" if not (middle or prefix or suffix) else " ".join(group.replace("^", " ").split())
    first = " ".join(part for part in (prefix, given, middle, suffix) if part)
    return ", ".join(part for part in (family, first) if part)


def _text(dataset: "Dataset", keyword: str) -> str:
    try:
        value = dataset.get(keyword)
    except (TypeError, ValueError, LookupError, UnicodeError):
        return ""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in str(value or "")).split())


def _date(text: str) -> str:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])).isoformat() if len(text) == 8 else text
    except ValueError:
        return text
