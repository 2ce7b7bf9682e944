"""``tumorviewer compare``: whether a new model should take the place of the current one."""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tumorviewer.cli.common import EXIT_DONE, EXIT_USAGE, CommandError, count
from tumorviewer.cli.events import add_events_option, tell_window
from tumorviewer.cli.stages import cache_folder, stage_bars

if TYPE_CHECKING:
    from training.child import Child
    from training.events import Cancelled, Found, Report
    from training.promotion import Promotion

FILE_NAME = "comparison.json"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser(
        "compare",
        help="compare two models on scans that neither was made from",
        description="Lets both models judge the same scans and says whether the new one is better, worse, or cannot be "
        "told apart: sensitivity of each class with its interval, and McNemar's test.",
    )
    parser.add_argument("new", metavar="NEW", help="name or folder of the new model")
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with a folder a class, or an index CSV")
    parser.add_argument("--current", metavar="NAME", help="the model to compare with; default: the active one")
    parser.add_argument("--output", type=Path, metavar="DIR", help=f"folder for {FILE_NAME}")
    parser.add_argument("--decisions", type=Path, metavar="FILE", help="CSV of decisions that the new model's run used")
    parser.add_argument("--patient-pattern", metavar="REGEX", help="default: that of the new model")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="folder of fingerprints (default: the user's folder)")
    parser.add_argument("--threads", type=count, metavar="N", help="default: all cores")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    add_events_option(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Compare and say; return 0.

    Raises
    ------
    CommandError
        If a model or the data cannot be used.
    """
    if args.events:
        return tell_window(_log(args), lambda child: _for_window(args, child))
    # Reading the command line must not wait for these.
    from training.errors import DatasetError, TrainingError
    from training.events import Progress
    from training.failures import explain
    from tumorviewer.inference.card import BundleError

    try:
        with stage_bars(quiet=args.quiet) as tell:
            found = _compare(
                args,
                lambda event: tell(event.stage, event.done, event.total) if isinstance(event, Progress) else None,
                lambda: False,
            )
    except (DatasetError, BundleError) as error:
        raise CommandError(str(error), EXIT_USAGE) from error
    except (TrainingError, OSError) as error:
        raise CommandError(explain(error, args.output or Path()).message) from error
    for item in (*found.labels, found.overall):
        print(
            f"{item.name}: {item.new.value:.3f} ({item.new.low:.3f} to {item.new.high:.3f}), current "
            f"{item.current.value:.3f} ({item.current.low:.3f} to {item.current.high:.3f}), {item.new.n} scans, "
            f"p {item.p_value:.2g}"
        )
    print(found.sentence)
    return EXIT_DONE


def _log(args: argparse.Namespace) -> Path:
    from tumorviewer.paths import user_data

    return (args.output or user_data() / "logs") / "compare.log"


def _for_window(args: argparse.Namespace, child: "Child") -> "Found":
    from training.events import Found

    return Found("promotion", _compare(args, child.report, child.cancelled).to_dict())


def _compare(args: argparse.Namespace, report: "Report", cancelled: "Cancelled") -> "Promotion":
    # As in `run`.
    from training.config import TrainConfig
    from training.duplicates import ensure_groups
    from training.events import Progress
    from training.preparing import read_decided
    from training.promotion import compare_models
    from tumorviewer.files import atomic_write
    from tumorviewer.inference.bundle import load_bundle
    from tumorviewer.inference.catalogue import find

    new, current = load_bundle(find(args.new)), load_bundle(find(args.current))
    # The data have to be read as they were for the new model: its card tells the pattern.
    pattern = args.patient_pattern or dict(new.card.training.get("config", {})).get("patient_pattern") or ""
    config = replace(TrainConfig(), patient_pattern=str(pattern))
    dataset, _ = read_decided(config, args.data, args.decisions)
    dataset = ensure_groups(
        dataset,
        cache_folder(args.cache),
        report=lambda done, total: report(Progress("audit", done, total)),
        cancelled=cancelled,
    )
    found = compare_models(new, current, dataset, threads=args.threads, report=report, cancelled=cancelled)
    if args.output is not None:
        with atomic_write(args.output / FILE_NAME) as stream:
            json.dump(found.to_dict(), stream, indent=1)
    return found
