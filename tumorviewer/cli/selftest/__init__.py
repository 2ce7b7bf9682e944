"""``tumorviewer self-test``: does this installation read, crop, judge and learn as it should? On drawn heads only."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tumorviewer.cli.common import EXIT_DONE, EXIT_FAILED, cannot_write

if TYPE_CHECKING:
    from tumorviewer.cli.selftest.page import Check


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser("self-test", help="check that this installation works", description=__doc__)
    parser.add_argument("--model", help="name, name-version or a bundle's folder; default: the active one")
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="also write the page: .html for a browser, else plain text"
    )
    parser.add_argument("--quick", action="store_true", help="do not train a model, which takes the most time")
    parser.add_argument("--window", type=Path, help=argparse.SUPPRESS)  # the check of the window is a process too
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Check everything, print the page, and return 0 if all is well, else 1."""
    if options.window is not None:
        from tumorviewer.cli.selftest.window import open_window

        return open_window(options.window)
    from tumorviewer.cli.selftest.page import Page

    page = Page(sys.stdout)
    with tempfile.TemporaryDirectory(prefix="tumorviewer-self-test-") as folder:
        for check in _checks(Path(folder), options.model, quick=options.quick):
            page.do(check)
    page.end()
    if options.report is not None:
        try:
            page.save(options.report)
        except OSError as error:
            raise cannot_write("report", options.report, error) from error
    return EXIT_FAILED if page.failed else EXIT_DONE


def _checks(folder: Path, model: str | None, *, quick: bool) -> "Iterator[Check]":
    """Yield the checks in the order of the page; the network is watched from the first on."""
    from tumorviewer.cli.selftest import judging, learning, network, reading, window

    contacts = network.watch()
    parts = {
        "reading": lambda: reading.checks(folder / "头部扫描"),  # a name that is not ASCII, as clinics have them
        "judging": lambda: judging.checks(model),
        "the window": lambda: window.checks(folder),
        "learning": lambda: learning.checks(folder, quick=quick),
        "the network": lambda: network.checks(contacts),
    }
    for name, part in parts.items():
        yield from _all_of(name, part)


def _all_of(name: str, part: "Callable[[], Iterator[Check]]") -> "Iterator[Check]":
    """Yield the checks of a part; one that cannot even begin is a line of the page too."""
    from tumorviewer.cli.selftest.page import Check, CheckFailedError

    try:
        yield from part()
    except Exception as error:  # noqa: BLE001  # as each check: whatever goes wrong is reported, and the rest goes on
        why = CheckFailedError(f"could not begin: {error}")

        def fail() -> str:
            raise why

        yield Check(name, fail)
