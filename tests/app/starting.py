"""The program as a process that says what happens in it."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, Queue

import cv2
import pytest

from tumorviewer.imaging.phantom import draw_head

ROOT = Path(__file__).resolve().parents[2]
LONG = 60.0

# The program itself, with lines on stdout that say what happens in it.
WATCHED = """
import gc, json, os, sys, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from tumorviewer.app.single import FirstStart

def say(*words): print(json.dumps(words), flush=True)

def watch(program):
    stage = program.stage
    stage.workspace.worklist.added.connect(
        lambda ids: [say("row", stage.workspace.worklist.entries[i].path.name) for i in ids])
    stage.workspace.session.answer_changed.connect(
        lambda: stage.workspace.session.prediction and say("answered"))
    stage.workspace.notices.told.connect(lambda notice: say("told", notice.kind.name, notice.detail))
    def command():
        for line in sys.stdin:
            asked.put(line.strip())
    import queue, time
    asked = queue.Queue()
    threading.Thread(target=command, daemon=True).start()
    def act():
        if asked.empty(): return
        word = asked.get()
        if word == "busy":
            say("busy")
            time.sleep(1.0)
        elif word == "modules":
            say("modules", sorted({name.split(".")[0] for name in sys.modules}))
        elif word == "frozen":
            say("frozen", gc.get_freeze_count(), len(gc.get_objects()))
        elif word == "grab":
            stage.window.raise_()
            stage.window.activateWindow()
            picture = stage.window.screen().grabWindow(stage.window.winId()).toImage()
            middle = picture.pixelColor(picture.width() // 2, picture.height() // 2).name()
            said = [stage.window.isActiveWindow(), QApplication.platformName(), picture.width()]
            say("grabbed", *said, middle)
        elif word == "fail":
            raise ValueError("for '/data/Smith'")
    ticking = QTimer(program, interval=10)
    ticking.timeout.connect(act)
    ticking.start()
    QTimer.singleShot(0, lambda: say("shown", stage.window.isVisible(), os.times().user + os.times().system))

first = FirstStart()
if not first.claim(sys.argv[1:]):
    say("handed over")
    sys.exit(0)
from tumorviewer.app.program import Program
program = Program(first)
watch(program)
sys.exit(program.run(sys.argv[1:]))
"""


class Start:
    """A started program whose lines are read as they come."""

    def __init__(self, *arguments: str | Path, folder: Path | None = None, **extra: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WATCHED, *map(str, arguments)],
            cwd=folder or ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"} | extra,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self._lines: Queue[list[object]] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(json.loads(line))

    def wait_for(self, met: Callable[[list[object]], bool]) -> list[object]:
        """Return the first line that is as wanted."""
        while True:
            try:
                line = self._lines.get(timeout=LONG)
            except Empty:
                pytest.fail("the program did not say what was waited for")
            if met(line):
                return line

    def wait_for_row(self, name: str) -> None:
        self.wait_for(lambda line: line == ["row", name])

    def ask(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def end(self) -> int:
        if os.name == "nt":
            self.process.terminate()
        else:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(LONG)


def write_head(path: Path) -> Path:
    path.write_bytes(cv2.imencode(".png", draw_head(1))[1].tobytes())
    return path
