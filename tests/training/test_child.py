"""The pipe between window and computation, with real processes that do little: pause, stop, crash, a lost window."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from training import events
from training.control import RunControl, Stopwatch
from training.failures import explain
from training.process import KILL_S, ChildProcess

ROOT = Path(__file__).resolve().parents[2]
WORK = """
import os, sys, threading, time
from pathlib import Path
sys.path.insert(0, {root!r})
from training.child import run_as_child
from training.errors import DatasetError, TrainingCancelled
from training.events import Found, Progress

def count(child):
    done = 0
    while not child.cancelled():
        done += 1
        child.report(Progress("counting", done, 10**9))
        time.sleep(0.001)
    raise TrainingCancelled

def deaf(child):
    child.report(Progress("deaf", 1, 1))
    threading.Event().wait()

def deaf_and_holding(child):
    import ctypes
    child.report(Progress("holding", 1, 1))
    ctypes.PyDLL(None).sleep(60)  # a native call that keeps Python's lock

def chatter(child):
    os.write(1, b"native words\\n")
    print("python words")
    return Found("words", {{"value": 1.5}})

def answer(child):
    child.report(Progress("ready", 1, 1))
    return Found("request", child.requests.get())

def bad_data(child):
    raise DatasetError("Nothing there.")

def fault(child):
    return 1 / 0

sys.exit(run_as_child(globals()[sys.argv[1]], Path(sys.argv[2])))
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator:
    """Return a function that starts a piece of work; what still runs at the end is killed."""
    script = tmp_path / "work.py"
    script.write_text(WORK.format(root=str(ROOT)), encoding="utf-8")
    started = []

    def begin(name: str) -> ChildProcess:
        started.append(ChildProcess([name, tmp_path / "run.log"], start=[sys.executable, str(script)]))
        return started[-1]

    yield begin
    for child in started:
        child.kill()
        list(child.events()) if child._process.stdout and not child._process.stdout.closed else None


def test_pause_resume_and_stop(start) -> None:
    child = start("count")
    told = child.events()
    assert isinstance(next(told), events.Progress)
    child.pause()
    before = next(event for event in told if isinstance(event, events.Paused))
    assert before == events.Paused()
    child.resume()
    assert next(told) == events.Resumed()
    assert isinstance(next(told), events.Progress)
    child.pause()
    next(event for event in told if isinstance(event, events.Paused))
    child.stop()  # out of the pause
    assert list(told) == [events.Stopped()]


@pytest.mark.parametrize("work", ["deaf", "deaf_and_holding"])
def test_a_stop_is_obeyed_in_two_seconds_whatever_the_work_does(start, work: str) -> None:
    child = start(work)
    told = child.events()
    next(told)
    asked = time.perf_counter()
    child.stop()
    assert list(told) == [events.Stopped()]
    assert time.perf_counter() - asked < 2.0
    assert KILL_S < 2.0


def test_the_work_stops_when_the_window_is_gone(tmp_path: Path, start) -> None:
    window = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from training.process import ChildProcess
child = ChildProcess(["count", {str(tmp_path / "run.log")!r}], start=[sys.executable, {str(tmp_path / "work.py")!r}])
next(child.events())
print(child.pid, flush=True)
sys.stdin.read()
"""
    start("bad_data")  # writes the script
    parent = subprocess.Popen([sys.executable, "-c", window], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    psutil = pytest.importorskip("psutil")
    _, alive = psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=3)
    assert not alive


def test_a_killed_process_is_told_as_a_failure_with_a_way_on(start) -> None:
    child = start("count")
    told = child.events()
    next(told)
    os.kill(child.pid, signal.SIGKILL)
    last = list(told)[-1]
    assert isinstance(last, events.Failed)
    assert last.kind == "Died"
    assert "kept" in last.message


def test_only_events_go_to_the_window_and_the_rest_into_the_log(start, tmp_path: Path) -> None:
    assert list(start("chatter").events()) == [events.Found("words", {"value": 1.5})]
    assert (tmp_path / "run.log").read_text().splitlines() == ["native words", "python words"]


def test_a_line_that_is_no_command_is_a_request(start) -> None:
    child = start("answer")
    told = child.events()
    next(told)
    child._process.stdin.write(b"no json\n")
    child.send({"picture": 7})
    assert list(told) == [events.Found("request", {"picture": 7})]


def test_errors_are_told_by_kind_and_sentence(start, tmp_path: Path) -> None:
    assert list(start("bad_data").events()) == [events.Failed("DatasetError", "Nothing there.")]
    (outcome,) = start("fault").events()
    assert outcome.kind == "Fault"
    assert "ZeroDivisionError" in (tmp_path / "run.log").read_text()
    assert "division" not in outcome.message


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (OSError(28, "No space left on device"), "DiskFull", "free some space"),
        (PermissionError(13, "Permission denied", "x"), "FileError", "x: Permission denied"),
        (MemoryError(), "OutOfMemory", "smaller batches"),
        (ModuleNotFoundError("No module named 'tensorflow'", name="tensorflow"), "MissingParts", "pip install"),
    ],
)
def test_every_failure_has_a_sentence(error: Exception, kind: str, words: str) -> None:
    failed = explain(error, Path("run"))
    assert failed.kind == kind
    assert words in failed.message


def test_a_program_that_does_not_start_is_told() -> None:
    (outcome,) = ChildProcess([], start=[sys.executable, "-c", "raise SystemExit('no such part')"]).events()
    assert isinstance(outcome, events.Failed)
    assert "no such part" in outcome.message


def test_the_watch_leaves_pauses_out() -> None:
    now = time.perf_counter
    began = now()

    def slow() -> bool:
        while now() - began < 0.2:
            pass
        return False

    watch = Stopwatch(slow)
    assert watch.asked() is False
    assert watch.seconds < 0.1
    assert now() - began >= 0.2


def test_a_stop_that_comes_during_a_pause_is_not_told_as_going_on() -> None:
    told: list[events.Event] = []
    control = RunControl(told.append)
    control.pause()
    control.stop()
    control.resume()
    assert control.cancelled() is True
    assert told == []


EVENTS = [
    events.RunStarted("out", 1, 2, 3, True, "by patients", {"glioma": 6}, 0),
    events.BatchEnded("head", 1, 2, 3, float("inf"), 0.5, 1e-3, 12.5),
    events.RunFinished("b", "m", "r", 0, None),
    events.Paused(),
    events.Failed("DatasetError", "\udcff is no name"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_events_survive_the_pipe(event: events.Event) -> None:
    line = json.dumps(events.to_json(event), allow_nan=False)
    back = events.from_json(json.loads(line))
    assert repr(back) == repr(event).replace("inf", "nan")


@pytest.mark.parametrize("values", [{}, {"event": "Party"}, {"event": "Paused", "why": 1}, {"event": "Progress"}])
def test_what_is_no_event_is_refused(values: dict) -> None:
    with pytest.raises(ValueError, match=r"no event|has "):
        events.from_json(values)
