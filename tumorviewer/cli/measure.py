"""``tumorviewer measure``: how long a run would take on this machine, and what it would need."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tumorviewer.cli.common import EXIT_DONE, EXIT_USAGE, CommandError, say
from tumorviewer.cli.events import add_events_option, tell_window
from tumorviewer.paths import user_data

if TYPE_CHECKING:
    from training.config import TrainConfig
    from training.events import Cancelled, Found, Report
    from training.speeds import Measured


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser(
        "measure",
        help="time a few batches, and say how long a run would take here",
        description="Trains a few batches of noise with the settings of a run, remembers how long they took, and says "
        "what a run on the data would need. Nothing is trained.",
    )
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with a folder a class, or an index CSV")
    parser.add_argument("--recipe", type=Path, metavar="FILE", help="settings of the run in TOML")
    add_events_option(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Measure, remember and say; return 0.

    Raises
    ------
    CommandError
        If the data or the settings cannot be used.
    """
    if args.events:
        log = user_data() / "logs" / "measure.log"
        return tell_window(log, lambda child: _for_window(args, child.report, child.cancelled))
    # Reading the command line must not wait for these.
    from training.errors import ConfigError, DatasetError
    from training.estimate import DataCounts, estimate
    from training.preparing import read_decided

    try:
        measured = _measure(args, lambda event: None, lambda: False)
        config = _config(args)
        scans = len(read_decided(config, args.data, None)[0])
    except (ConfigError, DatasetError) as error:
        raise CommandError(str(error), EXIT_USAGE) from error
    test, validation = round(config.test_share * scans), round(config.validation_share * scans)
    needed = estimate(config, DataCounts(scans - test - validation, validation, test), measured)
    say(
        f"A run on {scans:,} scans: about {needed.seconds / 60:.0f} min, {needed.peak_memory_bytes / 1e9:.1f} GB of "
        f"memory and {needed.disk_bytes / 1e9:.1f} GB on the disk."
    )
    return EXIT_DONE


def _for_window(args: argparse.Namespace, report: "Report", cancelled: "Cancelled") -> "Found":
    from training.events import Found

    return Found("measured", _measure(args, report, cancelled).to_dict())


def _measure(args: argparse.Namespace, report: "Report", cancelled: "Cancelled") -> "Measured":
    config = _config(args)
    # Loads TensorFlow.
    import psutil

    from training.backend import start_backend
    from training.preparing import read_decided
    from training.speeds import remember

    start_backend(config.threads, quiet=not args.events)
    from training.measure import measure

    start_s = time.time() - psutil.Process().create_time()
    samples = read_decided(config, args.data, None)[0].samples
    measured = measure(config, samples, start_s, report, cancelled)
    remember(measured)
    return measured


def _config(args: argparse.Namespace) -> "TrainConfig":
    from training.config import TrainConfig

    return TrainConfig.from_toml(args.recipe) if args.recipe is not None else TrainConfig()
