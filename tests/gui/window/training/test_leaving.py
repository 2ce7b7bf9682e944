"""Closing the window while a model is trained: it asks, stops cleanly, and loses nothing. A crash loses nothing too."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
from gui.window.conftest import MakeScene
from gui.window.scenes import Scene
from gui.window.training.conftest import Studio
from gui.window.training.runs_at_hand import TINY, begin, epochs_of, training_process
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton

from training.runs import RunStatus
from tumorviewer.state.training.desk import Step
from tumorviewer.state.training.task import TaskStatus

ROOT = Path(__file__).resolve().parents[4]


def question(scene: Scene) -> QMessageBox:
    box = scene.dialog(QMessageBox)
    assert isinstance(box, QMessageBox)
    return box


def answer(box: QMessageBox, text: str) -> None:
    next(button for button in box.findChildren(QPushButton) if button.text() == text).click()


def show_interrupted(studio: Studio, output: Path) -> None:
    """Look at a run that another start of the program has begun."""
    desk = studio.desk
    studio.show(Step.RUN)
    studio.wait(lambda: [run.status for run in desk.kept.runs] == [RunStatus.UNFINISHED])
    page = studio.page.run
    assert desk.run.output == output, "it is shown by itself"
    assert "interrupted" in page.banner.text.text()
    assert page.control.main.text() == "Go on"
    assert list(page.curves.accuracy.lines["validation"].xData) == [0.0, 1.0], "as far as it came"


def go_on_from_the_list(studio: Studio, output: Path) -> None:
    """Let an interrupted run go on."""
    show_interrupted(studio, output)
    desk, page = studio.desk, studio.page.run
    page.kept.choose(output)
    page.kept.go_on.click()
    studio.wait(lambda: desk.run.task.status is TaskStatus.DONE)
    assert desk.run.output == output


def test_closing_while_training_asks_and_loses_nothing(make_scene: MakeScene, heads: Path) -> None:
    scene = make_scene()
    studio = Studio(scene)
    desk = studio.desk
    output = begin(desk, TINY, heads, "left")
    studio.wait(lambda: len(desk.run.history.epochs) == 1)

    scene.window.close()
    box = question(scene)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    scene.wait(lambda: not box.isVisible())
    assert desk.run.task.busy, "Escape goes on training"
    assert scene.window.isVisible()

    scene.window.close()
    answer(question(scene), "Stop and close")
    studio.wait(lambda: scene.ended)
    assert desk.run.task.status is TaskStatus.STOPPED

    again = Studio(make_scene())
    show_interrupted(again, output)
    assert [row["epoch"] for row in epochs_of(output)] == [1, 1], "head and first epoch"


def test_without_a_run_the_window_closes_at_once(make_scene: MakeScene) -> None:
    scene = make_scene()
    Studio(scene)
    scene.window.close()
    assert not scene.window.findChildren(QMessageBox)
    scene.wait(lambda: scene.ended)


def test_a_run_whose_window_is_killed_stops_and_goes_on(
    studio: Studio, heads: Path, undisturbed: list[dict[str, object]]
) -> None:
    user = studio.desk.places.user
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests", ROOT / "tests/training")))
    }
    command = [sys.executable, "-m", "gui.window.training.app_that_trains", str(user), str(heads), "crashed"]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as app:
        try:
            assert app.stdout is not None
            assert app.stdout.readline() == "trains\n"
            child = training_process(app.pid)
        finally:
            app.kill()
    studio.wait(lambda: not psutil.pid_exists(child))  # it noticed that nobody listens any more
    output = studio.desk.places.runs / "crashed"
    go_on_from_the_list(studio, output)
    assert epochs_of(output) == undisturbed
