"""``tumorviewer report``: what the model sees in scans, as a PDF to read or as JSON for programs.

One scan has a page with picture, crop, heat map and probabilities; several are a list, or have a page each with
--pages. The slices of one series stand in their order, and what they say together comes first. Labels and notes that
were given in the window are in it, and so are its letterhead and logo. Who the patients are is only said with
--patient-data. Exit code 0: every scan was read; 1: some were not, and the report says so.
"""

import argparse
import os
import sqlite3
import sys
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tumorviewer import __version__
from tumorviewer.cli.common import (
    EXIT_DONE,
    EXIT_FAILED,
    EXIT_USAGE,
    CommandError,
    cannot_write,
    count,
    plural,
    progress_bar,
    say,
)
from tumorviewer.cli.judging import bundle_of, counted, found_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tumorviewer.imaging.discover import Found
    from tumorviewer.inference.batch import Answer
    from tumorviewer.inference.bundle import Bundle
    from tumorviewer.reports.document import Letterhead, Report, ReportedScan, ReportedSeries
    from tumorviewer.state.settings import Settings
    from tumorviewer.storage.library import Library

SUFFIXES: Final = (".pdf", ".json")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "report", help="write what the model sees as a PDF to read, or as JSON", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="scans, or folders to search for them")
    parser.add_argument("--output", type=Path, required=True, help="a .pdf or .json file")
    parser.add_argument(
        "--model", help="name, name-version or a bundle's folder; default: the active one of `models list`"
    )
    parser.add_argument("--threads", type=count, help="at most this many; default: one for each core")
    parser.add_argument("--pages", action="store_true", help="a page for each scan, however many there are")
    parser.add_argument(
        "--series", action="store_true", help="take the pictures of a folder as slices of one head, too"
    )
    parser.add_argument("--patient-data", action="store_true", help="with name, number and birth date of the patients")
    parser.add_argument("--full-paths", action="store_true", help="with the folders of the files")
    parser.add_argument("--letterhead", type=Path, metavar="FILE", help="text; default: that of the window's settings")
    parser.add_argument("--logo", type=Path, metavar="FILE", help="picture; default: that of the window's settings")
    parser.add_argument("--quiet", action="store_true", help="no progress, no line for each unreadable file")
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Write the report, and return the exit code."""
    _check(options)
    bundle = bundle_of(options.model)
    found, skipped = found_in(options.paths)
    if not found:
        raise CommandError("No images were found there: there is nothing to report on.")
    from tumorviewer.paths import user_data
    from tumorviewer.state.settings import Settings
    from tumorviewer.storage.library import Library

    folder = user_data()
    settings = Settings(folder / "settings.ini")
    with closing(Library(folder)) as library, _speaking(settings):
        scans = _judged(found, bundle, library, options)
        report = _report(options, settings, bundle, scans)
        try:
            _write(report, options, library)
        except OSError as error:
            raise cannot_write("report", options.output, error) from error
    failed = sum(1 for scan in scans if scan.error is not None)
    if not options.quiet:
        say(_said(len(scans), failed, skipped, options.output))
    return EXIT_FAILED if failed else EXIT_DONE


# ---------------------------------------------------------------- what goes in


def _judged(
    found: "list[Found]", bundle: "Bundle", library: "Library", options: argparse.Namespace
) -> "list[ReportedScan]":
    """Return all frames with their answers, and with what was said of them in the window."""
    from tumorviewer.inference.batch import judge_files
    from tumorviewer.inference.card import BundleError

    scans = []
    with progress_bar(len(found), "scans", quiet=options.quiet) as bar:
        try:
            with closing(judge_files(bundle, counted(found, bar), threads=options.threads)) as answers:
                for answer in answers:
                    scans.append(_scan(answer))
                    if answer.error is not None and not options.quiet:
                        bar.write(str(answer.error))
        except BundleError as error:
            raise CommandError(str(error)) from error
    return _reviewed(scans, library)


def _scan(answer: "Answer") -> "ReportedScan":
    """Return the part of an answer that is reported: activation maps of thousands would fill the memory."""
    from tumorviewer.reports.document import ReportedScan
    from tumorviewer.storage.answers import StoredAnswer

    judged = answer.prediction
    return ReportedScan(
        path=answer.path,
        frame=answer.frame,
        frames=answer.frames,
        sha256=answer.sha256,
        error=answer.error,
        answer=StoredAnswer.from_prediction(judged) if judged is not None else None,
        crop_kind="automatic" if judged is None or judged.crop is not None else "whole",
    )


def _reviewed(scans: "list[ReportedScan]", library: "Library") -> "list[ReportedScan]":
    """Add labels and notes of the reviewer, which the window keeps by content."""
    try:
        reviews = library.reviews.of({scan.sha256 for scan in scans if scan.sha256})
    except sqlite3.Error as error:
        raise CommandError(f"The labels that were given in the window cannot be read: {error}") from error
    done = []
    for scan in scans:
        review = reviews.get(scan.sha256, {}).get(scan.frame)
        done.append(scan if review is None else replace(scan, label=review.label, note=review.note))
    return done


def _report(
    options: argparse.Namespace, settings: "Settings", bundle: "Bundle", scans: "list[ReportedScan]"
) -> "Report":
    from tumorviewer.reports.document import Report, ReportedModel

    card = bundle.card
    scans, together = _as_series(scans, bundle, folders=options.series)
    return Report(
        created=datetime.now().astimezone(),
        program=__version__,
        scans=tuple(scans),
        together=together,
        model=ReportedModel(
            card.name, card.version, bundle.model_sha256, card.thresholds.certain, card.classes, bundle.folder
        ),
        letterhead=_letterhead(options, settings),
        detailed=options.pages or len(scans) == 1,
        with_patient=options.patient_data,
        with_paths=options.full_paths,
    )


def _as_series(
    scans: "list[ReportedScan]", bundle: "Bundle", *, folders: bool
) -> "tuple[list[ReportedScan], ReportedSeries | None]":
    """Return the scans in the order of their slices, with what they say together, if all are of one series."""
    from tumorviewer.cli.stacking import Slice, answer_together, use_in_series
    from tumorviewer.imaging.errors import ScanError
    from tumorviewer.imaging.stacks import stack_key
    from tumorviewer.imaging.survey import survey
    from tumorviewer.reports.document import ReportedSeries

    try:
        surveyed = {path: survey(path) for path in {scan.path for scan in scans}}
    except ScanError:  # whatever it is, it is no slice of the others' series
        return scans, None
    stacks = {stack_key(one) for one in surveyed.values()}
    kind, _, name = next(iter(stacks))
    if len(stacks) > 1 or len(scans) < 2 or (kind == "folder" and not folders):
        return scans, None
    slices = []
    for scan in scans:
        answer = scan.answer
        use = use_in_series(surveyed[scan.path], answer.verdict if answer is not None else None)
        shares = answer.probabilities if answer is not None else (0.0,) * len(bundle.classes)
        slices.append((Slice(surveyed[scan.path], scan.frame, use, tuple(shares)), scan))
    slices.sort(key=lambda pair: pair[0].order)
    together = ReportedSeries(*answer_together([one for one, _ in slices], bundle))
    named = name if kind == "series" else ""  # folders may be called like patients
    return [replace(scan, series=named) for _, scan in slices], together


def _letterhead(options: argparse.Namespace, settings: "Settings") -> "Letterhead":
    """Return what was asked for, else what the window's settings say."""
    from tumorviewer.reports.document import Letterhead
    from tumorviewer.state.settings import REPORT_LETTERHEAD, REPORT_LOGO

    text, logo = settings.get(REPORT_LETTERHEAD), settings.get(REPORT_LOGO)
    if options.letterhead is not None:
        try:
            text = options.letterhead.read_text(encoding="utf-8-sig", errors="replace")
        except OSError as error:
            why = error.strerror or error
            raise CommandError(
                f"--letterhead {str(options.letterhead)!r} cannot be read: {why}.", EXIT_USAGE
            ) from error
    return Letterhead(text, options.logo or (Path(logo) if logo else None))


