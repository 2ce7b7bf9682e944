"""Every kind of picture, written by OpenCV, Pillow or our own TIFF writer, is read with the right pixels."""

from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps
from tiff_writer import tiff_bytes

from tumorviewer.imaging.errors import DamagedImageError, UnsupportedSyntaxError
from tumorviewer.imaging.load import iter_frames, load_scan
from tumorviewer.imaging.scan import Scan

ROWS, COLUMNS = np.mgrid[:40, :60]
GREY = (ROWS * 3 + COLUMNS * 2).astype(np.uint8)
DEEP = (ROWS * 900 + COLUMNS * 300).astype(np.uint16)
COLOUR = np.dstack([GREY, 255 - GREY, (COLUMNS * 4).astype(np.uint8)])
ALPHA = (COLUMNS * 4).astype(np.uint8)


def pillow_bytes(image: Image.Image, kind: str, **options) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


@pytest.fixture
def read(tmp_path: Path):
    def _read(data: bytes, frame: int = 0) -> Scan:
        path = tmp_path / "picture"  # no ending: content decides
        path.write_bytes(data)
        return load_scan(path, frame)

    return _read


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "WEBP"])
@pytest.mark.parametrize(("pixels", "expected"), [(GREY, GREY), (COLOUR, COLOUR), (np.dstack([GREY] * 3), GREY)])
def test_lossless_formats_give_the_pixels_back(read, kind: str, pixels: np.ndarray, expected: np.ndarray) -> None:
    scan = read(pillow_bytes(Image.fromarray(pixels), kind, **({"lossless": True} if kind == "WEBP" else {})))
    assert scan.format == kind
    assert scan.pixels.dtype == np.uint8
    np.testing.assert_array_equal(scan.pixels, expected)


@pytest.mark.parametrize("progressive", [False, True])
def test_jpeg_grey_colour_and_cmyk(read, progressive: bool) -> None:
    smooth = cv2.GaussianBlur(COLOUR, (0, 0), 3)
    for image, expected in (
        (Image.fromarray(GREY), GREY),
        (Image.fromarray(smooth), smooth),
        (Image.fromarray(smooth).convert("CMYK"), smooth),
    ):
        data = pillow_bytes(image, "JPEG", quality=97, progressive=progressive, subsampling=0)
        got = read(data).pixels
        assert got.shape == expected.shape
        assert np.abs(got.astype(int) - expected).max() <= 20
        assert np.abs(got.astype(int) - expected).mean() < 2


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_kept(read, kind: str) -> None:
    scan = read(pillow_bytes(Image.fromarray(DEEP), kind))
    assert scan.pixels.dtype == np.uint16
    np.testing.assert_array_equal(scan.pixels, DEEP)


def test_sixteen_bit_colour_becomes_eight_and_grey_stays_deep(read) -> None:
    deep_colour = COLOUR.astype(np.uint16) * 257
    np.testing.assert_array_equal(read(cv2.imencode(".png", deep_colour[..., ::-1])[1].tobytes()).pixels, COLOUR)
    np.testing.assert_array_equal(read(cv2.imencode(".png", np.dstack([DEEP] * 3))[1].tobytes()).pixels, DEEP)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_palettes(read, kind: str) -> None:
    palette = Image.fromarray(COLOUR).quantize(16)
    np.testing.assert_array_equal(read(pillow_bytes(palette, kind)).pixels, np.asarray(palette.convert("RGB")))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP", "BMP"])
def test_colour_alpha_is_laid_on_black(read, kind: str) -> None:
    image = Image.fromarray(np.dstack([COLOUR, ALPHA]))
    got = read(pillow_bytes(image, kind, **({"lossless": True, "exact": True} if kind == "WEBP" else {}))).pixels
    expected = np.rint(COLOUR * (ALPHA[..., None] / 255))
    if kind == "BMP" and (got == COLOUR).all():
        pytest.skip("this Pillow writes bitmaps without an alpha mask")
    assert np.abs(got - expected).max() <= 1


