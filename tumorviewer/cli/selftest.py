"""``tumorviewer self-test``: does this installation read, crop and judge as it should? On drawn heads, on one page."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tumorviewer import __version__
from tumorviewer.cli.common import EXIT_DONE, EXIT_FAILED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tumorviewer.imaging.phantom_pages import Page
    from tumorviewer.inference.bundle import Bundle

_LARGEST_JPEG_ERROR = 4.0  # grey levels, on average, at quality 95
_NETWORK_EVENTS = frozenset({"socket.connect", "socket.getaddrinfo", "socket.sendto"})


class _CheckFailedError(Exception):
    """What was found instead."""


@dataclass(slots=True)
class _Page:
    """The report in the making."""

    failed: int = 0
    lines: list[str] = field(default_factory=list)

    def check(self, what: str, work: Callable[[], str]) -> None:
        """Do one check; its result, or what went wrong, is a line."""
        started = time.perf_counter()
        try:
            mark, result = "ok  ", work()
        except Exception as error:  # noqa: BLE001  # a self-test reports whatever goes wrong, and goes on
            self.failed += 1
            mark, result = "FAIL", str(error) or type(error).__name__
        took = (time.perf_counter() - started) * 1000
        sys.stdout.write(f"{mark} {what:22} {result}  ({took:.0f} ms)\n")
        sys.stdout.flush()


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser("self-test", help="check that this installation works", description=__doc__)
    parser.add_argument("--model", help="name, name-version or a bundle's folder; default: the active one")
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Check everything, print the page, and return 0 if all is well, else 1."""
    contacts = _watch_network()
    page = _Page()
    sys.stdout.write(f"Tumor Viewer {__version__}: self-test\n")
    page.check("versions", _versions)
    with tempfile.TemporaryDirectory(prefix="tumorviewer-self-test-") as folder:
        for name, write in _WRITERS.items():
            page.check(f"read {name}", lambda name=name, write=write: _read_back(Path(folder), name, write))  # type: ignore[misc]
    page.check("find the head", _find_heads)
    bundles: list[Bundle] = []
    page.check("model", lambda: _load_model(options.model, bundles))
    if bundles:
        page.check("judge drawn heads", lambda: _judge_heads(bundles[0]))
        page.check("refuse other pictures", lambda: _refuse_pages(bundles[0]))
    page.check("no network", lambda: _no_contacts(contacts))
    verdict = "All is well." if not page.failed else f"{page.failed} of the checks failed; please report this page."
    sys.stdout.write(f"{verdict}\n")
    return EXIT_FAILED if page.failed else EXIT_DONE


def _versions() -> str:
    import ai_edge_litert
    import cv2
    import numpy as np
    import pydicom

    python = ".".join(map(str, sys.version_info[:3]))
    return (
        f"Python {python}, NumPy {np.__version__}, OpenCV {cv2.__version__}, "
        f"LiteRT {ai_edge_litert.__version__}, pydicom {pydicom.__version__}"
    )


def _read_back(folder: Path, name: str, write: "Callable[[Path, NDArray[np.uint8]], None]") -> str:
    """Write a drawn head, read it with the program's own reader, and compare."""
    import numpy as np

    from tumorviewer.imaging.load import load_scan
    from tumorviewer.imaging.phantom import draw_head
    from tumorviewer.imaging.render import render_grey

    head = draw_head(7, size=256)
    path = folder / f"头 {name}"  # a name that is not ASCII, as clinics have them
    write(path, head)
    scan = load_scan(path)
    # The default window of 16-bit and DICOM pictures cuts the ends; compared are the full-depth pixels, in 8 bits.
    pixels = scan.pixels.astype(np.float64) / (
        257.0 if scan.pixels.dtype == np.uint16 and name == "TIFF 16 bit" else 1.0
    )
    error = float(np.abs(pixels - head).mean())
    if scan.format != name.split(" ", 1)[0] or error > (_LARGEST_JPEG_ERROR if name == "JPEG" else 0.0):
        raise _CheckFailedError(f"{scan.format}, off by {error:.2f} grey levels")
    if render_grey(scan).shape != head.shape:
        raise _CheckFailedError("the picture that is shown has another size")
    return "exact" if error == 0 else f"off by {error:.1f} grey levels, as JPEG may"


def _write_with_opencv(suffix: str, factor: int = 1) -> "Callable[[Path, NDArray[np.uint8]], None]":
    def write(path: Path, head: "NDArray[np.uint8]") -> None:
        import cv2
        import numpy as np

        picture = head if factor == 1 else head.astype(np.uint16) * factor
        good, data = cv2.imencode(suffix, picture)
        if not good:
            raise _CheckFailedError(f"no encoder for {suffix}")
        path.write_bytes(data.tobytes())

    return write


