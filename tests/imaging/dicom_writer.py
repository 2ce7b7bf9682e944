"""Real DICOM files for tests, written with pydicom."""

from io import BytesIO
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, ExplicitVRLittleEndian, MRImageStorage, generate_uid


def dataset_of(
    pixels: np.ndarray,
    *,
    photometric: str = "MONOCHROME2",
    samples: int = 1,
    bits_stored: int | None = None,
    syntax: UID = ExplicitVRLittleEndian,
    **elements: Any,
) -> FileDataset:
    """Make a data set of stored values: (H, W), (F, H, W), (H, W, 3) or (F, H, W, 3); other elements by keyword."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = syntax
    meta.MediaStorageSOPClassUID = MRImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset = FileDataset(
        None,
        {},
        file_meta=meta,
        preamble=b"\0" * 128,
        is_implicit_VR=syntax.is_implicit_VR,
        is_little_endian=syntax.is_little_endian,
    )
    dataset.SOPClassUID = MRImageStorage
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.Modality = "MR"
    frame_axes = pixels.ndim - (1 if samples == 3 else 0) - 2
    dataset.Rows, dataset.Columns = pixels.shape[frame_axes], pixels.shape[frame_axes + 1]
    if frame_axes:
        dataset.NumberOfFrames = pixels.shape[0]
    dataset.SamplesPerPixel = samples
    if samples == 3:
        dataset.PlanarConfiguration = 0
    dataset.PhotometricInterpretation = photometric
    dataset.BitsAllocated = pixels.dtype.itemsize * 8
    dataset.BitsStored = bits_stored or dataset.BitsAllocated
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    dataset.PixelData = pixels.tobytes()
    dataset["PixelData"].VR = "OB" if dataset.BitsAllocated == 8 else "OW"
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    return dataset


def encapsulated(dataset: FileDataset, frames: list[bytes], syntax: UID) -> FileDataset:
    """Replace the pixels by frames that were compressed already."""
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.PixelData = encapsulate(frames)
    dataset["PixelData"].is_undefined_length = True
    dataset["PixelData"].VR = "OB"
    return dataset


def as_bytes(dataset: FileDataset) -> bytes:
    """Write to memory with preamble and meta information."""
    stream = BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def item(**elements: Any) -> Dataset:
    """Make a sequence item."""
    dataset = Dataset()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    return dataset


def gdcm_compressed(pixels: np.ndarray, syntax: UID, *, bits_stored: int, high: int | None = None) -> bytes:
    """Compress grey uint8/uint16 (H, W) with GDCM: it is the only one here that writes JPEG lossless and 12-bit JPEG."""
    import gdcm

    kinds = {
        "1.2.840.10008.1.2.4.50": gdcm.TransferSyntax.JPEGBaselineProcess1,
        "1.2.840.10008.1.2.4.51": gdcm.TransferSyntax.JPEGExtendedProcess2_4,
        "1.2.840.10008.1.2.4.57": gdcm.TransferSyntax.JPEGLosslessProcess14,
        "1.2.840.10008.1.2.4.70": gdcm.TransferSyntax.JPEGLosslessProcess14_1,
    }
    height, width = pixels.shape
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimension(0, width)
    image.SetDimension(1, height)
    depth = pixels.dtype.itemsize * 8
    image.SetPixelFormat(gdcm.PixelFormat(1, depth, bits_stored, bits_stored - 1, int(pixels.dtype.kind == "i")))
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(gdcm.PhotometricInterpretation.MONOCHROME2))
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.ExplicitVRLittleEndian))
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetByteStringValue(pixels.tobytes())
    image.SetDataElement(element)
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(kinds[str(syntax)]))
    change.SetInput(image)
    if not change.Change():
        raise RuntimeError(f"GDCM could not write {syntax.name}")
    # One name a step: GDCM frees what Python no longer holds.
    output = change.GetOutput()
    compressed = output.GetDataElement()
    fragments = compressed.GetSequenceOfFragments()
    fragment = fragments.GetFragment(0)
    value = fragment.GetByteValue()
    return bytes(value.GetBuffer().encode("utf-8", "surrogateescape"))
