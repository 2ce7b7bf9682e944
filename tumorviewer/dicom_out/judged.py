"""A scan and all that is told of it in new objects."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tumorviewer.imaging.scan import Scan
from tumorviewer.inference.activation import HeatMap
from tumorviewer.inference.card import Card
from tumorviewer.inference.prediction import Prediction


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A scan with its answer.

    Attributes
    ----------
    scan : Scan
    prediction : Prediction
    heat : HeatMap
        Evidence for the likeliest class.
    card : Card
        Of the model.
    label : str
        The person's own, or "".
    """

    scan: Scan
    prediction: Prediction
    heat: HeatMap
    card: Card
    label: str = ""

    @property
    def shares(self) -> Mapping[str, float]:
        """Calibrated probabilities by class."""
        answer = self.prediction
        return dict(zip(answer.classes, answer.probabilities.tolist(), strict=True))


@dataclass(slots=True)
class Places:
    """Series of one study that new objects go into, and the number of the next instance of each."""

    series: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def next(self, kind: str) -> int:
        """Count one more instance of a kind, from 1."""
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return self.numbers[kind]
