"""The real window on a virtual screen, for the benchmarks that need one."""

import gc
import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.measure import tell

SIZE = (1280, 720)
_TICK_MS = 2
_WAKE_MS = 20
"""What is waited for may be outside of the window, and is looked for so often."""


@contextmanager
def virtual_screen() -> Iterator[str]:
    """Point Qt to a virtual screen: Xvfb where it is installed, else Qt's own that draws into memory."""
    server = None
    if shutil.which("Xvfb"):
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"]
        server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as answer:
            display = f":{answer.readline().strip()}"
        os.environ |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    else:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        yield os.environ["QT_QPA_PLATFORM"]
    finally:
        if server is not None:
            server.terminate()
            server.wait()


class Desk:
    """A window that is shown, with its state and its threads, in a user folder of its own."""

    def __init__(self, folder: Path) -> None:
        # Here, because the screen has to be chosen before.
        from PySide6.QtWidgets import QApplication

        from tumorviewer.app.stage import Stage

        os.environ["TUMORVIEWER_HOME"] = str(folder)
        self.app = QApplication.instance() or QApplication(["tumorviewer"])
        self.app.setQuitOnLastWindowClosed(False)
        self.stage = Stage(self.app, folder)
        gc.freeze()  # as the program does
        self.workspace, self.window, self.workers = self.stage.workspace, self.stage.window, self.stage.workers
        self.window.resize(*SIZE)
        self.window.show()
        self.wait(lambda: self.workspace.model.card is not None, "the model")

    def wait(self, until: Callable[[], bool], what: str, seconds: float = 300.0) -> float:
        """Let the window work until something is true; return how long that took.

        It sleeps while there is nothing to do, as the program does: a loop that never sleeps would take a core, and
        Python's lock, from the threads that it waits for.

        Raises
        ------
        RuntimeError
            If it does not come true.
        """
        from PySide6.QtCore import QEventLoop, QTimer

        flags = QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
        begun, waking = time.perf_counter(), QTimer(interval=_WAKE_MS)
        waking.start()
        while not until():
            if time.perf_counter() - begun > seconds:
                raise RuntimeError(f"waited {seconds:.0f} s for {what} in vain")
            self.app.processEvents(flags)
        waking.stop()
        return time.perf_counter() - begun

    def drop(self, paths: Sequence[Path]) -> None:
        """Drop files on the middle of the window."""
        from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
        from PySide6.QtGui import QDragEnterEvent, QDropEvent

        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        at, copy = QPoint(SIZE[0] // 2, SIZE[1] // 2), Qt.DropAction.CopyAction
        buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        self.app.sendEvent(self.window, QDragEnterEvent(at, copy, data, buttons, keys))
        self.app.sendEvent(self.window, QDropEvent(QPointF(at), copy, data, buttons, keys))

    def close_all(self) -> None:
        """Close all scans."""
        self.workers.close_all()
        self.wait(lambda: not self.workspace.jobs.running, "all work to stop")

    def end(self) -> None:
        """End all threads."""
        ended: list[bool] = []
        self.stage.ended.connect(lambda: ended.append(True))
        self.stage.end()
        self.wait(lambda: bool(ended), "the threads")


class Gaps:
    """How long the event loop was away from itself: the times between the ticks of a timer, less its interval."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.seconds: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.seconds.append(max(now - self._last - _TICK_MS / 1000, 0.0))
        self._last = now

    def stop(self) -> None:
        """Measure no longer."""
        self._timer.stop()

    @property
    def longest(self) -> float:
        """In seconds."""
        return max(self.seconds, default=0.0)


class Painted:
    """Tells, called, whether a widget was painted since `ready` came true."""

    def __init__(self, widget: Any, ready: Callable[[], bool]) -> None:
        from PySide6.QtCore import QEvent, QObject

        class Watch(QObject):
            painted = False

            def eventFilter(self, _: QObject, event: QEvent) -> bool:  # Qt's name
                if event.type() is QEvent.Type.Paint and ready():
                    self.painted = True
                return False

        self._watch = Watch(widget)
        widget.installEventFilter(self._watch)

    def __call__(self) -> bool:
        """Return whether it was."""
        return self._watch.painted

    def forget(self) -> None:
        """Count from now on."""
        self._watch.painted = False


def middle(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def say_screen(name: str) -> None:
    """Say which virtual screen it is."""
    tell(f"virtual screen: {'Xvfb' if name == 'xcb' else 'in memory'}")
