"""Workers wake, survive their faults, and end; nothing of the window is destroyed anywhere else."""

import gc
import logging
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread, QTimer
from pytestqt.qtbot import QtBot

from tumorviewer.workers.attention import Attention
from tumorviewer.workers.threads import Threads, Worker


class Adder(Worker):
    """Sums what it is given; a None breaks it."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[int | None] = []
        self.total = 0
        self.threads: set[QThread] = set()
        self.finished = False

    def add(self, *numbers: int | None) -> None:
        with self.lock:
            self.waiting.extend(numbers)
        self.poke()

    def work(self) -> None:
        self.threads.add(QThread.currentThread())
        while True:
            with self.lock:
                if not self.waiting:
                    return
                number = self.waiting.pop(0)
            self.total += number  # type: ignore[operator]

    def finish(self) -> None:
        self.finished = True


@pytest.fixture
def threads(qtbot: QtBot) -> Iterator[Threads]:
    threads = Threads()
    yield threads
    if any(thread.isRunning() for thread in threads.findChildren(QThread)):
        with qtbot.waitSignal(threads.stopped):
            threads.stop()


def test_work_is_done_elsewhere_and_ends_when_asked(qtbot: QtBot, threads: Threads) -> None:
    workers = [Adder() for _ in range(3)]
    for worker in workers:
        threads.start(worker)
        worker.add(1, 2, 3)
    qtbot.waitUntil(lambda: all(worker.total == 6 for worker in workers))
    assert all(QThread.currentThread() not in worker.threads for worker in workers)
    with qtbot.waitSignal(threads.stopped):
        threads.stop()
        threads.stop()  # asking twice is no fault
    assert all(worker.finished for worker in workers)


def test_without_workers_it_has_stopped_at_once(qtbot: QtBot, threads: Threads) -> None:
    with qtbot.waitSignal(threads.stopped):
        threads.stop()


def test_a_fault_ends_one_request_and_not_the_program(
    qtbot: QtBot, threads: Threads, caplog: pytest.LogCaptureFixture
) -> None:
    worker = Adder()
    faults: list[str] = []
    worker.failed_badly.connect(faults.append)
    threads.start(worker)
    with caplog.at_level(logging.ERROR):
        worker.add(1, None, 2)  # nobody pokes again for what comes behind it
        qtbot.waitUntil(lambda: worker.total == 3)
    qtbot.waitUntil(lambda: len(faults) == 1)
    assert faults[0].startswith("TypeError")
    assert "Traceback" in caplog.text
    with qtbot.waitSignal(threads.stopped):
        threads.stop()


def test_garbage_of_the_window_is_destroyed_in_its_thread(qtbot: QtBot, threads: Threads) -> None:
    destroyed_in: list[int] = []

    class Cycle(QObject):
        def __init__(self) -> None:
            super().__init__()
            self.timer = QTimer(self)
            self.timer.start(1)
            self.me = self

    class Littering(Worker):
        def work(self) -> None:
            self.litter = [[[]] for _ in range(300_000)]  # enough for the automatic collector to run many times

    garbage = Cycle()
    weakref.finalize(garbage, lambda: destroyed_in.append(threading.get_ident()))
    worker = Littering()
    threads.start(worker)
    assert not gc.isenabled()
    del garbage
    worker.poke()
    with qtbot.waitSignal(threads.stopped):
        qtbot.waitUntil(lambda: hasattr(worker, "litter"))
        threads.stop()
    assert gc.isenabled()
    gc.collect()
    assert destroyed_in == [threading.get_ident()]


def test_garbage_is_collected_while_threads_run(qtbot: QtBot, threads: Threads) -> None:
    threads.start(Adder())

    class Cycle:
        def __init__(self) -> None:
            self.me = self

    gone: list[bool] = []
    weakref.finalize(Cycle(), lambda: gone.append(True))
    litter: list[list[object]] = []

    def collected() -> bool:
        litter.extend([] for _ in range(gc.get_threshold()[0]))
        return bool(gone)

    qtbot.waitUntil(collected)


def test_background_work_gives_way_to_who_is_waited_for() -> None:
    attention = Attention()
    went_on = threading.Event()

    def background() -> None:
        attention.give_way()
        went_on.set()

    attention.hold("reader")
    attention.hold("asker")
    thread = threading.Thread(target=background)
    thread.start()
    attention.release("reader")
    assert not went_on.is_set()
    attention.release("asker")
    thread.join()
    assert went_on.is_set()


def test_nobody_is_held_back_at_the_end() -> None:
    attention = Attention()
    attention.hold("asker")
    attention.close()
    attention.give_way()
