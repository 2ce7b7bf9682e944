"""``tumorviewer receive``: listen for what other machines send (C-STORE), until Ctrl-C.

Every instance that is acknowledged lies in the folder, under a name that tells nothing of the patient; its path is
written to stdout. Nobody outside of this computer can send unless --bind names another address, and then only the
senders that are named.
"""

import argparse
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tumorviewer.cli.common import EXIT_DONE, EXIT_FAILED, EXIT_USAGE, CommandError, count, say

if TYPE_CHECKING:
    from tumorviewer.receiving.events import Event
    from tumorviewer.receiving.options import ReceiverOptions

_LOOK_SECONDS = 0.5
"""So often the wait is interrupted: on some systems Ctrl-C would not end it."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command and its options."""
    parser = subparsers.add_parser(
        "receive", help="listen for scans that other machines send (C-STORE)", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--folder", type=Path, metavar="DIR", required=True, help="where received scans are kept")
    parser.add_argument("--port", type=int, default=11112, metavar="N", help="default: 11112; 0: any that is free")
    parser.add_argument("--ae-title", default="TUMORVIEWER", metavar="TITLE", help="ours; default: TUMORVIEWER")
    parser.add_argument(
        "--allow-ae", action="append", default=[], metavar="TITLE",
        help="a calling AE title that may send; may be repeated; default: all",
    )  # fmt: skip
    parser.add_argument(
        "--allow-address", action="append", default=[], metavar="ADDRESS",
        help="an address or network (192.168.1.0/24) that may send; may be repeated; default: all",
    )  # fmt: skip
    parser.add_argument(
        "--bind", default="127.0.0.1", metavar="ADDRESS",
        help="where to listen; default: 127.0.0.1, this computer only. Others need --allow-ae or --allow-address",
    )  # fmt: skip
    parser.add_argument("--largest", type=count, default=256, metavar="MB", help="size of one instance; default: 256")
    parser.add_argument("--quiet", action="store_true", help="no line for each refusal")
    parser.add_argument(
        "--events", action="store_true", help="for programs: one JSON event a line on stdout; ends with stdin"
    )
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Listen; return 0 when stdin ended (--events) or the reader of stdout went away.

    Raises
    ------
    CommandError
        If it cannot listen as asked.
    """
    # Reading the command line must not wait for these.
    from tumorviewer.receiving.receiver import ListenError, Receiver

    ended = threading.Event()
    tell = _telling_json(ended) if args.events else _telling_lines(ended, quiet=args.quiet)
    receiver = Receiver(_options(args), tell)
    try:
        receiver.start()
    except ListenError as error:
        if args.events:
            tell(error.failed)
            return EXIT_FAILED
        raise CommandError(_why(error.failed, args)) from error
    if args.events:
        threading.Thread(target=_until_stdin_ends, args=(ended,), daemon=True).start()
    try:
        while not ended.wait(_LOOK_SECONDS):
            pass
    finally:
        receiver.stop()
    return EXIT_DONE


def _options(args: argparse.Namespace) -> "ReceiverOptions":
    from tumorviewer.receiving.options import (
        MB,
        OptionsError,
        ReceiverLimits,
        ReceiverOptions,
        check_network,
        check_title,
    )

    try:
        return ReceiverOptions(
            args.folder.absolute(),
            args.bind,
            args.port,
            check_title(args.ae_title),
            tuple(map(check_title, args.allow_ae)),
            tuple(map(check_network, args.allow_address)),
            ReceiverLimits(instance_bytes=args.largest * MB),
        )
    except OptionsError as error:
        raise CommandError(f"It was not begun to listen: {error}.", EXIT_USAGE) from error


def _telling_json(ended: threading.Event) -> "Callable[[Event], None]":
    from tumorviewer.receiving.events import to_json

    def tell(event: "Event") -> None:
        _write(json.dumps(to_json(event)), ended)

    return tell


def _telling_lines(ended: threading.Event, *, quiet: bool) -> "Callable[[Event], None]":
    from tumorviewer.receiving.events import Listening, Refused, Stored

    def tell(event: "Event") -> None:
        match event:
            case Listening(host, port):
                say(f"Listening on {host}:{port}. Ctrl-C ends it.")
            case Stored(path, new=True):
                _write(path, ended)
            case Refused(why, title, address) if not quiet:
                say(f"Refused ({why.value}): {title or 'a peer'} at {address}.")

    return tell


def _write(line: str, ended: threading.Event) -> None:
    """Write a line to stdout; where nobody reads it any more, end."""
    try:
        print(line, flush=True)
    except OSError:
        ended.set()


def _until_stdin_ends(ended: threading.Event) -> None:
    # From the descriptor: a thread that waits in `sys.stdin` breaks the interpreter's end.
    import os

    while os.read(sys.stdin.fileno(), 1024):
        pass
    ended.set()


def _why(failed: object, args: argparse.Namespace) -> str:
    """Return what happened and what to do."""
    from tumorviewer.receiving.events import Failed, FailedWhy

    assert isinstance(failed, Failed)
    ways = {
        FailedWhy.PORT_TAKEN: f"Port {args.port} is taken by another program; choose another with --port.",
        FailedWhy.NOT_ALLOWED: f"The system does not allow to listen on port {args.port}; choose one above 1024.",
        FailedWhy.ADDRESS: f"This computer cannot listen on {args.bind} ({failed.detail}); choose another --bind.",
        FailedWhy.FOLDER: f"{str(args.folder)!r} cannot be written to ({failed.detail}); choose another --folder.",
    }
    return ways[failed.why]
