"""`tumorviewer train DATA --output DIR`: fine-tune a model on labelled scans; the same command again goes on."""

import argparse
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from tumorviewer.cli.common import EXIT_DONE, EXIT_INTERRUPTED, EXIT_USAGE, CommandError, plural, say
from tumorviewer.cli.events import add_events_option, tell_window

if TYPE_CHECKING:
    from training.config import TrainConfig
    from training.events import Cancelled, EpochEnded, Event, Report, RunFinished
    from training.run import TrainResult

_SETTINGS: dict[str, tuple[type, str]] = {
    "name": (str, "name of the model"),
    "version": (str, "version of the model"),
    "variant": (str, "lite0 (default), b0, b1, b2 or b3"),
    "base": (
        str,
        "start from: shipped (default), scratch, ImageNet weights (.npz, *_notop.h5), a bundle or a model of your own",
    ),
    "epochs": (int, "fine-tuning epochs (default 7); 0 trains the head only"),
    "head-epochs": (int, "epochs of the head alone, before (default 7)"),
    "size": (int, "side of the input in pixels (default 192)"),
    "start-size": (int, "smaller side for the first half of the epochs"),
    "batch-size": (int, "pictures in a batch (default 32)"),
    "epoch-images": (int, "pictures shown in an epoch (default: all, at most 4200)"),
    "learning-rate": (float, "highest rate of fine-tuning"),
    "dropout": (float, "share of features dropped (default 0.2)"),
    "weight-decay": (float, "AdamW's weight decay (default 0.01)"),
    "label-smoothing": (float, "default 0.05"),
    "mixup": (float, "alpha of mixup; 0 is off (default)"),
    "cutmix": (float, "alpha of cutmix; 0 is off (default)"),
    "box-weight": (float, "weight of the loss that draws the heat map into the tumour boxes of the data; 0 is off"),
    "healthy-halves": (float, "share of scans tried as a half and its mirror image; needs box-weight; 0 is off"),
    "averaging": (float, "decay of the running average of the weights, such as 0.995; 0 is off (default)"),
    "balance": (str, "sampling (default), weights or none"),
    "patience": (int, "stop after that many epochs without gain"),
    "test-fold": (int, "fold of the index to hold out"),
    "test-source": (str, "source of the index to test on as well; neither it nor copies of it are learned from"),
    "patient-pattern": (str, "regular expression that finds the patient in file names"),
    "seed": (int, "default 0"),
    "threads": (int, "threads of the computation (default: all cores)"),
    "workers": (int, "processes that crop (default: all cores)"),
}


