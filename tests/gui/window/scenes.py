"""The whole window on real threads and the shipped model, driven as a person drives it."""

import os
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np
from dicom_writer import as_bytes, dataset_of
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from tumorviewer.app.stage import Stage
from tumorviewer.gui.window.actions import Act
from tumorviewer.gui.window.main_window import MainWindow
from tumorviewer.imaging.phantom import draw_head
from tumorviewer.state.entries import Entry
from tumorviewer.state.model import ModelStatus
from tumorviewer.state.notices import Notice, NoticeKind

LONG = 20_000
"""Milliseconds after which a test gives up; it waits only until what it waits for is there."""


class Scene:
    """One run of the program in the process of the test."""

    def __init__(self, qtbot: QtBot, app: QApplication, folder: Path, size: tuple[int, int]) -> None:
        self.qtbot = qtbot
        self.stage = Stage(app, folder)
        self.workspace = self.stage.workspace
        self.notices: list[Notice] = []
        self.workspace.notices.told.connect(self.notices.append)
        self.window.resize(*size)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()  # a window of the test before may still have the keyboard
        self.ended = False
        self.stage.ended.connect(self._note_end)

    @property
    def window(self) -> MainWindow:
        return self.stage.window

    @property
    def rows(self) -> list[Entry]:
        return self.workspace.worklist.in_order()

    def row(self, name: str) -> Entry:
        return next(entry for entry in self.rows if entry.name == name)

    def act(self, act: Act) -> None:
        """Choose an action, which has to be one that can be chosen."""
        self.window.actions_.refresh()
        action = self.window.actions_[act]
        assert action.isEnabled(), act
        action.trigger()
        self.window.actions_.refresh()

    def can(self, act: Act) -> bool:
        self.window.actions_.refresh()
        return self.window.actions_[act].isEnabled()

    def is_on(self, act: Act) -> bool:
        self.window.actions_.refresh()
        return self.window.actions_[act].isChecked()

    def wait(self, met: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(met, timeout=LONG)

    def told(self, kind: NoticeKind) -> list[Notice]:
        return [notice for notice in self.notices if notice.kind is kind]

    def wait_told(self, kind: NoticeKind) -> Notice:
        self.wait(lambda: bool(self.told(kind)))
        return self.told(kind)[-1]

    def open(self, *paths: Path) -> None:
        """Drop paths on the window and wait until they are open."""
        before = len(self.notices)
        drop(self.window, paths)
        ends = {NoticeKind.OPENED, NoticeKind.NOTHING_FOUND, NoticeKind.ARCHIVE_REFUSED}
        self.wait(lambda: any(notice.kind in ends for notice in self.notices[before:]))
        review = self.window.review
        # The page turns to the first scan when it is read, or soon after.
        self.wait(lambda: not self.rows or review.currentWidget() is review.splitter)

    def wait_for_model(self) -> None:
        self.wait(lambda: self.workspace.model.status is not ModelStatus.LOADING)

    def wait_for_answer(self) -> None:
        """Wait until the model has judged the current scan, with its maps."""
        self.wait(lambda: self.workspace.session.prediction is not None)

    def wait_until_quiet(self) -> None:
        self.wait_for_model()
        self.wait(lambda: not self.workspace.jobs.running)

    def dialog(self, kind: type[QDialog]) -> QDialog:
        """Wait for a dialog and return it."""

        def shown() -> list[QDialog]:
            return [one for one in self.window.findChildren(kind) if one.isVisible()]

        self.wait(lambda: bool(shown()))
        return shown()[0]

    def choose(self, path: Path) -> None:
        """Answer the question for a file or folder that is open."""
        dialog = self.dialog(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        dialog.selectFile(str(path))
        dialog.setDirectory(str(path.parent))
        dialog.selectFile(path.name)
        dialog.accept()

    def close(self) -> None:
        """Close the window as a person does, and wait until no thread runs."""
        if not self.ended:
            self.window.close()
            self.wait(lambda: self.ended)

    def _note_end(self) -> None:
        self.ended = True


def mime(paths: Iterable[Path]) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drag_over(target: QWidget, data: QMimeData, at: QPoint | None = None) -> bool:
    """Hold something over a part of the window, as the system tells Qt, and tell whether it would be taken."""
    native = target.window().windowHandle()
    place = target.mapTo(target.window(), at or target.rect().center())
    actions, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, actions, data, buttons, keys)
    QGuiApplication.sendEvent(native, enter)
    move = QDragMoveEvent(place, actions, data, buttons, keys)
    QGuiApplication.sendEvent(native, move)
    return enter.isAccepted() and move.isAccepted()


def drag_away(window: QWidget) -> None:
    QGuiApplication.sendEvent(window.windowHandle(), QDragLeaveEvent())


def let_go(target: QWidget, data: QMimeData) -> bool:
    native = target.window().windowHandle()
    place = QPointF(target.mapTo(target.window(), target.rect().center()))
    event = QDropEvent(place, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QGuiApplication.sendEvent(native, event)
    return event.isAccepted()


def drop(target: QWidget, paths: Iterable[Path]) -> None:
    data = mime(paths)
    assert drag_over(target, data)
    assert let_go(target, data)


def png(pixels: np.ndarray) -> bytes:
    return cv2.imencode(".png", pixels)[1].tobytes()


def write_heads(folder: Path, count: int, *, first: int = 1) -> list[Path]:
    """Write drawn heads as slice 1.png, slice 2.png, ..."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"slice {number}.png" for number in range(first, first + count)]
    for path in paths:
        path.write_bytes(head_png(int(path.stem.split()[1])))
    return paths


def head_png(seed: int) -> bytes:
    if seed not in _HEADS:
        _HEADS[seed] = png(draw_head(seed))
    return _HEADS[seed]


_HEADS: dict[int, bytes] = {}


def write_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def write_bad(folder: Path) -> dict[str, Path]:
    """Write one of each file that no program should fall over."""
    import struct
    import zlib

    folder.mkdir(parents=True, exist_ok=True)
    header = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    huge = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    whole = cv2.imencode(".jpg", draw_head(1))[1].tobytes()
    no_pixels = dataset_of(np.zeros((8, 8), np.uint16))
    del no_pixels.PixelData
    contents = {
        "words.jpg": b"this is a text\n",
        "half.jpg": whole[:200],
        "nothing.png": b"",
        "huge.png": huge,
        "no pixels.dcm": as_bytes(no_pixels),
        "脑部 “扫描” 'it's'.png": b"\x89PNG\r\n\x1a\nbroken",
    }
    paths = {name: folder / name for name in contents}
    for name, content in contents.items():
        paths[name].write_bytes(content)
    if hasattr(os, "symlink"):
        loop = folder / "loop"
        loop.symlink_to(folder, target_is_directory=True)
        paths["loop"] = loop
        (folder / "gone.png").symlink_to(folder / "never was.png")
        paths["gone.png"] = folder / "gone.png"
    return paths
