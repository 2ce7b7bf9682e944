"""``tumorviewer crop``: the cropped scans of a data set as pictures in train and test class folders."""

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from tumorviewer.cli.common import EXIT_DONE, EXIT_FAILED, EXIT_USAGE, CommandError, cannot_write, count, plural, say
from tumorviewer.cli.events import add_events_option, tell_window
from tumorviewer.cli.stages import cache_folder, stage_bars
from tumorviewer.paths import user_data

if TYPE_CHECKING:
    from training.child import Child
    from training.crops import Export
    from training.dataset import Dataset, Problem
    from training.events import Found
    from training.split import Split


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser(
        "crop",
        help="write the cropped scans of a data set as pictures",
        description="Crop every scan to the head and write it below DIR/train/CLASS and DIR/test/CLASS. "
        "A stopped export goes on when the same command is given again.",
    )
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with a folder a class, or an index CSV")
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="new or empty folder for the pictures"
    )
    parser.add_argument(
        "--size", type=int, default=224, metavar="N", help="side of the pictures in pixels (default 224)"
    )
    parser.add_argument(
        "--split",
        choices=("groups", "published"),
        default="groups",
        help="groups: copies and patients whole (default); published: the folders' own train and test",
    )
    parser.add_argument("--fold", type=int, metavar="K", help="with folds in the index: test is this fold")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the random split (default 0)")
    parser.add_argument("--format", choices=("png", "jpg"), default="png", help="of the pictures (default png)")
    parser.add_argument("--decisions", type=Path, metavar="FILE", help="CSV of decisions about labels (see doubtful)")
    parser.add_argument("--patient-pattern", metavar="REGEX", help="finds the patient in file names")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where to keep crops (default: the user's folder)")
    parser.add_argument("--workers", type=count, metavar="N", help="processes (default: all cores)")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    add_events_option(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Crop and write; return 0, or 1 if some files could not be read.

    Raises
    ------
    CommandError
        If the data, the settings or the output folder cannot be used.
    """
    if args.fold is not None and args.split == "published":
        raise CommandError("--fold and --split published exclude each other.", EXIT_USAGE)
    if args.events:
        return tell_window(user_data() / "logs" / "crop.log", lambda child: _for_window(args, child))
    # Reading the command line must not wait for these.
    from training.errors import ConfigError, DatasetError, TrainingError

    try:
        with stage_bars(quiet=args.quiet) as tell:
            export, split, problems = _crop(args, tell, None)
    except (ConfigError, DatasetError) as error:
        raise CommandError(str(error), EXIT_USAGE) from error
    except TrainingError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise cannot_write("crops", args.output, error) from error
    print(f"{plural(export.written, 'crop')} written, {export.kept:,} were there. {split.how}.")
    if not split.leak_free:
        print("This split is leaky: results on its test part say little about new patients.")
    for problem in problems:
        say(f"{str(problem.path)!r}: {problem.reason}")
    return EXIT_FAILED if problems else EXIT_DONE


def _for_window(args: argparse.Namespace, child: "Child") -> "Found":
    from training.events import Found, Progress

    export, split, problems = _crop(
        args, lambda what, done, total: child.report(Progress(what, done, total)), child.cancelled
    )
    return Found("crops", {**asdict(export), "split": split.how, "unreadable": len(problems)})


def _crop(
    args: argparse.Namespace, stage: Callable[[str, int, int], None], cancelled: Callable[[], bool] | None
) -> "tuple[Export, Split, list[Problem]]":
    """Read, split, crop and write; return what was written, how it was split, and what could not be read."""
    # As in `run`.
    from training.cache import build_cache
    from training.crops import check_folder, export_crops
    from training.dataset import Problem, read_dataset
    from training.duplicates import ensure_groups
    from training.errors import ConfigError
    from training.preparing import decide
    from tumorviewer.imaging.prepare import InputSpec

    def tell(what: str) -> Callable[[int, int], None]:
        return lambda done, total: stage(what, done, total)

    home = cache_folder(args.cache)
    try:
        spec = InputSpec(size=args.size)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    check_folder(args.output)
    dataset = read_dataset(args.data, patient_pattern=args.patient_pattern)
    dataset, applied = decide(dataset, args.decisions)
    dataset = ensure_groups(dataset, home, workers=args.workers, report=tell("reading scans"), cancelled=cancelled)
    split = _split(dataset, args)
    cache = build_cache(
        dataset.samples, spec, home, workers=args.workers, report=tell("cropping scans"), cancelled=cancelled
    )
    export = export_crops(
        dataset,
        cache,
        split,
        args.output,
        made_by={"input": spec.to_dict()} | ({"decisions": applied.digest} if applied.digest else {}),
        picture_format=args.format,
        report=tell("writing pictures"),
        cancelled=cancelled,
    )
    unreadable = [Problem(dataset.samples[index].path, reason) for index, reason in sorted(cache.errors.items())]
    return export, split, [*dataset.problems, *unreadable]


def _split(dataset: "Dataset", args: argparse.Namespace) -> "Split":
    """Split into train and test only, as the course did: validation is part of training here."""
    # As in `run`: not before they are needed.
    import numpy as np

    from training.split import Split, split_dataset

    split = split_dataset(dataset, test_fold=args.fold, seed=args.seed, published=args.split == "published")
    train = np.sort(np.concatenate([split.train, split.validation]))
    return Split(train, split.validation[:0], split.test, split.leak_free, split.how)