def _write_dicom(path: Path, head: "NDArray[np.uint8]") -> None:
    """Write the smallest MR image that the standard allows (DICOM PS3.3 A.4), without any person's data."""
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MRImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file = FileDataset(str(path), {}, file_meta=meta, preamble=bytes(128))
    file.SOPClassUID, file.SOPInstanceUID, file.Modality = MRImageStorage, meta.MediaStorageSOPInstanceUID, "MR"
    file.Rows, file.Columns = head.shape
    file.SamplesPerPixel, file.PhotometricInterpretation = 1, "MONOCHROME2"
    file.BitsAllocated, file.BitsStored, file.HighBit, file.PixelRepresentation = 16, 12, 11, 0
    file.PixelData = head.astype("<u2").tobytes()
    file.save_as(path, enforce_file_format=True)


_WRITERS: "dict[str, Callable[[Path, NDArray[np.uint8]], None]]" = {
    "JPEG": _write_with_opencv(".jpg"),
    "PNG": _write_with_opencv(".png"),
    "TIFF 16 bit": _write_with_opencv(".tif", 257),
    "DICOM": _write_dicom,
}


def _find_heads() -> str:
    from tumorviewer.imaging.crop import find_brain_box
    from tumorviewer.imaging.phantom import draw_head
    from tumorviewer.imaging.phantom_pages import draw_page

    missed = [seed for seed in range(8) if find_brain_box(draw_head(seed)) is None]
    if missed:
        raise _CheckFailedError(f"no head was found in drawn head {missed}")
    if find_brain_box(draw_page("blank")) is not None:
        raise _CheckFailedError("a head was found in a blank picture")
    return "8 of 8 drawn heads, none in a blank picture"


def _load_model(name: str | None, bundles: "list[Bundle]") -> str:
    from tumorviewer.inference.bundle import verify_bundle
    from tumorviewer.inference.catalogue import find

    bundle = verify_bundle(find(name))
    bundles.append(bundle)
    return f"{bundle.name}: hashes and golden picture as its card says"


def _judge_heads(bundle: "Bundle") -> str:
    """Judge drawn heads twice: the answers are equal, add up to 1, and point into the crop."""
    from tumorviewer.imaging.crop import find_brain_box
    from tumorviewer.imaging.phantom import draw_head
    from tumorviewer.inference.predictor import Predictor

    predictor = Predictor(bundle)
    slowest = 0.0
    for seed in range(4):
        head = draw_head(seed, lesion="meningioma" if seed % 2 else None)
        box = find_brain_box(head)
        started = time.perf_counter()
        first = predictor.predict(head, box)
        slowest = max(slowest, time.perf_counter() - started)
        again = predictor.predict(head, box)
        if abs(first.probabilities.sum() - 1.0) > 1e-9 or (first.probabilities != again.probabilities).any():
            raise _CheckFailedError("the probabilities do not add up, or differ when asked again")
        x, y = first.focus
        if box and not (box.x <= x < box.x + box.width and box.y <= y < box.y + box.height):
            raise _CheckFailedError(f"the focus {x:.0f}, {y:.0f} lies outside the crop")
    return f"4 heads, the same answers when asked again, at most {slowest * 1000:.0f} ms each"


def _refuse_pages(bundle: "Bundle") -> str:
    from tumorviewer.imaging.crop import find_brain_box
    from tumorviewer.imaging.phantom_pages import draw_page
    from tumorviewer.inference.labels import NOT_BRAIN_MR
    from tumorviewer.inference.predictor import Predictor

    predictor = Predictor(bundle)
    taken = []
    pages: tuple[Page, ...] = ("blank", "noise", "text", "checkerboard")
    for kind in pages:
        page = draw_page(kind)
        found = predictor.predict(page, find_brain_box(page))
        if found.verdict != NOT_BRAIN_MR:
            taken.append(f"{kind} was called {found.verdict}")
    if taken:
        raise _CheckFailedError("; ".join(taken))
    return f"{', '.join(pages)}: not a brain MR slice"


def _watch_network() -> list[str]:
    """Note every attempt of this process to reach a network from now on (PEP 578)."""
    contacts: list[str] = []

    def note(event: str, _arguments: tuple[object, ...]) -> None:
        if event in _NETWORK_EVENTS:
            contacts.append(event)

    sys.addaudithook(note)
    return contacts


def _no_contacts(contacts: list[str]) -> str:
    if contacts:
        raise _CheckFailedError(f"the network was used: {', '.join(sorted(set(contacts)))}")
    return "nothing that ran here opened a connection; the program needs none"
