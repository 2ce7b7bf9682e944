"""What the receiver tells: counts, refusals, how it ended. Nothing that names a patient."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any, Final


class RefusedWhy(Enum):
    """Why something was not taken."""

    ADDRESS = "address"
    """The address may not send."""
    TITLE = "title"
    """The calling AE title may not send, or ours was called by another name."""
    TOO_MANY = "too many"
    """Others are connected already."""
    TOO_OFTEN = "too often"
    """One address connects again and again."""
    TOO_LARGE = "too large"
    """One instance."""
    DISK = "disk"
    """There is no room, or the folder cannot be written to."""
    DAMAGED = "damaged"
    """One data set cannot be read, or is not the instance that was announced."""


class FailedWhy(Enum):
    """Why nothing can be received at all."""

    PORT_TAKEN = "port taken"
    NOT_ALLOWED = "not allowed"
    """The system gives the port to administrators only."""
    ADDRESS = "address"
    """This computer has no such address."""
    FOLDER = "folder"
    """The inbox cannot be written to."""
    DIED = "died"
    """The receiver ended without a word."""


@dataclass(frozen=True, slots=True)
class Listening:
    """It listens from now on, on this address and port."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Stored:
    """One more instance is on the disk; `path` is where. `new` is False if it had been sent before."""

    path: str
    new: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A peer or an instance was refused; `title` is the peer's AE title where it had told one."""

    why: RefusedWhy
    title: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """It cannot listen; `detail` is what the system says."""

    why: FailedWhy
    detail: str = ""


Event = Listening | Stored | Refused | Failed
Tell = Callable[[Event], None]

_KINDS: Final[dict[str, type[Event]]] = {kind.__name__: kind for kind in (Listening, Stored, Refused, Failed)}
_WHYS: Final[dict[str, type[Enum]]] = {"Refused": RefusedWhy, "Failed": FailedWhy}


def to_json(event: Event) -> dict[str, Any]:
    """Return an event as an object of JSON."""
    fields = {name: value.value if isinstance(value, Enum) else value for name, value in asdict(event).items()}
    return {"event": type(event).__name__, **fields}


def from_json(told: dict[str, Any]) -> Event:
    """Return the event that was told.

    Raises
    ------
    ValueError
        If it is none.
    """
    try:
        fields = dict(told)
        name = fields.pop("event")
        if name in _WHYS:
            fields["why"] = _WHYS[name](fields["why"])
        return _KINDS[name](**fields)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("no event of the receiver") from error
