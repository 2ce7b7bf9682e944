"""One scan dropped on the open window until its bars are drawn; and a crop that is dragged."""

import time
from pathlib import Path

import numpy as np

from benchmarks.material import scan_files
from benchmarks.measure import Row, Setting, tell
from benchmarks.window import Desk, Painted, middle, say_screen, virtual_screen

ANSWER_MS = 60.0
DRAG_MS = 40.0
MOVE_MS = 8
"""A mouse tells of 125 moves a second."""


def run(setting: Setting) -> list[Row]:
    """Measure."""
    files, what = scan_files(setting, setting.count(40, 6))
    with virtual_screen() as screen:
        say_screen(screen)
        desk = Desk(setting.temporary / "home")
        warm = files[: len(files) // 4]
        for path in warm:
            drop_seconds(desk, path)
        times = [drop_seconds(desk, path) * 1000 for path in files[len(warm) :]]
        gaps, late = _drag(desk, files[-1], setting.count(5, 1))
        desk.end()
    tell(f"slowest answer {max(times):.0f} ms, longest gap while dragging {max(gaps):.0f} ms")
    answer, drag = middle(times), float(np.percentile(gaps, 95))
    note = f"{len(times)} {what}, each dropped on the empty window, median"
    return [
        Row("drop to bars drawn", f"{answer:.0f} ms", "", "", ANSWER_MS / answer, "< 60 ms", answer < ANSWER_MS, note),
        Row(
            "between answers while a crop is dragged", f"{drag:.0f} ms", "", "", DRAG_MS / drag, "<= 40 ms",
            drag <= DRAG_MS, "95th percentile; a move every 8 ms",
        ),
        Row(
            "last move to its answer", f"{late:.0f} ms", "", "", DRAG_MS / late, "<= 40 ms", late <= DRAG_MS,
            "nothing waits in line behind the drag",
        ),
    ]  # fmt: skip


def drop_seconds(desk: Desk, path: Path) -> float:
    """Drop a scan on the empty window; return how long its bars take."""
    desk.close_all()
    session, bars = desk.workspace.session, desk.window.review.panel.bars
    painted = Painted(bars, lambda: session.prediction is not None)
    begun = time.perf_counter()
    desk.drop([path])
    desk.wait(painted, "the bars", 20.0)
    return time.perf_counter() - begun


def _drag(desk: Desk, path: Path, seconds: int) -> tuple[list[float], float]:
    """Drag the crop to and fro; return the times between answers and from the last move to its answer, in ms."""
    from dataclasses import replace

    from PySide6.QtCore import Qt, QTimer

    drop_seconds(desk, path)
    session = desk.workspace.session
    assert session.pane.loaded is not None
    height, width = session.pane.loaded.grey.shape
    start = session.box or replace_all(width, height)
    answers: list[float] = []
    session.answer_changed.connect(
        lambda: answers.append(time.perf_counter()) if session.prediction is not None else None
    )
    moves = 0

    def move() -> None:
        nonlocal moves
        moves += 1
        shift = abs(moves % 32 - 16) - 8  # every move is to another place: without one there is nothing to answer
        session.drag_crop(replace(start, x=max(0, min(start.x + shift, width - start.width)), y=start.y))

    timer = QTimer(interval=MOVE_MS, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(move)
    timer.start()
    begun = time.perf_counter()
    desk.wait(lambda: time.perf_counter() - begun > seconds, "the drag", seconds + 30.0)
    timer.stop()
    inner = replace(start, x=start.x + 1, width=start.width - 2)
    last = time.perf_counter()
    session.drag_crop(inner)
    desk.wait(lambda: session.prediction is not None and session.prediction.crop == inner, "the last answer", 10.0)
    return list(np.diff(answers) * 1000), (time.perf_counter() - last) * 1000


def replace_all(width: int, height: int):
    """Return a box a little smaller than the picture."""
    from tumorviewer.imaging.scan import CropBox

    return CropBox(width // 10, height // 10, width * 8 // 10, height * 8 // 10)
