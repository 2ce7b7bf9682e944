"""``--events``: a command that is driven by the window tells events on stdout and hears commands on stdin."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.child import Child
    from training.events import Event


def add_events_option(parser: argparse.ArgumentParser) -> None:
    """Declare the option."""
    parser.add_argument(
        "--events",
        action="store_true",
        help="for programs: one JSON event a line on stdout, commands (pause, resume, stop) on stdin",
    )


def tell_window(log: Path, work: "Callable[[Child], Event | None]") -> int:
    """Do the work of a command as a child process; see `training.child.run_as_child`."""
    # Only commands with --events need it.
    from training.child import run_as_child

    return run_as_child(work, log)
