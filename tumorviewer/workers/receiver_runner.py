"""The thread that owns the receiver, which works in a process of its own.

What comes from a network is taken apart there and not beside the scans that are looked at; and a thousand instances in
a row do not hold up the window. The process ends with its stdin: also when this program is killed.
"""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import IO, Final

from PySide6.QtCore import Signal

from tumorviewer.receiving.events import Event, Failed, FailedWhy, from_json
from tumorviewer.receiving.options import MB, ReceiverOptions
from tumorviewer.workers.threads import Worker

log = logging.getLogger(__name__)

KILL_SECONDS: Final = 5.0
"""So long the process may take to end by itself; what it has acknowledged is on the disk in any case."""


class ReceiverRunner(Worker):
    """Runs the receiver as it was asked for last."""

    told = Signal(object, object)
    """The options, and an `Event`."""
    ended = Signal(object)
    """The options; nobody had asked it to end."""

    def __init__(self) -> None:
        super().__init__()
        self._wanted: ReceiverOptions | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def receive(self, options: ReceiverOptions | None) -> None:
        """Listen like this from now on, asked from any thread; None: do not listen."""
        with self.lock:
            self._wanted = options
            self._end_process()
        self.poke()

    def work(self) -> None:
        """Run the process to its end, and the next one if that is wanted by then."""
        while not self.stopping.is_set():
            with self.lock:
                options = self._wanted
            if options is None:
                return
            self._run(options)
            with self.lock:
                if self._wanted is options:
                    self._wanted = None
                    if not self.stopping.is_set():
                        self.ended.emit(options)

    def stop(self) -> None:
        """End the process, and then the thread."""
        self.receive(None)
        super().stop()

    def _run(self, options: ReceiverOptions) -> None:
        try:
            process = subprocess.Popen(
                [*_program(), *_arguments(options)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"PYTHONUTF8": "1"},
                creationflags=_creation_flags(),
            )
        except OSError as error:
            log.warning("The receiver could not be started: %s", error.strerror)
            self.told.emit(options, Failed(FailedWhy.DIED, error.strerror or str(error)))
            return
        with process:
            with self.lock:
                self._process = process
                if self._wanted is not options:  # it was called off meanwhile
                    self._end_process()
            assert process.stdout is not None
            for event in _events(process.stdout):
                self.told.emit(options, event)
            process.wait()
            with self.lock:
                self._process = None

    def _end_process(self) -> None:
        """Let the process end; called with the lock held."""
        process = self._process
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        deadline = threading.Timer(KILL_SECONDS, process.kill)
        deadline.daemon = True
        deadline.start()


def _program() -> list[str]:
    """Return how to start this very program: a frozen one is its own interpreter."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "tumorviewer"]


def _creation_flags() -> int:
    """On Windows: no console window."""
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW
    return 0


def _arguments(options: ReceiverOptions) -> Sequence[str]:
    words = ["receive", "--events", f"--folder={options.folder}", f"--port={options.port}", f"--bind={options.bind}"]
    words += [f"--ae-title={options.title}", f"--largest={options.limits.instance_bytes // MB}"]
    words += [f"--allow-ae={title}" for title in options.titles]
    words += [f"--allow-address={network}" for network in options.networks]
    return words


def _events(stream: IO[bytes]) -> Iterator[Event]:
    for line in stream:
        try:
            yield from_json(json.loads(line))
        except ValueError:
            continue  # what a library printed
