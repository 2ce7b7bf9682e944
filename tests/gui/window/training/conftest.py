"""The training tab in the real window; its computations run in real processes on drawn heads."""

from collections.abc import Callable
from pathlib import Path

import pytest
from gui.window.scenes import Scene
from phantom_classes import write_phantom_classes

from tumorviewer.gui.training.page import TrainingPage
from tumorviewer.gui.window.actions import Act
from tumorviewer.state.training.desk import Step, TrainingDesk

PATIENCE = 120_000
"""Milliseconds; TensorFlow takes a while to start on a busy machine."""


class Studio:
    """The tab, opened."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        scene.act(Act.TRAINING)
        self.wait(lambda: scene.window.training.page is not None)

    @property
    def page(self) -> TrainingPage:
        page = self.scene.window.training.page
        assert page is not None
        return page

    @property
    def desk(self) -> TrainingDesk:
        desk = self.scene.workspace.training
        assert desk is not None
        return desk

    def show(self, step: Step) -> None:
        self.page.rail.setCurrentRow(list(Step).index(step))
        assert self.desk.step is step

    def wait(self, met: Callable[[], bool]) -> None:
        self.scene.qtbot.waitUntil(met, timeout=PATIENCE)


@pytest.fixture
def studio(scene: Scene) -> Studio:
    return Studio(scene)


@pytest.fixture(scope="session")
def heads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return 24 drawn heads a class, in class folders."""
    return write_phantom_classes(tmp_path_factory.mktemp("heads"), 24)
