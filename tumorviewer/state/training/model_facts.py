"""What the card of a model says of its data and its results, read with care: a card may come from elsewhere."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from training.metrics import Estimate
from tumorviewer.inference.card import Card

MOST_SOURCES: Final = 6
"""So many are named at most."""
_LONGEST: Final = 60
_MOST_SCANS: Final = 10**9


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a model was made from, and how good it was found to be.

    Attributes
    ----------
    sources : tuple of str
        Names of the data sets.
    train, validation, test : int or None
        Scans of each part; None where the card does not say.
    leak_free : bool or None
        Whether no patient of the test scans was learned from; None where the card does not say.
    sensitivity, accuracy, calibration : Estimate or None
        Mean sensitivity of the classes, share of right answers, calibration error; None where it was not measured.
    """

    sources: tuple[str, ...]
    train: int | None
    validation: int | None
    test: int | None
    leak_free: bool | None
    sensitivity: Estimate | None
    accuracy: Estimate | None
    calibration: Estimate | None

    @property
    def is_measured(self) -> bool:
        """Whether there is a figure at all."""
        return any(figure is not None for figure in (self.sensitivity, self.accuracy, self.calibration))

    @property
    def shows_figures(self) -> bool:
        """Whether its figures may be shown: those of a leaky split say little about new patients."""
        return self.is_measured and self.leak_free is not False


def facts_of(card: Card) -> ModelFacts:
    """Return what a card says; what makes no sense is as if it were not said."""
    data, metrics = card.data, card.metrics
    leak_free = data.get("leak_free")
    return ModelFacts(
        sources=_sources(data.get("sources")),
        train=_count(data.get("train")),
        validation=_count(data.get("validation")),
        test=_count(data.get("test")),
        leak_free=leak_free if isinstance(leak_free, bool) else None,
        sensitivity=_figure(metrics, "macro_sensitivity"),
        accuracy=_figure(metrics, "accuracy"),
        calibration=_figure(metrics, "ece"),
    )


def _sources(value: object) -> tuple[str, ...]:
    names = [name[:_LONGEST] for name in value if isinstance(name, str)] if isinstance(value, list) else []
    return tuple(names[:MOST_SOURCES])


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST_SCANS else None


def _figure(metrics: Mapping[str, Any], name: str) -> Estimate | None:
    figure = metrics.get(name)
    if not isinstance(figure, dict):
        return None
    value = _share(figure.get("value"))
    if not math.isfinite(value):
        return None
    return Estimate(value, _share(figure.get("low")), _share(figure.get("high")), _count(figure.get("n")) or 0)


def _share(value: object) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0.0 <= value <= 1.0
    return float(value) if good else math.nan  # type: ignore[arg-type]  # a number, see above
