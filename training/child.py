"""The end of a pipe to the window: events go out on stdout, commands come in on stdin, one JSON object a line.

Commands: ``{"command": "pause"}``, ``"resume"``, ``"stop"``; anything else is a request that the work may take. The end
of stdin means that the window is gone: the work stops as if asked to. Whatever else writes to stdout or stderr
(TensorFlow, drivers, processes started from here) writes into a log file instead.
"""

import faulthandler
import json
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from training.control import RunControl
from training.errors import TrainingCancelled
from training.events import Event, Failed, Found, Progress, RunFinished, Stopped, to_json
from training.failures import explain

EXIT_DONE: Final = 0
EXIT_FAILED: Final = 1
EXIT_STOPPED: Final = 130

STOP_S: Final = 1.2
"""After that time a stop does not wait for the work any longer. Everything on disk survives that (see
`tumorviewer.files.atomic_write`, `training.row_store`), and a step of TensorFlow cannot be interrupted otherwise."""

_NICE: Final = 10
_PROGRESS_S: Final = 0.1
_LONGEST_LOG: Final = 2**20


class Child:
    """What the work of a child process is given.

    Attributes
    ----------
    control : RunControl
    requests : SimpleQueue of dict or None
        Lines of stdin that are no command of `RunControl`; None: there will be no more.
    """

    def __init__(self, channel: "_Channel") -> None:
        self._channel = channel
        self.control = RunControl(self.report)
        self.requests: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()

    def report(self, event: Event) -> None:
        """Tell the window; where it is gone, stop."""
        if not self._channel.tell(event):
            self.control.stop()

    def cancelled(self) -> bool:
        """Return whether to stop; wait while paused."""
        return self.control.cancelled()


def run_as_child(work: Callable[[Child], Event | None], log: Path) -> int:
    """Do `work` for a window at the other end of stdin and stdout, and return the exit code.

    Exactly one outcome is told, at the end: what `work` returns or told last, `Stopped`, or `Failed`.

    Parameters
    ----------
    work : callable
    log : Path
        File for everything that is no event; its folder is made.
    """
    events, commands = _take_pipes(log)
    _step_back()
    channel = _Channel(events)
    child = Child(channel)
    threading.Thread(target=_hear, args=(commands, child, channel), name="commands", daemon=True).start()
    try:
        outcome = work(child)
    except (TrainingCancelled, KeyboardInterrupt):
        outcome = Stopped()
    except Exception as error:  # noqa: BLE001  # the barrier: whatever happens, the window is told
        outcome = explain(error, log.parent)
        traceback.print_exc()
    if outcome is not None:
        channel.tell(outcome)
    return channel.exit_code


class _Channel:
    """Events as lines, whole even when several threads tell; after an outcome nothing more."""

    def __init__(self, descriptor: int) -> None:
        self._stream = os.fdopen(descriptor, "wb", buffering=0)
        self._lock = threading.Lock()
        self._told: tuple[str, float] = ("", 0.0)
        self._ended = False
        self.exit_code = EXIT_FAILED

    def tell(self, event: Event) -> bool:
        """Write an event; return whether the window is still there."""
        with self._lock:
            if self._ended or self._too_soon(event):
                return True
            if isinstance(event, RunFinished | Found | Stopped | Failed):
                self._ended = True
                self.exit_code = {Failed: EXIT_FAILED, Stopped: EXIT_STOPPED}.get(type(event), EXIT_DONE)
            line = json.dumps(to_json(event), allow_nan=False) + "\n"
            try:
                self._stream.write(line.encode())
            except OSError:
                return False
            return True

    def _too_soon(self, event: Event) -> bool:
        """Leave out progress that nobody could see: more than ten times a second, the last of a step always told."""
        if not isinstance(event, Progress) or event.done >= event.total:
            return False
        now = time.monotonic()
        stage, last = self._told
        if stage == event.stage and now - last < _PROGRESS_S:
            return True
        self._told = (event.stage, now)
        return False


def _take_pipes(log: Path) -> tuple[int, int]:
    """Keep stdout for events and stdin for commands; give all others the log, and nothing to read."""
    events, commands = os.dup(1), os.dup(0)
    nothing, written = os.open(os.devnull, os.O_RDONLY), _open_log(log)
    os.dup2(nothing, 0)
    for stream in (1, 2):
        os.dup2(written, stream)
    sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    faulthandler.enable(sys.stderr)  # a crash of native code leaves its place in the log
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")
    return events, commands


def _open_log(log: Path) -> int:
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        fresh = os.O_TRUNC if log.is_file() and log.stat().st_size > _LONGEST_LOG else 0
        return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | fresh, 0o644)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)  # the work itself will say that the folder cannot be written


def _step_back() -> None:
    """Let the window go first. On Windows `training.process` starts the process so."""
    if hasattr(os, "nice"):
        os.nice(_NICE)


def _hear(descriptor: int, child: Child, channel: _Channel) -> None:
    """Do what the window asks, until it is gone."""
    for line in _lines(descriptor):
        match line.get("command"):
            case "pause":
                child.control.pause()
            case "resume":
                child.control.resume()
            case "stop":
                _stop(child, channel)
            case _:
                child.requests.put(line)
    _stop(child, channel)


def _stop(child: Child, channel: _Channel) -> None:
    def end() -> None:
        channel.tell(Stopped())
        os._exit(channel.exit_code)

    child.control.stop()
    child.requests.put(None)
    deadline = threading.Timer(STOP_S, end)
    deadline.daemon = True
    deadline.start()


def _lines(descriptor: int) -> Iterator[dict[str, Any]]:
    """Yield what comes in.

    Read from the descriptor: a thread that waits in `sys.stdin` breaks the interpreter's end.
    """
    rest = b""
    while piece := _read(descriptor):
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            try:
                told = json.loads(line)
            except ValueError:
                continue  # no command; the next line is one again
            if isinstance(told, dict):
                yield told


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:
        return b""
