"""``tumorviewer self-test``: does this installation read, crop, judge and learn as it should? On drawn heads only."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tumorviewer.cli.common import EXIT_DONE, EXIT_FAILED, cannot_write
from tumorviewer.cli.events import add_events_option, tell_window
from tumorviewer.paths import user_data

if TYPE_CHECKING:
    from training.child import Child
    from training.events import Found
    from tumorviewer.cli.selftest.page import Check, Line
    from tumorviewer.cli.selftest.window import Cancelled


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser("self-test", help="check that this installation works", description=__doc__)
    parser.add_argument("--model", help="name, name-version or a bundle's folder; default: the active one")
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="also write the page: .html for a browser, else plain text"
    )
    parser.add_argument("--quick", action="store_true", help="do not train a model, which takes the most time")
    add_events_option(parser)
    # The checks of the window are processes too.
    parser.add_argument("--window", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--train", type=Path, help=argparse.SUPPRESS)
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Check everything, print the page, and return 0 if all is well, else 1."""
    if options.window is not None:
        return _be_the_window(options.window, options.train)
    if options.events:
        return tell_window(user_data() / "logs" / "self-test.log", lambda child: _for_window(options, child))
    from tumorviewer.cli.selftest.page import Page

    page = Page(sys.stdout)
    with _checks(options, lambda: False) as checks:
        for check in checks:
            page.do(check)
    page.end()
    if options.report is not None:
        try:
            page.save(options.report)
        except OSError as error:
            raise cannot_write("report", options.report, error) from error
    return EXIT_FAILED if page.failed else EXIT_DONE


def _be_the_window(folder: Path, data: Path | None) -> int:
    from tumorviewer.cli.selftest.window import answer, open_window

    if data is None:
        return open_window(folder)
    from tumorviewer.cli.selftest.training_tab import train_in_window

    return answer(lambda: train_in_window(folder, data))


def _for_window(options: argparse.Namespace, child: "Child") -> "Found":
    """Tell the lines as they come, and in the end the page."""
    from training.errors import TrainingCancelled
    from training.events import Checked, Checking, Found
    from tumorviewer.cli.selftest.page import Page

    def told(line: "Line") -> None:
        child.report(Checked(line.mark, line.what, line.found, line.seconds))

    page = Page(sys.stdout, told)
    with _checks(options, child.cancelled) as checks:
        for number, check in enumerate(checks):
            if child.cancelled():
                raise TrainingCancelled
            child.report(Checking(check.what, number, len(checks)))
            page.do(check)
    page.end()
    return Found("self-test", {"failed": page.failed, "page": page.as_html()})


@contextmanager
def _checks(options: argparse.Namespace, cancelled: "Cancelled") -> "Iterator[list[Check]]":
    """Give the checks in the order of the page; the network is watched from now on. What they write is removed."""
    from tumorviewer.cli.selftest import completeness, judging, learning, network, reading, window

    contacts = network.watch()
    # Of a check that was ended something may still write.
    with tempfile.TemporaryDirectory(prefix="tumorviewer-self-test-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        parts: dict[str, Callable[[], Iterator[Check]]] = {
            "reading": lambda: reading.checks(folder / "头部扫描"),  # a name that is not ASCII, as clinics have them
            "judging": lambda: judging.checks(options.model),
            "completeness": lambda: completeness.checks(quick=options.quick),
            "the window": lambda: window.checks(folder, cancelled),
            "learning": lambda: learning.checks(folder, cancelled, quick=options.quick),
            "the network": lambda: network.checks(contacts),
        }
        yield [check for name, part in parts.items() for check in _all_of(name, part)]


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
