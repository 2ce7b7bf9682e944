"""DICOM objects: from bytes to modality values and the windows that the file offers.

Each compressed syntax has one fixed decoder, so that every machine shows the same picture.
"""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import get_frame
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_color_lut, convert_color_space
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
    RLELossless,
)

from tumorviewer.imaging.decoders import CHATTER, tells_of_damage
from tumorviewer.imaging.dicom_parse import EXPORT, parse_whole, translated
from tumorviewer.imaging.dicom_values import functional_group, modality_values, windows_of
from tumorviewer.imaging.errors import (
    DamagedImageError,
    NoPixelsError,
    UnsupportedSyntaxError,
)
from tumorviewer.imaging.headers import read_jpeg
from tumorviewer.imaging.jpeg import decode_jpeg
from tumorviewer.imaging.jpeg_lossless import decode_lossless
from tumorviewer.imaging.limits import Limits
from tumorviewer.imaging.raster import grey_if_colourless
from tumorviewer.imaging.scan import Scan
from tumorviewer.native_output import native_output

_PLAIN = frozenset(
    {ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian}
)
# Which plugin decodes which syntax is fixed: what else happens to be installed must not change a picture.
_OPENCV, _OWN = "opencv", "jpeg_lossless"
_PLUGINS = {
    RLELossless: "pydicom",
    JPEGBaseline8Bit: _OPENCV,
    JPEGExtended12Bit: _OPENCV,
    JPEGLossless: _OWN,
    JPEGLosslessSV1: _OWN,
    JPEGLSLossless: "pyjpegls",
    JPEGLSNearLossless: "pyjpegls",
    JPEG2000Lossless: "pylibjpeg",
    JPEG2000: "pylibjpeg",
}
SYNTAXES = _PLAIN | _PLUGINS.keys()
"""Every transfer syntax that is read."""

_GREY = ("MONOCHROME1", "MONOCHROME2")
_COLOUR = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT", "PALETTE COLOR")
_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


