"""One window for each user: a second start hands its paths to the first and ends."""

import hashlib
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QDir, QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from tumorviewer import paths as places

log = logging.getLogger(__name__)

CONNECT_MS: Final = 1000
ANSWER_MS: Final = 5000
"""The first may be starting itself: what it was sent stays in the socket until it looks."""
LOCK_MS: Final = 15_000
"""A first start from a cold disk takes seconds until it listens."""
LARGEST: Final = 16 << 20
"""Bytes of one message; a thousand dropped files make some hundred thousand."""
TAKEN: Final = b"taken"
_ACTIVATION: Final = "XDG_ACTIVATION_TOKEN"
"""With it the launcher of a Wayland desktop allows a program to come to the front."""


class FirstStart(QObject):
    """Knows whether this start is the one that shows the window.

    Parameters
    ----------
    name : str, optional
        Of the meeting place; by default one for each user and folder of user data.
    """

    handed_over = Signal(list)
    """Some `Path`, from a later start; none if it only asks to see the window."""

    def __init__(self, name: str | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name or _own_name()
        # Of two starts at the same moment the second looks only when the first listens.
        self._lock = QLockFile(QDir.temp().filePath(f"{self._name}.lock"))
        self._server: QLocalServer | None = None

    def claim(self, paths: Sequence[str]) -> bool:
        """Hand the paths to the start before this one, or become the first.

        Returns
        -------
        bool
            False if they were handed over: there is nothing left to do. True if this one shows the window, and calls
            `listen` soon: later starts wait for that.
        """
        self._lock.tryLock(LOCK_MS)
        if self._hand_over(paths):
            self._lock.unlock()
            return False
        return True

    def listen(self) -> bool:
        """Wait for later starts, once there is an application; where that cannot be, it runs as if it were alone."""
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._welcome)
        listens = self._server.listen(self._name)
        if not listens and self._is_ours():
            # Nobody answered: what lies there was left by a program that crashed.
            listens = QLocalServer.removeServer(self._name) and self._server.listen(self._name)
        if not listens:
            log.warning("Later starts cannot be met: %s", self._server.errorString())
        self._lock.unlock()
        return listens

    def close(self) -> None:
        """Leave the meeting place."""
        if self._server is not None:
            self._server.close()

    # ------------------------------------------------------------ the later start

    def _hand_over(self, paths: Sequence[str]) -> bool:
        if not self._is_ours():
            return False
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(CONNECT_MS):
            return False
        _let_it_come_to_the_front()
        socket.write(_packed(paths))
        if not socket.waitForBytesWritten(CONNECT_MS):
            return False
        answered = socket.waitForReadyRead(ANSWER_MS) and socket.readAll().data() == TAKEN
        if not answered:
            log.warning("The window is busy; it will open the paths when it can")
        socket.disconnectFromServer()
        return True

    def _is_ours(self) -> bool:
        """Tell whether there may be a server, and whether it is this user's: others could take the name in /tmp."""
        if sys.platform == "win32":
            return True
        try:
            return Path(QDir.temp().filePath(self._name)).lstat().st_uid == os.getuid()
        except OSError:
            return False

    # ------------------------------------------------------------ the first start

    def _welcome(self) -> None:
        assert self._server is not None  # it is what tells of connections
        while (socket := self._server.nextPendingConnection()) is not None:
            _Visit(socket, self)


class _Visit(QObject):
    """Reads what one later start sends."""

    def __init__(self, socket: QLocalSocket, first: FirstStart) -> None:
        super().__init__(first)
        self._socket, self._first, self._received = socket, first, b""
        socket.setParent(self)
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(self.deleteLater)
        self._read()

    def _read(self) -> None:
        self._received += self._socket.readAll().data()
        if len(self._received) > LARGEST:
            self._socket.abort()
            return
        message = _unpacked(self._received)
        if message is None:
            return
        token, paths = message
        self._received = b""
        self._socket.write(TAKEN)
        self._socket.flush()
        if token:
            os.environ[_ACTIVATION] = token
        self._first.handed_over.emit(paths)


def _packed(paths: Sequence[str]) -> bytes:
    """Return a message: its length, the token of the launcher, and the paths, whatever bytes their names have."""
    # abspath follows no links: the folder that the person named is the one that is shown.
    fields = [os.environ.get(_ACTIVATION, ""), *(os.path.abspath(path) for path in paths)]
    body = b"\0".join(os.fsencode(field) for field in fields)
    return b"%d\n%b" % (len(body), body)


def _unpacked(received: bytes) -> tuple[str, list[Path]] | None:
    """Return token and paths, or None while the message is not whole."""
    length, newline, body = received.partition(b"\n")
    if not newline or not length.isdigit() or len(body) < int(length):
        return None
    token, *paths = (os.fsdecode(field) for field in body.split(b"\0"))
    return token, [Path(path) for path in paths]


def _own_name() -> str:
    user = os.environ.get("USERNAME", "") if sys.platform == "win32" else os.getuid()
    owner = f"{user}\0{places.user_data()}"
    return "tumorviewer-" + hashlib.sha256(os.fsencode(owner)).hexdigest()[:16]


def _let_it_come_to_the_front() -> None:
    """Pass on the right to take the keyboard, which Windows gives only to the program that was started last."""
    if sys.platform == "win32":
        import ctypes  # only Windows has it

        anyone = -1
        ctypes.windll.user32.AllowSetForegroundWindow(anyone)
