"""Small labelled trees of drawn heads, written as real files."""

from pathlib import Path

import cv2
import numpy as np
from drawn_heads import draw_head
from numpy.typing import NDArray

SIZE = 128


def head(seed: int, label: str = "no_tumor", size: int = SIZE) -> NDArray[np.uint8]:
    """Draw the head of patient `seed`; the plane varies with the seed, as in real collections."""
    lesion = None if label == "no_tumor" else label
    plane = ("axial", "coronal", "sagittal")[seed % 3]
    return draw_head(seed, size=size, lesion=lesion, plane=plane)


def save(path: Path, picture: NDArray[np.uint8], quality: int = 92) -> Path:
    """Write a picture in the format of its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    done, encoded = cv2.imencode(path.suffix.lower(), picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    path.write_bytes(encoded.tobytes())
    return path


def tree(root: Path, each: int, labels: tuple[str, ...] = ("glioma", "no_tumor"), size: int = SIZE) -> Path:
    """Write `each` different heads a class."""
    for number, label in enumerate(labels):
        for index in range(each):
            save(root / label / f"{label} ({index}).png", head(1000 * number + index, label, size))
    return root
