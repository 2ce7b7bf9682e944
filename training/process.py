"""A command of the program in a process of its own, seen from the window: events come out, commands go in.

The computation shares neither memory nor Python's lock with the window, can be ended for certain, and gives all its
memory back. Nothing in here loads TensorFlow.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from training.events import Event, Failed, Found, RunFinished, Stopped, from_json

KILL_S: Final = 1.8
"""From a stop to the end by force, if the process has not ended by itself (`training.child.STOP_S`) until then."""

_LAST_WORDS: Final = 2000


class ChildProcess:
    """``tumorviewer ARGUMENTS --events``, running.

    `events` is to be read in one thread, at once and to its end; all other methods may be called from any thread, and
    return at once.

    Parameters
    ----------
    arguments : sequence of str or Path
        The command and its options, without ``--events``.
    start : sequence of str, optional
        What starts the program; default: as this one was started.

    Raises
    ------
    OSError
        If the process cannot be started.
    """

    def __init__(self, arguments: Sequence[str | Path], *, start: Sequence[str] | None = None) -> None:
        self._words = tempfile.TemporaryFile()  # noqa: SIM115  # closed in `events`, when the process has ended
        try:
            self._process = subprocess.Popen(
                [*(start or program()), *(os.fspath(word) for word in arguments), "--events"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._words,
                env=os.environ | {"PYTHONUTF8": "1"},
                creationflags=_creation_flags(),
            )
        except OSError:
            self._words.close()
            raise
        self._lock = threading.Lock()
        self._asked_to_stop = False

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    def events(self) -> Iterator[Event]:
        """Yield what the process tells; the last event is its one outcome, also where it was killed or crashed."""
        assert self._process.stdout is not None
        outcome: Event | None = None
        for line in self._process.stdout:
            event = _read(line)
            if event is None:
                continue
            if isinstance(event, RunFinished | Found | Stopped | Failed):
                outcome = event  # told when the process is gone, so that its files and its memory are free then
            else:
                yield event
        code = self._process.wait()
        self._process.stdout.close()
        with self._lock:
            self._close_stdin()
        with self._words:
            yield outcome or self._without_outcome(code)

    def pause(self) -> None:
        """Let it wait after the batch that it is at."""
        self.send({"command": "pause"})

    def resume(self) -> None:
        """Let it go on."""
        self.send({"command": "resume"})

    def stop(self) -> None:
        """Let it stop; it is gone within two seconds, and what it had done is kept."""
        self._asked_to_stop = True
        self.send({"command": "stop"})
        deadline = threading.Timer(KILL_S, self.kill)
        deadline.daemon = True
        deadline.start()

    def kill(self) -> None:
        """End it by force, at once; nothing on disk is damaged by that."""
        if self._process.poll() is None:
            self._asked_to_stop = True
            self._process.kill()

    def send(self, request: dict[str, Any]) -> None:
        """Write one line to its stdin; where it has ended, nothing happens."""
        with self._lock:
            stdin = self._process.stdin
            if stdin is None or stdin.closed:
                return
            try:
                stdin.write(json.dumps(request).encode() + b"\n")
                stdin.flush()
            except OSError:
                return  # it has just ended; `events` tells how

    def _close_stdin(self) -> None:
        stdin = self._process.stdin
        try:
            if stdin is not None:
                stdin.close()
        except OSError:
            return  # what could not be flushed has no reader any more

    def _without_outcome(self, code: int) -> Event:
        """Say how a process ended that did not say so itself."""
        if self._asked_to_stop:
            return Stopped()
        self._words.seek(0, os.SEEK_END)
        self._words.seek(max(0, self._words.tell() - _LAST_WORDS))
        said = self._words.read().decode("utf-8", "replace").strip().splitlines()
        why = _signal_words(code) or (said[-1] if said else f"exit code {code}")
        return Failed(
            "Died",
            f"The computation ended unexpectedly ({why}). What was done is kept: begin again, and it goes on where it "
            "was.",
        )


def program() -> list[str]:
    """Return how to start this very program: a frozen one is its own interpreter."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "tumorviewer"]


def _read(line: bytes) -> Event | None:
    try:
        return from_json(json.loads(line))
    except (ValueError, AttributeError):
        return None  # not from us: what a library prints before the child has its stdout for itself


def _signal_words(code: int) -> str:
    if code >= 0:
        return ""
    if -code == signal.SIGKILL:
        return "the system ended it, perhaps for lack of memory"
    return signal.strsignal(-code) or f"signal {-code}"


def _creation_flags() -> int:
    """On Windows: no console window, and lower priority than the window has; elsewhere the child sees to that."""
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
    return 0
