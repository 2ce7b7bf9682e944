"""Whether what training needs is installed, found out without loading any of it."""

import importlib.util
import platform
import sys
from typing import Final

NEEDED: Final = ("tensorflow", "keras", "h5py", "sklearn", "cleanlab", "psutil")
"""Modules of the extra ``training`` that a run and what surrounds it import."""

LATEST_PYTHON: Final = (3, 13)


def missing_parts() -> tuple[str, ...]:
    """Return the modules of `NEEDED` that are not installed; empty if training can start."""
    return tuple(name for name in NEEDED if importlib.util.find_spec(name) is None)


def advice(missing: tuple[str, ...]) -> str:
    """Return one sentence or two: what is missing for training, and how to get it on this machine."""
    names = ", ".join(missing)
    lacking = f"Training needs parts that are not installed here ({names}). The viewer works without them."
    if "tensorflow" in missing and (reason := _no_tensorflow_here()):
        return f"{lacking} {reason}"
    if getattr(sys, "frozen", False):
        return f"{lacking} This copy of the program was built without them: use the one with training."
    return f'{lacking} Get them with: pip install "tumorviewer[training]"'


def _no_tensorflow_here() -> str:
    """Return why TensorFlow cannot be had on this machine; "" if it can."""
    if sys.platform == "darwin" and platform.machine() != "arm64":
        return "TensorFlow no longer exists for Macs with an Intel processor: train on another machine."
    if sys.version_info[:2] > LATEST_PYTHON:
        return f"TensorFlow does not exist yet for Python {platform.python_version()}: use Python 3.13 or older."
    return ""
