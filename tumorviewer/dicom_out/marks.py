"""What an anonymous object says of itself: that it is one, how it was made, and a code in place of the patient."""

from typing import Final

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID

from tumorviewer import __version__
from tumorviewer.dicom_out.profile import Dates, Options

IMPLEMENTATION: Final = UID("2.25.305196922877960240712155011304352794590")
"""Names this program in files that it writes (PS3.10 7.1); a UUID, made once."""
_VERSION: Final = f"TUMORVIEW_{__version__}"[:16]

_BASIC: Final = ("113100", "Basic Application Confidentiality Profile")
_GRAPHICS: Final = ("113103", "Clean Graphics Option")
_DEVICE: Final = ("113109", "Retain Device Identity Option")
_DATES: Final = {
    Dates.KEEP: ("113106", "Retain Longitudinal Temporal Information Full Dates Option"),
    Dates.SHIFT: ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
}
_TEMPORAL: Final = {Dates.REMOVE: "REMOVED", Dates.KEEP: "UNMODIFIED", Dates.SHIFT: "MODIFIED"}


def mark_as_anonymous(dataset: Dataset, options: Options, code: str) -> None:
    """Write what PS3.15 E.2 asks for, with the codes of PS3.16 CID 7050."""
    dataset.PatientID, dataset.PatientName = code, f"{code}^"
    for keyword in ("PatientBirthDate", "PatientSex"):  # type 2: there, and empty
        if keyword not in dataset:
            setattr(dataset, keyword, None)
    dataset.PatientIdentityRemoved = "YES"
    dataset.LongitudinalTemporalInformationModified = _TEMPORAL[options.dates]
    codes = chosen_codes(options)
    dataset.DeidentificationMethod = [f"Tumor Viewer {__version__}", *(meaning[:64] for _, meaning in codes)]
    dataset.DeidentificationMethodCodeSequence = [_coded(*code) for code in codes]


def chosen_codes(options: Options) -> list[tuple[str, str]]:
    """Return code value and meaning of the profile and of each option."""
    codes = [_BASIC]
    if options.clean_graphics:
        codes.append(_GRAPHICS)
    if options.dates in _DATES:
        codes.append(_DATES[options.dates])
    if options.keep_device:
        codes.append(_DEVICE)
    return codes


def fresh_meta(dataset: Dataset, syntax: UID) -> FileMetaDataset:
    """Return file meta information that holds nothing of the file that was read."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = syntax
    meta.ImplementationClassUID = IMPLEMENTATION
    meta.ImplementationVersionName = _VERSION
    return meta


def _coded(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item
