"""``tumorviewer preview``: for the window: shows what augmentation makes of scans while its sliders are moved."""

import argparse
from typing import TYPE_CHECKING

from tumorviewer.cli.common import EXIT_USAGE, CommandError
from tumorviewer.cli.events import add_events_option, tell_window
from tumorviewer.paths import user_data

if TYPE_CHECKING:
    from training.child import Child


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser(
        "preview",
        help="for the window: show what augmentation makes of scans",
        description="Answers requests on stdin (see training/preview.py) until stdin ends.",
    )
    add_events_option(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Serve until there are no more requests.

    Raises
    ------
    CommandError
        Without --events: there is nothing to see on a terminal.
    """
    if not args.events:
        raise CommandError("This command only serves the window, with --events.", EXIT_USAGE)
    return tell_window(user_data() / "logs" / "preview.log", _serve)


def _serve(child: "Child") -> None:
    # Loads TensorFlow; one thread is enough for nine pictures.
    from training.backend import start_backend
    from training.events import Progress
    from training.preview import serve_previews

    child.report(Progress("start", 0, 1))
    start_backend(1, quiet=False)
    child.report(Progress("start", 1, 1))
    serve_previews(child)
