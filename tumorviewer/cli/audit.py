"""``tumorviewer audit``: duplicates, leaks, contradictions and shortcuts of a data set."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tumorviewer.cli.common import EXIT_DONE, EXIT_FAILED, EXIT_USAGE, CommandError, cannot_write, count, say
from tumorviewer.cli.events import add_events_option, tell_window
from tumorviewer.cli.stages import cache_folder, stage_bars

if TYPE_CHECKING:
    from training.child import Child
    from training.events import Found


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser(
        "audit",
        help="look for duplicates, leaks and shortcuts in a data set",
        description="Look for copies (also mirrored, resized, re-encoded), leaks between the parts of a split, "
        "contradicting labels and shortcuts; write audit.html, audit.json, duplicates.csv and conflicts.csv.",
    )
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with a folder a class, or an index CSV")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder for the report")
    parser.add_argument(
        "--patient-pattern", metavar="REGEX", help="finds the patient in file names, for instance ^(P\\d+)_"
    )
    parser.add_argument(
        "--cache", type=Path, metavar="DIR", help="where to keep fingerprints (default: the user's folder)"
    )
    parser.add_argument("--workers", type=count, metavar="N", help="processes (default: all cores)")
    parser.add_argument("--recipe", type=Path, metavar="FILE", help="settings of the run that the data are meant for")
    parser.add_argument("--decisions", type=Path, metavar="FILE", help="CSV of decisions about labels")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    add_events_option(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Audit and write; return 0, or 1 if some files could not be read.

    Raises
    ------
    CommandError
        If the data cannot be used or the report cannot be written.
    """
    if args.events:
        return tell_window(args.output / "audit.log", lambda child: _for_window(args, child))
    # Reading the command line must not wait for these.
    from training.audit import audit_dataset
    from training.audit_report import write_audit
    from training.dataset import read_dataset
    from training.errors import DatasetError, TrainingError

    try:
        dataset = read_dataset(args.data, patient_pattern=args.patient_pattern)
    except DatasetError as error:
        raise CommandError(str(error), EXIT_USAGE) from error
    try:
        with stage_bars(quiet=args.quiet) as tell:
            audit = audit_dataset(dataset, folder=cache_folder(args.cache), workers=args.workers, stage=tell)
        page = write_audit(audit, args.output)
    except TrainingError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise cannot_write("report", args.output, error) from error
    for sentence in audit.verdict:
        print(f"- {sentence}")
    for result in audit.baselines:
        print(f"  {result.name}: mean sensitivity {result.macro_sensitivity:.1%}")
    print(f"Report: {page}")
    for problem in audit.problems:
        say(f"{str(problem.path)!r}: {problem.reason}")
    return EXIT_FAILED if audit.problems else EXIT_DONE


def _for_window(args: argparse.Namespace, child: "Child") -> "Found":
    """Audit under the settings of a run; the overview is the outcome."""
    # As in `run`.
    from training.audit_report import write_audit
    from training.config import TrainConfig
    from training.events import Found, Progress
    from training.look_over import look_over

    given = {"patient_pattern": args.patient_pattern, "workers": args.workers}
    config = TrainConfig.from_toml(args.recipe, **given) if args.recipe else TrainConfig.from_dict(_told(given))
    overview, audit = look_over(
        args.data,
        config,
        cache_folder(args.cache),
        decisions=args.decisions,
        stage=lambda what, done, total: child.report(Progress(what, done, total)),
        cancelled=child.cancelled,
    )
    write_audit(audit, args.output)
    return Found("overview", overview.to_dict())


def _told(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}
