"""``tumorviewer doubtful``: labels of a data set that are likely wrong, for a person to look at."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tumorviewer.cli.common import EXIT_DONE, EXIT_USAGE, CommandError, count, plural
from tumorviewer.cli.events import add_events_option, tell_window
from tumorviewer.cli.stages import cache_folder, stage_bars

if TYPE_CHECKING:
    from training.child import Child
    from training.dataset import Dataset
    from training.doubtful import DoubtfulLabels
    from training.events import Found

FILE_NAME = "doubtful.csv"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser(
        "doubtful",
        help="find labels of a data set that are likely wrong",
        description="Judges every scan by a classifier that saw neither its patient nor its copies, and lists the "
        f"labels that it surely disagrees with in {FILE_NAME}. Nothing is changed: to relabel or leave out scans, give "
        "`train` a file of decisions.",
    )
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with a folder a class, or an index CSV")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder for the list")
    judge = parser.add_mutually_exclusive_group()
    judge.add_argument(
        "--model", metavar="NAME", help="whose embeddings to use; best one that these labels did not teach"
    )
    judge.add_argument(
        "--answers",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="take no classifier but these predictions.csv of cross-validated runs, each of the fold that its model "
        "never saw",
    )
    parser.add_argument("--decisions", type=Path, metavar="FILE", help="CSV of decisions that hold already")
    parser.add_argument("--patient-pattern", metavar="REGEX", help="finds the patient in file names")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where to keep crops (default: the user's folder)")
    parser.add_argument("--threads", type=count, metavar="N", help="default: all cores")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the cross-validation (default 0)")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    add_events_option(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Find and list; return 0.

    Raises
    ------
    CommandError
        If the data or the model cannot be used, or the list cannot be written.
    """
    if args.events:
        return tell_window(args.output / "doubtful.log", lambda child: _for_window(args, child))
    # Reading the command line must not wait for these.
    from training.errors import DatasetError, TrainingError
    from training.failures import explain
    from tumorviewer.inference.card import BundleError

    try:
        with stage_bars(quiet=args.quiet) as tell:
            found = _find(args, _read(args), tell, None)
    except (DatasetError, BundleError) as error:
        raise CommandError(str(error), EXIT_USAGE) from error
    except (TrainingError, OSError) as error:
        raise CommandError(explain(error, args.output).message) from error
    for item in found.labels[:20]:
        print(f"{item.path}: {item.given}, rather {item.suggested} ({item.suggested_probability:.0%})")
    print(f"{plural(len(found.labels), 'doubtful label')} of {found.judged:,}: {args.output / FILE_NAME}")
    return EXIT_DONE


def _for_window(args: argparse.Namespace, child: "Child") -> "Found":
    # As in `run`.
    from training.digests import contents_of
    from training.doubtful import KEPT_NAME, keep_doubtful
    from training.events import Found, Progress

    dataset = _read(args)
    found = _find(args, dataset, lambda what, done, total: child.report(Progress(what, done, total)), child.cancelled)
    keep_doubtful(found, contents_of(dataset, cache_folder(args.cache)), args.output / KEPT_NAME)
    return Found("doubtful", found.to_dict())


def _read(args: argparse.Namespace) -> "Dataset":
    # As in `run`.
    from training.dataset import read_dataset

    return read_dataset(args.data, patient_pattern=args.patient_pattern)


def _find(
    args: argparse.Namespace,
    dataset: "Dataset",
    stage: Callable[[str, int, int], None],
    cancelled: Callable[[], bool] | None,
) -> "DoubtfulLabels":
    # As in `run`.
    from training.cache import build_cache
    from training.doubtful import doubtful_labels, write_doubtful
    from training.duplicates import ensure_groups
    from training.out_of_fold import doubtful_by_answers
    from training.preparing import decide
    from tumorviewer.inference.bundle import load_bundle
    from tumorviewer.inference.catalogue import find

    dataset, _ = decide(dataset, args.decisions)
    if args.answers:
        found = doubtful_by_answers(dataset, args.answers)
        write_doubtful(found, args.output / FILE_NAME)
        return found
    bundle = load_bundle(find(args.model))
    cache = cache_folder(args.cache)
    dataset = ensure_groups(
        dataset, cache, report=lambda done, total: stage("reading scans", done, total), cancelled=cancelled
    )
    crops = build_cache(
        dataset.samples,
        bundle.spec,
        cache,
        report=lambda done, total: stage("cropping scans", done, total),
        cancelled=cancelled,
    )
    found = doubtful_labels(
        dataset, crops, bundle, cache, threads=args.threads, seed=args.seed, stage=stage, cancelled=cancelled
    )
    write_doubtful(found, args.output / FILE_NAME)
    return found
