"""DICOM as scanners and archives write it: every transfer syntax, transform and odd layout that we claim to read."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from dicom_writer import as_bytes, dataset_of, encapsulated, item, lossless_jpeg
from pydicom.dataset import FileDataset
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import (
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
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

from tumorviewer.imaging.dicom import SYNTAXES
from tumorviewer.imaging.errors import DamagedImageError, NoPixelsError, TooLargeError, UnsupportedSyntaxError
from tumorviewer.imaging.jpeg_lossless import decode_lossless
from tumorviewer.imaging.limits import Limits
from tumorviewer.imaging.load import iter_frames, load_scan
from tumorviewer.imaging.render import default_window, render, render_grey
from tumorviewer.imaging.scan import Scan

ROWS, COLUMNS = np.mgrid[:48, :64]
SMOOTH = (np.sin(COLUMNS / 9) + np.cos(ROWS / 7) + 2) / 4
EIGHT = (SMOOTH * 255).astype(np.uint8)
TWELVE = (SMOOTH * 4095).astype(np.uint16)
SIXTEEN = (SMOOTH * 65535).astype(np.uint16)
SIGNED = (SMOOTH * 4000 - 2000).astype(np.int16)
COLOUR = np.dstack([EIGHT, 255 - EIGHT, EIGHT // 2])
DEPTHS = pytest.mark.parametrize(
    ("pixels", "bits"), [(EIGHT, 8), (TWELVE, 12), (SIXTEEN, 16), (SIGNED, 16)], ids=["u8", "u12", "u16", "i16"]
)


@pytest.fixture
def read(tmp_path: Path):
    def _read(dataset: FileDataset | bytes, frame: int = 0, limits: Limits | None = None) -> Scan:
        path = tmp_path / "IM0001"
        path.write_bytes(dataset if isinstance(dataset, bytes) else as_bytes(dataset))
        return load_scan(path, frame, limits) if limits else load_scan(path, frame)

    return _read


@DEPTHS
@pytest.mark.parametrize(
    "syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
)
def test_plain_syntaxes(read, syntax: UID, pixels: np.ndarray, bits: int) -> None:
    dataset = dataset_of(pixels, bits_stored=bits, syntax=syntax)
    if not syntax.is_little_endian:
        dataset.PixelData = pixels.astype(pixels.dtype.newbyteorder(">")).tobytes()
    scan = read(dataset)
    assert scan.format == "DICOM"
    assert scan.pixels.dtype == pixels.dtype
    np.testing.assert_array_equal(scan.pixels, pixels)


@DEPTHS
@pytest.mark.parametrize(
    ("syntax", "plugin", "options", "tolerance"),
    [
        (RLELossless, "pydicom", {}, 0),
        (JPEGLSLossless, "pyjpegls", {}, 0),
        (JPEGLSNearLossless, "pyjpegls", {"jls_error": 2}, 2),
        (JPEG2000Lossless, "pylibjpeg", {}, 0),
        (JPEG2000, "pylibjpeg", {"j2k_cr": [4]}, 8),
    ],
)
def test_compressed_by_others(read, syntax, plugin, options, tolerance, pixels, bits) -> None:
    dataset = dataset_of(pixels, bits_stored=bits)
    dataset.compress(syntax, encoding_plugin=plugin, generate_instance_uid=False, **options)
    got = read(dataset).pixels
    assert got.dtype == pixels.dtype
    assert np.abs(got.astype(int) - pixels.astype(int)).max() <= tolerance


@DEPTHS
@pytest.mark.parametrize("syntax", [JPEGLossless, JPEGLosslessSV1])
def test_jpeg_lossless(read, syntax: UID, pixels: np.ndarray, bits: int) -> None:
    frame = lossless_jpeg(pixels, bits)
    got = read(encapsulated(dataset_of(pixels, bits_stored=bits), [frame], syntax)).pixels
    assert got.dtype == pixels.dtype
    np.testing.assert_array_equal(got, pixels)


@DEPTHS
@pytest.mark.parametrize("predictor", range(2, 8))
def test_every_predictor_of_jpeg_lossless(read, predictor: int, pixels: np.ndarray, bits: int) -> None:
    frame = lossless_jpeg(pixels, bits, predictor)
    got = read(encapsulated(dataset_of(pixels, bits_stored=bits), [frame], JPEGLossless)).pixels
    np.testing.assert_array_equal(got, pixels)


def test_jpeg_lossless_agrees_with_gdcm_on_noise() -> None:
    """An independent decoder reads the same pixels from the same bytes."""
    pytest.importorskip("gdcm")
    noise = np.random.default_rng(5).integers(0, 65536, (48, 64)).astype(np.uint16)
    dataset = encapsulated(dataset_of(noise), [lossless_jpeg(noise, 16)], JPEGLosslessSV1)
    peer, _ = get_decoder(JPEGLosslessSV1).as_array(dataset, index=0, decoding_plugin="gdcm")
    ours, precision = decode_lossless(lossless_jpeg(noise, 16), (48, 64, 1))
    assert precision == 16
    np.testing.assert_array_equal(ours[..., 0], peer)
    np.testing.assert_array_equal(peer, noise)


@pytest.mark.parametrize("syntax", [JPEGBaseline8Bit, JPEGExtended12Bit])
def test_jpeg_of_eight_bits(read, syntax: UID) -> None:
    frame = cv2.imencode(".jpg", EIGHT, [cv2.IMWRITE_JPEG_QUALITY, 97])[1].tobytes()
    got = read(encapsulated(dataset_of(EIGHT), [frame], syntax)).pixels
    assert np.abs(got.astype(int) - EIGHT).max() <= 2


@pytest.mark.parametrize("photometric", ["YBR_FULL_422", "YBR_FULL", "RGB"])
def test_colour_jpeg_whatever_its_tag_says(read, photometric: str) -> None:
    """The JPEG's own markers say YCbCr; files that are tagged RGB all the same are common."""
    frame = cv2.imencode(".jpg", COLOUR[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 97])[1].tobytes()
    got = read(encapsulated(dataset_of(COLOUR, samples=3, photometric=photometric), [frame], JPEGBaseline8Bit)).pixels
    assert np.abs(got.astype(int) - COLOUR).max() <= 10


