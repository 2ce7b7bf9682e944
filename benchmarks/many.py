"""Ten thousand files dropped at once: the first thumbnail, the event loop, and memory; open and close ten times."""

import os
import time
from pathlib import Path

import psutil

from benchmarks.material import scan_files
from benchmarks.measure import MB, Row, Setting, tell
from benchmarks.window import Desk, Gaps, say_screen, virtual_screen

FIRST_S, GAP_MS, MEMORY_MB, GROWTH = 0.5, 50.0, 500.0, 0.1
WATCHED_S = 10.0
"""After the last row, while the model judges them in the background."""


def run(setting: Setting) -> list[Row]:
    """Measure."""
    count = setting.count(10_000, 300)
    folder = _copies(setting, count)
    with virtual_screen() as screen:
        say_screen(screen)
        desk = Desk(setting.temporary / "home")
        first, gap = _load(desk, folder, count, setting.count(int(WATCHED_S), 1))
        memory = [_memory()]
        for _ in range(setting.count(9, 1)):
            desk.close_all()
            _load(desk, folder, count, 0)
            memory.append(_memory())
        desk.end()
    tell("memory " + ", ".join(f"{value:.0f}" for value in memory) + " MB")
    most, growth = max(memory), max(memory[1:]) / memory[0] - 1.0
    return [
        Row("first thumbnail", f"{first:.2f} s", "", "", FIRST_S / first, "< 0.5 s", first < FIRST_S),
        Row("longest event-loop gap", f"{gap:.0f} ms", "", "", GAP_MS / gap, "<= 50 ms", gap <= GAP_MS,
            f"{count:,} files, and {WATCHED_S:.0f} s of background judging"),
        Row("memory", f"{most:.0f} MB", "", "", MEMORY_MB / most, "< 500 MB", most < MEMORY_MB),
        Row("growth, opened and closed 10 times", f"{growth:+.1%}", "", "", 0.0, "flat (< 10 %)", growth < GROWTH),
    ]  # fmt: skip


def _copies(setting: Setting, count: int) -> Path:
    """Make a folder of files that are all different to the program, and share their bytes on disk."""
    files, _ = scan_files(setting, min(count, 500))
    folder = setting.temporary / "many"
    folder.mkdir()
    local = [folder / f"0 {number}{path.suffix}" for number, path in enumerate(files)]
    for source, target in zip(files, local, strict=True):
        target.write_bytes(source.read_bytes())
    for number in range(len(files), count):
        original = local[number % len(local)]
        os.link(original, folder / f"{number}{original.suffix}")
    return folder


def _load(desk: Desk, folder: Path, count: int, seconds: int) -> tuple[float, float]:
    """Drop the folder; return seconds to the first thumbnail and the longest gap in ms."""
    ready: list[float] = []
    desk.workers.thumbnails.ready.connect(lambda _: ready.append(time.perf_counter()))
    gaps = Gaps()
    begun = time.perf_counter()
    desk.drop([folder])
    desk.wait(lambda: len(desk.workspace.worklist) >= count and bool(ready), "the files")
    loaded = time.perf_counter()
    desk.wait(lambda: time.perf_counter() - loaded > seconds, "the background", seconds + 60.0)
    gaps.stop()
    tell(f"{count:,} rows after {loaded - begun:.1f} s, longest gap {gaps.longest * 1000:.0f} ms")
    return ready[0] - begun, gaps.longest * 1000


def _memory() -> float:
    return float(psutil.Process().memory_info().rss / MB)
