"""A small labelled data set of drawn heads, in class folders."""

from pathlib import Path

import cv2
from drawn_heads import draw_head

from tumorviewer.inference.labels import CLASSES, NO_TUMOR


def write_phantom_classes(folder: Path, per_class: int, *, size: int = 128) -> Path:
    """Write `per_class` PNG heads of each class, every one with another seed; return the folder."""
    for number, label in enumerate(CLASSES):
        home = folder / label
        home.mkdir(parents=True)
        for index in range(per_class):
            lesion = None if label == NO_TUMOR else label
            picture = draw_head(1000 * number + index, size=size, lesion=lesion)
            (home / f"{label}_{index}.png").write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    return folder
