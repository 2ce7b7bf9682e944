"""Boxes of copies: whatever a copy went through, its box lies on the same bright patch."""

from pathlib import Path

import cv2
import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

from quadrants import PATCH, PATCHES, draw, save  # noqa: E402

from training.cache import build_cache  # noqa: E402
from training.dataset import Sample  # noqa: E402
from training.guidance import boxes_in_input  # noqa: E402
from tumorviewer.imaging.prepare import InputSpec  # noqa: E402

SPEC = InputSpec(size=64)
ACROSS = (*PATCHES["glioma"], PATCH, PATCH)


def boxes_of(folder: Path, pictures: dict[str, np.ndarray], others: dict[str, str] | None = None) -> np.ndarray:
    """Return the boxes of `pictures`, of which only the first has one; all are of one group, but for `others`."""
    samples = []
    for number, (name, picture) in enumerate(pictures.items()):
        save(picture, folder / f"{name}.png")
        group = (others or {}).get(name, "copies")
        box = ACROSS if number == 0 else None
        samples.append(Sample(folder / f"{name}.png", "glioma", duplicate_group=group, box=box))
    cache = build_cache(samples, SPEC, folder / "cache", workers=0)
    boxes = boxes_in_input(samples, cache, SPEC)
    for index in np.flatnonzero(~np.isnan(boxes[:, 0])):
        rows, columns = np.nonzero(cache.read([int(index)])[0] > 190)
        shining = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / SPEC.size
        np.testing.assert_allclose(boxes[index], shining, atol=2.5 / SPEC.size, err_msg=list(pictures)[index])
    return boxes


def test_resized_darker_and_mirrored_copies_take_the_box(tmp_path: Path) -> None:
    whole = draw("glioma", 3)
    boxes = boxes_of(
        tmp_path,
        {
            "first": whole,
            "resized": cv2.resize(whole, (224, 224), interpolation=cv2.INTER_AREA),
            "mirrored": np.ascontiguousarray(whole[:, ::-1]),
            "brighter": np.clip(whole.astype(np.float32) * 1.1, 0, 255).astype(np.uint8),
        },
    )
    assert not np.isnan(boxes).any()
    assert boxes[2, 0] > 0.5 > boxes[0, 2], "the mirrored one has its patch on the other side"


def test_what_shows_something_else_or_is_of_another_group_takes_none(tmp_path: Path) -> None:
    whole = draw("glioma", 3)
    boxes = boxes_of(
        tmp_path,
        {"first": whole, "another": draw("pituitary", 4), "stranger": whole[:, ::-1].copy(), "unknown": whole + 1},
        {"stranger": "others", "unknown": ""},
    )
    assert np.isnan(boxes[1:]).all()
    assert not np.isnan(boxes[0]).any()
