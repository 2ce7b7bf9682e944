"""One run of the program: made, shown, ended."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from tumorviewer import __version__, paths
from tumorviewer.app.faults import Faults
from tumorviewer.app.languages import Languages
from tumorviewer.app.logs import Log
from tumorviewer.app.services import services
from tumorviewer.app.signals import EndSignals
from tumorviewer.app.single import FirstStart
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.theme import apply_theme
from tumorviewer.gui.window.layout_memory import bring_back
from tumorviewer.gui.window.main_window import MainWindow
from tumorviewer.gui.window.messages import Messages
from tumorviewer.state.notices import Notice, NoticeKind
from tumorviewer.state.settings import LANGUAGE, THEME
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.workers import Workers

log = logging.getLogger(__name__)

SAVE_MS: Final = 1000
"""Settings are written so long after the last change."""


class Program(QObject):
    """Owns everything. What is made first is ended last.

    Parameters
    ----------
    first : FirstStart
    """

    shown = Signal()
    """The window is on the screen."""

    def __init__(self, first: FirstStart) -> None:
        super().__init__()
        self.app = _application()
        self.first = first
        self.first.listen()
        folder = paths.user_data()
        self.log = Log(folder / "logs")
        self.faults = Faults(self)
        self.workspace = Workspace(folder / "settings.ini", self)
        settings = self.workspace.settings
        self.languages = Languages(parent=self)
        self.languages.use(settings.get(LANGUAGE))
        apply_theme(self.app, settings.get(THEME))
        self.messages = Messages(self.workspace.notices, self)
        self.workers = Workers(self.workspace, folder, self)
        self.services = services(self.log.folder)
        self.window = self._make_window()
        self.signals = EndSignals(self)
        self._saving = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._said_unsaved = False
        self._stopping = False
        self._connect()

    def run(self, names: Sequence[str]) -> int:
        """Show the window, open what was named, and return the exit code when all has ended."""
        self.window.show()
        QTimer.singleShot(0, self.shown.emit)
        if names:
            self.window.open_paths([Path(name).absolute() for name in names])
        code = self.app.exec()
        self.close()
        return code

    def end(self) -> None:
        """Ask all work to stop; the window goes when it has. It stays alive meanwhile."""
        if not self._stopping:
            self._stopping = True
            self.window.say_stopping()
            self._save()
            self.workers.shutdown()

    def close(self) -> None:
        """Give back what was taken from the process."""
        self.first.close()
        self.signals.close()
        self.faults.close()
        self.languages.close()
        self.log.close()

    # ------------------------------------------------------------ inside

    def _make_window(self) -> MainWindow:
        window = MainWindow(self.workspace, self.workers, self.services, self.messages)
        window.close_wanted.connect(self.end)
        return window

    def _connect(self) -> None:
        self.first.handed_over.connect(self._handed_over)
        self.faults.happened.connect(lambda kind: self.workspace.notices.tell(Notice(NoticeKind.FAULT, detail=kind)))
        self.signals.arrived.connect(self._close_window)
        self.workers.stopped.connect(self._stopped)
        self.workspace.settings.changed.connect(self._setting_changed)
        self._saving.timeout.connect(self._save)
        self.app.screenRemoved.connect(lambda _: bring_back(self.window))

    def _handed_over(self, names: list[Path]) -> None:
        self.window.come_to_front()
        if names and not self._stopping:
            self.window.open_paths(names)

    def _setting_changed(self, name: str) -> None:
        settings = self.workspace.settings
        if name == THEME.name:
            apply_theme(self.app, settings.get(THEME))
        elif name == LANGUAGE.name:
            QTimer.singleShot(0, self._speak)  # not while the dialog that it is chosen in is still at it
        self._saving.start()

    def _speak(self) -> None:
        """Take another language: all that is shown is made anew from the state, which has no words."""
        self.languages.use(self.workspace.settings.get(LANGUAGE))
        before = self.window
        before.save_layout()
        self.window = self._make_window()
        self.window.show()
        before.close_wanted.disconnect(self.end)
        before.leave()
        before.deleteLater()

    def _close_window(self) -> None:
        self.window.close()  # whichever it is by then

    def _save(self) -> None:
        if not self.workspace.settings.save() and not self._said_unsaved:
            self._said_unsaved = True
            self.workspace.notices.tell(Notice(NoticeKind.SETTINGS))

    def _stopped(self) -> None:
        self.window.leave()
        self.app.quit()


def _application() -> QApplication:
    made = QApplication.instance()
    app = made if isinstance(made, QApplication) else QApplication(["tumorviewer"])
    app.setApplicationName("Tumor Viewer")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("tumorviewer")
    app.setWindowIcon(icon("head"))
    app.setQuitOnLastWindowClosed(False)
    return app
