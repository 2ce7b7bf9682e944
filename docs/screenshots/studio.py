"""The window with the phantom series at hand, and the list of the states that are shown of it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.window import Desk

_LOOK_MS: Final = 10

STATES: "Final[list[tuple[str, Callable[[Studio], None]]]]" = []


def state(name: str) -> "Callable[[Callable[[Studio], None]], Callable[[Studio], None]]":
    """Put a state on the list; they are shown in this order, each from where the one before left the window."""

    def add(show: "Callable[[Studio], None]") -> "Callable[[Studio], None]":
        STATES.append((name, show))
        return show

    return add


class Studio(Desk):
    """A window with the phantom series and a finished run at hand."""

    def __init__(self, folder: Path, sample: Path, scheme: str, size: tuple[int, int]) -> None:
        from tumorviewer.imaging.phantom_series import write_phantom_series
        from tumorviewer.state.settings import THEME

        super().__init__(folder / "home")
        self.folder, self.sample, self.keep_toast = folder, sample, False
        self.study = folder / "phantoms"
        write_phantom_series(self.study)
        self.workspace.settings.set(THEME, scheme)
        self.window.resize(*size)
        self.settle()

    def wait(self, until: Callable[[], bool], what: str, seconds: float = 300.0) -> float:
        """Let the window work until something is true, as `Desk.wait` does, but leave the processor to the others.

        What is waited for here is mostly the work of other processes, and no benchmark counts the milliseconds.
        """
        from PySide6.QtTest import QTest

        begun = time.perf_counter()
        while not until():
            if time.perf_counter() - begun > seconds:
                raise RuntimeError(f"waited {seconds:.0f} s for {what} in vain")
            QTest.qWait(_LOOK_MS)
        return time.perf_counter() - begun

    def settle(self) -> None:
        """Wait until nothing moves any more."""
        from PySide6.QtCore import QTimer

        done: list[bool] = []
        QTimer.singleShot(400, lambda: done.append(True))
        self.wait(lambda: bool(done), "the window")

    def open(self, *paths: Path) -> None:
        """Open files and wait for all answers."""
        before = len(self.workspace.worklist)
        self.window.open_paths(paths)
        rows = self.workspace.worklist
        self.wait(lambda: len(rows) > before and not self.workspace.jobs.running, "the answers")

    def show_file(self, name: str) -> None:
        """Show the scan whose file has this name."""
        entry = next(e for e in self.workspace.worklist.entries.values() if e.path.name == name)
        self.workspace.session.show(entry.id)
        session = self.workspace.session
        self.wait(lambda: session.pane.up_to_date or session.pane.error is not None, name)
        self.settle()

    def act(self, name: str) -> None:
        """Choose an action by its name in the table."""
        from tumorviewer.gui.window.actions import Act

        self.window.actions_[Act[name]].trigger()
        self.settle()

    def act_for_dialog(self, name: str) -> None:
        """Choose an action, and wait for the dialog that shows what it reads elsewhere."""
        from PySide6.QtWidgets import QDialog

        self.act(name)
        self.wait(lambda: any(dialog.isVisible() for dialog in self.window.findChildren(QDialog)), f"dialog {name}")
        self.settle()

    def close_dialogs(self) -> None:
        """Close what lies over the window."""
        from PySide6.QtWidgets import QDialog

        for dialog in self.window.findChildren(QDialog):
            dialog.close()
        self.settle()

    def picture(self, path: Path) -> None:
        """Save the window, and the dialog that lies over it, if there is one."""
        from PySide6.QtGui import QPainter
        from PySide6.QtWidgets import QDialog

        if not self.keep_toast:
            self.window.toast.hide()  # goes by itself after a while: it would be on some pictures and not on others
        self.keep_toast = False
        shot = self.window.grab()
        painter = QPainter(shot)
        for dialog in self.window.findChildren(QDialog):
            if dialog.isVisible():
                at = self.window.rect().center() - dialog.rect().center()
                painter.drawPixmap(at, dialog.grab())
        painter.end()
        shot.save(str(path))
