"""What is judged first: the screen, then the stack that is looked at, spread over all of it, then the rest."""

import threading
import time
from pathlib import Path

import pytest
from workers.desk import LONG, Desk, heads

from tumorviewer.state.entries import AUTOMATIC
from tumorviewer.state.jobs import JobEnd, JobKind
from tumorviewer.state.settings import JUDGE_ALL
from tumorviewer.workers import background
from tumorviewer.workers.attention import IDLE_SECONDS, Attention
from tumorviewer.workers.background import coarse_to_fine
from tumorviewer.workers.judge_queue import JudgeQueue, JudgeRequest


def requests(count: int) -> list[JudgeRequest]:
    return [JudgeRequest(number, Path(f"{number}.dcm"), 0, "", AUTOMATIC, True) for number in range(count)]


def taken(queue: JudgeQueue, count: int) -> list[int]:
    return [task.requests[0].entry_id for task in (queue.take() for _ in range(count)) if task is not None]


def test_the_screen_comes_first_then_the_stack_also_when_all_begins_anew() -> None:
    queue = JudgeQueue()
    queue.prefer([7, 3])
    queue.prefer_stack([9, 3, 8])
    for _ in range(2):  # again with another model
        queue.begin(None)
        assert queue.take() is None  # a judge that looks before anything waits takes no wish with it
        queue.add(requests(10))
        assert taken(queue, 7) == [7, 3, 9, 8, 0, 1, 2]


def test_a_stack_is_sampled_from_end_to_end_before_it_is_filled() -> None:
    for count in (0, 1, 2, 3, 17, 24, 500):
        assert sorted(coarse_to_fine(range(count))) == list(range(count))
    first = coarse_to_fine(range(500))[:16]
    assert first == list(range(0, 500, 32))


def test_the_last_core_helps_with_much_work_while_nothing_else_goes_on(
    quiet_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, helping = quiet_desk, quiet_desk.workers._background._helping
    monkeypatch.setattr(background, "HELP_FROM", 3)
    desk.wait_for_model()
    desk.open(*heads(tmp_path, 6))
    export = desk.jobs.begin(JobKind.EXPORTING)
    desk.workspace.settings.set(JUDGE_ALL, True)
    assert not helping.is_set()
    export.finish(JobEnd.DONE)
    assert helping.is_set()
    desk.wait_for_answers()
    assert not helping.is_set()


def test_who_waits_for_calm_waits_until_a_while_after_the_last_answer() -> None:
    attention, order = Attention(), list[str]()

    def help_out() -> None:
        attention.give_way_while_used()
        order.append("helped")

    attention.hold("reader")
    helper = threading.Thread(target=help_out)
    begun = time.monotonic()
    helper.start()
    order.append("answered")
    attention.release("reader")
    helper.join(LONG / 1000)
    assert order == ["answered", "helped"]
    assert time.monotonic() - begun >= IDLE_SECONDS * 0.9
