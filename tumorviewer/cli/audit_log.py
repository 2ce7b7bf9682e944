"""``tumorviewer audit-log``: whether the log of what was done is whole, and the log itself."""

import argparse
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tumorviewer import paths
from tumorviewer.cli.common import EXIT_DONE, EXIT_FAILED, EXIT_USAGE, CommandError, cannot_write, say
from tumorviewer.files import atomic_write
from tumorviewer.storage.audit_log import FILE, AuditLog
from tumorviewer.storage.database import Problem, Trouble


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser(
        "audit-log",
        help="check or write out the log of what was done",
        description="The window keeps a log of what was opened, answered, labelled and exported. Each entry holds a "
        "hash of the one before: `verify` finds any that was changed, removed or added. Scans are named by the hash "
        "of their content.",
    )
    parser.add_argument("--log", type=Path, metavar="FILE", help="default: the log in the user's folder")
    actions = parser.add_subparsers(metavar="ACTION", title="actions", required=True)
    verify = actions.add_parser("verify", help="look through the whole log for changes")
    verify.add_argument("--noted", default="", metavar="HASH", help="a hash noted earlier, which must still be there")
    verify.set_defaults(func=_verify)
    export = actions.add_parser("export", help="write all entries, a line of JSON each")
    export.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")
    export.set_defaults(func=_export)


def _verify(args: argparse.Namespace) -> int:
    with _opened(args.log) as log:
        found = log.verify(args.noted.strip().lower())
    print(f"{found.entries} entries in order, up to the hash {found.head}")
    if not found.is_whole:
        say(found.fault)
        return EXIT_FAILED
    return EXIT_DONE


def _export(args: argparse.Namespace) -> int:
    with _opened(args.log) as log:
        if args.output is None:
            log.export(sys.stdout)
            return EXIT_DONE
        try:
            with atomic_write(args.output) as stream:
                log.export(stream)
        except OSError as error:
            raise cannot_write("log", args.output, error) from error
    return EXIT_DONE


@contextmanager
def _opened(chosen: Path | None) -> Iterator[AuditLog]:
    path = chosen or paths.user_data() / FILE
    if not path.is_file():
        raise CommandError(f"There is no audit log at {str(path)!r}: the window has not been used.", EXIT_USAGE)
    problems: list[Problem] = []
    log = AuditLog(path, problems.append)
    try:
        yield log
    except sqlite3.Error as error:
        raise CommandError(f"The audit log cannot be read: {error}.") from error
    finally:
        log.close()
    damaged = next((problem for problem in problems if problem.trouble is Trouble.DAMAGED), None)
    if damaged is not None:
        kept = f"; it was kept as {damaged.kept.name!r}" if damaged.kept is not None else ""
        raise CommandError(f"{path.name} is no audit log, or damaged beyond reading{kept}.")
