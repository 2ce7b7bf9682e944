"""Reading crops: memory must not grow with how many were read."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.material import crop_cache
from benchmarks.measure import MB, Row, Setting, resident, seconds_into, tell

if TYPE_CHECKING:
    from training.cache import CropCache

SIZE = 192
BATCH = 32
MOST_GROWTH = 20.0


def run(setting: Setting) -> list[Row]:
    """Read random batches from a cache, then load all of it as the peer does."""
    count = setting.count(4_000, 200)
    few, many = setting.count(10_000, 640), setting.count(100_000, 2_560)
    tell(f"writing {count} crops")
    folder = setting.temporary / "crops"
    cache = crop_cache(folder, count, SIZE)
    generator = np.random.default_rng(0)
    times: list[float] = []
    before = resident()
    with seconds_into(times):
        read(cache, few, generator)
        after_few = resident()
        read(cache, many - few, generator)
        after_many = resident()
    whole = _whole(folder)
    at = f"{(after_few - before) / MB:.1f} MB after {few:,}, {(after_many - before) / MB:.1f} MB after {many:,}"
    return rows(
        (after_many - after_few) / MB, whole / MB, f"{at}, {many / times[0]:,.0f} crops/s, from a store of {count:,}"
    )


def rows(growth: float, whole: float, note: str) -> list[Row]:
    """Return the row; growth and the peer's memory are in MB."""
    against = "np.load of the whole store into memory"
    target = f"ours < {MOST_GROWTH:g} MB"
    texts = f"{growth:+.1f} MB", f"{whole:.0f} MB"
    return [Row("growth of memory", *texts, against, growth / whole, target, growth < MOST_GROWTH, note)]


def read(cache: "CropCache", count: int, generator: np.random.Generator) -> int:
    """Read `count` random crops in batches; return a sum, so that every byte was needed."""
    total = 0
    for _ in range(-(-count // BATCH)):
        total += int(cache.read(generator.integers(0, len(cache), BATCH)).sum())
    return total


def _whole(folder: Path) -> int:
    """Return how much memory the usual way takes: all crops in one array."""
    kept = folder / "all.npy"
    rows = np.memmap(folder / "rows.bin", np.uint8, "r").reshape(-1, SIZE, SIZE)
    np.save(kept, rows)
    del rows
    return int(np.load(kept).nbytes)
