import pytest

from tumorviewer.imaging.sniff import Format, sniff


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\xff\xd8\xff\xe0", Format.JPEG),
        (b"\x89PNG\r\n\x1a\n", Format.PNG),
        (b"II*\0\x08\0\0\0", Format.TIFF),
        (b"MM\0*\0\0\0\x08", Format.TIFF),
        (b"RIFF\x10\0\0\0WEBPVP8 ", Format.WEBP),
        (b"BM" + bytes(12) + b"\x28\0\0\0", Format.BMP),
        (b"II*\0" + bytes(124) + b"DICM", Format.DICOM),  # a TIFF header inside the preamble
        (b"\x08\0\x05\0CS\x0a\0ISO_IR 100" + bytes(8), Format.DICOM),
        (b"\x08\0\x05\0\x0a\0\0\0ISO_IR 100" + bytes(8), Format.DICOM),  # implicit
        (b"", None),
        (b"BMW drivers, a list of them", None),
        (b"image,label\n1.jpg,glioma\n", None),
        (b"RIFF\x10\0\0\0WAVEfmt ", None),
        (bytes(160), None),
    ],
)
def test_format_is_told_by_content(head: bytes, expected: Format | None) -> None:
    assert sniff(head) is expected
