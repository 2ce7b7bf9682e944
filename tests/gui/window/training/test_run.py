"""Runs in the real window: started, paused, stopped, killed, gone on with, compared, exported."""

import csv
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from gui.window.training.conftest import Studio
from gui.window.training.runs_at_hand import (
    BASELINES,
    TINY,
    Crashed,
    answer_file,
    begin,
    check_what_was_done,
    epochs_of,
    give_data,
    show_crashed,
    training_process,
)
from PySide6.QtWidgets import QMessageBox, QPushButton

from training.events import Failed
from training.runs import RunStatus, read_run
from tumorviewer import NOTICE
from tumorviewer.gui.window.actions import Act
from tumorviewer.gui.window.dialogs.texts import LogDialog
from tumorviewer.state.training.desk import Step
from tumorviewer.state.training.task import TaskStatus


def points(studio: Studio, plot: str, line: str) -> tuple[list[float], list[float]]:
    drawn = getattr(studio.page.run.curves, plot).lines[line]
    return list(drawn.xData), list(drawn.yData)


def wait_for(studio: Studio, *statuses: TaskStatus) -> None:
    studio.wait(lambda: studio.desk.run.task.status in statuses)


def test_a_run_from_start_to_end(
    studio: Studio, heads: Path, tmp_path: Path, leave_finished: Callable[[Path], None]
) -> None:
    desk, task, scene = studio.desk, studio.desk.run.task, studio.scene
    desk.plan.load(TINY)
    give_data(studio, heads)
    studio.show(Step.PLAN)
    studio.page.plan.bar.start.click()
    wait_for(studio, TaskStatus.RUNNING)
    output = desk.run.output
    assert output is not None
    assert output.parent == desk.places.runs
    assert output.name.startswith("tiny-")
    assert desk.step is Step.RUN, "the page follows"
    page = studio.page.run
    assert not studio.page.plan.bar.start.isEnabled(), "one at a time"

    studio.wait(lambda: desk.run.history.last_batch is not None and bool(desk.run.history.batch_loss.x))
    page.control.main.click()
    wait_for(studio, TaskStatus.PAUSED)
    assert page.control.main.text() == "Resume"
    batches = len(desk.run.history.batch_loss.x)

    scene.act(Act.REVIEW)
    assert scene.window.header.tabs.tabText(1).startswith("Training · ")
    scene.stage._speak()  # another window is made while it waits
    scene.act(Act.TRAINING)
    studio.wait(lambda: scene.window.training.page is not None)
    assert studio.page.run is not page
    assert studio.page.run.control.main.text() == "Resume"
    assert len(desk.run.history.batch_loss.x) == batches
    assert scene.window.header.tabs.tabText(1).startswith("Training · ")

    studio.page.run.control.main.click()
    scene.act(Act.REVIEW)
    wait_for(studio, TaskStatus.DONE)
    assert scene.window.header.tabs.tabText(1) == "Training · finished", "until it is looked at"
    scene.act(Act.TRAINING)
    assert scene.window.header.tabs.tabText(1) == "Training"
    studio.wait(lambda: [run.status for run in desk.kept.runs] == [RunStatus.FINISHED])
    check_what_is_drawn(studio, output)
    check_exports(studio, output, tmp_path)
    studio.page.run.way_out.click()
    assert desk.step is Step.RESULT
    assert desk.run.end is not None
    assert Path(desk.run.end.bundle).is_dir()
    assert task.outcome == desk.run.end
    leave_finished(output)


def check_what_is_drawn(studio: Studio, output: Path) -> None:
    page, history = studio.page.run, studio.desk.run.history
    rows = json.loads((output / "history.json").read_text("utf-8"))
    head = sum(row["phase"] == "head" for row in rows)
    x = [row["epoch"] - head if row["phase"] == "head" else row["epoch"] for row in rows]
    assert points(studio, "accuracy", "training") == (x, [row["accuracy"] for row in rows])
    assert points(studio, "accuracy", "validation") == (x, [row["validation_accuracy"] for row in rows])
    assert points(studio, "loss", "training") == (x, [row["loss"] for row in rows])
    assert points(studio, "loss", "validation") == (x, [row["validation_loss"] for row in rows])
    assert points(studio, "loss", "batches") == (history.batch_loss.x, history.batch_loss.y)
    assert points(studio, "rate", "rate") == (history.learning_rate.x, history.learning_rate.y)
    levels = {mark.value() for name, mark in page.curves.accuracy._marks.items() if name.startswith("level")}
    assert levels == set(BASELINES.values())
    assert page.confusion.counts.matrix.counts == rows[-1]["confusion"]
    page.confusion.epoch.setCurrentIndex(0)
    page.confusion.epoch.activated.emit(0)
    assert page.confusion.counts.matrix.counts == rows[0]["confusion"]
    assert page.banner.isVisible()
    assert page.control.best.value.text().endswith("%")
    assert "after epoch 2" in studio.page.help.topics[0].here, "explained with the person's own figures"


