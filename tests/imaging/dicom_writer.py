"""Real DICOM files for tests, written with pydicom."""

import struct
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


def lossless_jpeg(pixels: np.ndarray, bits: int, predictor: int = 1) -> bytes:
    """Compress grey (H, W) as JPEG lossless (ITU-T T.81 annex H) with one flat Huffman table."""
    height, width = pixels.shape
    values = (pixels.view(f"u{pixels.dtype.itemsize}").astype(int)) & (2**bits - 1)
    predicted = np.empty_like(values)
    predicted[:, 1:] = values[:, :-1]
    a, b, c = values[1:, :-1], values[:-1, 1:], values[:-1, :-1]
    formulas = [a, b, c, a + b - c, a + ((b - c) >> 1), b + ((a - c) >> 1), (a + b) >> 1]
    predicted[1:, 1:] = formulas[predictor - 1]
    predicted[1:, 0] = values[:-1, 0]
    predicted[0, 0] = 2 ** (bits - 1)
    text = []
    for difference in ((values - predicted + 32768) % 65536 - 32768).ravel().tolist():
        size = 16 if difference == -32768 else abs(difference).bit_length()
        text.append(f"{size:05b}")
        if 0 < size < 16:
            text.append(f"{difference if difference > 0 else difference + 2**size - 1:0{size}b}")
    joined = "".join(text)
    joined += "1" * (-len(joined) % 8)
    coded = int(joined, 2).to_bytes(len(joined) // 8, "big").replace(b"\xff", b"\xff\0")
    frame = struct.pack(">HHBHHB3B", 0xFFC3, 11, bits, height, width, 1, 1, 0x11, 0)
    table = struct.pack(">HHB16B17B", 0xFFC4, 36, 0, *([0] * 4), 17, *([0] * 11), *range(17))
    scan = struct.pack(">HHB2B3B", 0xFFDA, 8, 1, 1, 0, predictor, 0, 0)
    data = b"\xff\xd8" + frame + table + scan + coded + b"\xff\xd9"
    return data + b"\0" * (len(data) % 2)
