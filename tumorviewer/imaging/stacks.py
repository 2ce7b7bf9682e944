"""Which files are scrolled through together, and in which order."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tumorviewer.imaging.geometry import PLANES, Slices
from tumorviewer.imaging.natural import natural_key
from tumorviewer.imaging.series_facts import SeriesFacts
from tumorviewer.imaging.survey import Surveyed

_STEP_DIGITS = 2  # as fine as `SAME_PLACE_MM`


def stack_key(surveyed: Surveyed) -> tuple[str, str, str]:
    """Return what a file is scrolled through with.

    Parameters
    ----------
    surveyed : Surveyed

    Returns
    -------
    kind : str
        ``series``, ``file`` (several frames of its own) or ``folder``.
    key : str
        The same for all files of a stack of that kind.
    name : str
        What to show; never a patient's name.
    """
    path, series = surveyed.path, surveyed.series
    if series is not None and series.key:
        name = series.description or path.parent.name
        return "series", series.key, name if series.number is None else f"{name} ({series.number})"
    if surveyed.frames > 1:
        return "file", str(path), path.name
    return "folder", str(path.parent), path.parent.name


def sort_key(surveyed: Surveyed | Path, frame: int) -> tuple[Any, ...]:
    """Return where a frame stands in its stack.

    Slices of a series go by plane, then by position along their normal, those without a position after all that have
    one, then by instance number; everything else goes by name as a person counts. Any two keys can be compared.

    Parameters
    ----------
    surveyed : Surveyed, or Path
        A path alone, for a file that could not be read, stands where its name belongs.
    frame : int
        0-based.
    """
    path, series = (surveyed, None) if isinstance(surveyed, Path) else (surveyed.path, surveyed.series)
    place = _place_in_series(series if series is not None and series.key else None, frame)
    return (*place, natural_key(path.name), str(path), frame)


def slices_of(frames: Sequence[tuple[SeriesFacts | None, int, int]]) -> Slices:
    """Return where the slices of a stack lie.

    Parameters
    ----------
    frames : sequence of (SeriesFacts or None, int, int)
        In the order of the stack: what the file says, which frame, of how many.
    """
    numbers: dict[object, int] = {"": 0, (0, 0): 0}
    codes = {plane: code for code, plane in enumerate(PLANES)}
    nothing = SeriesFacts("", "", "", None, None, None)
    facts = [series or nothing for series, _, _ in frames]
    return Slices(
        along=np.array([_along(one, frame, count) for one, (_, frame, count) in zip(facts, frames, strict=True)]),
        plane=np.array([codes[one.plane] for one in facts], np.uint8),
        size=np.array([numbers.setdefault(one.size, len(numbers)) for one in facts], np.int32),
        patient=np.array([numbers.setdefault(one.patient, len(numbers)) for one in facts], np.int32),
        volumes=max((one.volumes for one in facts), default=1),
    )


def _along(series: SeriesFacts, frame: int, frames: int) -> float:
    """Return the position of a frame along its normal in mm; NaN where its file tells only that of the first one."""
    place = _place_of(series, frame)
    return float("nan") if place is None or (frames > 1 and not series.places) else place


def _place_of(series: SeriesFacts, frame: int) -> float | None:
    return series.places[frame] if series.places else series.along


def _place_in_series(series: SeriesFacts | None, frame: int) -> tuple[bool, str, float, bool, int]:
    place = None if series is None else _place_of(series, frame)
    along = None if place is None else round(place, _STEP_DIGITS)
    instance = None if series is None else series.instance
    plane = "" if series is None or along is None else series.plane.value
    return along is None, plane, along or 0.0, instance is None, instance or 0
