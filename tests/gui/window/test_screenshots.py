"""The pictures of every state: all are made, and a few look as they looked before.

Fonts and their rendering differ between machines, so small grey copies are compared, with room for that. After a change
that is meant, ``python run.py test tests/gui/window/test_screenshots.py --renew-pictures`` keeps the new ones: look at
them.
"""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from gui.window.training.runs_at_hand import TINY

from docs.screenshots import ROUNDS, SIZES, STATES
from docs.screenshots.sample import write_sample
from training.recipe import save_recipe

pytestmark = pytest.mark.xdist_group("screenshots")  # taken once, and not once a worker

ROOT = Path(__file__).resolve().parents[3]
KEPT = Path(__file__).parent / "pictures"
SMALL = (320, 180)
COMPARED = ("empty", "heat map", "crop edited", "two scans compared", "nothing passes the filter")
MEAN, PLACE = 4.0, 40.0
"""Grey levels: over the whole picture, and over any square of 20 small pixels, where a part would be missing."""


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """Take the round in dark, as a process of its own; return the pictures by name, grey."""
    folder = tmp_path_factory.mktemp("pictures")
    recipe = tmp_path_factory.mktemp("recipe") / "tiny.toml"
    save_recipe(TINY, recipe)
    sample = write_sample(tmp_path_factory.mktemp("sample"), 16, ("--recipe", str(recipe)))
    number = next(n for n, (scheme, scale, size) in enumerate(ROUNDS) if (scheme, scale, size) == ("dark", 1, ""))
    command = [sys.executable, "-m", "docs.screenshots", str(folder), "--round", str(number), "--sample", str(sample)]
    subprocess.run(command, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}, cwd=ROOT, check=True, timeout=300)
    taken = sorted((folder / "dark-1x").iterdir())
    return {path.stem[3:]: cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_GRAYSCALE) for path in taken}


def small(picture: np.ndarray) -> np.ndarray:
    return cv2.resize(picture, SMALL, interpolation=cv2.INTER_AREA)


def test_every_state_has_its_picture(pictures: dict[str, np.ndarray]) -> None:
    assert list(pictures) == [name for name, _ in STATES]
    assert len(pictures) >= 16
    assert {scheme for scheme, _, _ in ROUNDS} == {"light", "dark"}
    assert {picture.shape[::-1] for picture in pictures.values()} == {SIZES[""]}
    shown = [small(picture).astype(int) for picture in pictures.values()]
    for before, after in pairwise(shown):
        assert np.abs(before - after).max() > 8, "two states look the same"


@pytest.mark.parametrize("name", COMPARED)
def test_it_looks_as_before(pictures: dict[str, np.ndarray], name: str, pytestconfig: pytest.Config) -> None:
    kept = KEPT / f"{name}.png"
    if pytestconfig.getoption("--renew-pictures"):
        KEPT.mkdir(exist_ok=True)
        kept.write_bytes(cv2.imencode(".png", small(pictures[name]))[1].tobytes())
    before = cv2.imdecode(np.fromfile(kept, np.uint8), cv2.IMREAD_GRAYSCALE).astype(np.float32)
    difference = np.abs(small(pictures[name]).astype(np.float32) - before)
    assert difference.mean() < MEAN
    assert cv2.blur(difference, (20, 20)).max() < PLACE
