"""What goes wrong in a real folder: one typed, calm sentence each, and nothing else."""

import os
import struct
import subprocess
import sys
import time
import tracemalloc
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from dicom_writer import as_bytes, dataset_of, encapsulated, lossless_jpeg
from pydicom.uid import UID
from tiff_writer import tiff_bytes

from tumorviewer.imaging.errors import (
    DamagedImageError,
    MissingFileError,
    NoPixelsError,
    NotAnImageError,
    ScanError,
    TooLargeError,
    UnsupportedSyntaxError,
)
from tumorviewer.imaging.limits import Limits
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.render import render_grey

ROOT = Path(__file__).resolve().parents[2]
RANDOM = np.random.default_rng(7)
PICTURE = cv2.GaussianBlur(RANDOM.integers(0, 255, (64, 80, 3)).astype(np.uint8), (0, 0), 2)
GREY = PICTURE[..., 0].copy()


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


def huge(kind: str) -> bytes:
    """Write a small file whose header promises 60,000 x 60,000 pixels."""
    if kind == "PNG":
        return png_header(60_000, 60_000)
    if kind == "JPEG":
        data = bytearray(cv2.imencode(".jpg", GREY)[1].tobytes())
        at = data.index(b"\xff\xc0")
        data[at + 5 : at + 9] = struct.pack(">HH", 60_000, 60_000)
        return bytes(data)
    if kind == "BMP":
        data = bytearray(cv2.imencode(".bmp", GREY)[1].tobytes())
        data[18:26] = struct.pack("<ii", 60_000, -60_000)
        return bytes(data)
    if kind == "TIFF":
        data = bytearray(tiff_bytes(GREY))
        for tag, value in ((256, GREY.shape[1]), (257, GREY.shape[0])):
            record = struct.pack("<HHIHH", tag, 3, 1, value, 0)
            at = data.index(record)
            data[at : at + 12] = struct.pack("<HHIHH", tag, 3, 1, 60_000, 0)
        return bytes(data)
    if kind == "WEBP":
        size = (16_383).to_bytes(3, "little") * 2
        return b"RIFF" + struct.pack("<I", 40) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + size + bytes(20)
    return as_bytes(dataset_of(GREY, Rows=60_000, Columns=60_000))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF", "WEBP", "DICOM"])
def test_size_is_checked_before_decoding(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "huge"
    path.write_bytes(huge(kind))
    tracemalloc.start()
    started = time.perf_counter()
    with pytest.raises(TooLargeError, match="pixels, more than the limit"):
        load_scan(path)
    assert time.perf_counter() - started < 1
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()


def test_limits_of_the_caller(tmp_path: Path) -> None:
    path = tmp_path / "pages.tif"
    path.write_bytes(tiff_bytes(GREY, GREY, GREY))
    assert load_scan(path, 2, Limits(max_frames=3)).frame == 2
    for limits in (Limits(max_frames=2), Limits(max_pixels=1000), Limits(max_file_bytes=1000)):
        with pytest.raises(TooLargeError, match="limit"):
            load_scan(path, limits=limits)


def test_opencv_has_a_limit_of_its_own() -> None:
    code = "import tumorviewer.imaging.decoders, os; print(os.environ['OPENCV_IO_MAX_IMAGE_PIXELS'])"
    clean = {key: value for key, value in os.environ.items() if not key.startswith("OPENCV")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=clean, timeout=60, check=False
    )
    assert int(done.stdout) == 2 * Limits().max_pixels


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"", NotAnImageError, "empty"),
        (b"patient,label\n1,glioma\n", NotAnImageError, "no image"),
        (RANDOM.bytes(5000), NotAnImageError, "no image"),
        (b"\xff\xd8\xff", DamagedImageError, "JPEG"),
        (png_header(0, 0), NoPixelsError, "nothing to show"),
        (bytes(128) + b"DICM" + b"\xff" * 300, ScanError, "DICOM"),
        (huge("JPEG").replace(b"\xff\xc0\0", b"\xff\xc3\0"), UnsupportedSyntaxError, "PNG"),
    ],
)
def test_one_sentence_that_names_the_file(tmp_path: Path, content: bytes, error: type, words: str) -> None:
    path = tmp_path / "脑 'scan'\n1.jpg"
    path.write_bytes(content)
    with pytest.raises(error) as caught:
        load_scan(path)
    message = str(caught.value)
    assert "脑" in message
    assert "\n" not in message
    assert words in message


