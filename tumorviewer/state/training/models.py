"""The models that are installed, which one answers, and weights from elsewhere to start from."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from training.imported import ImportedWeights
from tumorviewer.inference.catalogue import Entry
from tumorviewer.state.training.task import Task


class Check(Enum):
    """Whether the files of a model are those that its card describes."""

    UNKNOWN = auto()
    CHECKING = auto()
    GOOD = auto()
    DAMAGED = auto()


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to; `reason` says what is wrong."""

    check: Check
    reason: str = ""


UNCHECKED: Final = Checked(Check.UNKNOWN)


class Work(Enum):
    """What is done to models, one thing at a time."""

    LISTING = auto()
    IMPORTING = auto()
    READING = auto()
    """Weights are taken out of a file from elsewhere."""
    EXPORTING = auto()
    RENAMING = auto()
    REMOVING = auto()


class Told(Enum):
    """What was done, or could not be."""

    IMPORTED = auto()
    WEIGHTS_IMPORTED = auto()
    EXPORTED = auto()
    """`detail`: where to."""
    RENAMED = auto()
    """`detail`: the new name."""
    REMOVED = auto()
    REMOVED_IN_USE = auto()
    """The model that came with the program answers now."""
    NO_WEIGHTS = auto()
    """A file of another kind was chosen for weights."""
    FAILED = auto()
    """`detail`: why."""


@dataclass(frozen=True, slots=True)
class Message:
    """One line about a model or file called `subject`; `work` is what failed."""

    kind: Told
    subject: str
    detail: str = ""
    work: Work = Work.LISTING


class ModelsState(QObject):
    """Models with their cards, which one is used, and which one was used before it.

    Attributes
    ----------
    listed : bool
        It was looked which ones there are.
    entries : tuple of Entry
        Those that came with the program first; then the user's own, the newest first.
    weights : tuple of ImportedWeights
    checks : dict of Path to Checked
        By folder.
    in_use : Path or None
        The folder of the model that answers.
    before : str
        The name of the model that answered before it; "" if there is none to go back to.
    message : Message or None
    busy : str
        The model or file that something is done to; "" while nothing is.
    work : Work
        What is done to it.
    importing : Task
        The process that reads weights from elsewhere.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.listed = False
        self.entries: tuple[Entry, ...] = ()
        self.weights: tuple[ImportedWeights, ...] = ()
        self.checks: dict[Path, Checked] = {}
        self.in_use: Path | None = None
        self.before = ""
        self.message: Message | None = None
        self.busy, self.work = "", Work.LISTING
        self.importing = Task(self)
        self.importing.changed.connect(self.changed)

    # ------------------------------------------------------------ what there is

    def of(self, folder: Path | None) -> Entry | None:
        """Return the model of a folder."""
        return next((entry for entry in self.entries if entry.folder == folder), None)

    def named(self, name: str) -> Entry | None:
        """Return the model of a name; one that came with the program goes before a user's."""
        return next((entry for entry in self.entries if entry.name == name and entry.card is not None), None)

    @property
    def way_back(self) -> Entry | None:
        """The model that was used before, if it is still there, whole, and not the one in use."""
        entry = self.named(self.before) if self.before else None
        return entry if entry is not None and self.can_use(entry) else None

    def checked(self, entry: Entry) -> Checked:
        """Return whether a model is whole."""
        return self.checks.get(entry.folder, UNCHECKED)

    def is_whole(self, entry: Entry) -> bool:
        """Whether nothing is known to be wrong with a model."""
        return entry.card is not None and self.checked(entry).check is not Check.DAMAGED

    def is_hidden(self, entry: Entry) -> bool:
        """Whether a model that came with the program has the same name, which stands for that one then."""
        return entry.card is not None and self.named(entry.name) is not entry

    def can_use(self, entry: Entry) -> bool:
        """Whether a model can answer and does not yet."""
        return self.is_whole(entry) and entry.folder != self.in_use and not self.is_hidden(entry)

    # ------------------------------------------------------------ what happens

    def take(self, entries: Sequence[Entry], weights: Sequence[ImportedWeights]) -> None:
        """Take which models there are now."""
        shipped = [entry for entry in entries if entry.shipped]
        own = sorted((entry for entry in entries if not entry.shipped), key=_made, reverse=True)
        self.entries, self.weights, self.listed = (*shipped, *own), tuple(weights), True
        folders = {entry.folder for entry in entries}
        self.checks = {folder: checked for folder, checked in self.checks.items() if folder in folders}
        self.changed.emit()

    def take_in_use(self, folder: Path | None) -> None:
        """Take which model answers; it was checked when it was loaded, apart from what only training reads."""
        self.in_use = folder
        self.changed.emit()

    def take_before(self, name: str) -> None:
        """Take which model can be gone back to."""
        if name != self.before:
            self.before = name
            self.changed.emit()

    def take_check(self, folder: Path, checked: Checked) -> None:
        """Take what the check of a model came to, or that it is going on."""
        self.checks[folder] = checked
        self.changed.emit()

    def begin(self, work: Work, subject: str) -> None:
        """Say what is being done to what; what was said before is over."""
        self.work, self.busy, self.message = work, subject, None
        self.changed.emit()

    def tell(self, message: Message | None) -> None:
        """Say what came of it."""
        self.busy, self.message = "", message
        self.changed.emit()


def _made(entry: Entry) -> tuple[str, str]:
    return entry.card.created if entry.card is not None else "", entry.name
