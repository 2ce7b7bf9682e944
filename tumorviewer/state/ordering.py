"""Which rows are shown, and in which order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from tumorviewer.imaging.natural import natural_key
from tumorviewer.inference.labels import CLASSES, NO_TUMOR, NOT_BRAIN_MR, UNCERTAIN
from tumorviewer.state.entries import Entry

UNREADABLE, WAITING = "unreadable", "waiting"
"""Rows without a verdict, named like one for the filter."""

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

    def passes(self, entry: Entry) -> bool:
        """Tell whether a row is shown."""
        if self.verdicts and verdict_of(entry) not in self.verdicts:
            return False
        if not self.text.strip():
            return True
        text = f"{entry.name} {entry.path.parent.name} {entry.label} {entry.note}".casefold()
        return all(word in text for word in self.text.casefold().split())


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


def arrange(entries: Iterable[Entry], chosen: Filter, sort: Sort, *, descending: bool = False) -> list[int]:
    """Return the ids of the rows that pass, in order. Equal rows stay in the order of their stacks."""
    rows = sorted((entry for entry in entries if chosen.passes(entry)), key=_opened)
    if sort is not Sort.OPENED:
        rows.sort(key=_KEYS[sort], reverse=descending)
    elif descending:
        rows.reverse()
    return [entry.id for entry in rows]


def _opened(entry: Entry) -> tuple[Any, ...]:
    return (entry.stack, entry.order, entry.id)


def _confidence(entry: Entry) -> float:
    return -entry.answer.confidence if entry.answer is not None else 1.0


def _label(entry: Entry) -> tuple[bool, int]:
    return (not entry.label, CLASSES.index(entry.label) if entry.label in CLASSES else len(CLASSES))


_KEYS: dict[Sort, Callable[[Entry], Any]] = {
    Sort.SUSPICIOUS: lambda entry: -suspicion(entry),
    Sort.NAME: lambda entry: (natural_key(entry.path.name), entry.frame),
    Sort.CONFIDENCE: _confidence,
    Sort.LABEL: _label,
}