class DicomObject:
    """An open DICOM file: parsed, within the limits, not yet decoded.

    Parameters
    ----------
    path : Path
        For messages and for the scans.
    data : bytes
        The whole file, with or without preamble and file meta information (PS3.10 7.1).
    sha256 : str
        Of `data`.
    limits : Limits
        Rows x Columns and the number of frames are checked here, the inflated size of a deflated data set too.

    Raises
    ------
    DamagedImageError, NoPixelsError, TooLargeError, UnsupportedSyntaxError
        As the header says. No pixel has been decoded.
    """

    def __init__(self, path: Path, data: bytes, sha256: str, limits: Limits) -> None:
        self._path, self._sha256 = path, sha256
        self._dataset = parse_whole(path, data, limits)
        with translated(path, "its header is broken"):
            self._syntax = _transfer_syntax(self._dataset)
            self._check_header(limits)

    @property
    def sha256(self) -> str:
        """Of the file's bytes."""
        return self._sha256

    @property
    def frames(self) -> int:
        """Number of frames (0028,0008)."""
        return self._frames

    def read(self, frame: int) -> Scan:
        """Decode one frame and bring it to modality values (PS3.4 N.2)."""
        with translated(self._path, "its pixels are cut off or broken"):
            stored, photometric = self._decode(frame)
            if stored.ndim == 3:
                return self._scan(grey_if_colourless(np.ascontiguousarray(stored)), frame)
            return self._scan(
                modality_values(self._dataset, frame, stored),
                frame,
                windows=windows_of(self._dataset, frame),
                inverted=photometric == "MONOCHROME1",
            )

    def _scan(self, pixels: NDArray[np.generic], frame: int, **grey: Any) -> Scan:
        spacing = spacing_of(self._dataset, frame)
        return Scan(pixels, self._path, self._sha256, "DICOM", frame, self._frames, spacing=spacing, **grey)

    def _check_header(self, limits: Limits) -> None:
        dataset, path = self._dataset, self._path
        if not any(keyword in dataset for keyword in _PIXELS):
            if len(dataset) == 0:
                raise DamagedImageError(path, "it begins like DICOM but nothing in it can be read; export it again")
            raise NoPixelsError(
                path, "this DICOM object holds no picture (a report, a directory or a plan); open the images"
            )
        self._frames = int(dataset.get("NumberOfFrames") or 1)
        limits.check_size(path, int(dataset.get("Columns") or 0), int(dataset.get("Rows") or 0), self._frames)
        if self._syntax not in SYNTAXES:
            raise UnsupportedSyntaxError(path, f"its transfer syntax {self._syntax.name!r} cannot be decoded; {EXPORT}")
        if self._syntax == JPEGExtended12Bit and int(dataset.get("BitsStored") or 8) > 8:
            raise UnsupportedSyntaxError(path, f"its pixels are lossy JPEG of 12 bits, which cannot be read; {EXPORT}")
        photometric, samples = dataset.get("PhotometricInterpretation"), int(dataset.get("SamplesPerPixel") or 1)
        if photometric not in _GREY + _COLOUR or samples not in (1, 3) or (photometric in _GREY and samples != 1):
            raise UnsupportedSyntaxError(
                path, f"its pixels are of a kind that cannot be shown ({photometric}, {samples} samples); {EXPORT}"
            )

    def _decode(self, frame: int) -> tuple[NDArray[Any], str]:
        """Return stored values (H, W), or RGB (H, W, 3) uint8, and the photometric interpretation that they are in."""
        if _PLUGINS.get(self._syntax) == _OPENCV:
            return self._decode_jpeg(frame)
        if _PLUGINS.get(self._syntax) == _OWN:
            return self._decode_lossless(frame)
        plugin, decoder = _PLUGINS.get(self._syntax, ""), get_decoder(self._syntax)
        if plugin and plugin not in decoder.available_plugins:
            raise UnsupportedSyntaxError(self._path, f"to read {self._syntax.name!r}, install the decoder {plugin!r}")
        # pydicom's own decoders are Python, and silent
        with nullcontext() if plugin in ("", "pydicom") else native_output(CHATTER) as caught:
            stored, facts = decoder.as_array(self._dataset, index=frame, decoding_plugin=plugin)
        if caught is not None and tells_of_damage(caught.text):
            raise DamagedImageError(self._path, "part of the picture is missing or damaged; export it again")
        photometric = str(facts["photometric_interpretation"])
        bits = int(self._dataset.get("BitsStored") or 8)
        if photometric == "PALETTE COLOR":
            stored, photometric = apply_color_lut(stored, self._dataset), "RGB"
            bits = stored.dtype.itemsize * 8
        if stored.ndim == 3 and bits > 8:
            stored = stored.astype(np.uint32) >> (bits - 8)
        return (stored.astype(np.uint8) if stored.ndim == 3 else stored), photometric

    def _decode_jpeg(self, frame: int) -> tuple[NDArray[Any], str]:
        """Decode 8-bit JPEG; the JPEG's own markers say which colours it has."""
        dataset = self._dataset
        data = get_frame(dataset.PixelData, frame, number_of_frames=self._frames)
        header = read_jpeg(data)
        if (header.width, header.height) != (dataset.Columns, dataset.Rows):
            raise DamagedImageError(self._path, "its header and its picture differ in size; export it again")
        pixels, damaged = decode_jpeg(data)
        if damaged or pixels is None:
            raise DamagedImageError(self._path, "part of the picture is missing or damaged; export it again")
        if pixels.ndim == 3:
            return pixels, "RGB"
        return pixels.astype(np.int8) if dataset.get("PixelRepresentation") == 1 else pixels, str(
            dataset.PhotometricInterpretation
        )

    def _decode_lossless(self, frame: int) -> tuple[NDArray[Any], str]:
        """Decode JPEG lossless, and extend the sign of two's complement samples."""
        dataset, samples = self._dataset, int(self._dataset.get("SamplesPerPixel") or 1)
        data = get_frame(dataset.PixelData, frame, number_of_frames=self._frames)
        pixels, precision = decode_lossless(data, (dataset.Rows, dataset.Columns, samples))
        photometric = str(dataset.PhotometricInterpretation)
        if samples == 3:
            colours = (pixels >> max(precision - 8, 0)).astype(np.uint8)
            return convert_color_space(colours, photometric, "RGB"), "RGB"
        unused = 16 - min(int(dataset.get("BitsStored") or precision), 16)
        shifted = pixels[..., 0] << np.uint16(unused)
        if dataset.get("PixelRepresentation") == 1:
            return shifted.view(np.int16) >> unused, photometric
        stored = shifted >> np.uint16(unused)
        return stored.astype(np.uint8) if dataset.BitsAllocated == 8 else stored, photometric


def spacing_of(dataset: Dataset, frame: int) -> tuple[float, float] | None:
    """Return the pixel spacing (0028,0030) in mm, between rows and between columns, if it is given and sane."""
    measures = functional_group(dataset, frame, "PixelMeasuresSequence")
    value = (measures if measures is not None and "PixelSpacing" in measures else dataset).get("PixelSpacing")
    try:
        rows, columns = (float(number) for number in value or ())
    except (TypeError, ValueError):
        return None
    return (rows, columns) if 0 < rows < np.inf and 0 < columns < np.inf else None


def _transfer_syntax(dataset: Dataset) -> UID:
    """Return the transfer syntax; of a file without meta information, the one that it was parsed in."""
    meta = getattr(dataset, "file_meta", None)
    named = meta.get("TransferSyntaxUID") if meta is not None else None
    if named:
        return UID(str(named))
    implicit, little = dataset.original_encoding
    if not little:
        return ExplicitVRBigEndian
    return ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
