"""``tumorviewer evaluate``: how well a model answers on labelled scans."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tumorviewer.cli.common import (
    EXIT_DONE,
    EXIT_FAILED,
    EXIT_USAGE,
    CommandError,
    cannot_write,
    count,
    progress_bar,
    say,
)

if TYPE_CHECKING:
    from training.answers import Unreadable
    from training.baselines import BaselineResult
    from training.dataset import Dataset, Problem
    from training.evaluation import Evaluation
    from training.selection import Selection
    from tumorviewer.inference.bundle import Bundle


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser(
        "evaluate",
        help="measure a model on labelled scans and write a report",
        description="Measure a model on labelled scans (class folders, or an index CSV) and write report.html, "
        "evaluation.json and predictions.csv.",
    )
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with a folder a class, or an index CSV")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder for the report")
    parser.add_argument("--model", metavar="NAME", help="model to measure (default: the active one)")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--fold", type=int, metavar="K", help="judge this fold (default: the one that the model never saw)"
    )
    which.add_argument(
        "--published", action="store_true", help="judge the published test part (leaky in public collections)"
    )
    which.add_argument("--all", action="store_true", dest="everything", help="judge all scans")
    parser.add_argument(
        "--quick", action="store_true", help="judge a sample, without baselines: a first impression in seconds"
    )
    parser.add_argument(
        "--doubted", type=Path, metavar="FILE", help="list of `doubtful`: also tell the figures without these scans"
    )
    parser.add_argument("--workers", type=count, metavar="N", help="threads (default: all cores)")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Measure and write; return 0, or 1 if some scans could not be read.

    Raises
    ------
    CommandError
        If the data, the model or the choice of scans cannot be used, or the report cannot be written.
    """
    # Reading the command line must not wait for these.
    from training.dataset import read_dataset
    from training.errors import DatasetError, TrainingError
    from training.evaluation_files import write_evaluation
    from training.selection import quick_sample, select_scans
    from tumorviewer.inference.bundle import BundleError, load_bundle
    from tumorviewer.inference.catalogue import find

    try:
        bundle = load_bundle(find(args.model))
        dataset = read_dataset(args.data)
        fingerprint = dataset.fingerprint()
        chosen = select_scans(
            dataset, bundle.card, fingerprint, fold=args.fold, published=args.published, everything=args.everything
        )
    except (BundleError, DatasetError) as error:
        raise CommandError(str(error), EXIT_USAGE) from error
    chosen = quick_sample(chosen) if args.quick else chosen
    try:
        evaluation = _measure(args, bundle, dataset, fingerprint, chosen)
        page = write_evaluation(evaluation, bundle, dataset, args.output)
    except (TrainingError, BundleError) as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise cannot_write("report", args.output, error) from error
    _tell(evaluation, page)
    lost: list[Problem | Unreadable] = [*dataset.problems, *evaluation.answers.unreadable]
    for problem in lost:
        say(f"{str(problem.path)!r}: {problem.reason}")
    return EXIT_FAILED if lost else EXIT_DONE


def _measure(
    args: argparse.Namespace, bundle: "Bundle", dataset: "Dataset", fingerprint: str, chosen: "Selection"
) -> "Evaluation":
    # As in `run`: not before they are needed.
    from training.evaluate import EvaluationOptions, evaluate

    options = EvaluationOptions(
        fingerprint=fingerprint,
        doubted=_doubted(args.doubted, dataset),
        robustness_scans=40 if args.quick else 200,
        rounds=100 if args.quick else 300,
        workers=args.workers,
    )
    baselines = () if args.quick else _baselines(dataset, chosen)
    with progress_bar(int(chosen.indices.size), "scan", quiet=args.quiet) as bar:
        return evaluate(
            bundle,
            dataset,
            chosen.indices,
            part=chosen.part,
            baselines=baselines,
            options=options,
            report=lambda _: bar.update(1),
        )


def _doubted(path: Path | None, dataset: "Dataset") -> frozenset[int]:
    if path is None:
        return frozenset()
    from training.doubtful import read_listed  # where it is asked for
    from training.errors import DatasetError

    try:
        return read_listed(path, dataset)
    except DatasetError as error:
        raise CommandError(str(error), EXIT_USAGE) from error


def _baselines(dataset: "Dataset", chosen: "Selection") -> tuple["BaselineResult", ...]:
    """Measure the two baselines on the same scans, where there are others for them to learn from."""
    if chosen.others.size == 0:
        return ()
    # scikit-learn takes seconds to import.
    from training.baselines import run_baselines
    from training.split import Split

    say("Measuring the two baselines that know no anatomy (--quick leaves them out; ten thousand scans take minutes).")
    leak_free = chosen.part.leak_free is True
    return run_baselines(dataset, Split(chosen.others, chosen.others[:0], chosen.indices, leak_free, chosen.part.how))


def _tell(evaluation: "Evaluation", page: Path) -> None:
    """Print the figures that matter most."""
    model, data, part = evaluation.model, evaluation.data, evaluation.part
    print(f"{model['name']} {model['version']} on {data['name']}: {data['scans']} scans, {part.how}")
    print(f"{part.standing[0].upper()}{part.standing[1:]}. {part.note}".rstrip())
    for name, words in (("macro_sensitivity", "mean sensitivity"), ("accuracy", "accuracy")):
        figure = evaluation.headline.get(name)
        if figure is not None:
            print(f"{words:>20}: {figure.value:.1%} ({figure.low:.1%} to {figure.high:.1%})")
    for name, row in zip(evaluation.classes, evaluation.per_class, strict=True):
        if row.sensitivity.n:
            print(f"{name:>20}: sensitivity {row.sensitivity.value:.1%}, specificity {row.specificity.value:.1%}")
    trusted = evaluation.without_doubted.get("macro_sensitivity")
    if trusted is not None:
        print(f"{'without doubted':>20}: mean sensitivity {trusted.value:.1%} ({trusted.n} scans)")
    for words, told in _further(evaluation):
        print(f"{words:>20}: {told}")
    for baseline in evaluation.baselines:
        print(f"{'baseline':>20}: {baseline.name}, mean sensitivity {baseline.macro_sensitivity:.1%}")
    print(f"Report: {page}")


def _further(evaluation: "Evaluation") -> Iterator[tuple[str, str]]:
    """Yield the other figures of the protocol, those that were measured."""
    found, untold = evaluation.detection.sensitivity_at, evaluation.detection.unspecified
    shares = [
        ("tumours found", found, f" at {evaluation.detection.at_specificity:.0%} specificity"),
        ("type not told", untold, " not called no tumour"),
        ("surest 85 %", evaluation.surest_right, " right"),
        ("refused", evaluation.verdicts["not_brain_mr"], " of these as not a brain MR slice"),
        ("refused", evaluation.pages_refused, " of drawn pictures of other things"),
    ]
    shares += [("peak in tumour box", row.pointing, f" of {row.source}") for row in evaluation.localisation]
    changes = sorted(evaluation.robustness, key=lambda row: row.kept.value)
    shares += [("same class", row.kept, f" after the worst change: {row.change}") for row in changes[:1]]
    called = evaluation.healthy_halves.get("called_no_tumor")
    shares += [("healthy halves", called, " called no tumour")] if called is not None else []
    for name, words in (("macro_auroc", "AUROC"), ("ece", "calibration error")):
        if name in evaluation.headline:
            yield words, f"{evaluation.headline[name].value:.3f}"
    for words, figure, what in shares:
        if figure.n:
            yield words, f"{figure.value:.1%}{what} (n = {figure.n})"