def check_exports(studio: Studio, output: Path, folder: Path) -> None:
    page = studio.page.run
    for place, kind in enumerate(("png", "svg", "csv")):
        page.curves.menu.actions()[place].trigger()
        answer_file(studio, folder / f"curves.{kind}")
        studio.wait((folder / f"curves.{kind}").is_file)
    assert (folder / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert NOTICE in (folder / "curves.svg").read_text("utf-8")
    with (folder / "curves.csv").open(newline="") as stream:
        table = list(csv.DictReader(stream))
    rows = json.loads((output / "history.json").read_text("utf-8"))
    assert [float(row["loss"]) for row in table] == [row["loss"] for row in rows]
    page.control.log.click()
    dialog = studio.scene.dialog(LogDialog)
    assert isinstance(dialog, LogDialog)
    studio.wait(lambda: bool(dialog.field.toPlainText()))
    dialog.close()


def test_a_killed_run_says_so_calmly_goes_on_and_is_stopped(studio: Studio, crashed: Crashed) -> None:
    desk, page = studio.desk, studio.page.run
    output = show_crashed(studio, crashed)
    page.control.main.click()
    wait_for(studio, TaskStatus.RUNNING)
    training_process(os.getpid()).kill()
    wait_for(studio, TaskStatus.FAILED)
    assert isinstance(desk.run.failure, Failed)
    assert page.banner.isVisible()
    assert "can go on" in page.banner.text.text()
    assert page.control.main.text() == "Go on"
    check_what_was_done(studio, output)

    page.control.main.click()
    studio.wait(lambda: bool(desk.run.history.batch_loss.x))
    page.control.stop.click()
    wait_for(studio, TaskStatus.STOPPED)
    assert "Stopped" in page.banner.text.text()
    studio.wait(lambda: desk_status(studio, output) is RunStatus.UNFINISHED)
    check_what_was_done(studio, output)
    assert page.control.main.text() == "Go on"


def test_runs_are_compared_shown_and_deleted(studio: Studio, heads: Path, finished: Path) -> None:
    whole, other = (Path(shutil.copytree(finished, studio.desk.places.runs / name)) for name in ("whole", "other"))
    studio.show(Step.RUN)
    compare_and_delete(studio, whole, other)


def compare_and_delete(studio: Studio, whole: Path, other: Path) -> None:
    desk, kept = studio.desk, studio.page.run.kept
    studio.wait(lambda: [run.status for run in desk.kept.runs] == [RunStatus.FINISHED] * 2)
    kept.choose(whole)
    kept.show_it.click()
    studio.wait(lambda: desk.run.output == whole)
    assert desk.run.end is not None
    assert desk.run.end.bundle == read_run(whole).end.bundle  # type: ignore[union-attr]
    desk.kept.compare(other, True)
    x, accuracy = points(studio, "accuracy", "beside other")
    assert x == [0.0, 1.0, 2.0]
    assert accuracy == [row["validation_accuracy"] for row in epochs_of(other)]
    delete(studio, other)
    studio.wait(lambda: [run.folder for run in desk.kept.runs] == [whole])
    assert not other.exists()
    assert "beside other" not in studio.page.run.curves.accuracy.lines
    assert desk.run.output == whole
    delete(studio, whole)
    studio.wait(lambda: not desk.kept.runs)
    assert desk.run.output is None
    assert not studio.page.run.curves.isVisible()


def delete(studio: Studio, folder: Path) -> None:
    kept = studio.page.run.kept
    kept.choose(folder)
    kept.delete.click()
    box = studio.scene.dialog(QMessageBox)
    next(button for button in box.findChildren(QPushButton) if button.text() == "Delete").click()


def test_data_that_cannot_be_trained_on_is_said_with_a_way_out(studio: Studio, tmp_path: Path) -> None:
    studio.show(Step.RUN)
    output = begin(studio.desk, TINY, tmp_path / "nowhere", "lost")
    wait_for(studio, TaskStatus.FAILED)
    page = studio.page.run
    assert "nowhere" in page.banner.text.text()
    assert page.control.main.text() == "Start training", "the same again would fail again"
    studio.wait(lambda: desk_status(studio, output) is RunStatus.FAILED)
    page.way_out.click()
    assert studio.desk.step is Step.DATA


def desk_status(studio: Studio, output: Path) -> RunStatus | None:
    run = studio.desk.kept.of(output)
    return run.status if run is not None else None


def test_a_run_is_stopped_before_its_process_has_told_anything(studio: Studio, heads: Path) -> None:
    studio.show(Step.RUN)
    begin(studio.desk, TINY, heads, "soon")
    assert studio.desk.run.task.status is TaskStatus.STARTING
    studio.page.run.control.stop.click()
    wait_for(studio, TaskStatus.STOPPED)
    assert np.isfinite(studio.desk.run.pace.share)
