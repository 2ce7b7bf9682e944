"""What a run tells while it works: frozen, JSON-able, enough to draw every plot from."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The data are read and split; `resumed_epochs` epochs were done before."""

    output: str
    train: int
    validation: int
    test: int
    leak_free: bool
    split: str
    counts: dict[str, int]
    resumed_epochs: int


@dataclass(frozen=True, slots=True)
class Progress:
    """One of the long steps that are not epochs: ``audit``, ``crops``, ``embeddings``, ``export``, ``evaluation``."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class PhaseStarted:
    """``head``, or a part of the fine-tuning with its own size and learning blocks."""

    name: str
    epochs: int
    size: int
    learning_parameters: int


@dataclass(frozen=True, slots=True)
class BatchEnded:
    """Means over the epoch so far, as Keras gives them."""

    phase: str
    epoch: int
    batch: int
    batches: int
    loss: float
    accuracy: float
    learning_rate: float
    images_per_second: float


@dataclass(frozen=True, slots=True)
class EpochEnded:
    """An epoch is done, checked on the validation part and saved.

    `epoch` counts from 1 through all fine-tuning phases; `confusion` has labels in rows. `best`: the best so far.
    """

    phase: str
    epoch: int
    epochs: int
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    macro_sensitivity: float
    confusion: list[list[int]]
    learning_rate: float
    seconds: float
    images_per_second: float
    best: bool


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run ended well; `bundle` is the model's folder."""

    bundle: str
    model: str
    report: str
    best_epoch: int
    test_macro_sensitivity: float | None


Event = RunStarted | Progress | PhaseStarted | BatchEnded | EpochEnded | RunFinished
Report = Callable[[Event], None]
Cancelled = Callable[[], bool]


def to_json(event: Event) -> dict[str, Any]:
    """Return the event as a plain dict with its kind under ``event``."""
    return {"event": type(event).__name__, **asdict(event)}