@pytest.mark.parametrize(
    ("syntax", "plugin", "photometric"),
    [
        (JPEGLSLossless, "pyjpegls", "RGB"),
        (JPEG2000Lossless, "pylibjpeg", "RGB"),
        (JPEG2000Lossless, "pylibjpeg", "YBR_RCT"),
        (RLELossless, "pydicom", "RGB"),
    ],
)
def test_colour_lossless(read, syntax: UID, plugin: str, photometric: str) -> None:
    dataset = dataset_of(COLOUR, samples=3, photometric=photometric)
    dataset.compress(syntax, encoding_plugin=plugin, generate_instance_uid=False)
    np.testing.assert_array_equal(read(dataset).pixels, COLOUR)


def test_every_claimed_syntax_is_tried_above() -> None:
    plain = {ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian}
    others = {RLELossless, JPEGLSLossless, JPEGLSNearLossless, JPEG2000Lossless, JPEG2000}
    assert plain | others | {JPEGLossless, JPEGLosslessSV1, JPEGBaseline8Bit, JPEGExtended12Bit} == SYNTAXES


def test_uncompressed_colour_interleaved_and_planar(read) -> None:
    np.testing.assert_array_equal(read(dataset_of(COLOUR, samples=3, photometric="RGB")).pixels, COLOUR)
    planar = dataset_of(COLOUR, samples=3, photometric="RGB", PlanarConfiguration=1)
    planar.PixelData = np.ascontiguousarray(COLOUR.transpose(2, 0, 1)).tobytes()
    np.testing.assert_array_equal(read(planar).pixels, COLOUR)


def test_uncompressed_ybr(read) -> None:
    ybr = cv2.cvtColor(COLOUR, cv2.COLOR_RGB2YCrCb)[..., [0, 2, 1]]
    got = read(dataset_of(np.ascontiguousarray(ybr), samples=3, photometric="YBR_FULL")).pixels
    assert np.abs(got.astype(int) - COLOUR).max() <= 3


def test_colour_that_is_grey_becomes_grey(read) -> None:
    np.testing.assert_array_equal(read(dataset_of(np.dstack([EIGHT] * 3), samples=3, photometric="RGB")).pixels, EIGHT)


