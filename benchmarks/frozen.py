"""The program without Python (``python run.py build``) against the same from its sources: size, start, one picture."""

import json
import time
from collections.abc import Callable

from benchmarks.material import model_folder, scan_files
from benchmarks.measure import MB, Row, Setting, run_process, tell
from benchmarks.one_image import command
from benchmarks.window import middle, say_screen, virtual_screen
from installers.build import is_current, size_of
from installers.places import EDITIONS, Build

LARGEST_MB = {"viewer": 450.0, "full": 1500.0}
SLOWER_START = 1.5
START_S = 2.0
SLOWER_PREDICT = 1.3


def run(setting: Setting) -> list[Row]:
    """Measure each edition that is built from the sources as they are."""
    rows = []
    for edition in EDITIONS:
        build = Build(edition)
        if is_current(build):
            rows += _measure(setting, build)
        else:
            tell(f"dist/{edition} is not built, or is old: python run.py build --edition {edition}")
    return rows


def _measure(setting: Setting, build: Build) -> list[Row]:
    """Measure one edition and the sources in turns."""
    size = size_of(build.folder) / MB
    largest = LARGEST_MB[build.edition]
    rows = [
        Row(f"{build.edition}: size", f"{size:.0f} MB", "", "", largest / size, f"< {largest:g} MB", size < largest)
    ]
    (scan,), kind = scan_files(setting, 1)
    model = model_folder(setting)
    with virtual_screen() as screen:
        say_screen(screen)
        frozen, source = _in_turns(setting, build, lambda start: _shown(setting, start))
    rows.append(_row(f"{build.edition}: window shown", frozen, source, SLOWER_START, f"on {screen}"))
    rows.append(
        Row(
            f"{build.edition}: window shown",
            f"{frozen:.2f} s",
            "",
            "",
            START_S / frozen,
            f"< {START_S:g} s",
            frozen < START_S,
        )
    )
    words = ["predict", str(scan), "--model", str(model)]
    frozen, source = _in_turns(setting, build, lambda start: run_process([*start, *words], setting.temporary).seconds)
    rows.append(_row(f"{build.edition}: one picture", frozen, source, SLOWER_PREDICT, f"whole process, {kind}"))
    return rows


def _in_turns(setting: Setting, build: Build, seconds: Callable[[list[str]], float]) -> tuple[float, float]:
    """Return the medians of the frozen program and of the sources; the first of each fills the file cache."""
    times: dict[str, list[float]] = {"frozen": [], "sources": []}
    starts = {"frozen": [str(build.program)], "sources": command()}
    for number in range(setting.count(7, 1) + 1):
        for name, start in starts.items():
            took = seconds(start)
            if number:
                times[name].append(took)
        tell(f"{number}: {', '.join(f'{name} {part[-1]:.2f} s' for name, part in times.items() if part)}")
    return middle(times["frozen"]), middle(times["sources"])


def _shown(setting: Setting, start: list[str]) -> float:
    """Return the seconds from the start of the process until its window had been drawn."""
    begin = time.time()
    done = run_process([*start, "self-test", "--window", str(setting.temporary)], setting.temporary)
    return float(json.loads(done.output)["shown"]) - begin


def _row(what: str, frozen: float, source: float, most: float, note: str) -> Row:
    share = frozen / source
    times = (f"{frozen:.2f} s", f"{source:.2f} s")
    return Row(what, *times, "the same from its sources", share, f"ratio < {most:g}", share < most, note)
