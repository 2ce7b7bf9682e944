"""Files decoded and models loaded in many threads at once: file descriptor 2 is afterwards what it was."""

import os
import random
import threading
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest
from tiny_bundle import head_with_bright_quadrant

from tumorviewer.imaging.errors import DamagedImageError
from tumorviewer.imaging.load import load_scan
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.predictor import Predictor


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Good and damaged ones, of the formats whose libraries speak on standard error and of those that do not."""
    folder = tmp_path_factory.mktemp("pictures")
    head = head_with_bright_quadrant("glioma", 1)
    noisy = np.clip(head + np.random.default_rng(0).normal(0, 20, head.shape), 0, 255).astype(np.uint8)
    jpeg, png = (cv2.imencode(suffix, noisy)[1].tobytes() for suffix in (".jpg", ".png"))
    files = {
        "good jpeg": jpeg,
        "good png": png,
        "damaged jpeg": jpeg[: len(jpeg) // 2],
        "damaged png": png[: len(png) // 2],
        "odd jpeg": jpeg[:-2] + bytes(9) + jpeg[-2:],  # libjpeg has something to say, and it means nothing
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return {name: folder / name for name in files}


def test_standard_error_survives(bundle: Bundle, pictures: dict[str, Path], capfd: pytest.CaptureFixture[str]) -> None:
    before = os.fstat(2)
    outcomes: Counter[tuple[str, bool]] = Counter()
    counting = threading.Lock()

    def decode(seed: int) -> None:
        for name in random.Random(seed).choices(list(pictures), k=60):
            try:
                load_scan(pictures[name])
                read = True
            except DamagedImageError:
                read = False
            with counting:
                outcomes[name, read] += 1

    def make_predictors() -> None:
        for _ in range(15):
            Predictor(bundle, threads=1)

    threads = [threading.Thread(target=decode, args=(seed,)) for seed in range(6)]
    threads += [threading.Thread(target=make_predictors) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert os.path.samestat(os.fstat(2), before)
    os.write(2, b"still here\n")
    assert capfd.readouterr().err == "still here\n"
    assert {name for name, read in outcomes if read} == {"good jpeg", "good png", "odd jpeg"}
    assert {name for name, read in outcomes if not read} == {"damaged jpeg", "damaged png"}
