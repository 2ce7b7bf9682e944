"""The rows of the worklist and what the threads hand to them."""

from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Any

from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.natural import natural_key
from tumorviewer.imaging.scan import CropBox
from tumorviewer.imaging.series_facts import SeriesFacts
from tumorviewer.imaging.survey import Surveyed
from tumorviewer.storage.answers import StoredAnswer
from tumorviewer.storage.reviews import Review


class CropKind(Enum):
    """Who decided what the model sees."""

    AUTOMATIC = auto()
    EDITED = auto()
    WHOLE = auto()


@dataclass(frozen=True, slots=True)
class CropChoice:
    """What is to be judged of a scan: `box` is only there for ``EDITED``."""

    kind: CropKind = CropKind.AUTOMATIC
    box: CropBox | None = None


AUTOMATIC = CropChoice()
WHOLE_IMAGE = CropChoice(CropKind.WHOLE)


class RowStatus(Enum):
    """How far the work on a row is."""

    WAITING = auto()
    ANSWERED = auto()
    UNREADABLE = auto()


@dataclass(slots=True, eq=False)
class Entry:
    """One row: one frame of one file.

    Attributes
    ----------
    id : int
        Never used twice, so that a late result cannot meet another scan.
    path, frame, frames : Path, int, int
        The file, the 0-based frame, and how many the file has.
    format : str
        As in `Scan.format`; "" for a file that cannot be read.
    stack : int
        Number of its `Stack`.
    order : tuple
        Sorts the entries of a stack.
    error : ScanError or None
        Why it cannot be read.
    sha256 : str
        Of the file's content; "" until it was read.
    answer : StoredAnswer or None
        What the model said, with the crop that was chosen.
    label, note : str
        The person's own.
    crop : CropChoice
    series : SeriesFacts or None
        Where the file says that it belongs; None for pictures.
    name_key, search_text : str
        What it is sorted by when it goes by name, and what a search goes through: made once for each row, because
        thousands are sorted and searched at once.
    """

    id: int
    path: Path
    frame: int
    frames: int
    format: str
    stack: int
    order: tuple[Any, ...]
    error: ScanError | None = None
    sha256: str = ""
    answer: StoredAnswer | None = None
    label: str = ""
    note: str = ""
    crop: CropChoice = AUTOMATIC
    series: SeriesFacts | None = None
    name_key: str = field(init=False, repr=False)
    search_text: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.name_key = natural_key(self.path.name)
        self.search_text = f"{self.name} {self.path.parent.name}".casefold()

    @property
    def name(self) -> str:
        """What the row is called: the file, and the frame where there are several."""
        return f"{self.path.name} · {self.frame + 1}" if self.frames > 1 else self.path.name

    @property
    def status(self) -> RowStatus:
        """How far the work on it is."""
        if self.error is not None:
            return RowStatus.UNREADABLE
        return RowStatus.WAITING if self.answer is None else RowStatus.ANSWERED


@dataclass(slots=True, eq=False)
class Stack:
    """Scans that are scrolled through together: a series, a folder, or a file of several frames.

    Attributes
    ----------
    number : int
    kind : str
        ``series``, ``folder`` or ``file``.
    key : str
        The same for all of its scans.
    name : str
        What is shown; never a patient's name.
    ids : list of int
        In the order of the slices.
    """

    number: int
    kind: str
    key: str
    name: str
    ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """A file that was found, with what is remembered of it from before.

    Attributes
    ----------
    path : Path
    surveyed : Surveyed or None
    error : ScanError or None
        Exactly one of the two is None.
    sha256 : str
        Known without reading the file again, or "".
    answers, reviews : dict
        By frame.
    """

    path: Path
    surveyed: Surveyed | None
    error: ScanError | None = None
    sha256: str = ""
    answers: dict[int, StoredAnswer] = field(default_factory=dict)
    reviews: dict[int, Review] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class RowResult:
    """What the background work found out about a row.

    Attributes
    ----------
    entry_id : int
    sha256 : str
        Of the file's content, or "".
    answer, error : StoredAnswer or None, ScanError or None
        At most one of the two: what the model said, or why the scan cannot be read.
    review : Review or None
        What the person said of it before.
    crop : CropChoice
        What was judged; an answer to another crop than the row has now is not taken.
    """

    entry_id: int
    sha256: str
    answer: StoredAnswer | None = None
    error: ScanError | None = None
    review: Review | None = None
    crop: CropChoice = AUTOMATIC
