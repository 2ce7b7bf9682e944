"""The thread that owns a child process: it starts it, reads what it tells, and sees it to its end."""

import logging
import time
from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import Qt, Signal

from training.events import BatchEnded, Event, Failed, Progress
from training.process import ChildProcess
from tumorviewer.state.training.task import Task
from tumorviewer.workers.threads import Worker

log = logging.getLogger(__name__)

FLUSH_SECONDS: Final = 0.1
"""Plots are drawn ten times a second at most: what comes faster is handed over together."""


class ChildRunner(Worker):
    """Runs the commands of one `Task`, one after the other.

    Parameters
    ----------
    start : sequence of str, optional
        What starts the program; default: as this one was started.
    """

    told = Signal(list)
    """Some `Event`; the last one of a command is its outcome."""

    def __init__(self, start: Sequence[str] | None = None) -> None:
        super().__init__()
        self._start = start
        self._arguments: list[str] | None = None
        self._process: ChildProcess | None = None
        self._stop_asked = False

    def serve(self, task: Task) -> None:
        """Do what a task wants, and tell it what happens."""
        # Direct: while a process works this thread reads, and hears no queued signal.
        direct = Qt.ConnectionType.DirectConnection
        task.start_wanted.connect(self.start, direct)
        task.command_wanted.connect(self.command, direct)
        task.request_wanted.connect(self.send, direct)
        self.told.connect(task.take)

    def start(self, arguments: list[str]) -> None:
        """Start a command, from any thread."""
        with self.lock:
            self._arguments, self._stop_asked = list(arguments), False
        self.poke()

    def command(self, word: str) -> None:
        """Pause, resume or stop, from any thread; a stop before the process is there is remembered."""
        with self.lock:
            process = self._process
            self._stop_asked = self._stop_asked or word == "stop"
        if process is not None:
            {"pause": process.pause, "resume": process.resume, "stop": process.stop}[word]()

    def send(self, line: dict[str, Any]) -> None:
        """Write a line to the process, from any thread."""
        with self.lock:
            process = self._process
        if process is not None:
            process.send(line)

    def work(self) -> None:
        """See the command that was asked for to its end."""
        with self.lock:
            arguments, self._arguments = self._arguments, None
        if arguments is None:
            return
        try:
            process = ChildProcess(arguments, start=self._start)
        except OSError as error:
            log.warning("The computation could not be started: %s", error.strerror)
            why = error.strerror or str(error)
            self.told.emit([Failed("FileError", f"The computation could not be started ({why}). Nothing was changed.")])
            return
        with self.lock:
            self._process = process
            stop = self._stop_asked or self.stopping.is_set()
        if stop:
            process.stop()
        self._listen(process)
        with self.lock:
            self._process = None

    def stop(self) -> None:
        """Stop the process, and end this thread when it is gone."""
        self.command("stop")
        super().stop()

    def _listen(self, process: ChildProcess) -> None:
        waiting: list[Event] = []
        handed_over = 0.0
        for event in process.events():
            waiting.append(event)
            now = time.monotonic()
            # The last batch of a second may wait for the next one; what changes the picture does not.
            if now - handed_over >= FLUSH_SECONDS or not isinstance(event, BatchEnded | Progress):
                self.told.emit(waiting)
                waiting, handed_over = [], now
        if waiting:
            self.told.emit(waiting)
