"""Which scans are scrolled through together, and in which order."""

from pathlib import Path
from typing import Any

from tumorviewer.imaging.discover import natural_key
from tumorviewer.imaging.survey import Surveyed


def stack_key(surveyed: Surveyed) -> tuple[str, str, str]:
    """Return kind, key and name of a file's stack: a file of several frames is its own, all else its folder."""
    path = surveyed.path
    if surveyed.frames > 1:
        return "file", str(path), path.name
    return "folder", str(path.parent), path.parent.name


def sort_key(file: Surveyed | Path, frame: int) -> tuple[Any, ...]:
    """Return what sorts the scans of a stack: names as a person counts them, then frames."""
    path = file if isinstance(file, Path) else file.path
    return (natural_key(path.name), frame)
