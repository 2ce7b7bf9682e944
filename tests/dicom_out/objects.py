"""Valid DICOM objects of a made-up patient, secrets wherever one may stand; and the tools that check."""

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dicom_writer import dataset_of, item
from pydicom import Dataset
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import UID, BasicTextSRStorage, ExplicitVRLittleEndian

from tumorviewer.imaging.phantom import draw_head

STUDY, SERIES = "1.2.826.0.1.3680043.10.999.1", "1.2.826.0.1.3680043.10.999.1.1"
FRAME_OF_REFERENCE = "1.2.826.0.1.3680043.10.999.9"

SECRETS = {
    "PatientName": "Quixote^Alonso",
    "PatientID": "HOSP4711X",
    "PatientBirthDate": "19470131",
    "OtherPatientIDs": "OLDID0815",
    "PatientAddress": "Windmill Road 7",
    "PatientAge": "077Y",
    "AdditionalPatientHistory": "Fell off Rocinante",
    "AccessionNumber": "ACC20240229",
    "StudyDate": "20240229",
    "SeriesDate": "20240301",
    "AcquisitionDate": "20240302",
    "ContentDate": "20240303",
    "StudyTime": "071234.5",
    "ContentTime": "073456.7",
    "StudyID": "STUDYID42",
    "StudyDescription": "Knight of the Sad Face",
    "SeriesDescription": "Dulcinea protocol",
    "ProtocolName": "Toboso sequence",
    "ReferringPhysicianName": "Panza^Sancho",
    "OperatorsName": "Carrasco^Samson",
    "InstitutionName": "La Mancha General",
    "InstitutionAddress": "Inn of the Castle",
    "StationName": "MRSTATION9",
    "DeviceSerialNumber": "SERIAL998877",
    "ImageComments": "patient shouted at sheep",
    "RequestingPhysician": "Perez^Pero",
}
"""Text that must not be found in what is written; dates are among them where they are not to be kept."""
DEVICE = ("StationName", "DeviceSerialNumber")
DATES = ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate", "StudyTime", "ContentTime")
PRIVATE = "Cervantes wrote this"


def slice_of(number: int = 1, *, syntax: UID = ExplicitVRLittleEndian, **elements: Any) -> FileDataset:
    """Make one MR slice of the series; elements of other values by keyword."""
    pixels = _head().astype(np.uint16)
    dataset = dataset_of(pixels, bits_stored=12, syntax=syntax, **_general(number))
    for keyword, value in {**SECRETS, **elements}.items():
        setattr(dataset, keyword, value)
    dataset.ReferencedImageSequence = [reference(2 if number == 1 else 1)]
    dataset.RequestAttributesSequence = [item(ScheduledProcedureStepID="STEP5551", RequestedProcedureID="REQ5552")]
    block = dataset.private_block(0x0019, "HIDDEN CREATOR", create=True)
    block.add_new(0x01, "LO", PRIVATE)
    return dataset


def reference(number: int) -> Dataset:
    """Make a reference to a slice of the series."""
    kind = "1.2.840.10008.5.1.4.1.1.4"
    return item(ReferencedSOPClassUID=kind, ReferencedSOPInstanceUID=f"{SERIES}.{number}")


def report_on(*numbers: int) -> FileDataset:
    """Make a structured report in the same study that refers to slices and tells a secret in its text."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = BasicTextSRStorage
    meta.MediaStorageSOPInstanceUID = f"{STUDY}.2.1"
    dataset = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID, dataset.SOPInstanceUID = BasicTextSRStorage, f"{STUDY}.2.1"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = STUDY, f"{STUDY}.2"
    dataset.Modality, dataset.SeriesNumber, dataset.InstanceNumber = "SR", 2, 1
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "AccessionNumber", "StudyDate", "StudyTime"):
        setattr(dataset, keyword, SECRETS[keyword])
    dataset.PatientSex, dataset.ReferringPhysicianName, dataset.StudyID = "M", SECRETS["ReferringPhysicianName"], ""
    dataset.Manufacturer, dataset.ReferencedPerformedProcedureStepSequence = "", []
    dataset.CompletionFlag, dataset.VerificationFlag = "COMPLETE", "UNVERIFIED"
    dataset.PerformedProcedureCodeSequence = []
    dataset.ContentDate, dataset.ContentTime, dataset.ValueType = "20240304", "111213", "CONTAINER"
    dataset.ContinuityOfContent = "SEPARATE"
    dataset.ConceptNameCodeSequence = [code("18748-4", "LN", "Diagnostic imaging report")]
    text = item(RelationshipType="CONTAINS", ValueType="TEXT", TextValue="Mister Quixote fought giants")
    text.ConceptNameCodeSequence = [code("121071", "DCM", "Finding")]
    dataset.ContentSequence = [text]
    slices = item(SeriesInstanceUID=SERIES, ReferencedSOPSequence=[reference(number) for number in numbers])
    dataset.CurrentRequestedProcedureEvidenceSequence = [
        item(StudyInstanceUID=STUDY, ReferencedSeriesSequence=[slices])
    ]
    return dataset


def code(value: str, scheme: str, meaning: str) -> Dataset:
    return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def saved(dataset: FileDataset, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path


@cache
def _head() -> np.ndarray:
    return draw_head(1, size=64)


def _general(number: int) -> dict[str, Any]:
    return {
        "SOPInstanceUID": f"{SERIES}.{number}",
        "StudyInstanceUID": STUDY,
        "SeriesInstanceUID": SERIES,
        "FrameOfReferenceUID": FRAME_OF_REFERENCE,
        "PositionReferenceIndicator": "",
        "ImageType": ["ORIGINAL", "PRIMARY", "M"],
        "PatientSex": "M",
        "SeriesNumber": 1,
        "InstanceNumber": number,
        "Manufacturer": "Maker",
        "AcquisitionNumber": 1,
        "PatientPosition": "HFS",
        "Laterality": "",
        "ScanningSequence": "SE",
        "SequenceVariant": "NONE",
        "ScanOptions": "",
        "MRAcquisitionType": "2D",
        "EchoTime": "90",
        "RepetitionTime": "4000",
        "EchoTrainLength": "1",
        "SliceThickness": "5",
        "PixelSpacing": [1.0, 1.0],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "ImagePositionPatient": [-32, -32, 5 * number],
        "WindowCenter": "128",
        "WindowWidth": "256",
    }


def run_tool(*command: str | Path) -> str:
    """Run a checker of DICOM that has to be there on Debian, and return all that it says."""
    program = str(command[0])
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed (run.py installs it on Debian)")
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, errors="replace", check=False)
    return done.stdout + done.stderr


def errors_in(path: Path) -> list[str]:
    """Return what dciodvfy calls an error in a file."""
    return [line for line in run_tool("dciodvfy", path).splitlines() if line.startswith("Error")]
