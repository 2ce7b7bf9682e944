"""Which rows are shown, and in which order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from tumorviewer.inference.labels import CLASSES, NO_TUMOR, NOT_BRAIN_MR, UNCERTAIN, UNREADABLE, WAITING
from tumorviewer.state.entries import Entry

__all__ = [
    "KEYS",
    "UNREADABLE",
    "VERDICTS",
    "WAITING",
    "Filter",
    "Sort",
    "arrange",
    "opened_key",
    "suspicion",
    "verdict_of",
]

VERDICTS = (*CLASSES, UNCERTAIN, NOT_BRAIN_MR, UNREADABLE, WAITING)


class Sort(Enum):
    """Orders of the worklist."""

    OPENED = auto()
    SUSPICIOUS = auto()
    NAME = auto()
    CONFIDENCE = auto()
    LABEL = auto()


@dataclass(frozen=True, slots=True)
class Filter:
    """What a row must have to be shown.

    Attributes
    ----------
    verdicts : frozenset of str
        Of `VERDICTS`; empty lets all pass.
    text : str
        All of its words, in any case, in file name, folder, label or note.
    """

    verdicts: frozenset[str] = frozenset()
    text: str = ""

    @property
    def words(self) -> list[str]:
        """What is searched for."""
        return self.text.casefold().split()

    @property
    def passes_all(self) -> bool:
        """Whether it lets every row through."""
        return not self.verdicts and not self.words

    def passes(self, entry: Entry) -> bool:
        """Tell whether a row is shown."""
        return bool(self.passing([entry]))

    def passing(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return the rows that are shown, in the order that they came in."""
        verdicts, words = self.verdicts, self.words
        rows = [entry for entry in entries if verdict_of(entry) in verdicts] if verdicts else list(entries)
        for word in words:
            rows = [entry for entry in rows if word in entry.search_text or _in_review(word, entry)]
        return rows


def verdict_of(entry: Entry) -> str:
    """Return the row's verdict, or what stands in its place."""
    if entry.error is not None:
        return UNREADABLE
    return WAITING if entry.answer is None else entry.answer.verdict


def suspicion(entry: Entry) -> float:
    """Return how urgently a person should look, 0..1 for answered rows: the probability of any tumour.

    Rows without an answer come after all that have one, and unreadable ones last: they stay in the list.
    """
    if entry.error is not None:
        return -3.0
    if entry.answer is None:
        return -2.0
    if entry.answer.verdict == NOT_BRAIN_MR:
        return -1.0
    return 1.0 - entry.answer.probabilities[CLASSES.index(NO_TUMOR)]


def arrange(entries: Iterable[Entry], chosen: Filter, sort: Sort, *, descending: bool = False) -> list[Entry]:
    """Return the rows that pass, in order. Equal rows stay in the order of their stacks.

    Parameters
    ----------
    entries : iterable of Entry
        In the order of their stacks, as `Worklist.in_order` returns them.
    chosen : Filter
    sort : Sort
    descending : bool
        The other way round.
    """
    rows = chosen.passing(entries)
    if sort is not Sort.OPENED:
        rows.sort(key=KEYS[sort], reverse=descending)
    elif descending:
        rows.reverse()
    return rows


def opened_key(entry: Entry) -> tuple[Any, ...]:
    """Return where a row stands in the order of the stacks."""
    return (entry.stack, entry.order, entry.id)


def _in_review(word: str, entry: Entry) -> bool:
    return bool(entry.label or entry.note) and word in f"{entry.label} {entry.note}".casefold()


def _confidence(entry: Entry) -> float:
    return -entry.answer.confidence if entry.answer is not None else 1.0


def _label(entry: Entry) -> int:
    if not entry.label:
        return len(CLASSES) + 1
    return CLASSES.index(entry.label) if entry.label in CLASSES else len(CLASSES)


KEYS: dict[Sort, Callable[[Entry], Any]] = {
    Sort.OPENED: opened_key,
    Sort.SUSPICIOUS: lambda entry: -suspicion(entry),
    Sort.NAME: lambda entry: entry.name_key,
    Sort.CONFIDENCE: _confidence,
    Sort.LABEL: _label,
}
"""What the rows of an order go by; numbers and texts rather than tuples, which are slow to compare."""
