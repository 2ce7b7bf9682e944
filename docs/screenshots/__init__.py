"""Pictures of the window in every state, on drawn heads, to look at: ``python run.py screenshots FOLDER``."""

from typing import Final

from docs.screenshots import review, training
from docs.screenshots.studio import STATES

__all__ = ["ROUNDS", "SIZES", "STATES", "review", "training"]

SIZES: Final = {"": (1280, 720), "large": (1920, 1080)}
ROUNDS: Final = (("light", 1, ""), ("dark", 1, ""), ("light", 2, ""), ("dark", 1, "large"))
"""Scheme, scale, size."""
