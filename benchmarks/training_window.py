"""Training beside the window: does the window stay fluent, does training lose speed to it, does a stop come at once."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.drop import drop_seconds
from benchmarks.material import scan_files
from benchmarks.measure import MB, Row, Setting, resident, seconds_into, tell
from benchmarks.window import Desk, Gaps, middle, say_screen, virtual_screen

if TYPE_CHECKING:
    from training.config import TrainConfig

GAP_P99_MS, GAP_MS = 16.0, 100.0
DROP_FACTOR = 3.0
STOP_S, FIRST_BATCH_S = 2.0, 20.0
GROWTH = 1.10
SPEED = 0.95
RUNS = 5
WATCHED = 2
"""In so many of them the event loop is watched; in the others the speed of the training counts."""
_LONG = 600.0


class Studio(Desk):
    """The window with the training tab open, and a small data set of drawn heads.

    Attributes
    ----------
    stops : list of float
        Seconds from each stop to "stopped".
    first_batches : list of float
        Seconds from each start to the first batch.
    gaps : list of float
        Seconds that the event loop was away, over all whole runs.
    speeds : list of float
        Images per second of each epoch but the first of a run, which compiles.
    """

    def __init__(self, folder: Path, per_class: int) -> None:
        from tumorviewer.gui.window.actions import Act  # the screen has to be chosen before

        super().__init__(folder / "home")
        self.heads = write_heads(folder / "heads", per_class)
        self.window.actions_[Act.TRAINING].trigger()
        self.wait(lambda: self.window.training.page is not None, "the training tab")
        from tumorviewer.state.training.desk import Step

        self.training, self.crew = self.workers.training()
        self.training.show(Step.RUN)
        self.run, self.task = self.training.run, self.training.run.task
        self.stops: list[float] = []
        self.first_batches: list[float] = []
        self.gaps: list[float] = []
        self.speeds: list[float] = []

    def begin(self, config: "TrainConfig", name: str) -> None:
        """Begin a run, or go on with it."""
        from training.recipe import save_recipe
        from tumorviewer.state.training.run import RECIPE

        output = self.training.places.runs / name
        save_recipe(config, output / RECIPE)
        self.run.start(config, output / RECIPE, self.heads, output, self.training.places.cache)

    def whole_run(self, config: "TrainConfig", name: str, *, watched: bool) -> None:
        """Run to the end, with the page of the run in sight; watching the event loop costs some speed."""
        gaps, begun = Gaps() if watched else None, time.perf_counter()
        self.begin(config, name)
        self.wait(lambda: bool(self.run.history.batch_loss.x) or not self.task.busy, "the first batch", _LONG)
        self.first_batches.append(time.perf_counter() - begun)
        self.wait(lambda: not self.task.busy, "the end of the run", _LONG)
        self.expect_end()
        if gaps is not None:
            gaps.stop()
            self.gaps += gaps.seconds
        else:
            self.speeds += [epoch.images_per_second for epoch in self.run.history.epochs[1:]]

    def expect_end(self) -> None:
        """See that the run ended well.

        Raises
        ------
        RuntimeError
            If it did not.
        """
        if self.run.end is None:
            raise RuntimeError(f"the run did not end well: {self.task.outcome}")

    def stop_when(self, ready: Callable[[], bool], what: str) -> None:
        """Stop as soon as something is true, and time it."""
        self.wait(lambda: ready() or not self.task.busy, what, _LONG)
        if not self.task.busy:
            raise RuntimeError(f"the run ended before {what}: {self.task.outcome}")
        with seconds_into(self.stops):
            self.task.stop()
            self.wait(lambda: not self.task.busy, "the stop", 30.0)
        tell(f"stopped at {what}: {self.stops[-1]:.2f} s")

    def is_at(self, stage: str) -> bool:
        """Whether a long step is going on."""
        progress = self.run.history.progress
        return progress is not None and progress.stage == stage and progress.done > 0

    def rest(self) -> None:
        """Let the window tidy up."""
        from PySide6.QtCore import QTimer

        done: list[bool] = []
        QTimer.singleShot(1500, lambda: done.append(True))
        self.wait(lambda: bool(done), "a rest")


def run(setting: Setting) -> list[Row]:
    """Measure."""
    from training.config import TrainConfig

    epochs, images = setting.count(3, 2), setting.count(320, 16)
    config = TrainConfig(
        name="bench", epochs=epochs, head_epochs=3, frozen_epochs=0, size=64, batch_size=16, epoch_images=images
    )
    files, what = scan_files(setting, setting.count(16, 4))
    with virtual_screen() as screen:
        say_screen(screen)
        studio = Studio(setting.temporary, setting.count(40, 12))
        idle = drops(studio, files)
        busy = drops_and_stops(studio, replace(config, epoch_images=setting.count(20_000, 2_000), epochs=1), files)
        memory = []
        for number in range(1, setting.count(RUNS, 3) + 1):
            studio.whole_run(config, f"run {number}", watched=number <= WATCHED)
            studio.rest()
            memory.append(resident())
            tell(f"run {number}: {memory[-1] / MB:.0f} MB")
        plain = command_line_speeds(config, studio.heads, setting.temporary, setting.count(2, 1))
        studio.end()
    return rows(studio, idle, busy, memory, plain, what)


def drops(studio: Studio, files: list[Path]) -> float:
    """Return the median time from a drop to its bars, in ms; the first ones warm up."""
    studio.window.show_tab(review=True)
    times = [drop_seconds(studio, path) * 1000 for path in files]
    studio.close_all()
    studio.window.show_tab(review=False)
    return middle(times[len(times) // 4 :])


def drops_and_stops(studio: Studio, config: "TrainConfig", files: list[Path]) -> float:
    """Stop a run at several moments, and drop scans while it trains; return the median of the drops in ms."""
    studio.begin(config, "stopped")
    studio.stop_when(lambda: True, "its very start")
    studio.begin(config, "stopped")
    studio.stop_when(lambda: studio.is_at("embeddings"), "the embeddings")
    studio.begin(config, "stopped")
    studio.wait(lambda: len(studio.run.history.batch_loss.x) > 3 or not studio.task.busy, "batches", _LONG)
    busy = drops(studio, files)
    studio.stop_when(lambda: True, "a batch")
    studio.begin(replace(config, epochs=0), "evaluated")
    studio.stop_when(lambda: studio.is_at("evaluation"), "the evaluation")
    return busy


def command_line_speeds(config: "TrainConfig", heads: Path, folder: Path, count: int) -> list[float]:
    """Train with the same settings without a window; return images per second of each epoch but the first of a run."""
    from training.events import EpochEnded
    from training.process import ChildProcess
    from training.recipe import save_recipe

    recipe = folder / "recipe.toml"
    save_recipe(config, recipe)
    speeds = []
    for number in range(count):
        words = ["train", heads, "--output", folder / f"plain {number}", "--recipe", recipe]
        epochs = [
            event
            for event in ChildProcess([*words, "--cache", folder / "home" / "cache"]).events()
            if isinstance(event, EpochEnded) and event.phase != "head"
        ]
        speeds += [epoch.images_per_second for epoch in epochs[1:]]
    tell(f"command line: {middle(speeds):.0f} images/s")
    return speeds


def rows(studio: Studio, idle: float, busy: float, memory: list[int], plain: list[float], what: str) -> list[Row]:
    """Return the table."""
    gaps = np.array(studio.gaps) * 1000
    p99, longest = float(np.percentile(gaps, 99)), float(gaps.max())
    stop, first = max(studio.stops), max(studio.first_batches)
    growth, speed = memory[-1] / memory[0], middle(studio.speeds) / middle(plain)
    note = f"{WATCHED} whole runs, start included, the page of the run in sight"
    return [
        _bound("gap of the event loop, 99th percentile", p99, GAP_P99_MS, "ms", note),
        _bound("longest gap of the event loop", longest, GAP_MS, "ms", note),
        Row(
            "drop to bars while training", f"{busy:.0f} ms", "idle", f"{idle:.0f} ms", DROP_FACTOR * idle / busy,
            f"< {DROP_FACTOR:g} x idle", busy < DROP_FACTOR * idle, f"{what}, median",
        ),
        _bound("stop to stopped", stop, STOP_S, "s", "the slowest of: very start, embeddings, a batch, evaluation"),
        _bound("start to the first batch", first, FIRST_BATCH_S, "s", "the slowest run; the first has no crops yet"),
        Row(
            "memory of the window after its last run", f"{memory[-1] / MB:.0f} MB", "after the first",
            f"{memory[0] / MB:.0f} MB", GROWTH / growth, "within 10 %", growth <= GROWTH, f"{len(memory)} runs",
        ),
        Row(
            "training speed", f"{middle(studio.speeds):.0f} images/s", "command line",
            f"{middle(plain):.0f} images/s", speed, f"ratio >= {SPEED:g}", speed >= SPEED,
            "median of the epochs after the first",
        ),
    ]  # fmt: skip


def _bound(what: str, value: float, most: float, unit: str, note: str) -> Row:
    shown = f"{value:.0f} {unit}" if unit == "ms" else f"{value:.2f} {unit}"
    return Row(what, shown, "", "", most / value if value else 0.0, f"< {most:g} {unit}", value < most, note)


def write_heads(folder: Path, per_class: int) -> Path:
    """Draw heads of each class into class folders."""
    import cv2

    from tumorviewer.imaging.phantom import draw_head
    from tumorviewer.inference.labels import CLASSES, NO_TUMOR

    for number, label in enumerate(CLASSES):
        (folder / label).mkdir(parents=True)
        for index in range(per_class):
            lesion: Any = None if label == NO_TUMOR else label
            head = draw_head(1000 * number + index, size=128, lesion=lesion)
            (folder / label / f"{index}.png").write_bytes(cv2.imencode(".png", head)[1].tobytes())
    return folder
