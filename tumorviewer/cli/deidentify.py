"""``tumorviewer deidentify``: DICOM files written again without who they are about.

By the Basic Application Level Confidentiality Profile (DICOM PS3.15 annex E). Patients get codes and objects new UIDs,
the same ones each time on this computer. deidentification-log.csv in DIR says what was done. The picture itself is not
looked at: what may hold burned-in text is named, and slices of a head can show a face. Exit code 0: all was written; 1:
some files could not be read.
"""

import argparse
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from tumorviewer.cli.common import (
    EXIT_DONE,
    EXIT_FAILED,
    CommandError,
    cannot_write,
    plural,
    progress_bar,
    say,
)
from tumorviewer.paths import user_data

if TYPE_CHECKING:
    from tumorviewer.dicom_out.deidentify import Deidentified


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "deidentify", help="write DICOM files again without patient data", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="DICOM files, or folders to search for them"
    )
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="new or empty folder")
    dates = parser.add_mutually_exclusive_group()
    dates.add_argument("--keep-dates", action="store_true", help="keep dates and times as they are")
    dates.add_argument("--shift-dates", action="store_true", help="move all dates of a patient by the same days")
    parser.add_argument("--keep-device", action="store_true", help="keep names and numbers of scanner and station")
    parser.add_argument(
        "--clean-graphics", action="store_true", help="keep drawn shapes of annotations, not their texts"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress, no line for each unreadable file")
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Write, and return the exit code."""
    # Reading the command line must not wait for these.
    from tumorviewer.dicom_out.deidentify import LOG, deidentify
    from tumorviewer.dicom_out.profile import Dates, Options
    from tumorviewer.imaging.discover import discover

    dates = Dates.KEEP if options.keep_dates else Dates.SHIFT if options.shift_dates else Dates.REMOVE
    chosen = Options(dates, keep_device=options.keep_device, clean_graphics=options.clean_graphics)
    found = list(discover(options.paths))
    secret = user_secret()
    try:
        with progress_bar(len(found), "files", quiet=options.quiet) as bar:
            done = deidentify(found, options.output, secret, chosen, report=lambda _: bar.update())
    except OSError as error:
        raise cannot_write("files", options.output, error) from error
    _say_what_became(done, options)
    say(f"What was done to each file: {str(options.output / LOG)!r}.")
    return EXIT_FAILED if done.failed else EXIT_DONE


def user_secret() -> str:
    """Return the text that codes of patients are made with; kept in the user's folder.

    Raises
    ------
    CommandError
        If it can be neither read nor saved: other codes each time would be of no use.
    """
    from tumorviewer.storage.library import Library  # as above

    library = Library(user_data())
    try:
        if not library.reviews.saves:
            raise CommandError(f"The secret that codes are made with cannot be kept in {str(user_data())!r}.")
        return library.reviews.secret()
    except sqlite3.Error as error:
        raise CommandError(f"The secret that codes are made with cannot be read or saved: {error}.") from error
    finally:
        library.close()


def _say_what_became(done: "Deidentified", options: argparse.Namespace) -> None:
    if not options.quiet:
        for error in done.failed:
            say(str(error))
    for warning, files in sorted(done.warnings.items()):
        say(f"Look at them: {warning} ({plural(files, 'file')}).")
    parts = [f"{plural(done.written, 'file')} written"]
    if done.left_out:
        parts.append(f"{done.left_out:,} left out that are no DICOM or copies")
    if done.failed:
        parts.append(f"{len(done.failed):,} could not be read")
    print(", ".join(parts) + ".")
