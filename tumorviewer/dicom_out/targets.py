"""Where new objects are written to: plain files in a folder, or media with a DICOMDIR."""

from itertools import pairwise
from pathlib import Path
from typing import Final

from pydicom import Dataset, dcmwrite
from pydicom.fileset import DIRECTORY_RECORDERS, FileSet, RecordNode

from tumorviewer.dicom_out.marks import fresh_meta
from tumorviewer.dicom_out.source import CHARACTERS

_FILESET: Final = "TUMORVIEWER"


class Files:
    """One file an object, in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, dataset: Dataset, name: str) -> None:
        """Write an object under a name without ending."""
        dcmwrite(self._folder / f"{name}.dcm", _with_own_meta(dataset), enforce_file_format=True)

    def finish(self) -> None:
        """Do nothing: all is there."""

    def close(self) -> None:
        """Do nothing: nothing lies elsewhere."""


class Media:
    """A DICOMDIR and files named as on media (PS3.10 8); its records need values that a scan may lack (PS3.3 F.5)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._set = FileSet()
        self._set.ID = _FILESET

    def add(self, dataset: Dataset, name: str) -> None:
        """Take an object in; media have names of their own."""
        dataset.PatientID = dataset.PatientID or "UNKNOWN"
        dataset.StudyID = dataset.StudyID or "1"
        dataset.StudyDate = dataset.StudyDate or dataset.get("ContentDate") or dataset.DateOfSecondaryCapture
        dataset.StudyTime = dataset.StudyTime or dataset.get("ContentTime") or dataset.TimeOfSecondaryCapture
        self._set.add_custom(_with_own_meta(dataset), _records(dataset))

    def finish(self) -> None:
        """Write files and directory."""
        self._set.write(self._folder)

    def close(self) -> None:
        """Remove the copies that lie in the system's folder for temporary files until then."""
        # Not left to the library, which forgets them until somebody tidies the memory: they show a patient.
        self._set._stage["t"].cleanup()


def _records(dataset: Dataset) -> RecordNode:
    """Return the records of a directory that lead to an object, the last of them.

    Made here because a report's own may hold only what modifies its title, and the library takes its content whole.
    """
    patient, study, series, leaf = (
        _record(dataset, kind)
        for kind in ("PATIENT", "STUDY", "SERIES", "SR DOCUMENT" if dataset.Modality == "SR" else "IMAGE")
    )
    leaf.ReferencedSOPInstanceUIDInFile = dataset.SOPInstanceUID
    if "ContentSequence" in leaf:
        leaf.ContentSequence = [item for item in leaf.ContentSequence if item.RelationshipType == "HAS CONCEPT MOD"]
    nodes = [RecordNode(record) for record in (patient, study, series, leaf)]
    for parent, child in pairwise(nodes):
        child.parent = parent
    return nodes[-1]


def _record(dataset: Dataset, kind: str) -> Dataset:
    record = DIRECTORY_RECORDERS[kind](dataset)
    record.DirectoryRecordType, record.SpecificCharacterSet = kind, CHARACTERS
    return record


def _with_own_meta(dataset: Dataset) -> Dataset:
    dataset.file_meta = fresh_meta(dataset, dataset.file_meta.TransferSyntaxUID)
    return dataset
