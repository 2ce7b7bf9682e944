"""Whether the picture itself may show text: the header tells, as far as it tells. Nothing looks at the pixels."""

from typing import Final

from pydicom import Dataset
from pydicom.uid import (
    MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    MultiFrameSingleBitSecondaryCaptureImageStorage,
    MultiFrameTrueColorSecondaryCaptureImageStorage,
    SecondaryCaptureImageStorage,
)

from tumorviewer.dicom_out.header import text_of

HOLDS_TEXT: Final = "the picture holds burned-in text"
MAY_HOLD_TEXT: Final = "the picture may hold burned-in text"
OVERLAY_IN_PIXELS: Final = "an old kind of overlay lies among the pixels and may hold text"

_CAPTURES: Final = frozenset(
    {
        SecondaryCaptureImageStorage,
        MultiFrameSingleBitSecondaryCaptureImageStorage,
        MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
        MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
        MultiFrameTrueColorSecondaryCaptureImageStorage,
    }
)
_WRITTEN_ON: Final = frozenset({"US", "IVUS", "ES", "XC", "OT", "SC", "DOC", "GM", "OP", "RF", "XA"})
"""Modalities whose pictures usually carry text."""


def warnings_of(dataset: Dataset) -> set[str]:
    """Return what a person has to look at before an object is given away."""
    if "Rows" not in dataset:
        return {"a document was emptied"} if "EncapsulatedDocument" in dataset else set()
    found = set()
    told = text_of(dataset, "BurnedInAnnotation").upper()
    if told == "YES":
        found.add(HOLDS_TEXT)
    elif told != "NO" and _is_suspect(dataset):
        found.add(MAY_HOLD_TEXT)
    if any(_lies_in_pixels(dataset, group) for group in range(0x6000, 0x6100, 2)):
        found.add(OVERLAY_IN_PIXELS)
    return found


def _is_suspect(dataset: Dataset) -> bool:
    derived = "SECONDARY" in text_of(dataset, "ImageType").upper().split("\\")[1:2]
    screenshot = "SCREEN SAVE" in text_of(dataset, "ImageType").upper() or "ConversionType" in dataset
    modality = text_of(dataset, "Modality").upper()
    colour = derived and text_of(dataset, "SamplesPerPixel") == "3"
    return text_of(dataset, "SOPClassUID") in _CAPTURES or screenshot or modality in _WRITTEN_ON or colour


def _lies_in_pixels(dataset: Dataset, group: int) -> bool:
    """Tell whether an overlay uses spare bits of the pixels: its bit position (60xx,0102) is not 0 (PS3.3 C.9.2)."""
    position = (group, 0x0102)
    return position in dataset and str(dataset[position].value) not in ("0", "None")
