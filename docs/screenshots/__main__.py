"""Takes the pictures: each scheme and scale in a process of its own, as Qt takes the scale once, at its start."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import tell
from benchmarks.window import virtual_screen
from docs.screenshots import ROUNDS, SIZES, STATES, __doc__
from docs.screenshots.sample import keep_run, write_sample
from docs.screenshots.studio import Studio


def main() -> int:
    """Take all pictures; return 0."""
    parser = argparse.ArgumentParser(prog="python run.py screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--round", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--sample", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tumorviewer-screenshots-", ignore_cleanup_errors=True) as temporary:
        sample = options.sample or write_sample(Path(temporary) / "sample")
        if options.round is not None:
            _take_round(options.folder, Path(temporary), sample, *ROUNDS[options.round])
        else:
            _take_all(options.folder, sample)
    return 0


def _take_all(folder: Path, sample: Path) -> None:
    with virtual_screen():
        for number, (scheme, scale, size) in enumerate(ROUNDS):
            environment = {**os.environ, "QT_SCALE_FACTOR": str(scale)}
            command = [sys.executable, "-m", "docs.screenshots", str(folder)]
            command += ["--round", str(number), "--sample", str(sample)]
            subprocess.run(command, env=environment, check=True)
            tell(f"{scheme}, {scale}x{f', {size}' if size else ''}: done")


def _take_round(folder: Path, work: Path, sample: Path, scheme: str, scale: int, size: str) -> None:
    target = folder / "-".join(part for part in (scheme, f"{scale}x", size) if part)
    target.mkdir(exist_ok=True)
    keep_run(sample, work / "home")
    studio = Studio(work, sample, scheme, SIZES[size])
    for number, (name, show) in enumerate(STATES, 1):
        show(studio)
        studio.picture(target / f"{number:02} {name}.png")
    studio.end()


if __name__ == "__main__":
    sys.exit(main())
