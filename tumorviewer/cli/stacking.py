"""What the slices of one series say together, for the commands."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tumorviewer.imaging.geometry import Geometry, geometry_of
from tumorviewer.imaging.stacks import slices_of, sort_key
from tumorviewer.imaging.survey import Surveyed
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.labels import NOT_BRAIN_MR
from tumorviewer.inference.series import SeriesAnswer, Use, series_answer, use_of


@dataclass(frozen=True, slots=True)
class Slice:
    """A frame of a file, how it counts, and its probabilities; where it does not count they mean nothing."""

    surveyed: Surveyed
    frame: int
    use: Use
    shares: tuple[float, ...]

    @property
    def order(self) -> tuple[object, ...]:
        """Where it stands in its stack."""
        return sort_key(self.surveyed, self.frame)


def use_in_series(surveyed: Surveyed, verdict: str | None) -> Use:
    """Return how a slice counts; `verdict` is None for one that could not be read."""
    if verdict is None:
        return Use.UNREADABLE
    by_file = use_of(surveyed.series)
    if by_file is not Use.WAITING:
        return by_file
    return Use.NOT_BRAIN if verdict == NOT_BRAIN_MR else Use.COUNTED


def answer_together(slices: Sequence[Slice], bundle: Bundle) -> tuple[SeriesAnswer, Geometry]:
    """Return what slices in the order of their stack say, and how they lie."""
    geometry = geometry_of(slices_of([(one.surveyed.series, one.frame, one.surveyed.frames) for one in slices]))
    answer = series_answer(
        np.array([one.shares for one in slices]),
        np.array([one.use for one in slices], np.uint8),
        bundle.classes,
        bundle.card.thresholds.certain,
        geometry,
    )
    return answer, geometry
