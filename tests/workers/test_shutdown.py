"""The end: in the middle of everything, without waiting for it, and without losing a label."""

import gc
import os
import threading
import weakref
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QThread
from workers.conftest import MakeDesk
from workers.desk import Desk, heads, png

from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.predictor import Predictor
from tumorviewer.state.jobs import JobEnd
from tumorviewer.storage.library import Library


def many(folder: Path, count: int) -> Path:
    phantoms = heads(folder.parent / "phantoms", 8)
    folder.mkdir()
    for number in range(count):
        os.link(phantoms[number % 8], folder / f"{number}.png")
    return folder


def threads_of(desk: Desk) -> list[QThread]:
    return desk.workers.findChildren(QThread)


def test_in_the_middle_of_everything(desk: Desk, tmp_path: Path) -> None:
    folder = many(tmp_path / "many", 4000)
    ends: list[JobEnd] = []
    running = threads_of(desk)
    assert len(running) >= 7
    assert all(thread.isRunning() for thread in running)
    desk.wait_for_model()
    desk.workers.open_paths([folder])
    desk.wait(lambda: len(desk.rows) > 300)
    ids = list(desk.worklist.entries)
    for job in desk.jobs.running:
        job.ended.connect(ends.append)
    for entry_id in ids[:200]:
        desk.workers.thumbnails.image(entry_id)
    desk.session.show(ids[100])
    desk.worklist.review(ids[:50], label="glioma")
    desk.workers.export_dataset(ids, tmp_path / "set")
    before = threading.active_count()
    desk.close()
    assert not (tmp_path / "set").exists()
    library = Library(desk.folder / "library")
    assert sum(len(frames) for frames in library.reviews.of(row.sha256 for row in desk.rows if row.sha256).values())
    library.close()
    assert threading.active_count() <= before
    assert not any(thread.isRunning() for thread in threads_of(desk))


def test_at_once_after_the_start(make_desk: MakeDesk) -> None:
    for _ in range(3):
        make_desk().close()


def test_the_models_are_let_go_and_not_left_for_python_to_find(
    make_desk: MakeDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[weakref.ref[Predictor]] = []
    load = Predictor.__init__

    def remembered(self: Predictor, bundle: Bundle, threads: int | None = None) -> None:
        made.append(weakref.ref(self))
        load(self, bundle, threads)

    # Asking the garbage collector for them would hold on to LiteRT's memory while a worker runs its network.
    monkeypatch.setattr(Predictor, "__init__", remembered)
    desk = make_desk()
    desk.wait_for_model()
    desk.open(*heads(tmp_path, 2))
    desk.wait(lambda: all(row.answer is not None for row in desk.rows))
    assert all(one() is not None for one in made)
    desk.close()
    assert made
    assert [one for one in made if one() is not None] == []


def test_nothing_can_hold_it_up_but_the_scan_that_is_being_judged(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.wait_for_model()
    entered, go_on = threading.Event(), threading.Event()
    predict = Predictor.predict
    asked: list[int] = []

    def slow(self: Predictor, *arguments: object) -> object:
        asked.append(1)
        entered.set()
        go_on.wait(10)
        return predict(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Predictor, "predict", slow)
    desk.open(*heads(tmp_path, 20))
    desk.wait(entered.is_set)
    desk.workers.shutdown()  # returns although everybody is busy
    go_on.set()
    desk.close()
    assert len(asked) < 5


def test_memory_stays_flat_when_thousands_are_opened_and_closed(quiet_desk: Desk, tmp_path: Path) -> None:
    folder = many(tmp_path / "many", 3000)
    process = psutil.Process()
    used: list[int] = []
    for _ in range(6):
        quiet_desk.open(folder)
        quiet_desk.workers.close_all()
        quiet_desk.notices.clear()
        gc.collect()
        used.append(process.memory_info().rss)
    # What leaks does so every time; what the allocator keeps for a thread comes once, whenever it likes.
    assert min(after - before for before, after in pairwise(used[1:])) < 5 << 20
    assert not quiet_desk.rows


def test_a_desk_can_be_closed_twice(quiet_desk: Desk, tmp_path: Path) -> None:
    quiet_desk.open(png(tmp_path / "1.png"))
    quiet_desk.close()
    quiet_desk.workers.shutdown()
