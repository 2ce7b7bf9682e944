"""JPEG comes out as OpenCV decodes it, to the pixel, and damage is seen without a standard error."""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
import simplejpeg
from PIL import Image

from tumorviewer.imaging.jpeg import decode_jpeg
from tumorviewer.imaging.load import load_scan

ROOT = Path(__file__).resolve().parents[2]
NOISE = np.random.default_rng(2).integers(0, 255, (67, 93, 3)).astype(np.uint8)
COLOUR = cv2.GaussianBlur(NOISE, (0, 0), 1.5)


def jpeg(mode: str, **options) -> bytes:
    stream = BytesIO()
    Image.fromarray(COLOUR).convert(mode).save(stream, "JPEG", **options)
    return stream.getvalue()


def ycck(data: bytes) -> bytes:
    """Say in Adobe's segment that the inks are stored as brightness, colours and black."""
    at = data.index(b"Adobe") + 11
    return data[:at] + b"\2" + data[at + 1 :]


def oddly_sampled() -> bytes:
    """Write 32 x 32 pixels of grey 128 with sampling factors that no encoder here offers: 2 x 1, 1 x 1 and 1 x 2."""
    data = cv2.imencode(".jpg", np.full((32, 32, 3), 128, np.uint8))[1].tobytes()
    frame, scan = data.index(b"\xff\xc0") + 11, data.index(b"\xff\xda") + 14
    header = bytearray(data[:scan])
    header[frame], header[frame + 3], header[frame + 6] = 0x21, 0x11, 0x12
    brightness, colour = "001010", "0000"  # nothing changes, in the tables of T.81 annex K
    bits = (2 * brightness + colour + 2 * colour) * 4
    bits += "1" * (-len(bits) % 8)
    return bytes(header) + int(bits, 2).to_bytes(len(bits) // 8, "big") + b"\xff\xd9"


KINDS = {
    "grey": jpeg("L"),
    "4:4:4": jpeg("RGB", subsampling=0),
    "4:2:2": jpeg("RGB", subsampling=1),
    "4:2:0": jpeg("RGB", subsampling=2),
    "progressive": jpeg("RGB", progressive=True, quality=95),
    "stored as RGB": jpeg("RGB", keep_rgb=True),
    "CMYK": jpeg("CMYK"),
    "YCCK": ycck(jpeg("CMYK", quality=60)),
    "restarts": cv2.imencode(".jpg", COLOUR, [cv2.IMWRITE_JPEG_RST_INTERVAL, 1])[1].tobytes(),
    "4:1:1": cv2.imencode(".jpg", COLOUR, [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, 0x411111])[1].tobytes(),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_pixels_are_those_of_opencv(kind: str) -> None:
    pixels, damaged = decode_jpeg(KINDS[kind])
    peer = cv2.imdecode(np.frombuffer(KINDS[kind], np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    assert not damaged
    np.testing.assert_array_equal(pixels, peer if peer.ndim == 2 else peer[..., ::-1])


def test_a_sampling_of_colours_that_only_opencv_takes(capfd: pytest.CaptureFixture[str]) -> None:
    data = oddly_sampled()
    with pytest.raises(ValueError, match="subsampling"):
        simplejpeg.decode_jpeg_header(data)
    pixels, damaged = decode_jpeg(data)
    assert not damaged
    assert pixels is not None
    np.testing.assert_array_equal(pixels, np.full((32, 32, 3), 128))
    assert decode_jpeg(data[:-5] + data[-2:])[1]
    assert capfd.readouterr().err == ""


def test_padding_before_the_end_is_no_damage() -> None:
    whole = KINDS["grey"]
    padded = whole[:-2] + bytes(9) + whole[-2:]
    pixels, damaged = decode_jpeg(padded)
    assert not damaged
    np.testing.assert_array_equal(pixels, decode_jpeg(whole)[0])
    assert decode_jpeg(whole[:-2] + bytes(40) + whole[-2:])[1]


def test_a_colour_jpeg_without_colours_is_a_grey_scan(tmp_path: Path) -> None:
    grey = cv2.cvtColor(COLOUR[..., 0], cv2.COLOR_GRAY2BGR)
    data = cv2.imencode(".jpg", grey)[1].tobytes()
    (tmp_path / "grey.jpg").write_bytes(data)
    peer = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(load_scan(tmp_path / "grey.jpg").pixels, peer[..., 1])
    grey[-1, -1] = (0, 0, 255)  # one red dot in the last corner
    (tmp_path / "dot.jpg").write_bytes(cv2.imencode(".jpg", grey)[1].tobytes())
    assert load_scan(tmp_path / "dot.jpg").pixels.ndim == 3


@pytest.mark.skipif(os.name != "posix", reason="closes a descriptor as a shell does")
def test_damage_is_seen_without_a_standard_error(tmp_path: Path) -> None:
    """As in a windowed program, where nobody could read what libjpeg prints."""
    (tmp_path / "torn.jpg").write_bytes(KINDS["4:2:0"][: len(KINDS["4:2:0"]) // 2])
    code = (
        "import sys; from pathlib import Path; from tumorviewer.imaging.load import load_scan\n"
        "from tumorviewer.imaging.errors import DamagedImageError\n"
        "try: load_scan(Path(sys.argv[1]))\n"
        "except DamagedImageError as error: print(error.reason)"
    )
    done = subprocess.run(
        ["sh", "-c", '"$0" -c "$1" "$2" 2>&-', sys.executable, code, str(tmp_path / "torn.jpg")],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    assert "missing or damaged" in done.stdout