# ---------------------------------------------------------------- where it goes


def _write(report: "Report", options: argparse.Namespace, library: "Library") -> None:
    """Write the file; what is slow about it has a bar, too."""
    from tumorviewer.reports.as_json import write_json
    from tumorviewer.reports.logo import read_logo
    from tumorviewer.reports.pdf import write_pdf
    from tumorviewer.reports.people import with_people
    from tumorviewer.reports.pictures import FilePictures

    report = with_people(report, lambda _: None, lambda: False)
    with progress_bar(len(report.scans), "rows", quiet=options.quiet) as bar:
        done = 0

        def told(number: int) -> None:
            nonlocal done
            bar.update(number - done)
            done = number

        if options.output.suffix.lower() == ".json":
            write_json(report, options.output, told=told, stopped=lambda: False)
            return
        logo_file = report.letterhead.logo
        logo = read_logo(logo_file)
        if logo_file is not None and logo.isNull():
            bar.write(f"The report has no logo: {str(logo_file)!r} is no picture that can be read.")
        pictures = FilePictures(report.model, library.cache)
        write_pdf(report, options.output, pictures, logo, told=told, stopped=lambda: False)


@contextmanager
def _speaking(settings: "Settings") -> "Iterator[None]":
    """Have fonts, and the language of the window, without showing anything."""
    # Where people look at screens, one is there; elsewhere letters are drawn without.
    if sys.platform != "win32":
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        from PySide6.QtGui import QGuiApplication
    except ImportError as error:
        raise CommandError(f"Reports cannot be drawn, a part of the system is missing: {error}.") from error
    from tumorviewer.app.languages import Languages
    from tumorviewer.state.settings import LANGUAGE

    app = QGuiApplication.instance() or QGuiApplication(["tumorviewer"])
    languages = Languages()
    languages.use(settings.get(LANGUAGE))
    try:
        yield
    finally:
        languages.close()
        del app


def _check(options: argparse.Namespace) -> None:
    if options.output.suffix.lower() not in SUFFIXES:
        raise CommandError(f"--output must end in .pdf or .json, not {options.output.name!r}.", EXIT_USAGE)
    if options.output.is_dir():
        raise CommandError(f"--output {str(options.output)!r} is a folder; name a file.", EXIT_USAGE)


def _said(scans: int, failed: int, skipped: int, output: Path) -> str:
    parts = [f"{plural(scans, 'scan')} in {str(output)!r}"]
    if failed:
        parts.append(f"{failed:,} of them could not be read")
    if skipped:
        parts.append(f"{plural(skipped, 'file')} skipped that {'is' if skipped == 1 else 'are'} no image")
    return ", ".join(parts) + "."
