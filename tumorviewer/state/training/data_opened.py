"""A data set as it is opened: by what rules it is looked over, and why it may not be opened at all."""

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

from training.decisions import Decision


@dataclass(frozen=True, slots=True)
class Look:
    """What a look over a data set goes by.

    Attributes
    ----------
    pattern : str
        Finds the patient in file names.
    published : bool
        Go by the data set's own train and test parts.
    """

    pattern: str = ""
    published: bool = False

    @property
    def changes(self) -> dict[str, Any]:
        """The settings of a run that split as this look does."""
        return {"published": self.published, "test_fold": None}


class Trouble(Enum):
    """Why nothing was opened; the window has the words."""

    GONE = auto()
    """What was named is not there, or no longer."""
    NO_DATA_SET = auto()
    """A file that is no list of scans."""
    SEVERAL = auto()
    """Several things at once."""
    UNREADABLE = auto()
    """The system does not let it be read or kept; `DataTrouble.detail` has its words."""
    DECISIONS = auto()
    """Decisions of before are damaged; `DataTrouble.detail` is where they are kept."""
    NOT_COLLECTED = auto()
    """The labelled scans could not be exported; `DataTrouble.detail` says why."""
    CROPS_INSIDE = auto()
    """Cropped pictures inside the data set would be taken for scans of it."""


@dataclass(frozen=True, slots=True)
class DataTrouble:
    """A trouble, and what it is about."""

    kind: Trouble
    name: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A data set as it was found.

    Attributes
    ----------
    path : Path
        A folder, or an index.
    home : Path
        Where what is found and decided about it is kept.
    own_split : bool
        It brings train and test parts along.
    decisions : tuple of Decision
    trouble : DataTrouble or None
        What does not stop it from being used.
    """

    path: Path
    home: Path
    own_split: bool
    decisions: tuple[Decision, ...] = ()
    trouble: DataTrouble | None = None
