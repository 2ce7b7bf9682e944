"""The window: opened on a screen that nobody sees, with a drawn head in it, until the answer stands there.

In a process of its own: what keeps Qt from starting ends the process that tries, and the page is to say so.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tumorviewer import NOTICE
from tumorviewer.cli.common import EXIT_DONE, CommandError
from tumorviewer.cli.selftest import network
from tumorviewer.cli.selftest.page import Check, CheckFailedError

if TYPE_CHECKING:
    from tumorviewer.app.stage import Stage

_PATIENCE_S: Final = 60
_LONGEST_S: Final = 90
_LOOK_S: Final = 0.2

Cancelled = Callable[[], bool]


def checks(folder: Path, cancelled: Cancelled) -> Iterator[Check]:
    """Yield the check of the window; it gets a user folder of its own below `folder`."""
    yield Check("open the window", lambda: _open(folder, cancelled))


def _open(folder: Path, cancelled: Cancelled) -> str:
    started = time.time()
    found = ask(["--window", str(folder)], _LONGEST_S, cancelled)
    shown = f"shown {found['shown'] - started:.1f} s after its start on {found['screen']!r}"
    return f"{shown}; a drawn head was judged ({found['verdict']})"


def ask(words: list[str], longest_s: float, cancelled: Cancelled) -> dict[str, Any]:
    """Start the program with its window in another process, and return what that found.

    Raises
    ------
    CheckFailedError
        If it did not end well, or not in time.
    """
    from training.process import program

    # A screen that people look at is used only where that was asked for.
    screen = {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM") or "offscreen", "PYTHONUTF8": "1"}
    with subprocess.Popen(
        [*program(), "self-test", *words],
        env=os.environ | screen,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        said, complained = _listen(process, longest_s, cancelled)
    if process.returncode == EXIT_DONE:
        found: dict[str, Any] = json.loads(said)
        return found
    lines = [line for line in complained.splitlines() if line not in ("", NOTICE)] or ["nothing was said"]
    if process.returncode < 0:  # Qt says first what is missing, and then much on where it looked
        raise CheckFailedError(f"{lines[0]} ({signal.strsignal(-process.returncode)})")
    raise CheckFailedError(lines[-1])


def _listen(process: "subprocess.Popen[str]", longest_s: float, cancelled: Cancelled) -> tuple[str, str]:
    """Return what a process wrote to stdout and stderr; end it if it takes too long, or if nobody wants to know."""
    deadline = time.monotonic() + longest_s
    while True:
        try:
            return process.communicate(timeout=_LOOK_S)
        except subprocess.TimeoutExpired:
            late = time.monotonic() > deadline
            if late or cancelled():
                process.kill()
                raise CheckFailedError(f"not done after {longest_s:.0f} s" if late else "stopped") from None


def open_window(folder: Path) -> int:
    """Be the other process: show the window, judge a scan, close it; print what was found as one line of JSON.

    ``shown`` (seconds since the epoch, when the window had been drawn), ``screen``, ``verdict``.
    """
    return answer(lambda: _judge_in_window(folder))


def answer(work: Callable[[], dict[str, Any]]) -> int:
    """Print what the work of the other process found, provided that it reached for no network.

    Raises
    ------
    CommandError
        What was wrong.
    """
    contacts = network.watch()
    try:
        found = work()
        network.refuse(contacts)
    except CheckFailedError as error:
        raise CommandError(str(error)) from error
    sys.stdout.write(json.dumps(found) + "\n")
    return EXIT_DONE


def _judge_in_window(folder: Path) -> dict[str, float | str]:
    from PySide6.QtWidgets import QApplication

    from tumorviewer.app.stage import Stage

    head = _write_head(folder / "头 head.png")  # before there are threads that would have to be ended
    app = QApplication(["tumorviewer"])
    app.setQuitOnLastWindowClosed(False)  # the threads are waited for
    stage = Stage(app, folder / "home")
    watcher = _Watcher(stage)
    stage.ended.connect(app.quit)
    stage.window.show()
    stage.window.grab()  # draws all of it, before there is an event loop
    shown = time.time()
    stage.open_paths([head])
    app.exec()
    if not watcher.found:
        why = stage.workspace.model.problem or "no answer came"
        raise CheckFailedError(f"the window was shown and a scan opened, but: {why}")
    return {"shown": shown, "screen": app.platformName(), "verdict": watcher.found}


def _write_head(path: Path) -> Path:
    import cv2

    from tumorviewer.imaging.phantom import draw_head

    path.write_bytes(cv2.imencode(".png", draw_head(1, size=256, lesion="meningioma"))[1].tobytes())
    return path


class _Watcher:
    """Ends the program when the answer has arrived, when no model can give one, or when it has waited too long."""

    def __init__(self, stage: "Stage") -> None:
        from PySide6.QtCore import QTimer

        self._stage = stage
        self.found = ""
        stage.workspace.session.answer_changed.connect(self._answer_changed)
        stage.workspace.model.changed.connect(self._model_changed)
        QTimer.singleShot(_PATIENCE_S * 1000, stage.end)

    def _answer_changed(self) -> None:
        prediction = self._stage.workspace.session.prediction
        if prediction is not None and not self.found and not self._stage.window.grab().isNull():
            self.found = prediction.verdict
            self._stage.end()

    def _model_changed(self) -> None:
        if self._stage.workspace.model.problem:
            self._stage.end()
