"""A shown worklist, empty or with six files of two folders."""

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from gui.worklist.desk import WorklistDesk
from pytestqt.qtbot import QtBot

from tumorviewer.inference.labels import GLIOMA, NO_TUMOR, NOT_BRAIN_MR, UNCERTAIN


@pytest.fixture
def make_desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[], WorklistDesk]]:
    made: list[WorklistDesk] = []

    def make() -> WorklistDesk:
        desk = WorklistDesk(tmp_path)
        made.append(desk)
        qtbot.addWidget(desk.panel)
        desk.panel.resize(320, 640)
        with qtbot.waitExposed(desk.panel):
            desk.panel.show()
        return desk

    yield make
    for desk in made:
        with qtbot.waitSignal(desk.threads.stopped):
            desk.threads.stop()


@pytest.fixture
def desk(make_desk: Callable[[], WorklistDesk]) -> WorklistDesk:
    return make_desk()


@pytest.fixture
def six(desk: WorklistDesk, tmp_path: Path) -> WorklistDesk:
    """Open head 2, head 10, knee, later and words (no picture) of `first`, and axial of `second`."""
    paths = [tmp_path / "first" / f"{name}.png" for name in ("head 2", "head 10", "knee", "later", "words")]
    paths.append(tmp_path / "second" / "axial.png")
    rng = np.random.default_rng(0)
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(cv2.imencode(".png", rng.integers(0, 255, (40, 50), np.uint8))[1].tobytes())
    paths[4].write_text("no picture at all")
    head_2, head_10, knee, _later, _words, axial = desk.open(*paths)
    desk.judge_all(
        {
            head_2: (NO_TUMOR, 0.01, 0.01, 0.01, 0.97),
            head_10: (GLIOMA, 0.9, 0.05, 0.03, 0.02),
            knee: (NOT_BRAIN_MR, 0.97, 0.01, 0.01, 0.01),
            axial: (UNCERTAIN, 0.1, 0.5, 0.1, 0.3),
        }
    )
    return desk