def test_palette_colour(read) -> None:
    indices = (EIGHT // 64).astype(np.uint8)
    tables = np.array([[0, 65535, 0, 32896], [0, 0, 65535, 32896], [65535, 0, 0, 32896]], np.uint16)
    dataset = dataset_of(indices, photometric="PALETTE COLOR")
    for name, table in zip(("Red", "Green", "Blue"), tables, strict=True):
        setattr(dataset, f"{name}PaletteColorLookupTableDescriptor", [4, 0, 16])
        setattr(dataset, f"{name}PaletteColorLookupTableData", table.tobytes())
    np.testing.assert_array_equal(read(dataset).pixels, (tables.T >> 8)[indices])


@pytest.mark.parametrize(
    ("slope", "intercept", "kind"),
    [("1", "-1024", np.int16), ("2", "0", np.uint16), ("-1", "0", np.int16), ("0.5", "3", np.float32)],
)
def test_rescale(read, slope: str, intercept: str, kind: type) -> None:
    scan = read(dataset_of(TWELVE, bits_stored=12, RescaleSlope=slope, RescaleIntercept=intercept))
    assert scan.pixels.dtype == kind
    np.testing.assert_array_equal(scan.pixels, TWELVE * float(slope) + float(intercept))


def test_modality_lut(read) -> None:
    values = np.arange(300, dtype=np.uint16) ** 2 // 2
    table = item(LUTDescriptor=[300, 10, 16], LUTData=values.tobytes(), ModalityLUTType="US")
    table["LUTDescriptor"].VR, table["LUTData"].VR = "US", "OW"
    got = read(dataset_of(TWELVE, bits_stored=12, ModalityLUTSequence=[table])).pixels
    np.testing.assert_array_equal(got, values[np.clip(TWELVE.astype(int) - 10, 0, 299)])


def test_all_windows_are_listed_and_the_first_is_the_default(read) -> None:
    scan = read(
        dataset_of(
            SIGNED,
            WindowCenter=["40", "400"],
            WindowWidth=["80", "2000"],
            WindowCenterWidthExplanation=["BRAIN", "BONE"],
        )
    )
    assert [(window.centre, window.width, window.name) for window in scan.windows] == [
        (40, 80, "BRAIN"),
        (400, 2000, "BONE"),
    ]
    assert default_window(scan) == scan.windows[0]
    shown = render_grey(scan)
    np.testing.assert_array_equal(shown, np.rint(np.clip((SIGNED - 39.5) / 79 + 0.5, 0, 1) * 255))
    assert (render_grey(scan, scan.windows[1]) != shown).any()


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
def test_window_functions_agree_with_pydicom(read, function: str) -> None:
    from pydicom.pixels import apply_windowing

    dataset = dataset_of(TWELVE, WindowCenter="1000", WindowWidth="1500", VOILUTFunction=function)
    expected = apply_windowing(TWELVE, dataset) / 65535 * 255
    assert np.abs(render_grey(read(dataset)) - expected).max() <= 0.51


def test_voi_lut_sequence(read) -> None:
    greys = np.linspace(0, 4095, 1000).astype(np.uint16)
    table = item(LUTDescriptor=[1000, 500, 12], LUTData=greys.tobytes(), LUTExplanation="CONTRAST")
    table["LUTDescriptor"].VR, table["LUTData"].VR = "US", "OW"
    scan = read(dataset_of(TWELVE, bits_stored=12, VOILUTSequence=[table]))
    assert [(window.name, window.function) for window in scan.windows] == [("CONTRAST", "TABLE")]
    expected = np.rint(greys[np.clip(TWELVE.astype(int) - 500, 0, 999)] / 4095 * 255)
    np.testing.assert_array_equal(render_grey(scan), expected)


@pytest.mark.parametrize("windowed", [False, True])
def test_monochrome1_is_inverted_once_and_last(read, windowed: bool) -> None:
    elements = {"WindowCenter": "1000", "WindowWidth": "600"} if windowed else {}
    plain = read(dataset_of(TWELVE, **elements))
    inverse = read(dataset_of(TWELVE, photometric="MONOCHROME1", **elements))
    np.testing.assert_array_equal(inverse.pixels, plain.pixels)
    np.testing.assert_array_equal(render_grey(inverse), 255 - render_grey(plain))
    np.testing.assert_array_equal(render(inverse), render_grey(inverse))


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, JPEGLSLossless, RLELossless])
def test_frames_with_their_own_windows_and_rescale(read, tmp_path: Path, syntax: UID) -> None:
    frames = np.stack([TWELVE, TWELVE // 2, TWELVE // 3])
    own = [
        item(
            FrameVOILUTSequence=[item(WindowCenter=str(100 * (n + 1)), WindowWidth="50")],
            PixelValueTransformationSequence=[item(RescaleSlope="1", RescaleIntercept=str(-n), RescaleType="US")],
        )
        for n in range(3)
    ]
    shared = item(PixelMeasuresSequence=[item(PixelSpacing=["0.5", "0.75"])])
    dataset = dataset_of(frames, PerFrameFunctionalGroupsSequence=own, SharedFunctionalGroupsSequence=[shared])
    if syntax != ExplicitVRLittleEndian:
        dataset.compress(syntax, generate_instance_uid=False)
    path = tmp_path / "enhanced"
    path.write_bytes(as_bytes(dataset))
    for number, scan in enumerate(iter_frames(path)):
        assert (scan.frame, scan.frames, scan.spacing) == (number, 3, (0.5, 0.75))
        assert scan.windows[0].centre == 100 * (number + 1)
        np.testing.assert_array_equal(scan.pixels, frames[number].astype(int) - number)
        np.testing.assert_array_equal(load_scan(path, number).pixels, scan.pixels)
    with pytest.raises(NoPixelsError, match="0 to 2"):
        load_scan(path, 3)


def test_overlay_bits_above_the_stored_ones_do_not_show(read) -> None:
    got = read(dataset_of(TWELVE | np.uint16(0x8000), bits_stored=12)).pixels
    np.testing.assert_array_equal(got, TWELVE)


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian])
def test_without_preamble_and_meta_information(read, syntax: UID) -> None:
    data = as_bytes(dataset_of(TWELVE, syntax=syntax))
    meta_length = int.from_bytes(data[140:144], "little")
    np.testing.assert_array_equal(read(data[132:]).pixels, TWELVE)  # meta information without preamble
    np.testing.assert_array_equal(read(data[144 + meta_length :]).pixels, TWELVE)  # neither


