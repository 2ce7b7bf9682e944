"""The scans that come with the program: a study of drawn heads, written as a scanner and an archive would send it.

What is drawn, and what the model that comes with the program says of it (a test holds it to that):

===========================  ========================================================================
``T1 +C axial/*.dcm``        24 slices with a meningioma in some: those are called so, most others uncertain
``T1 +C coronal/*.dcm``      12 slices with a pituitary tumour: that is what most of them look like most
``glioma.jpg``               glioma
``head, T1.png``             no tumour; there is none
``head, T2.png``             no tumour; there is none
``page of text.png``         not a brain MR slice
``sella from the side.png``  uncertain; there is a pituitary tumour
===========================  ========================================================================
"""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tumorviewer import NOTICE
from tumorviewer.files import atomic_write
from tumorviewer.imaging.phantom import DrawnSlice, Lesion, Plane, draw_head, draw_slice
from tumorviewer.imaging.phantom_pages import draw_page

_SIZE = 384
_DEPTH = 8.0  # stored values a grey level
_WINDOWS = (("Head", 220.0), ("Brain", 140.0), ("Fat", 256.0))  # names, and the grey level that is shown white
_NAMESPACE = uuid.UUID("9b6c0e4e-6f0c-5d7b-8f62-3a9a4a1d7c55")
_COMMENT = f"Drawn by Tumor Viewer: no scan of a person. {NOTICE}"


@dataclass(frozen=True, slots=True)
class _Series:
    """Slices of one head in one plane, evenly spaced from the first position to the last."""

    number: int
    name: str
    seed: int
    plane: Plane
    lesion: Lesion
    first: float
    last: float
    count: int

    def draw(self) -> list[DrawnSlice]:
        """Draw all slices, straight."""
        return [
            draw_slice(
                self.seed,
                size=_SIZE,
                lesion=self.lesion,
                plane=self.plane,
                position=float(position),
                tilt=0.0,
            )
            for position in np.linspace(self.first, self.last, self.count)
        ]


_SERIES = (
    _Series(1, "T1 +C axial", 58, "axial", "meningioma", 0.12, 0.93, 24),
    _Series(2, "T1 +C coronal", 12, "coronal", "pituitary", 0.28, 0.52, 12),
)


def write_phantom_series(folder: Path) -> list[Path]:
    """Write the study into a folder, but for what stands there already.

    Parameters
    ----------
    folder : Path
        Made if it is missing. Nothing else in it is touched.

    Returns
    -------
    list of Path
        All files of the study, in order, whether they were written now or before.

    Raises
    ------
    OSError
        If the folder cannot be written. Files that were written until then are whole.
    """
    folder.mkdir(parents=True, exist_ok=True)  # before anything is drawn in vain
    paths = []
    for name, data in _study():
        path = folder / name
        if not (path.is_file() and path.read_bytes() == data):
            with atomic_write(path, "wb") as stream:
                stream.write(data)
        paths.append(path)
    return paths


def _study() -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file."""
    for series in _SERIES:
        slices = series.draw()
        gap = float(np.linalg.norm(np.subtract(slices[1].corner, slices[0].corner)))
        for number, drawn in enumerate(slices, 1):
            yield f"{series.name}/{number:02}.dcm", _as_dicom(series, number, drawn, gap)
    yield "glioma.jpg", _encoded(".jpg", draw_head(2, lesion="glioma"))
    yield "head, T1.png", _encoded(".png", draw_head(5, contrast="T1"))
    yield "head, T2.png", _encoded(".png", draw_head(5, contrast="T2"))
    yield "page of text.png", _encoded(".png", draw_page("text", 3))
    yield "sella from the side.png", _encoded(".png", draw_head(5, lesion="pituitary", plane="sagittal"))


def _encoded(suffix: str, picture: NDArray[np.uint8]) -> bytes:
    done, data = cv2.imencode(suffix, picture)
    if not done:
        raise OSError(f"a picture could not be written as {suffix}")
    return data.tobytes()


def _as_dicom(series: _Series, number: int, drawn: DrawnSlice, gap: float) -> bytes:
    """Return a slice as an MR image (DICOM PS3.3 A.4), 12 bits of 16, without any person's data.

    Identifiers are made from what is drawn (PS3.5 B.2), so that the same slice is the same file wherever it is written.
    """
    # pydicom takes 0.2 s to import: only those who ask for the study wait for it.
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import UID, ExplicitVRLittleEndian, MRImageStorage

    stored = np.clip(np.rint(drawn.signal * _DEPTH), 0, 4095).astype("<u2")
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MRImageStorage
    meta.MediaStorageSOPInstanceUID = UID(_uid(hashlib.sha256(stored.tobytes()).hexdigest()))
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID, meta.ImplementationVersionName = UID(_uid("implementation")), "TUMORVIEWER"
    file = Dataset()
    file.file_meta = meta
    file.SpecificCharacterSet, file.ImageType = "ISO_IR 192", ["ORIGINAL", "PRIMARY", "OTHER"]
    file.SOPClassUID, file.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    file.Modality, file.Manufacturer, file.PatientPosition = "MR", "Tumor Viewer", "HFS"
    file.PatientName, file.PatientID, file.PatientBirthDate, file.PatientSex = "Phantom", "PHANTOM", "", ""
    file.StudyInstanceUID, file.StudyID, file.StudyDescription = _uid("study"), "1", "Phantoms"
    file.StudyDate, file.StudyTime, file.AccessionNumber, file.ReferringPhysicianName = "", "", "", ""
    file.SeriesInstanceUID, file.SeriesNumber = _uid(f"series {series.number}"), series.number
    file.SeriesDescription, file.InstanceNumber = f"Phantom {series.name}", number
    file.FrameOfReferenceUID, file.PositionReferenceIndicator = _uid(f"head {series.seed}"), ""
    file.ScanningSequence, file.SequenceVariant, file.ScanOptions, file.MRAcquisitionType = "SE", "NONE", "", "2D"
    file.EchoTime, file.RepetitionTime, file.EchoTrainLength = None, None, None
    file.BurnedInAnnotation, file.ImageComments = "NO", _COMMENT
    file.ImagePositionPatient = [round(value, 4) for value in drawn.corner]
    file.ImageOrientationPatient = [round(value, 6) for value in (*drawn.along, *drawn.down)]
    file.PixelSpacing = [round(drawn.spacing, 6)] * 2
    file.SliceThickness = file.SpacingBetweenSlices = round(gap, 4)
    file.Rows, file.Columns = stored.shape
    file.SamplesPerPixel, file.PhotometricInterpretation = 1, "MONOCHROME2"
    file.BitsAllocated, file.BitsStored, file.HighBit, file.PixelRepresentation = 16, 12, 11, 0
    file.WindowCenter = [round(white * _DEPTH / 2) for _, white in _WINDOWS]
    file.WindowWidth = [round(white * _DEPTH) for _, white in _WINDOWS]
    file.WindowCenterWidthExplanation = [name for name, _ in _WINDOWS]
    file.PixelData = stored.tobytes()
    stream = BytesIO()
    file.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def _uid(text: str) -> str:
    """Return an identifier that is the same for the same text."""
    return f"2.25.{uuid.uuid5(_NAMESPACE, text).int}"
