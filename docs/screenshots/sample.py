"""A small data set of drawn heads, and a model that was trained on it: what the pictures of training show."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

EACH: Final = 36
"""Heads of a class."""
SETTINGS: Final = ("--epochs", "7", "--size", "96", "--batch-size", "16")
RUN: Final = "clinic-1"


def write_sample(folder: Path, each: int = EACH, settings: Sequence[str] = SETTINGS) -> Path:
    """Draw the heads, with copies on both sides of the split, and train on them; minutes on a slow machine.

    Parameters
    ----------
    each : int
        Heads of a class.
    settings : sequence of str
        Of the run, as words of the command line.

    Returns
    -------
    Path
        `folder`: the heads in ``heads``, the run in ``run``.
    """
    from training.process import program

    heads = _draw_heads(folder / "heads", each)
    words = ["train", str(heads), "--output", str(folder / "run"), "--cache", str(folder / "cache"), *settings]
    words += ["--name", "clinic", "--version", "1"]
    environment = os.environ | {"TUMORVIEWER_HOME": str(folder / "home")}
    subprocess.run([*program(), *words, "--quiet"], env=environment, check=True, capture_output=True)
    return folder


def keep_run(sample: Path, home: Path) -> None:
    """Put the run into a user's folder, as if the tab had made it."""
    from training.runs import Asked, note_asked
    from tumorviewer.state.training.desk import Places

    places = Places(home)
    run = Path(shutil.copytree(sample / "run", places.runs / RUN))
    note_asked(run, Asked(sample / "heads", places.cache, None))


def _draw_heads(folder: Path, each: int) -> Path:
    import cv2

    from tumorviewer.imaging.phantom import draw_head
    from tumorviewer.inference.labels import CLASSES, NO_TUMOR

    for number, label in enumerate(CLASSES):
        for part in ("Training", "Testing"):
            (folder / part / label).mkdir(parents=True)
        for index in range(each):
            lesion: Any = None if label == NO_TUMOR else label
            head = cv2.imencode(".png", draw_head(1000 * number + index, size=192, lesion=lesion))[1].tobytes()
            part = "Testing" if index % 4 == 0 else "Training"
            (folder / part / label / f"{label}-{index:03}.png").write_bytes(head)
            if index % 12 == 0:  # what public collections are full of: the same picture on both sides
                (folder / "Training" / label / f"{label}-{index:03} (copy).png").write_bytes(head)
    return folder
