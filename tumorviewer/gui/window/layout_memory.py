"""How the window was left, kept from one start to the next."""

from PySide6.QtCore import QByteArray, QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from tumorviewer.state.settings import Settings

FIRST = QSize(1360, 860)
GRASP = 48
"""So much of the upper edge has to be on a screen, in device independent pixels: less cannot be dragged."""


def restore_place(window: QMainWindow, settings: Settings) -> None:
    """Put the window where it was; where there is no screen any more, on one that there is."""
    if not window.restoreGeometry(settings.state("geometry")):
        screen = QGuiApplication.primaryScreen().availableGeometry()
        window.resize(FIRST.boundedTo(screen.size() * 0.92))
        window.move(screen.center() - window.rect().center())
    bring_back(window)


def save_place(window: QMainWindow, settings: Settings) -> None:
    """Remember where the window is."""
    settings.set_state("geometry", window.saveGeometry())


def bring_back(window: QWidget) -> None:
    """Move the window onto a screen, if its upper edge is on none."""
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    frame = window.frameGeometry()
    edge = QRect(frame.left(), frame.top(), frame.width(), GRASP)
    if not screens or any(_enough(screen.intersected(edge)) for screen in screens):
        return
    screen = QGuiApplication.primaryScreen().availableGeometry()
    window.resize(window.size().boundedTo(screen.size()))
    window.move(screen.center() - window.rect().center())


def restore_splitter(splitter: QSplitter, name: str, settings: Settings) -> None:
    """Give the parts of a splitter the sizes that they had."""
    splitter.restoreState(settings.state(name))
    splitter.setChildrenCollapsible(False)  # the state brings its own mind on this
    splitter.setHandleWidth(1)


def flag(settings: Settings, name: str, *, default: bool) -> bool:
    """Return something that is either so or not."""
    kept = settings.state(name).data()
    return default if not kept else kept == b"1"


def set_flag(settings: Settings, name: str, value: bool) -> None:
    """Remember it."""
    settings.set_state(name, QByteArray(b"1" if value else b"0"))


def _enough(seen: QRect) -> bool:
    return seen.width() >= GRASP and seen.height() >= GRASP // 2
