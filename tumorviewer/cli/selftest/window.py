"""The window: opened on a screen that nobody sees, with a drawn head in it, until the answer stands there.

In a process of its own: what keeps Qt from starting ends the process that tries, and the page is to say so.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tumorviewer import NOTICE
from tumorviewer.cli.common import EXIT_DONE, CommandError
from tumorviewer.cli.selftest import network
from tumorviewer.cli.selftest.page import Check, CheckFailedError

if TYPE_CHECKING:
    from tumorviewer.app.stage import Stage

_PATIENCE_S: Final = 60
_LONGEST_S: Final = 90


def checks(folder: Path) -> Iterator[Check]:
    """Yield the check of the window; it gets a user folder of its own below `folder`."""
    yield Check("open the window", lambda: _ask(folder))


def _ask(folder: Path) -> str:
    """Start the other process, and return what it found."""
    from training.process import program

    # A screen that people look at is used only where that was asked for.
    screen = {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM") or "offscreen", "PYTHONUTF8": "1"}
    started = time.time()
    done = subprocess.run(
        [*program(), "self-test", "--window", str(folder)],
        env=os.environ | screen,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=_LONGEST_S,
        check=False,
    )
    if done.returncode == EXIT_DONE:
        found = json.loads(done.stdout)
        shown = f"shown {found['shown'] - started:.1f} s after its start on {found['screen']!r}"
        return f"{shown}; a drawn head was judged ({found['verdict']})"
    said = [line for line in done.stderr.splitlines() if line not in ("", NOTICE)] or ["nothing was said"]
    if done.returncode < 0:  # Qt says first what is missing, and then much on where it looked
        raise CheckFailedError(f"{said[0]} ({signal.strsignal(-done.returncode)})")
    raise CheckFailedError(said[-1])


def open_window(folder: Path) -> int:
    """Be the other process: show the window, judge a scan, close it; print what was found as one line of JSON.

    ``shown`` (seconds since the epoch, when the window had been drawn), ``screen``, ``verdict``.
    """
    contacts = network.watch()
    try:
        found = _judge_in_window(folder)
        network.refuse(contacts)
    except CheckFailedError as error:
        raise CommandError(str(error)) from error
    sys.stdout.write(json.dumps(found) + "\n")
    return EXIT_DONE


def _judge_in_window(folder: Path) -> dict[str, float | str]:
    from PySide6.QtWidgets import QApplication

    from tumorviewer.app.stage import Stage

    app = QApplication(["tumorviewer"])
    app.setQuitOnLastWindowClosed(False)  # the threads are waited for
    stage = Stage(app, folder / "home")
    watcher = _Watcher(stage)
    stage.ended.connect(app.quit)
    stage.window.show()
    stage.window.grab()  # draws all of it, before there is an event loop
    shown = time.time()
    stage.open_paths([_write_head(folder / "头 head.png")])
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
