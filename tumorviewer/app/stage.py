"""State, threads and window, put together: all of the program but what belongs to its process."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from tumorviewer.app.languages import Languages
from tumorviewer.app.services import services
from tumorviewer.gui.look.theme import apply_theme
from tumorviewer.gui.window.layout_memory import bring_back
from tumorviewer.gui.window.main_window import MainWindow
from tumorviewer.gui.window.messages import Messages
from tumorviewer.state.notices import Notice, NoticeKind
from tumorviewer.state.settings import LANGUAGE, THEME
from tumorviewer.state.workspace import Workspace
from tumorviewer.workers.workers import Workers

SAVE_MS: Final = 1000
"""Settings are written so long after the last change."""


class Stage(QObject):
    """Owns the window and all that stands behind it.

    Parameters
    ----------
    app : QApplication
    folder : Path
        Of the user: settings, library, logs.
    """

    ending = Signal()
    """Nothing more is opened."""
    ended = Signal()
    """The window is closed and no thread runs any more."""

    def __init__(self, app: QApplication, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self.workspace = Workspace(folder / "settings.ini", self)
        settings = self.workspace.settings
        self.languages = Languages(parent=self)
        self.languages.use(settings.get(LANGUAGE))
        apply_theme(app, settings.get(THEME))
        self.messages = Messages(self.workspace.notices, self)
        self.workers = Workers(self.workspace, folder, self)
        self._services = services(folder / "logs")
        self.window = self._make_window()
        self._saving = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._saving.timeout.connect(self._save)
        self._said_unsaved = False
        self._ending = False
        self.workers.stopped.connect(self._stopped)
        settings.changed.connect(self._setting_changed)
        app.screenRemoved.connect(self._screen_gone)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open what was named or handed over."""
        if paths and not self._ending:
            self.window.open_paths(paths)

    def end(self) -> None:
        """Remember how the window was left, and ask all work to stop; the window stays alive until it has."""
        if self._ending:
            return
        self._ending = True
        self.ending.emit()
        self.window.save_layout()
        self.window.say_stopping()
        self._save()
        self.workers.shutdown()

    # ------------------------------------------------------------ inside

    def _make_window(self) -> MainWindow:
        window = MainWindow(self.workspace, self.workers, self._services, self.messages)
        window.close_wanted.connect(self.end)
        return window

    def _setting_changed(self, name: str) -> None:
        settings = self.workspace.settings
        if name == THEME.name:
            apply_theme(self._app, settings.get(THEME))
        elif name == LANGUAGE.name:
            QTimer.singleShot(0, self._speak)  # not while the dialog that it is chosen in is still at it
        self._saving.start()

    def _speak(self) -> None:
        """Take another language: all that is shown is made anew from the state, which has no words."""
        before = self.window
        before.save_layout()
        self.languages.use(self.workspace.settings.get(LANGUAGE))
        self.window = self._make_window()
        self.window.show()
        if before.helps.settings_are_open:
            self.window.helps.settings()
        before.leave()
        before.deleteLater()

    def _save(self) -> None:
        if not self.workspace.settings.save() and not self._said_unsaved:
            self._said_unsaved = True
            self.workspace.notices.tell(Notice(NoticeKind.SETTINGS))

    def _screen_gone(self) -> None:
        bring_back(self.window)

    def _stopped(self) -> None:
        self.window.leave()
        self.window.deleteLater()  # before the state that it shows
        self.languages.close()
        self.ended.emit()
