"""Reading: one drawn head, written in every format and transfer syntax that is claimed, comes back as it was."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tumorviewer.cli.selftest.page import Check, CheckFailedError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pydicom.uid import UID

    Head = NDArray[np.uint8]

_LOST: Final = 4.0
"""Grey levels of 255 that a format with losses may be off by, on average."""

# Suffix of the encoder, factor that brings 8 bits to the depth, whether the format changes the pixels.
_PICTURES: Final = {
    "JPEG": (".jpg", 1, True),
    "PNG": (".png", 1, False),
    "PNG 16 bit": (".png", 257, False),
    "BMP": (".bmp", 1, False),
    "TIFF": (".tif", 1, False),
    "TIFF 16 bit": (".tif", 257, False),
    "WEBP": (".webp", 1, True),
}


def checks(folder: Path) -> Iterator[Check]:
    """Yield the checks; files are written below `folder`."""
    from tumorviewer.imaging.dicom import SYNTAXES
    from tumorviewer.imaging.phantom import draw_head

    head = draw_head(7, size=256)
    folder.mkdir()
    for name in _PICTURES:
        yield Check(f"read {name}", lambda name=name: _picture(folder, name, head))  # type: ignore[misc]
    for syntax in sorted(SYNTAXES):
        yield Check(f"read {syntax.keyword}", lambda syntax=syntax: _dicom(folder, syntax, head))  # type: ignore[misc]
    yield Check("read DICOM 16 bit", lambda: _deep(folder, head))
    yield Check("read DICOM MONOCHROME1", lambda: _inverted(folder, head))
    yield Check("read NIFTI", lambda: _volume(folder, head))
    yield Check("read names in Chinese", lambda: _names(folder, head))


def _picture(folder: Path, name: str, head: "Head") -> str:
    import cv2
    import numpy as np

    suffix, factor, lossy = _PICTURES[name]
    good, data = cv2.imencode(suffix, head if factor == 1 else head.astype(np.uint16) * factor)
    if not good:
        raise CheckFailedError(f"no encoder for {suffix}")
    path = folder / f"头 {name}"
    path.write_bytes(data.tobytes())
    return _compare(path, name.split(" ", 1)[0], head, factor, lossy=lossy)


def _dicom(folder: Path, syntax: "UID", head: "Head") -> str:
    """Write 12 bits where the syntax can, else 8."""
    import numpy as np
    from pydicom.uid import JPEGBaseline8Bit, JPEGExtended12Bit

    from tumorviewer.cli.selftest.dicom_samples import LOSSY, write_dicom

    narrow = syntax in (JPEGBaseline8Bit, JPEGExtended12Bit)
    path = folder / f"影像 {syntax}"
    write_dicom(path, head if narrow else head.astype(np.uint16) * 16, syntax)
    return _compare(path, "DICOM", head, 1 if narrow else 16, lossy=syntax in LOSSY)


def _deep(folder: Path, head: "Head") -> str:
    import numpy as np

    from tumorviewer.cli.selftest.dicom_samples import write_dicom

    path = folder / "16 位"
    write_dicom(path, head.astype(np.uint16) * 257, BitsStored=16, HighBit=15)
    return _compare(path, "DICOM", head, 257, lossy=False)


def _inverted(folder: Path, head: "Head") -> str:
    """MONOCHROME1 stores white as 0 (PS3.3 C.7.6.3.1.2): what is shown has to look as if it were not so."""
    import numpy as np
    from pydicom.uid import ExplicitVRLittleEndian

    from tumorviewer.cli.selftest.dicom_samples import write_dicom
    from tumorviewer.imaging.load import load_scan
    from tumorviewer.imaging.render import render_grey

    plain, inverted = folder / "单色二", folder / "单色一"
    write_dicom(plain, head, WindowCenter=128, WindowWidth=256)
    dark = {"PhotometricInterpretation": "MONOCHROME1", "WindowCenter": 128, "WindowWidth": 256}
    write_dicom(inverted, 255 - head, ExplicitVRLittleEndian, **dark)
    shown = [render_grey(load_scan(path)).astype(np.int64) for path in (plain, inverted)]
    off = int(np.abs(shown[0] - shown[1]).max())
    if off > 1:
        raise CheckFailedError(f"what is shown is off by {off} grey levels")
    return "shown as MONOCHROME2 is"


def _volume(folder: Path, head: "Head") -> str:
    """Columns go to the patient's left and rows to the back, as NIfTI says of axes that it counts the other way."""
    import numpy as np
    from nibabel.nifti1 import Nifti1Image

    path = folder / "体积.nii"
    image = Nifti1Image((head.astype(np.uint16) * 257).T[:, :, None], np.diag([-1.0, -1.0, 5.0, 1.0]))
    path.write_bytes(image.to_bytes())
    return _compare(path, "NIFTI", head, 257, lossy=False)


def _names(folder: Path, head: "Head") -> str:
    """Read texts as a Chinese scanner writes them (PS3.5 6.1.2.3), from a file whose name is Chinese too."""
    from tumorviewer.cli.selftest.dicom_samples import write_dicom
    from tumorviewer.imaging.survey import survey

    path, text = folder / "王小东 脑部.dcm", "脑部增强扫描"
    character_sets = ("GB18030", "GBK", "ISO_IR 192")
    for character_set in character_sets:
        write_dicom(path, head, SpecificCharacterSet=character_set, SeriesDescription=text)
        series = survey(path).series
        if series is None or series.description != text:
            raise CheckFailedError(f"{character_set}: {series and series.description!r} instead of {text!r}")
    return f"{text} in {', '.join(character_sets)}"


def _compare(path: Path, kind: str, head: "Head", factor: int, *, lossy: bool) -> str:
    """Read a file with the program's own reader; compared are the full-depth pixels, in grey levels of 255."""
    import numpy as np

    from tumorviewer.imaging.load import load_scan
    from tumorviewer.imaging.render import render_grey

    scan = load_scan(path)
    off = float(np.abs(scan.pixels.astype(np.float64) / factor - head).mean())
    if scan.format != kind or off > (_LOST if lossy else 0.0):
        raise CheckFailedError(f"{scan.format}, off by {off:.2f} grey levels")
    if render_grey(scan).shape != head.shape:
        raise CheckFailedError("the picture that is shown has another size")
    return f"off by {off:.1f} grey levels, as it may be" if lossy else "exact"
