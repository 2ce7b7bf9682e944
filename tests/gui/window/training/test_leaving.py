"""Closing the window while a model is trained: it asks, stops cleanly, and loses nothing. A crash loses nothing too."""

from gui.window.conftest import MakeScene
from gui.window.scenes import Scene
from gui.window.training.conftest import Studio
from gui.window.training.runs_at_hand import Crashed, check_interrupted, check_what_was_done, epochs_of, show_crashed
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton

from tumorviewer.state.training.desk import Step
from tumorviewer.state.training.task import TaskStatus


def question(scene: Scene) -> QMessageBox:
    box = scene.dialog(QMessageBox)
    assert isinstance(box, QMessageBox)
    return box


def answer(box: QMessageBox, text: str) -> None:
    next(button for button in box.findChildren(QPushButton) if button.text() == text).click()


def test_closing_while_training_asks_and_loses_nothing(make_scene: MakeScene, crashed: Crashed) -> None:
    scene = make_scene()
    studio = Studio(scene)
    task = studio.desk.run.task
    output = show_crashed(studio, crashed)
    done = epochs_of(output)
    studio.page.run.control.main.click()
    studio.wait(lambda: task.status is TaskStatus.RUNNING)

    scene.window.close()
    box = question(scene)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    scene.wait(lambda: not box.isVisible())
    assert task.busy, "Escape goes on training"
    assert scene.window.isVisible()

    scene.window.close()
    answer(question(scene), "Stop and close")
    studio.wait(lambda: scene.ended)
    assert task.status is TaskStatus.STOPPED

    again = Studio(make_scene())
    again.show(Step.RUN)
    check_interrupted(again, output)
    assert epochs_of(output)[: len(done)] == done


def test_without_a_run_the_window_closes_at_once(make_scene: MakeScene) -> None:
    scene = make_scene()
    Studio(scene)
    scene.window.close()
    assert not scene.window.findChildren(QMessageBox)
    scene.wait(lambda: scene.ended)


def test_a_run_whose_window_is_killed_stops_and_goes_on_from_the_list(studio: Studio, crashed: Crashed) -> None:
    assert not crashed.trainer.is_running(), "it noticed that nobody listens any more"
    output = show_crashed(studio, crashed)
    desk, page = studio.desk, studio.page.run
    page.kept.choose(output)
    page.kept.go_on.click()
    studio.wait(lambda: desk.run.task.busy)
    assert desk.run.output == output
    check_what_was_done(studio, output)
    page.control.stop.click()
    studio.wait(lambda: desk.run.task.status is TaskStatus.STOPPED)
