"""Runs of the program whose threads have ended when a test is over."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gui.window.scenes import Scene
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

MakeScene = Callable[..., Scene]


@pytest.fixture
def make_scene(qtbot: QtBot, qapp: QApplication, own_user_folder: Path, plain_look: None) -> Iterator[MakeScene]:
    """Return what starts the program; all starts of a test share the user's folder."""
    # What is left of the windows of the test before are circles, and Python seldom looks at all that is old. What
    # stays are modules and their like: they need not be looked through by every test that follows.
    gc.collect()
    gc.freeze()
    scenes: list[Scene] = []

    def make(*, size: tuple[int, int] = (1280, 720)) -> Scene:
        scenes.append(Scene(qtbot, qapp, own_user_folder, size))
        return scenes[-1]

    yield make
    for scene in scenes:
        scene.close()
        scene.stage.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def scene(make_scene: MakeScene) -> Scene:
    return make_scene()
