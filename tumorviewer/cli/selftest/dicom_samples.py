"""A drawn head as a DICOM file in each transfer syntax that the program reads, without any person's data."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    MRImageStorage,
    RLELossless,
    generate_uid,
)

Pixels = NDArray[np.uint8] | NDArray[np.uint16]

LOSSY: Final = frozenset({JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLSNearLossless, JPEG2000})
"""These change the pixels a little."""


def write_dicom(path: Path, pixels: Pixels, syntax: UID = ExplicitVRLittleEndian, **elements: Any) -> None:
    """Write the smallest MR image that the standard allows (PS3.3 A.4).

    Parameters
    ----------
    path : Path
    pixels : ndarray of uint8 or uint16, shape (H, W)
        Stored values; those with 8 bits may be compressed as JPEG, those with 16 hold 12 unless `elements` say else.
    syntax : UID
        One of `SYNTAXES` of `tumorviewer.imaging.dicom`.
    **elements
        Further elements by keyword.
    """
    dataset = _dataset(pixels, syntax)
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    _ENCODERS.get(syntax, _store)(dataset, pixels, syntax)
    dataset.save_as(path, enforce_file_format=True)


def _dataset(pixels: Pixels, syntax: UID) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MRImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = syntax
    dataset = FileDataset(
        "",
        {},
        file_meta=meta,
        preamble=bytes(128),
        is_implicit_VR=syntax.is_implicit_VR,
        is_little_endian=syntax.is_little_endian,
    )
    dataset.SOPClassUID, dataset.SOPInstanceUID = MRImageStorage, meta.MediaStorageSOPInstanceUID
    dataset.Modality = "MR"
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = pixels.dtype.itemsize * 8
    dataset.BitsStored = 8 if dataset.BitsAllocated == 8 else 12
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = 0
    return dataset


def _store(dataset: FileDataset, pixels: Pixels, syntax: UID) -> None:
    dataset.PixelData = pixels.astype(pixels.dtype.newbyteorder("<" if syntax.is_little_endian else ">")).tobytes()
    dataset["PixelData"].VR = "OB" if pixels.dtype == np.uint8 else "OW"


def _compress(plugin: str, **settings: Any) -> Callable[[FileDataset, Pixels, UID], None]:
    """Return an encoder of pydicom's; which one is fixed, as for decoding."""

    def encode(dataset: FileDataset, pixels: Pixels, syntax: UID) -> None:
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.compress(syntax, pixels, encoding_plugin=plugin, generate_instance_uid=False, **settings)

    return encode


def _jpeg(dataset: FileDataset, pixels: Pixels, _syntax: UID) -> None:
    good, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 95])
    if not good:
        raise OSError("OpenCV cannot write JPEG")
    _encapsulate(dataset, data.tobytes())


def _lossless_jpeg(dataset: FileDataset, pixels: Pixels, _syntax: UID) -> None:
    _encapsulate(dataset, encode_lossless(pixels, int(dataset.BitsStored)))


def _encapsulate(dataset: FileDataset, data: bytes) -> None:
    dataset.PixelData = encapsulate([data])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True


def encode_lossless(pixels: Pixels, bits: int) -> bytes:
    """Compress grey (H, W) as JPEG lossless: each value less its left neighbour (ITU-T T.81 annex H, predictor 1).

    The one Huffman table gives each of the 17 sizes of a difference a code of five bits: valid, if no good compression.
    """
    values = pixels.astype(np.int64)
    expected = np.empty_like(values)
    expected[:, 1:] = values[:, :-1]
    expected[1:, 0] = values[:-1, 0]
    expected[0, 0] = 1 << (bits - 1)
    words = []
    for difference in (values - expected).ravel().tolist():
        size = abs(difference).bit_length()
        words.append(f"{size:05b}")
        if size:
            words.append(f"{difference if difference > 0 else difference + (1 << size) - 1:0{size}b}")
    coded = "".join(words)
    coded += "1" * (-len(coded) % 8)
    data = int(coded, 2).to_bytes(len(coded) // 8, "big").replace(b"\xff", b"\xff\0")
    height, width = pixels.shape
    frame = struct.pack(">HHBHHB3B", 0xFFC3, 11, bits, height, width, 1, 1, 0x11, 0)
    table = struct.pack(">HHB16B17B", 0xFFC4, 36, 0, *([0] * 4), 17, *([0] * 11), *range(17))
    scan = struct.pack(">HHB2B3B", 0xFFDA, 8, 1, 1, 0, 1, 0, 0)
    return b"\xff\xd8" + frame + table + scan + data + b"\xff\xd9"


_ENCODERS: Final = {
    ImplicitVRLittleEndian: _store,
    ExplicitVRLittleEndian: _store,
    ExplicitVRBigEndian: _store,
    DeflatedExplicitVRLittleEndian: _store,  # pydicom deflates what it writes
    RLELossless: _compress("pydicom"),
    JPEGBaseline8Bit: _jpeg,
    JPEGExtended12Bit: _jpeg,
    JPEGLossless: _lossless_jpeg,
    JPEGLosslessSV1: _lossless_jpeg,
    JPEGLSLossless: _compress("pyjpegls"),
    JPEGLSNearLossless: _compress("pyjpegls", jls_error=2),
    JPEG2000Lossless: _compress("pylibjpeg"),
    JPEG2000: _compress("pylibjpeg", j2k_psnr=[50]),
}
