"""Drawn heads, each drawn once: many tests look at the same ones."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging import phantom


@lru_cache(maxsize=256)
def draw_head(seed: int, **how: Any) -> NDArray[np.uint8]:
    """Return what `tumorviewer.imaging.phantom.draw_head` draws; it cannot be written to, as others look at it too."""
    picture = phantom.draw_head(seed, **how)
    picture.flags.writeable = False
    return picture
