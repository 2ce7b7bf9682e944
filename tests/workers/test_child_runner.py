"""A task and its process: the real protocol of a training run, around work that does nothing for a while."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from training.events import Failed, Found, Progress, Stopped
from tumorviewer.state.training.task import Task, TaskStatus
from tumorviewer.workers.child_runner import ChildRunner
from tumorviewer.workers.threads import Threads

WORK = """
import sys, time
from pathlib import Path
from training.child import run_as_child
from training.errors import TrainingCancelled
from training.events import Found, Progress

def work(child):
    rounds = int(sys.argv[1])
    for number in range(rounds):
        child.report(Progress(f"round {number % 2}", number, rounds))
        if child.cancelled():
            raise TrainingCancelled("stopped")
        time.sleep(0.02)
    return Found("words", {"said": sys.argv[2]})

sys.exit(run_as_child(work, Path(sys.argv[3])))
"""
ENDLESS = "100000"


class Bench:
    """A task with its worker, and everything that was told."""

    def __init__(self, log: Path) -> None:
        self.task, self.threads = Task(), Threads()
        self.runner = ChildRunner([sys.executable, "-c", WORK])
        self.runner.serve(self.task)
        self.threads.start(self.runner)
        self.log = log
        self.events: list[object] = []
        self.task.told.connect(self.events.extend)

    def start(self, rounds: str = ENDLESS, word: str = "all") -> bool:
        return self.task.start([rounds, word, str(self.log)])


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path / "log.txt")
    yield made
    with qtbot.waitSignal(made.threads.stopped, timeout=10_000):
        made.threads.stop()
    assert not children()


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "training.child" in " ".join(child.cmdline())]


def wait_for(qtbot: QtBot, bench: Bench, status: TaskStatus) -> None:
    qtbot.waitUntil(lambda: bench.task.status is status, timeout=20_000)


def test_a_command_ends_with_what_it_found(bench: Bench, qtbot: QtBot) -> None:
    seen = []
    bench.task.changed.connect(lambda: seen.append(bench.task.status))
    assert bench.start("5", "пять")
    assert not bench.start()  # one at a time
    wait_for(qtbot, bench, TaskStatus.DONE)
    assert bench.task.outcome == Found("words", {"said": "пять"})
    assert seen == [TaskStatus.STARTING, TaskStatus.RUNNING, TaskStatus.DONE]
    assert next(event for event in bench.events if isinstance(event, Progress)) == Progress("round 0", 0, 5)
    assert bench.start("1")  # and another after it
    wait_for(qtbot, bench, TaskStatus.DONE)


def test_pause_and_resume(bench: Bench, qtbot: QtBot) -> None:
    bench.start()
    wait_for(qtbot, bench, TaskStatus.RUNNING)
    bench.task.pause()
    assert bench.task.status is TaskStatus.PAUSING
    wait_for(qtbot, bench, TaskStatus.PAUSED)
    before = len(bench.events)
    bench.task.resume()
    wait_for(qtbot, bench, TaskStatus.RUNNING)
    qtbot.waitUntil(lambda: len(bench.events) > before + 5, timeout=10_000)
    bench.task.stop()
    wait_for(qtbot, bench, TaskStatus.STOPPED)


@pytest.mark.parametrize("paused", [False, True])
def test_stop_ends_it_also_out_of_a_pause(bench: Bench, qtbot: QtBot, paused: bool) -> None:
    bench.start()
    wait_for(qtbot, bench, TaskStatus.RUNNING)
    if paused:
        bench.task.pause()
        wait_for(qtbot, bench, TaskStatus.PAUSED)
    bench.task.stop()
    assert bench.task.status is TaskStatus.STOPPING
    wait_for(qtbot, bench, TaskStatus.STOPPED)
    assert bench.task.outcome == Stopped()
    assert not children()


def test_a_stop_before_it_has_begun(bench: Bench, qtbot: QtBot) -> None:
    bench.start()
    bench.task.stop()
    wait_for(qtbot, bench, TaskStatus.STOPPED)


@pytest.mark.skipif(os.name != "posix", reason="sends SIGKILL")
def test_a_killed_process_is_a_failure_with_a_way_out(bench: Bench, qtbot: QtBot) -> None:
    bench.start()
    wait_for(qtbot, bench, TaskStatus.RUNNING)
    children()[0].send_signal(signal.SIGKILL)
    wait_for(qtbot, bench, TaskStatus.FAILED)
    assert isinstance(bench.task.outcome, Failed)
    assert bench.task.outcome.kind == "Died"
    assert "kept" in bench.task.outcome.message
    assert bench.start("1")
    wait_for(qtbot, bench, TaskStatus.DONE)


def test_closing_the_program_ends_the_process(bench: Bench, qtbot: QtBot) -> None:
    bench.start()
    wait_for(qtbot, bench, TaskStatus.RUNNING)
    # the fixture stops the thread, and looks that no process is left


def test_a_program_that_cannot_be_started(qtbot: QtBot, tmp_path: Path) -> None:
    task, threads = Task(), Threads()
    runner = ChildRunner([str(tmp_path / "nowhere")])
    runner.serve(task)
    threads.start(runner)
    task.start(["train"])
    qtbot.waitUntil(lambda: task.status is TaskStatus.FAILED)
    assert "could not be started" in task.outcome.message
    with qtbot.waitSignal(threads.stopped):
        threads.stop()
