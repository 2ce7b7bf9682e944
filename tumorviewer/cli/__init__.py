"""The command ``tumorviewer``: the window, or one sub-command a task. Results go to stdout, all else to stderr.

Only the module of the sub-command that is asked for is imported, so that `predict` starts as fast as it can and
works where the training parts are not installed.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Final

from tumorviewer import NOTICE, __version__
from tumorviewer.cli.common import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_PIPE, EXIT_USAGE, CommandError, say

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "predict": ("tumorviewer.cli.predict", "say what the model sees in each scan"),
    "report": ("tumorviewer.cli.report", "write what the model sees as a PDF to read, or as JSON"),
    "dicom": ("tumorviewer.cli.dicom", "write what the model sees as DICOM objects"),
    "deidentify": ("tumorviewer.cli.deidentify", "write DICOM files again without patient data"),
    "train": ("tumorviewer.cli.train", "fine-tune a model on labelled scans"),
    "evaluate": ("tumorviewer.cli.evaluate", "measure a model on labelled scans and write a report"),
    "compare": ("tumorviewer.cli.compare", "compare two models on scans that neither was made from"),
    "audit": ("tumorviewer.cli.audit", "look for duplicates, leaks and shortcuts in a data set"),
    "doubtful": ("tumorviewer.cli.doubtful", "find labels of a data set that are likely wrong"),
    "measure": ("tumorviewer.cli.measure", "time a few batches, and say how long a run would take here"),
    "preview": ("tumorviewer.cli.preview", "for the window: show what augmentation makes of scans"),
    "crop": ("tumorviewer.cli.crop", "write the cropped scans of a data set as pictures"),
    "audit-log": ("tumorviewer.cli.audit_log", "check or write out the log of what was done"),
    "receive": ("tumorviewer.cli.receive", "listen for scans that other machines send (C-STORE)"),
    "models": ("tumorviewer.cli.models", "list, show, verify or import models"),
    "self-test": ("tumorviewer.cli.selftest", "check that this installation works"),
}

_TRAINING_PARTS: Final = frozenset({"tensorflow", "keras", "h5py", "sklearn", "cleanlab", "psutil", "training"})


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line: without a command, the window.

    Parameters
    ----------
    argv : sequence of str, optional
        Without the program's name; default: those of the process. Words that are no command and no option are what
        the window opens.

    Returns
    -------
    int
        0 done, 1 something could not be done, 2 the command is not understood, 130 stopped with Ctrl-C.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = next((word for word in arguments if not word.startswith("-")), "")
    try:
        if _is_for_window(arguments):
            return _open_window(arguments)
        parser = _parser(command)
        options = parser.parse_args(arguments)
        say(NOTICE)
        code = int(options.func(options))
        sys.stdout.flush()
        return code
    except SystemExit as stop:  # argparse ends the process; a caller of main() wants a number
        return stop.code if isinstance(stop.code, int) else EXIT_USAGE
    except KeyboardInterrupt:
        say("Stopped.")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _close_broken_stdout()
        return EXIT_PIPE
    except CommandError as error:
        say(f"tumorviewer: {error}")
        return error.code
    except ModuleNotFoundError as error:
        message = _missing_part(command, error)
        if message is None:
            raise
        say(message)
        return EXIT_FAILED


def _is_for_window(arguments: Sequence[str]) -> bool:
    """Tell whether nothing is asked for, or what comes first is neither a command nor an option (``--`` ends those)."""
    return not arguments or arguments[0] == "--" or not (arguments[0] in COMMANDS or arguments[0].startswith("-"))


def _open_window(arguments: Sequence[str]) -> int:
    """Show the window, and open in it what was named."""
    ended = arguments.index("--") if "--" in arguments else len(arguments)
    options = [word for word in arguments[:ended] if word.startswith("-")]
    if options:
        _parser("").error(f"unrecognized arguments: {' '.join(options)}")
    if sys.platform == "linux" and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))):
        raise CommandError("There is no screen to show the window on. `tumorviewer --help` lists what works without.")
    try:
        import PySide6.QtGui  # noqa: F401  # here, because no command needs it
    except ImportError as error:
        raise CommandError(f"The window cannot be shown, a part of the system is missing: {error}.") from error
    from tumorviewer.app import run  # as above

    return run([*arguments[:ended], *arguments[ended + 1 :]])


def _parser(command: str) -> argparse.ArgumentParser:
    """Return the parser; only the sub-command that is asked for has its options."""
    parser = argparse.ArgumentParser(
        prog="tumorviewer",
        usage="%(prog)s [PATH ...]\n       %(prog)s COMMAND ...",
        description="Crops brain MR slices and says what a calibrated model sees in them. " + NOTICE,
        epilog="Without a command the window opens, with the files and folders that are named. "
        "`tumorviewer COMMAND --help` lists the options of a command.",
    )
    parser.add_argument("--version", action="version", version=f"tumorviewer {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", title="commands", prog="tumorviewer")
    for name, (module, help_line) in COMMANDS.items():
        if name == command:
            importlib.import_module(module).add_parser(commands)
        else:
            commands.add_parser(name, help=help_line)
    return parser


def _missing_part(command: str, error: ModuleNotFoundError) -> str | None:
    """Return one line about a part that is not installed, or None if the missing module is a fault of the program."""
    missing = (error.name or "").split(".")[0]
    if missing in _TRAINING_PARTS:
        frozen = getattr(sys, "frozen", False)
        way = "Install the full edition" if frozen else 'Get them with: pip install "tumorviewer[training]"'
        return f"tumorviewer: {command!r} needs the training parts, and {missing!r} is not installed. {way}"
    module = COMMANDS.get(command, ("", ""))[0]
    if module and error.name == module:
        return f"tumorviewer: {command!r} is not part of this installation."
    return None


def _close_broken_stdout() -> None:
    """Point stdout elsewhere, so that the interpreter does not complain when it flushes at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return  # stdout is no real file: nothing will be flushed into it
