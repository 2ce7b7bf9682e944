"""One run of the program: its process, and the stage in it."""

import gc
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from tumorviewer import __version__, paths
from tumorviewer.app.faults import Faults
from tumorviewer.app.logs import Log
from tumorviewer.app.signals import EndSignals
from tumorviewer.app.single import FirstStart
from tumorviewer.app.stage import Stage
from tumorviewer.state.notices import Notice, NoticeKind


class Program(QObject):
    """Log, faults, signals of the system, later starts; what is made first is ended last.

    Parameters
    ----------
    first : FirstStart
        That later starts meet.
    """

    def __init__(self, first: FirstStart) -> None:
        super().__init__()
        self._app = _application()
        self._first = first
        self._first.listen()
        folder = paths.user_data()
        self._log = Log(folder / "logs")
        self._faults = Faults(self)
        self.stage = Stage(self._app, folder, self)
        self._signals = EndSignals(self)
        self._first.handed_over.connect(self._handed_over)
        self._faults.happened.connect(self._tell_fault)
        self._signals.arrived.connect(self.stage.end)
        self.stage.ending.connect(self._first.close)  # who starts now gets a window of their own
        self.stage.ended.connect(self._app.quit)
        gc.freeze()  # what is there now stays: it need not be looked through again and again

    def run(self, names: Sequence[str]) -> int:
        """Show the window, open what was named, and return the exit code when all has ended."""
        self.stage.window.show()
        self.stage.open_paths([Path(name).absolute() for name in names])
        code = self._app.exec()
        self._close()
        return code

    def _close(self) -> None:
        """Give back what was taken from the process."""
        self._signals.close()
        self._faults.close()
        self._log.close()

    def _handed_over(self, names: list[Path]) -> None:
        self.stage.window.come_to_front()
        self.stage.open_paths(names)

    def _tell_fault(self, kind: str) -> None:
        self.stage.workspace.notices.tell(Notice(NoticeKind.FAULT, detail=kind))


def _application() -> QApplication:
    app = QApplication(["tumorviewer"])
    app.setApplicationName("Tumor Viewer")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("tumorviewer")
    app.setWindowIcon(QIcon(str(paths.resources() / "tumorviewer.svg")))
    app.setQuitOnLastWindowClosed(False)  # the threads are waited for
    return app
