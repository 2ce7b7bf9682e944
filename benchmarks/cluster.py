"""Two processes of a Dask cluster against one, and against none: the command from start to end."""

from pathlib import Path

from benchmarks.material import model_folder
from benchmarks.measure import Row, Setting, at_least, run_process, tell
from benchmarks.one_image import command
from benchmarks.thousand import gather

TARGET = 1.6


def run(setting: Setting) -> list[Row]:
    """Measure in turns, and take the best of each: another process may use the cores for a while."""
    count = setting.count(1500, 8)
    folder, kind = gather(setting, count)
    alone, one, two = [], [], []
    for _ in range(setting.count(2, 1)):
        alone.append(count / _seconds(setting, folder, "--threads", "1"))
        one.append(count / _seconds(setting, folder, "--workers", "1"))
        two.append(count / _seconds(setting, folder, "--workers", "2"))
        tell(f"no cluster, one thread {alone[-1]:.1f} scans/s, one worker {one[-1]:.1f}, two {two[-1]:.1f}")
    note = f"{count} {kind}; start and end of the cluster included"
    ours = f"{max(two):.1f}/s"
    ratio, without = max(two) / max(one), max(two) / max(alone)
    return [
        at_least("scans/s, two workers", ours, f"{max(one):.1f}/s", "one worker, of one thread", ratio, TARGET, note),
        Row("scans/s, two workers", ours, f"{max(alone):.1f}/s", "no cluster: one process with one thread", without,
            note=note),
    ]  # fmt: skip


def _seconds(setting: Setting, folder: Path, *options: str) -> float:
    output, model = setting.temporary / "answers.jsonl", model_folder(setting)
    words = ["predict", str(folder), "--quiet", "--model", str(model), "--output", str(output), *options]
    return run_process([*command(), *words], setting.temporary).seconds
