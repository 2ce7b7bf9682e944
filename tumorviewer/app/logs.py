"""The log file in the user's folder."""

import logging
import logging.handlers
import platform
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler, qVersion

from tumorviewer import __version__
from tumorviewer.app.scrubbing import ScrubbingFormatter

log = logging.getLogger(__name__)

FILE: Final = "tumorviewer.log"
LARGEST: Final = 512 << 10
OLDER: Final = 3
"""Files kept beside the current one."""

_LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Log:
    """Collects what all parts of the program and Qt report, until it is closed.

    Parameters
    ----------
    folder : Path
        Made if it is missing. Where it cannot be written, the program runs without a log.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / FILE
        self._root = logging.getLogger()
        self._level_before = self._root.level
        self._handlers = [_open(self.file)]
        if sys.stderr is not None:  # a program without a console has none
            terminal = logging.StreamHandler()
            terminal.setLevel(logging.ERROR)
            self._handlers.append(terminal)
        for handler in self._handlers:
            handler.setFormatter(ScrubbingFormatter())
            self._root.addHandler(handler)
        self._root.setLevel(logging.INFO)
        qInstallMessageHandler(_qt_message)
        log.info(
            "Tumor Viewer %s, Python %s, Qt %s, %s", __version__, platform.python_version(), qVersion(), sys.platform
        )

    def close(self) -> None:
        """Write the rest, and leave logging as it was."""
        qInstallMessageHandler(None)
        self._root.setLevel(self._level_before)
        for handler in self._handlers:
            self._root.removeHandler(handler)
            handler.close()


class _QuietFile(logging.handlers.RotatingFileHandler):
    """A full disk costs lines of the log and nothing else."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Go on without the line."""


def _open(file: Path) -> logging.Handler:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return _QuietFile(file, maxBytes=LARGEST, backupCount=OLDER, encoding="utf-8", errors="backslashreplace")
    except OSError:
        return logging.NullHandler()


def _qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    logging.getLogger(f"qt.{context.category or 'default'}").log(_LEVELS.get(kind, logging.WARNING), "%s", text)