def test_text_of_numbers_with_surprises(read) -> None:
    scan = read(dataset_of(TWELVE, WindowCenter="1000", WindowWidth="0", RescaleSlope="0", RescaleIntercept=""))
    assert scan.windows == ()
    np.testing.assert_array_equal(scan.pixels, TWELVE)


def test_no_pixels(read) -> None:
    dataset = dataset_of(TWELVE)
    del dataset.PixelData
    with pytest.raises(NoPixelsError, match="no picture"):
        read(dataset)


@pytest.mark.parametrize("syntax", [HTJ2KLossless, UID("1.2.840.10008.1.2.4.102"), UID("1.2.3.4")])
def test_unsupported_syntax_is_named(read, syntax: UID) -> None:
    with pytest.raises(UnsupportedSyntaxError, match="uncompressed"):
        read(encapsulated(dataset_of(EIGHT), [b"\0" * 100], syntax))


def test_twelve_bit_lossy_jpeg_is_refused_plainly(read) -> None:
    frame = cv2.imencode(".jpg", EIGHT)[1].tobytes()
    with pytest.raises(UnsupportedSyntaxError, match="12 bits"):
        read(encapsulated(dataset_of(TWELVE, bits_stored=12), [frame], JPEGExtended12Bit))


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, JPEGLSLossless, RLELossless, JPEG2000Lossless])
def test_cut_off(read, capfd, syntax: UID) -> None:
    dataset = dataset_of(TWELVE, bits_stored=12)
    if syntax != ExplicitVRLittleEndian:
        dataset.compress(syntax, generate_instance_uid=False)
    data = as_bytes(dataset)
    for keep in (0.5, 0.8):
        with pytest.raises(DamagedImageError):
            read(data[: int(len(data) * keep)])
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "elements", [{"Rows": 60000, "Columns": 60000}, {"NumberOfFrames": 30000}], ids=["pixels", "frames"]
)
def test_limits_come_before_the_pixels(read, elements: dict) -> None:
    with pytest.raises(TooLargeError, match="limit"):
        read(dataset_of(EIGHT, **elements))


def test_a_deflated_bomb_is_not_inflated(read) -> None:
    import tracemalloc

    data = as_bytes(dataset_of(np.zeros((4000, 4000), np.uint8), syntax=DeflatedExplicitVRLittleEndian))
    assert len(data) < 100_000
    tracemalloc.start()
    with pytest.raises(TooLargeError, match="inflated"):
        read(data, limits=Limits(max_file_bytes=1_000_000))
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()