@pytest.mark.skipif(os.name != "posix", reason="such names are POSIX")
def test_names_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.jpg")
    path.write_bytes(b"x")
    with pytest.raises(NotAnImageError) as caught:
        load_scan(path)
    str(caught.value).encode("utf-8")  # can be printed and logged


@pytest.mark.skipif(os.name != "posix", reason="pipes, devices and links are POSIX")
def test_only_ordinary_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "self.jpg").symlink_to(tmp_path / "self.jpg")
    for path, error in (
        (tmp_path / "pipe.jpg", NotAnImageError),
        (Path("/dev/zero"), NotAnImageError),
        (tmp_path, NotAnImageError),
        (tmp_path / "self.jpg", MissingFileError),
        (tmp_path / "gone.jpg", MissingFileError),
        (tmp_path / "gone.jpg" / "below", MissingFileError),
        (Path("nul\0.jpg"), MissingFileError),
        (tmp_path / ("x" * 300), ScanError),
    ):
        with pytest.raises(error):
            load_scan(path)


def valid_files() -> dict[str, bytes]:
    deep = (GREY.astype(np.uint16) * 16)[:32, :32].copy()
    files = {
        "jpeg": cv2.imencode(".jpg", PICTURE)[1].tobytes(),
        "progressive": cv2.imencode(".jpg", PICTURE, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])[1].tobytes(),
        "png": cv2.imencode(".png", GREY)[1].tobytes(),
        "bmp": cv2.imencode(".bmp", PICTURE)[1].tobytes(),
        "webp": cv2.imencode(".webp", PICTURE)[1].tobytes(),
        "tiff": tiff_bytes(GREY, GREY, deflate=True, rows_per_strip=9),
        "tiff-alpha": tiff_bytes(np.dstack([GREY, GREY]), extra=2),
        "dicom": as_bytes(dataset_of(deep, WindowCenter="100", WindowWidth="50", RescaleSlope="2")),
    }
    for name, syntax in {
        "rle": "1.2.840.10008.1.2.5",
        "jpeg-ls": "1.2.840.10008.1.2.4.80",
        "jpeg-2000": "1.2.840.10008.1.2.4.90",
    }.items():
        dataset = dataset_of(deep)
        dataset.compress(syntax, generate_instance_uid=False)
        files[name] = as_bytes(dataset)
    for name, syntax, frame in (
        ("dicom-jpeg", "1.2.840.10008.1.2.4.50", cv2.imencode(".jpg", GREY)[1].tobytes()),
        ("dicom-jpeg-lossless", "1.2.840.10008.1.2.4.70", lossless_jpeg(GREY, 8)),
    ):
        files[name] = as_bytes(encapsulated(dataset_of(GREY), [frame], UID(syntax)))
    return files


@pytest.mark.parametrize("name", list(valid_files()))
def test_flipped_bytes_give_a_typed_error_or_a_picture(tmp_path: Path, name: str, capfd) -> None:
    """A crash of a C library would end this whole process, a hang its time."""
    original = valid_files()[name]
    random = np.random.default_rng(len(original))
    path = tmp_path / "flipped"
    started = time.perf_counter()
    outcomes = set()
    for round_number in range(150):
        data = bytearray(original)
        # Half of the rounds aim at the header, where sizes and offsets are.
        reach = len(data) if round_number % 2 else min(len(data), 700)
        for at in random.integers(0, reach, int(random.integers(1, 6))):
            data[at] = int(random.integers(0, 256))
        path.write_bytes(data)
        try:
            scan = load_scan(path)
            render_grey(scan)
            outcomes.add("read")
        except ScanError as error:
            outcomes.add(type(error).__name__)
    assert len(outcomes) > 1, outcomes
    assert time.perf_counter() - started < 30
    assert capfd.readouterr().err == ""
