"""What a run tells while it works: frozen, JSON-able, enough to draw every plot from."""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final


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

    `epoch` counts from 1 through all fine-tuning phases; `confusion` has labels in rows. `best`: its
    weights are kept, as the best so far, or as the last where the settings say so.
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


@dataclass(frozen=True, slots=True)
class Paused:
    """The run waits between two batches, until it is told to go on or to stop."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The run goes on; no time that it tells counts the pause."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The run was asked to stop, and stopped; what was done is kept."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The run could not go on; `kind` names the error, `message` says what happened and what to do.

    Kinds: the names of the classes in `training.errors`, and ``DiskFull``, ``FileError``, ``OutOfMemory``,
    ``MissingParts``, ``Died`` (the process ended without a word), ``Fault`` (of the program; its log has the rest).
    """

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that does not stop the run but should be known; `kind` tells what, `message` is one sentence.

    Kinds: ``unreadable``, ``conflicts``, ``changed`` (of the data), ``decisions`` (labels that a person changed).
    """

    kind: str
    message: str
    count: int


@dataclass(frozen=True, slots=True)
class Checking:
    """The self-test comes to its next check, after `done` of `total`."""

    what: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Checked:
    """One line of the self-test: its mark (``ok``, ``FAIL``, ``-`` for left out), what was checked, what was found."""

    mark: str
    what: str
    found: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a command that is no run came to, as its own module writes and reads it; `kind` tells which."""

    kind: str
    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to the request of that number, as the module that made the request reads it."""

    number: int
    value: dict[str, Any]


Event = (
    RunStarted
    | Progress
    | PhaseStarted
    | BatchEnded
    | EpochEnded
    | RunFinished
    | Paused
    | Resumed
    | Stopped
    | Failed
    | Noted
    | Answered
    | Checking
    | Checked
    | Found
)
Outcome = RunFinished | Found | Stopped | Failed
"""A child process tells exactly one of these, and then nothing more."""

Report = Callable[[Event], None]
Cancelled = Callable[[], bool]

_KINDS: Final[dict[str, type[Event]]] = {
    kind.__name__: kind
    for kind in (
        RunStarted,
        Progress,
        PhaseStarted,
        BatchEnded,
        EpochEnded,
        RunFinished,
        Paused,
        Resumed,
        Stopped,
        Failed,
        Noted,
        Answered,
        Checking,
        Checked,
        Found,
    )
}


def to_json(event: Event) -> dict[str, Any]:
    """Return the event as a plain dict with its kind under ``event``; numbers that JSON does not know become None."""
    values = {name: None if _is_no_number(value) else value for name, value in asdict(event).items()}
    return {"event": type(event).__name__, **values}


def from_json(values: Mapping[str, Any]) -> Event:
    """Return the event that `to_json` wrote.

    Raises
    ------
    ValueError
        If it names no event, or an event with other fields.
    """
    kind = _KINDS.get(str(values.get("event")))
    if kind is None:
        raise ValueError(f"{values.get('event')!r} is no event")
    given = {name: value for name, value in values.items() if name != "event"}
    wanted = {item.name: item.type for item in fields(kind)}
    if given.keys() != wanted.keys():
        raise ValueError(f"{kind.__name__} has {', '.join(wanted) or 'no fields'}, not {', '.join(given)}")
    read: dict[str, Any] = {
        name: math.nan if value is None and wanted[name] is float else value for name, value in given.items()
    }
    return kind(**read)


def _is_no_number(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