def add_parser(subparsers: Any) -> None:
    """Declare the command's options."""
    parser = subparsers.add_parser(
        "train",
        help="fine-tune a model on labelled scans",
        description="Trains on class folders or an index CSV. Writes model.h5, the model's bundle and a report into "
        "--output. Giving the same command again goes on with an unfinished run.",
    )
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with a sub-folder a class, or an index .csv")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder for all that is made")
    parser.add_argument("--recipe", type=Path, metavar="FILE", help="settings in TOML; options given here win over it")
    parser.add_argument(
        "--cache", type=Path, metavar="DIR", help="folder for crops, shared between runs (default: in --output)"
    )
    parser.add_argument(
        "--decisions", type=Path, metavar="FILE", help="CSV of labels to change and scans to leave out (see `doubtful`)"
    )
    parser.add_argument("--restart", action="store_true", help="forget an unfinished or finished run in --output")
    parser.add_argument(
        "--published", action="store_true", help="use the data's own train and test folders, leaks included"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bars")
    add_events_option(parser)
    group = parser.add_argument_group("settings of the run")
    for name, (kind, words) in _SETTINGS.items():
        group.add_argument(f"--{name}", type=kind, help=words)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if args.events:
        return tell_window(args.output / "run.log", lambda child: _for_window(args, child.report, child.cancelled))
    from training.errors import ConfigError, TrainingCancelled, TrainingError
    from training.failures import explain

    try:
        config = _config(args)
        before = _finished(args, config)
        if before is not None:
            say(f"This run is finished: the model is {before.bundle!r}. Add --restart to train anew.")
            return EXIT_DONE
        with _stop_on_signal() as stop, _Teller(quiet=args.quiet) as tell:
            result = _train(args, config, tell, stop.is_set)
        _say_result(result)
        return EXIT_DONE
    except ConfigError as error:
        raise CommandError(str(error), EXIT_USAGE) from error
    except TrainingCancelled:
        say("Stopped. What was done is kept; give the same command again to go on.")
        return EXIT_INTERRUPTED
    except (TrainingError, OSError, MemoryError) as error:
        raise CommandError(explain(error, args.output).message) from error


def _for_window(args: argparse.Namespace, report: "Report", cancelled: "Cancelled") -> "RunFinished | None":
    """Train with a window at the other end; a run that was finished before just tells its end once more."""
    from training.errors import ConfigError, TrainingCancelled
    from training.failures import explain
    from training.runs import note_failure

    try:
        config = _config(args)
        before = _finished(args, config)
        if before is None:
            _train(args, config, report, cancelled)
        return before
    except (TrainingCancelled, ConfigError):
        raise  # neither says anything of the run that lies in the folder
    except Exception as error:
        note_failure(args.output, explain(error, args.output))
        raise


def _config(args: argparse.Namespace) -> "TrainConfig":
    from training.config import TrainConfig

    given = {name.replace("-", "_"): getattr(args, name.replace("-", "_")) for name in _SETTINGS}
    if args.published:
        given["published"] = True
    if args.recipe is not None:
        return TrainConfig.from_toml(args.recipe, **given)
    return TrainConfig.from_dict({name: value for name, value in given.items() if value is not None})


def _finished(args: argparse.Namespace, config: "TrainConfig") -> "RunFinished | None":
    """Return how this very run has ended before, if it has; with --restart it has not."""
    from training.finished import finished_run, forget, run_key

    if args.restart:
        forget(args.output)
        return None
    return finished_run(args.output, run_key(config, args.decisions))


def _train(args: argparse.Namespace, config: "TrainConfig", report: "Report", cancelled: "Cancelled") -> "TrainResult":
    from training.backend import start_backend
    from training.events import Progress

    report(Progress("start", 0, 1))
    start_backend(config.threads, quiet=not args.events)
    from training.run import train

    report(Progress("start", 1, 1))
    return train(
        config,
        args.data,
        args.output,
        report,
        cancelled,
        cache=args.cache,
        decisions=args.decisions,
        command=_command_line(args),
    )


def _say_result(result: "TrainResult") -> None:
    say(f"Model:  {result.model}")
    say(f"Bundle: {result.bundle.folder}")
    if result.evaluation is not None:
        say(f"Report: {result.report}")
        for name, figure in list(result.evaluation.headline.items())[:2]:
            say(
                f"{name.replace('_', ' ')}: {figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f}, "
                f"{plural(figure.n, 'scan')})"
            )


def _command_line(args: argparse.Namespace) -> str:
    """Return the command as somebody else would give it: without this machine's folders."""
    words = ["tumorviewer", "train", args.data.name, "--output", args.output.name]
    if args.recipe is not None:
        words += ["--recipe", args.recipe.name]
    if args.decisions is not None:
        words += ["--decisions", args.decisions.name]
    for name in _SETTINGS:
        value = getattr(args, name.replace("-", "_"))
        if value is not None:
            words += [f"--{name}", Path(value).name if name == "base" else str(value)]
    return " ".join([*words, "--published"] if args.published else words)


@contextmanager
def _stop_on_signal() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C into a request that is heard within one batch; a second one ends the process at once."""
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        say("Stopping after this batch ...")

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Teller:
    """Shows events: a bar for each long step, a line for each epoch."""

    def __init__(self, *, quiet: bool) -> None:
        self._bars = not quiet and sys.stderr is not None and sys.stderr.isatty()
        self._bar: Any = None
        self._what = ""

    def __enter__(self) -> "_Teller":
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def __call__(self, event: "Event") -> None:
        """Show one event."""
        from training import events

        match event:
            case events.RunStarted():
                self._started(event)
            case events.Progress():
                self._move(event.stage, event.done, event.total)
            case events.PhaseStarted():
                self._line(
                    f"{event.name}: {plural(event.epochs, 'epoch')}, {event.learning_parameters:,} weights learn"
                )
            case events.BatchEnded():
                self._move(f"{event.phase}, epoch {event.epoch}", event.batch, event.batches)
            case events.EpochEnded():
                self._epoch(event)
            case events.Noted():
                self._line(event.message)
            case _:
                self._close()

    def _started(self, event: Any) -> None:
        counts = ", ".join(f"{name} {count}" for name, count in event.counts.items())
        self._line(f"{counts}. Train {event.train}, validation {event.validation}, test {event.test}: {event.split}.")
        if not event.leak_free:
            self._line(
                "This split is leaky: the same patients are in both halves; its figures do not hold for new patients."
            )
        if event.resumed_epochs:
            self._line(f"Going on after epoch {event.resumed_epochs} of an unfinished run.")

    def _epoch(self, event: "EpochEnded") -> None:
        mark = ", kept" if event.best else ""
        self._line(
            f"epoch {event.epoch}/{event.epochs}: loss {event.loss:.3f}, accuracy {event.accuracy:.3f}; "
            f"validation loss {event.validation_loss:.3f}, accuracy {event.validation_accuracy:.3f}, "
            f"macro sensitivity {event.macro_sensitivity:.3f}{mark} "
            f"({event.seconds:.0f} s, {event.images_per_second:.0f} images/s)"
        )

    def _move(self, what: str, done: int, total: int) -> None:
        if not self._bars:
            return
        if what != self._what:
            self._close()
            from tqdm import tqdm

            width = min(shutil.get_terminal_size().columns, 120)
            self._bar, self._what = tqdm(total=total, desc=what, file=sys.stderr, leave=False, ncols=width), what
        self._bar.update(done - self._bar.n)

    def _line(self, text: str) -> None:
        self._close()
        say(text)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
        self._bar, self._what = None, ""
