"""What the sub-commands share: how they speak, fail and show progress."""

import argparse
import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

EXIT_DONE: Final = 0
EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
EXIT_INTERRUPTED: Final = 130
EXIT_PIPE: Final = 141
"""As the shell reports a program that SIGPIPE ended, so that `| head` looks the same as with any other tool."""


DISK_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says when there is no more room: on the disk, in the user's share of it, in one file."""


class CommandError(Exception):
    """Ends the command with one clear line and an exit code.

    Parameters
    ----------
    message : str
        What happened and what to do.
    code : int
        1, or 2 if the command itself was wrong.
    """

    def __init__(self, message: str, code: int = EXIT_FAILED) -> None:
        super().__init__(message)
        self.code = code


def say(message: str) -> None:
    """Write one line for the person to stderr; names that no encoding can hold are shown escaped."""
    stream = sys.stderr
    if stream is None:  # a program without a console
        return
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(message.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    stream.flush()


class Progress(Protocol):
    """What a loop tells while it runs."""

    def update(self, n: int = 1) -> Any:
        """Count `n` more as done."""

    def write(self, message: str) -> None:
        """Say something without breaking the bar."""


class _Silent:
    """No bar; messages still get through."""

    def update(self, n: int = 1) -> None:
        """Do nothing."""

    def write(self, message: str) -> None:
        """Say it."""
        say(message)


class _Bar:
    """A tqdm bar on stderr."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar

    def update(self, n: int = 1) -> None:
        """Move the bar."""
        self._bar.update(n)

    def write(self, message: str) -> None:
        """Say it above the bar."""
        self._bar.clear()
        say(message)
        self._bar.refresh()


@contextmanager
def progress_bar(total: int, unit: str, *, quiet: bool) -> Iterator[Progress]:
    """Show a bar with the time left on stderr, if that is a terminal and there is more than one thing to do."""
    if quiet or total < 2 or sys.stderr is None or not sys.stderr.isatty():
        yield _Silent()
        return
    from tqdm import tqdm  # here, because a single scan shows no bar

    with tqdm(total=total, unit=f" {unit}", file=sys.stderr, dynamic_ncols=True, smoothing=0.1) as bar:
        yield _Bar(bar)


def cannot_write(what: str, path: Path, error: OSError) -> CommandError:
    """Return the error of something that could not be written."""
    return CommandError(f"The {what} could not be written to {str(path)!r}: {error.strerror or error}.")


def plural(count: int, thing: str) -> str:
    """Return "1 scan" or "2 scans"."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def count(text: str) -> int:
    """Read a whole number of at least 1 from the command line."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value
