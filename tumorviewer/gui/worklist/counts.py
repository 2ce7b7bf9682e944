"""How many rows of each verdict there are."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tumorviewer.state.entries import Entry
from tumorviewer.state.ordering import UNREADABLE, verdict_of


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows that are open.

    Attributes
    ----------
    total, labelled : int
    verdicts : Counter of str
        Keys as in `tumorviewer.state.ordering.VERDICTS`.
    """

    total: int = 0
    labelled: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)

    @property
    def unreadable(self) -> int:
        """Rows that could not be read."""
        return self.verdicts[UNREADABLE]


def count(entries: Iterable[Entry]) -> Counts:
    """Count rows."""
    rows = list(entries)
    return Counts(len(rows), sum(1 for entry in rows if entry.label), Counter(map(verdict_of, rows)))
