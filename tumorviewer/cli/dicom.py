"""``tumorviewer dicom``: what the model sees, as DICOM that an archive takes in.

For each scan a Secondary Capture with crop, heat map and verdict painted on, and a structured report (TID 1500) with
the numbers. Patient and study are those of the scan. A scan that is no DICOM gets a study of its own, with a code in
place of a patient.
"""

import argparse
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tumorviewer.cli.common import (
    EXIT_DONE,
    EXIT_FAILED,
    EXIT_USAGE,
    CommandError,
    cannot_write,
    plural,
    progress_bar,
    say,
)
from tumorviewer.cli.deidentify import user_secret
from tumorviewer.paths import user_data

if TYPE_CHECKING:
    from tumorviewer.dicom_out.items import DicomItem
    from tumorviewer.inference.predictor import Predictor
    from tumorviewer.storage.library import Library


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "dicom", help="write what the model sees as DICOM objects", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="scans, or folders to search for them")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="new or empty folder")
    parser.add_argument("--dicomdir", action="store_true", help="write a DICOMDIR too, for a disk or stick")
    parser.add_argument(
        "--model", help="name, name-version or a bundle's folder; default: the active one of `models list`"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress, no line for each unreadable file")
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Judge and write, and return the exit code."""
    # Reading the command line must not wait for these.
    from tumorviewer.dicom_out.export import write_dicom
    from tumorviewer.imaging.discover import discover
    from tumorviewer.storage.library import Library

    predictor = _predictor(options.model)
    secret, library = user_secret(), Library(user_data())
    try:
        items = [item for found in discover(options.paths) for item in _items(found.path, library)]
        with progress_bar(len(items), "scans", quiet=options.quiet) as bar:
            done = write_dicom(
                items, options.output, predictor, secret,
                dicomdir=options.dicomdir, report=lambda _: bar.update(),
            )  # fmt: skip
    except OSError as error:
        raise cannot_write("DICOM objects", options.output, error) from error
    finally:
        library.close()
    if not options.quiet:
        for failure in done.failed:
            say(str(failure))
    print(f"{plural(done.written, 'scan')} written" + (f", {len(done.failed):,} could not be." if done.failed else "."))
    return EXIT_FAILED if done.failed else EXIT_DONE


def _predictor(name: str | None) -> "Predictor":
    from tumorviewer.inference.bundle import load_bundle
    from tumorviewer.inference.card import BundleError
    from tumorviewer.inference.catalogue import NoModelError, find
    from tumorviewer.inference.predictor import Predictor

    try:
        return Predictor(load_bundle(find(name)))
    except NoModelError as error:
        raise CommandError(str(error), EXIT_USAGE) from error
    except BundleError as error:
        raise CommandError(str(error)) from error


def _items(path: Path, library: "Library") -> "Iterator[DicomItem]":
    """Yield the frames of a file with their labels; what cannot be read is told when it is to be written."""
    from tumorviewer.dicom_out.items import DicomItem
    from tumorviewer.imaging.errors import ScanError
    from tumorviewer.imaging.load import open_source

    try:
        source = open_source(path)
    except ScanError:
        yield DicomItem(path)
        return
    reviews = _reviews(library, source.sha256)
    for frame in range(source.frames):
        yield DicomItem(path, frame, label=reviews.get(frame, ""))


def _reviews(library: "Library", sha256: str) -> dict[int, str]:
    try:
        return {frame: review.label for frame, review in library.reviews.of([sha256]).get(sha256, {}).items()}
    except sqlite3.Error as error:
        say(f"Labels could not be looked up: {error}.")
        return {}
