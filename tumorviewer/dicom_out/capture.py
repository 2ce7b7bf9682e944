"""Secondary Capture objects (PS3.3 A.8.1): the scan with its answer painted on, and pictures that were no DICOM."""

from typing import Final

import numpy as np
from highdicom import UID
from highdicom.sc import SCImage
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.uid import ExplicitVRLittleEndian

from tumorviewer import NOTICE, __version__
from tumorviewer.dicom_out.judged import Judged, Places
from tumorviewer.dicom_out.picture import paint, verdict_line
from tumorviewer.dicom_out.source import CHARACTERS, Original
from tumorviewer.imaging.render import render
from tumorviewer.imaging.scan import Scan

MANUFACTURER: Final = "Tumor Viewer"
CAPTURES, SCANS = "captures", "scans"
_SOME_ORIENTATION: Final = ("L", "P")
_AXES: Final = (("L", "R"), ("P", "A"), ("H", "F"))
_SERIES: Final = {SCANS: (1, "Scans that were no DICOM"), CAPTURES: (9001, "What the model saw")}


def capture_of(judged: Judged, original: Original, places: Places) -> Dataset:
    """Return the picture of a scan with its answer, which refers to the scan.

    Patient and study are those of the scan; series and object are new.
    """
    image = _capture(paint(judged), original.header, CAPTURES, places, UID())
    image.SoftwareVersions = [__version__, judged.card.full_name[:64], judged.prediction.model_sha256]
    image.DerivationDescription = f"{verdict_line(judged)}. Model {judged.card.full_name}."
    image.ImageComments = NOTICE
    image.SourceImageSequence = [_reference(original)]
    return image


def scan_as_object(scan: Scan, original: Original, places: Places) -> Dataset:
    """Return a scan that was no DICOM as an object, as the program shows it: what others refer to."""
    image = _capture(render(scan), original.header, SCANS, places, original.header.SOPInstanceUID)
    if scan.spacing is not None:
        # Of a picture, not of a projection: PixelSpacing would need a place in the patient (PS3.3 10.7.1.3).
        image.NominalScannedPixelSpacing = [f"{value:.6g}" for value in scan.spacing]
    image.ImageComments = NOTICE
    return image


def _capture(pixels: NDArray[np.uint8], header: Dataset, kind: str, places: Places, uid: str) -> Dataset:
    number, description = _SERIES[kind]
    series = header.SeriesInstanceUID if kind == SCANS else UID()
    image = SCImage.from_ref_dataset(
        header,
        pixels,
        "RGB" if pixels.ndim == 3 else "MONOCHROME2",
        8,
        coordinate_system="PATIENT",
        patient_orientation=_orientation(header),
        series_instance_uid=places.series.setdefault(kind, series),
        series_number=number,
        sop_instance_uid=uid,
        instance_number=places.next(kind),
        manufacturer=MANUFACTURER,
        transfer_syntax_uid=ExplicitVRLittleEndian,
        series_description=description,
        specific_character_set=CHARACTERS,
    )
    image.ConversionType = "WSD"
    if "ImageOrientationPatient" not in header:
        image["PatientOrientation"].value = None  # the library wants one in any case
    image.add_new("Laterality", "CS", None)  # not known; the module asks for it (type 2C)
    if "BurnedInAnnotation" in header:  # what is painted on does not say who it is; the scan may
        image.BurnedInAnnotation = header.BurnedInAnnotation
    return image


def _orientation(header: Dataset) -> tuple[str, str]:
    """Return towards where rows and columns run (PS3.3 C.7.6.1.1.1), by their nearest axes, if that is known."""
    if "ImageOrientationPatient" not in header:
        return _SOME_ORIENTATION
    along, down = header.ImageOrientationPatient[:3], header.ImageOrientationPatient[3:]
    return _towards(along), _towards(down)


def _towards(direction: list[float]) -> str:
    axis = max(range(3), key=lambda one: abs(direction[one]))
    return _AXES[axis][direction[axis] < 0]


def _reference(original: Original) -> Dataset:
    item, purpose = Dataset(), Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = (
        original.header.SOPClassUID,
        original.header.SOPInstanceUID,
    )
    if original.frame is not None:
        item.ReferencedFrameNumber = original.frame
    purpose.CodeValue, purpose.CodingSchemeDesignator = "121322", "DCM"
    purpose.CodeMeaning = "Source image for image processing operation"
    item.PurposeOfReferenceCodeSequence = [purpose]
    return item