def test_bitmap_with_alpha_mask(read) -> None:
    header = (108, 60, 40, 1, 32, 3, 9600, 0, 0, 0, 0, 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    body = np.dstack([COLOUR[..., ::-1], ALPHA])[::-1].tobytes()
    import struct

    data = struct.pack("<2sIII", b"BM", 122 + len(body), 0, 122) + struct.pack("<IiiHHIIiiIIIIII", *header)
    got = read(data.ljust(122, b"\0") + body).pixels
    assert np.abs(got - np.rint(COLOUR * (ALPHA[..., None] / 255))).max() <= 1


def test_grey_alpha_is_laid_on_black(read) -> None:
    expected = np.rint(GREY * (ALPHA / 255))
    both = Image.merge("LA", (Image.fromarray(GREY), Image.fromarray(ALPHA)))
    for kind in ("PNG", "TIFF"):
        got = read(pillow_bytes(both, kind)).pixels
        assert got.shape == (40, 60)
        assert np.abs(got - expected).max() <= 1


def test_see_through_grey_of_a_png_is_black(read) -> None:
    got = read(pillow_bytes(Image.fromarray(GREY), "PNG", transparency=int(GREY[5, 5]))).pixels
    np.testing.assert_array_equal(got, np.where(GREY[5, 5] == GREY, 0, GREY))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_turn(read, kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x112] = orientation
    options = {"JPEG": {"quality": 100, "exif": exif}, "TIFF": {"tiffinfo": {274: orientation}}}
    data = pillow_bytes(Image.fromarray(GREY), kind, **options.get(kind, {"exif": exif, "lossless": True}))
    expected = np.asarray(ImageOps.exif_transpose(Image.open(BytesIO(data))).convert("L"))
    got = read(data).pixels
    assert got.shape == expected.shape
    assert np.abs(got.astype(int) - expected).max() <= 2


@pytest.mark.parametrize("options", [{}, {"deflate": True}, {"deflate": True, "predictor": 2}, {"order": ">"}])
@pytest.mark.parametrize("pixels", [GREY, DEEP, DEEP.astype(np.int16) - 5000, DEEP / np.float32(7)])
def test_tiff_depths(read, pixels: np.ndarray, options: dict) -> None:
    if pixels.dtype.kind == "f" and "predictor" in options:
        pytest.skip("differences are for whole numbers")
    got = read(tiff_bytes(pixels, rows_per_strip=7, **options)).pixels
    assert got.dtype == pixels.dtype
    np.testing.assert_array_equal(got, pixels)


@pytest.mark.parametrize("pixels", [GREY, DEEP])
def test_tiff_white_is_zero(read, pixels: np.ndarray) -> None:
    got = read(tiff_bytes(pixels, photometric=0)).pixels
    np.testing.assert_array_equal(got, np.iinfo(pixels.dtype).max - pixels)


@pytest.mark.parametrize("options", [{}, {"deflate": True, "predictor": 2}, {"order": ">"}, {"rows_per_strip": 9}])
@pytest.mark.parametrize("deep", [False, True])
def test_tiff_grey_alpha_of_any_layout(read, deep: bool, options: dict) -> None:
    scale = 257 if deep else 1
    kind = np.uint16 if deep else np.uint8
    page = np.dstack([GREY, ALPHA]).astype(kind) * kind(scale)
    got = read(tiff_bytes(page, extra=2, **options)).pixels
    assert np.abs(got / scale - GREY * (ALPHA / 255)).max() <= 1
    turned = read(tiff_bytes(page, extra=2, orientation=6)).pixels
    np.testing.assert_array_equal(turned, np.rot90(read(tiff_bytes(page, extra=2)).pixels, -1))


def test_tiff_cmyk_and_sixteen_bit_alpha(read) -> None:
    cmyk = pillow_bytes(Image.fromarray(COLOUR).convert("CMYK"), "TIFF")
    assert np.abs(read(cmyk).pixels.astype(int) - COLOUR).max() <= 2
    deep = np.dstack([COLOUR, ALPHA]).astype(np.uint16) * np.uint16(257)
    got = read(tiff_bytes(deep, photometric=2, extra=2)).pixels
    assert np.abs(got - COLOUR * (ALPHA[..., None] / 255)).max() <= 1


def test_tiff_pages_are_frames(tmp_path: Path) -> None:
    path = tmp_path / "series.tif"
    path.write_bytes(tiff_bytes(DEEP, DEEP + 1, DEEP[::2, ::2], DEEP + 2, subfile=(0, 0, 1, 0)))
    scans = list(iter_frames(path))
    assert [(scan.frame, scan.frames) for scan in scans] == [(0, 3), (1, 3), (2, 3)]  # the thumbnail is none
    for number, scan in enumerate(scans):
        np.testing.assert_array_equal(scan.pixels, DEEP + number)
        np.testing.assert_array_equal(load_scan(path, number).pixels, scan.pixels)


@pytest.mark.parametrize(
    "data",
    [
        tiff_bytes(np.dstack([DEEP] * 3), photometric=2, planar=2),  # OpenCV mixes up its planes
        tiff_bytes(GREY >> 4, bits=4),
        tiff_bytes(GREY, compression=50000),
    ],
)
def test_tiff_layouts_that_are_refused(read, data: bytes) -> None:
    with pytest.raises(UnsupportedSyntaxError, match="PNG"):
        read(data)


def test_tiff_with_a_loop_of_pages(read) -> None:
    data = bytearray(tiff_bytes(GREY))
    start = int.from_bytes(data[4:8], "little")
    data[-4:] = start.to_bytes(4, "little")
    with pytest.raises(DamagedImageError, match="loop"):
        read(bytes(data))


NOISE = np.random.default_rng(1).integers(0, 255, (200, 200, 3)).astype(np.uint8)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("end", [b"", b"\xff\xd9"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_cut_off_jpeg(read, capfd, share: float, end: bytes, progressive: bool) -> None:
    """Decoders fill the rest with grey, and so does a cut file that somebody gave an end marker."""
    data = pillow_bytes(Image.fromarray(NOISE), "JPEG", progressive=progressive)
    with pytest.raises(DamagedImageError):
        read(data[: int(len(data) * share)] + end)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "WEBP"])
def test_other_formats_cut_off(read, capfd, kind: str) -> None:
    data = pillow_bytes(Image.fromarray(NOISE), kind)
    for share in (0.3, 0.7, 0.99):
        with pytest.raises(DamagedImageError):
            read(data[: int(len(data) * share)])
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "TIFF", "WEBP"])
def test_bytes_after_the_picture_do_no_harm(read, kind: str) -> None:
    data = pillow_bytes(Image.fromarray(NOISE), kind)
    np.testing.assert_array_equal(read(data + b"appended by a camera" * 50).pixels, read(data).pixels)


def test_a_png_with_a_broken_profile_is_read_quietly(read, capfd) -> None:
    data = pillow_bytes(Image.fromarray(GREY), "PNG", icc_profile=b"no profile at all" * 20)
    np.testing.assert_array_equal(read(data).pixels, GREY)
    assert capfd.readouterr().err == ""
