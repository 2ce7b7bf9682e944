"""The training tab in the real window; its computations run in real processes on drawn heads."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from gui.window.scenes import Scene
from gui.window.training.data_sets import looked_over, write_leaky
from gui.window.training.runs_at_hand import TINY, Crashed, training_process

from training.overview import DataOverview
from training.process import program
from training.recipe import save_recipe
from tumorviewer.gui.training.page import TrainingPage
from tumorviewer.gui.window.actions import Act
from tumorviewer.state.training.desk import Step, TrainingDesk

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
PATHS_OF_TESTS = {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests", ROOT / "tests/training")))}
"""For a process that needs what tests share."""
PATIENCE = 240_000
"""Milliseconds; TensorFlow takes a while to start on a busy machine."""


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker do them all: a run of a model takes half a minute, and many tests look at the same ones.

    The test that leaves a finished run comes first, so that the others need not make one.
    """
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("training tab"))
    items.sort(key=lambda item: "leave_finished" not in getattr(item, "fixturenames", ()))


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
def left_runs() -> list[Path]:
    """Return the folders of tiny runs that a test has left for those after it."""
    return []


@pytest.fixture
def leave_finished(left_runs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], None]:
    """Return what leaves a copy of a tiny run of `heads`, finished as it should, for the tests to come."""

    def leave(output: Path) -> None:
        left_runs.append(Path(shutil.copytree(output, tmp_path_factory.mktemp("left") / "run")))

    return leave


@pytest.fixture(scope="session")
def finished(heads: Path, left_runs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny run: what a test has left, or else one that the command line makes."""
    if left_runs:
        return left_runs[0]
    home = tmp_path_factory.mktemp("finished")
    save_recipe(TINY, home / "recipe.toml")
    words = ["train", str(heads), "--output", str(home / "run"), "--recipe", str(home / "recipe.toml")]
    environment = os.environ | {"TUMORVIEWER_HOME": str(home)}
    subprocess.run([*program(), *words, "--quiet"], env=environment, check=True, capture_output=True)
    return home / "run"


@pytest.fixture(scope="session")
def crashed(heads: Path, tmp_path_factory: pytest.TempPathFactory) -> Crashed:
    """Return what is left of a run whose window was killed after its first epoch."""
    home = tmp_path_factory.mktemp("crashed")
    command = [sys.executable, "-m", "gui.window.training.app_that_trains", str(home), str(heads), "crashed"]
    with subprocess.Popen(command, env=os.environ | PATHS_OF_TESTS, cwd=ROOT, stdout=subprocess.PIPE, text=True) as app:
        try:
            assert app.stdout is not None
            output = Path(app.stdout.readline().rstrip("\n"))
            trainer = training_process(app.pid)
        finally:
            app.kill()
    psutil.wait_procs([trainer], timeout=PATIENCE / 1000)
    return Crashed(output, trainer)


@pytest.fixture(scope="session")
def leaky(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data set whose own train and test parts leak."""
    return write_leaky(tmp_path_factory.mktemp("leaky") / "clinic")


@pytest.fixture(scope="session")
def known(leaky: Path, tmp_path_factory: pytest.TempPathFactory) -> DataOverview:
    """Return what is known of it, by its own parts."""
    return looked_over(leaky, tmp_path_factory.mktemp("cache"), published=True)
