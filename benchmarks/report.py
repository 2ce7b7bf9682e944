"""A report on a worklist of 1,000 scans in the real window: how long it takes, whether the window goes on, memory."""

import time
from pathlib import Path

import numpy as np

from benchmarks.material import scan_files
from benchmarks.measure import MB, Row, Setting, resident, tell
from benchmarks.window import Desk, Gaps, say_screen, virtual_screen

WHOLE_S, ONE_S, GAP_MS, GROWTH_MB = 20.0, 1.0, 16.0, 60.0


def run(setting: Setting) -> list[Row]:
    """Measure."""
    count = setting.count(1000, 20)
    files, kind = scan_files(setting, count)
    with virtual_screen() as screen:
        say_screen(screen)
        desk = Desk(setting.temporary / "home")
        desk.drop(files)
        desk.wait(lambda: len(desk.workspace.worklist) == count, "the files")
        desk.wait(lambda: not desk.workspace.jobs.running, "their answers", 600.0)
        ids = [entry.id for entry in desk.workspace.worklist.in_order()]
        one = _make(desk, ids[:1], setting.temporary / "one.pdf", detailed=True)[0]
        whole, gaps, growth = _make(desk, ids, setting.temporary / "list.pdf", detailed=False)
        desk.end()
    usual, longest = float(np.percentile(gaps, 99)) * 1000, max(gaps) * 1000
    size = (setting.temporary / "list.pdf").stat().st_size / MB
    tell(f"one scan {one:.2f} s; {count:,} rows {whole:.1f} s, {size:.1f} MB; gaps {usual:.0f} and {longest:.0f} ms")
    note = f"{kind}, judged before; no thumbnail was made before"
    return [
        Row("one scan, PDF", f"{one:.2f} s", "", "", ONE_S / one, "< 1 s", one < ONE_S, "the first: loads the model"),
        Row(f"list of {count:,}, PDF", f"{whole:.1f} s", "", "", WHOLE_S / whole, "< 20 s", whole < WHOLE_S, note),
        Row("gap of the event loop, 99 %", f"{usual:.0f} ms", "", "", GAP_MS / max(usual, 0.1), "< 16 ms",
            usual < GAP_MS, f"the longest {longest:.0f} ms"),
        Row("memory, while it is made", f"{growth:+.0f} MB", "", "", 0.0, "< 60 MB", growth < GROWTH_MB),
    ]  # fmt: skip


def _make(desk: Desk, ids: list[int], path: Path, *, detailed: bool) -> tuple[float, list[float], float]:
    """Write a report; return seconds, gaps of the event loop in seconds, and the largest growth of memory in MB."""
    from tumorviewer.reports.document import ReportChoice  # here, because the screen has to be chosen before

    ended: list[bool] = []
    before, most, looked = resident(), 0, time.perf_counter()
    gaps = Gaps()
    begun = time.perf_counter()
    desk.workers.make_report(ids, ReportChoice(detailed), path, ended.append)

    def over() -> bool:
        nonlocal most, looked
        if time.perf_counter() - looked > 0.2:
            most, looked = max(most, resident()), time.perf_counter()
        return bool(ended)

    desk.wait(over, "the report")
    seconds = time.perf_counter() - begun
    gaps.stop()
    if ended != [True]:
        raise RuntimeError(f"{path} was not written")
    return seconds, gaps.seconds or [0.0], (max(most, resident()) - before) / MB
