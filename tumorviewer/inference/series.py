"""One answer for a series, from the answers to its slices.

The model was made on single slices, most of them through the middle of a tumour, and is calibrated on such. A series
shows each head some dozens of times, mostly beside the tumour if there is one. Two simple rules fail there: the surest
slice of all calls a tumour in every second healthy head, because each slice is another chance to err; the mean over
all slices drowns a small tumour. What lies between them is used: what neighbouring slices say together. A tumour is a
body of some size, so that several neighbours show it; an error of the model mostly stands alone.

1. Slices that are no brain MR slices, scouts, slices between the planes and unreadable ones are left out.
2. Slices in the same place count as one. A span is as many neighbouring places as cover `SPAN_MM`, at least
   `SPAN_PLACES`; it does not cross a gap, and of the slices that are left out one at a time may lie in it.
3. What a span says is the mean of its log-probabilities (the logarithmic opinion pool), where no single slice counts
   for more than `MOST` or less than `1 - MOST`.
4. A tumour class is the answer where one span reaches the model's own threshold for it, and no span that of another.
5. "No tumour" is the answer where nearly all slices say so for certain, and no span thinks a tumour the likeliest.
6. Everything else is uncertain.

None of this is calibrated for series: no series with known answers are at hand that the model has not seen slices of.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.geometry import Finding, Geometry, Plane
from tumorviewer.imaging.series_facts import SeriesFacts
from tumorviewer.inference.labels import NO_TUMOR, NOT_BRAIN_MR, UNCERTAIN
from tumorviewer.inference.series_spans import SPAN_PLACES, Shares, Spans, span_length, spans_of

NEARLY_ALL: Final = 0.9
"""Share of the slices that have to say "no tumour"."""
ENOUGH: Final = 0.5
"""Share of the slices that have to count before "no tumour" is said of a series."""


class Use(IntEnum):
    """Whether a slice counts, and why not."""

    WAITING = 0
    COUNTED = 1
    NOT_BRAIN = 2
    SCOUT = 3
    OBLIQUE = 4
    UNREADABLE = 5


LEFT_OUT: Final = (Use.NOT_BRAIN, Use.SCOUT, Use.OBLIQUE, Use.UNREADABLE)


class Ground(Enum):
    """Why the answer is what it is."""

    WAITING = "waiting"
    NEIGHBOURS = "neighbours"
    CLEAR = "clear"
    TWO_CLASSES = "two_classes"
    DISAGREE = "disagree"
    TOO_FEW = "too_few"
    MUCH_LEFT_OUT = "much_left_out"
    NOTHING_COUNTS = "nothing_counts"
    TWO_PATIENTS = "two_patients"


@dataclass(frozen=True, slots=True)
class SeriesAnswer:
    """What the slices say together.

    Attributes
    ----------
    verdict : str
        A class, ``uncertain`` or ``not_brain_mr``; "" while slices wait for their answers.
    ground : Ground
    label, other : str
        The class that the strongest span speaks for, and another one that reaches the threshold too; "" without.
    score : float
        What the strongest span gives `label`, 0..1; for "no tumour" the share of slices that are certain of it.
    first, last : int or None
        Slices of the series, 0-based, between which spans reach the threshold for `label`, or else of the strongest.
    peak : int or None
        The slice that speaks most for a tumour.
    total, counted, waiting : int
        Slices: all, those that count, those without an answer yet.
    left_out : dict
        By why, how many; only what there is.
    certain : dict
        By class, how many slices are certain of it.
    span : int
        Places that make a span.
    calibrated : bool
        Always False until a model's card has a calibration for series.
    """

    verdict: str
    ground: Ground
    label: str = ""
    other: str = ""
    score: float = 0.0
    first: int | None = None
    last: int | None = None
    peak: int | None = None
    total: int = 0
    counted: int = 0
    waiting: int = 0
    left_out: dict[Use, int] = field(default_factory=dict)
    certain: dict[str, int] = field(default_factory=dict)
    span: int = SPAN_PLACES
    calibrated: bool = False


def use_of(facts: SeriesFacts | None) -> Use:
    """Return whether a slice is left out for what its file says of it; ``WAITING`` where the model is to be asked."""
    if facts is None:
        return Use.WAITING
    if facts.scout:
        return Use.SCOUT
    return Use.OBLIQUE if facts.plane is Plane.OBLIQUE else Use.WAITING


def series_answer(
    shares: Shares, uses: NDArray[np.uint8], classes: Sequence[str], certain: float, geometry: Geometry
) -> SeriesAnswer:
    """Return what the slices of a series say together, as the rule above has it.

    Parameters
    ----------
    shares : ndarray of float64, shape (N, C)
        Calibrated probabilities, in the order of the slices; of those that do not count, anything.
    uses : ndarray of uint8, shape (N,)
        Of `Use`.
    classes : sequence of str
        In the order of the probabilities.
    certain : float
        From which probability on the model's card calls a class.
    geometry : Geometry
        Of the same slices.
    """
    counted = np.flatnonzero(uses == Use.COUNTED)
    length = span_length(geometry.spacing)
    spans = spans_of(shares, counted, geometry, length)
    tumours = [number for number, name in enumerate(classes) if name != NO_TUMOR]
    found = _strongest(spans, tumours, classes, certain)
    if found is not None:
        agreeing = counted[shares[counted].argmax(axis=1) == classes.index(found.label)]
        found = replace(found, extent=_trimmed(found.extent, agreeing))
    answer = SeriesAnswer(
        verdict="",
        ground=Ground.WAITING,
        peak=_peak(shares, counted, tumours, found),
        total=len(uses),
        counted=len(counted),
        waiting=int((uses == Use.WAITING).sum()),
        left_out={use: count for use in LEFT_OUT if (count := int((uses == use).sum()))},
        certain={name: int((shares[counted, number] >= certain).sum()) for number, name in enumerate(classes)},
        span=length,
    )
    return _decided(answer, found, _says_clear(answer, spans, classes, tumours), geometry)


@dataclass(frozen=True, slots=True)
class _Found:
    """The strongest span: its class, what it says, its slices, other classes that reach the threshold somewhere."""

    label: str
    score: float
    reached: bool
    best: tuple[int, int]
    extent: tuple[int, int]
    others: tuple[str, ...]


def _strongest(spans: Spans, tumours: list[int], classes: Sequence[str], certain: float) -> _Found | None:
    """Return the span that speaks most for a tumour, and how far spans that say the same reach from there."""
    if not len(spans.shares) or not tumours:
        return None
    strength = spans.shares[:, tumours]
    span, column = np.unravel_index(int(strength.argmax()), strength.shape)
    reaching = strength >= certain
    score = float(strength[span, column])
    first, last = int(spans.first[span]), int(spans.last[span])
    extent = _extent(spans, reaching[:, column], int(span)) if reaching[span, column] else (first, last)
    others = [classes[tumours[place]] for place in np.flatnonzero(reaching.any(axis=0)) if place != column]
    label = classes[tumours[int(column)]]
    return _Found(label, score, bool(reaching[span, column]), (first, last), extent, tuple(others))


def _extent(spans: Spans, reaching: NDArray[np.bool_], span: int) -> tuple[int, int]:
    """Return the first and last slice of the spans around `span` that all reach the threshold."""
    misses = np.flatnonzero(~reaching)
    before, after = misses[misses < span], misses[misses > span]
    begin = int(before[-1]) + 1 if len(before) else 0
    end = int(after[0]) - 1 if len(after) else len(reaching) - 1
    return int(spans.first[begin]), int(spans.last[end])


def _trimmed(extent: tuple[int, int], agreeing: NDArray[np.intp]) -> tuple[int, int]:
    """Leave out slices at both ends that think another class likelier, and only lie in a span that does not."""
    inside = agreeing[(agreeing >= extent[0]) & (agreeing <= extent[1])]
    return (int(inside[0]), int(inside[-1])) if len(inside) else extent


def _peak(shares: Shares, counted: NDArray[np.intp], tumours: list[int], found: _Found | None) -> int | None:
    """Return the slice that speaks most for a tumour: within the strongest span, if there is one."""
    if found is not None:
        counted = counted[(counted >= found.best[0]) & (counted <= found.best[1])]
    if not len(counted) or not tumours:
        return None
    return int(counted[int(shares[counted][:, tumours].sum(axis=1).argmax())])


def _says_clear(answer: SeriesAnswer, spans: Spans, classes: Sequence[str], tumours: list[int]) -> float | None:
    """Return the share of slices that are certain of "no tumour", if that and the spans allow to say it."""
    if NO_TUMOR not in classes or not len(spans.shares):
        return None
    asked = answer.counted + answer.left_out.get(Use.UNREADABLE, 0)
    share = answer.certain[NO_TUMOR] / asked
    none = spans.shares[:, classes.index(NO_TUMOR)]
    quiet = bool((none > spans.shares[:, tumours].max(axis=1)).all()) if tumours else True
    return share if share >= NEARLY_ALL and quiet else None


def _decided(answer: SeriesAnswer, found: _Found | None, clear: float | None, geometry: Geometry) -> SeriesAnswer:
    """Return the answer with its verdict."""
    if found is not None:
        answer = replace(answer, label=found.label, score=found.score, first=found.extent[0], last=found.extent[1])
    if any(finding is Finding.TWO_PATIENTS for finding, _ in geometry.findings):
        return replace(answer, verdict=UNCERTAIN, ground=Ground.TWO_PATIENTS)
    if answer.waiting:
        return answer
    if not answer.counted:
        refused = answer.left_out.get(Use.NOT_BRAIN, 0) > 0
        return replace(answer, verdict=NOT_BRAIN_MR if refused else UNCERTAIN, ground=Ground.NOTHING_COUNTS)
    if found is None:
        return replace(answer, verdict=UNCERTAIN, ground=Ground.TOO_FEW)
    if found.reached and found.others:
        return replace(answer, verdict=UNCERTAIN, ground=Ground.TWO_CLASSES, other=found.others[0])
    if found.reached:
        return replace(answer, verdict=found.label, ground=Ground.NEIGHBOURS)
    if clear is not None and answer.counted < ENOUGH * answer.total:
        return replace(answer, verdict=UNCERTAIN, ground=Ground.MUCH_LEFT_OUT)
    if clear is not None:
        return replace(
            answer, verdict=NO_TUMOR, ground=Ground.CLEAR, label=NO_TUMOR, score=clear, first=None, last=None
        )
    return replace(answer, verdict=UNCERTAIN, ground=Ground.DISAGREE)
