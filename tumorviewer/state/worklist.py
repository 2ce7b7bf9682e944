"""Everything that is open: rows, and the stacks they belong to."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from tumorviewer.imaging.errors import MissingFileError
from tumorviewer.imaging.stacks import sort_key, stack_key
from tumorviewer.state.entries import AUTOMATIC, Arrival, CropChoice, Entry, RowResult, Stack

REPLACED: Final = "another file has taken its name since; what is in it now has a row of its own"


class Worklist(QObject):
    """The rows.

    Signals carry lists of entry ids, so that thousands of rows cost one signal.
    """

    added = Signal(list)
    reopened = Signal(list)
    """These rows could not be read and were opened again: now they can."""
    changed = Signal(list)
    """Answer, error, label, note or crop of these rows."""
    reviewed = Signal(list)
    """The person changed label or note of these rows: to be saved."""
    cleared = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: dict[int, Entry] = {}
        self.stacks: dict[int, Stack] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._next_id = 0
        self._open: dict[tuple[Path, int], int] = {}

    def __len__(self) -> int:
        return len(self.entries)

    def get(self, entry_id: int | None) -> Entry | None:
        """Return a row, or None if it is no longer open."""
        return None if entry_id is None else self.entries.get(entry_id)

    def id_of(self, path: Path, frame: int) -> int | None:
        """Return the row of a frame of a file, or None if it is not open."""
        return self._open.get((path, frame))

    def in_order(self) -> list[Entry]:
        """Return all rows, stack by stack, in the order of the slices."""
        entries = self.entries
        return [entries[entry_id] for stack in self.stacks.values() for entry_id in stack.ids]

    def add(self, arrivals: Iterable[Arrival]) -> list[int]:
        """Add what was found, and return the new rows; files that are open already are not opened twice."""
        arrivals = list(arrivals)
        reopened = [entry.id for arrival in arrivals for entry in self._reopen(arrival)]
        ids = [entry.id for arrival in arrivals for entry in self._enter(arrival)]
        if ids:
            self.added.emit(ids)
        if reopened:
            self.changed.emit(reopened)
            self.reopened.emit(reopened)
        return ids

    def replace(self, paths: Iterable[Path]) -> None:
        """Take note that other files took the names of these: what was said of their rows was said of what is gone."""
        gone = [entry for path in paths for entry in self._readable_rows(path)]
        for entry in gone:
            entry.error, entry.answer = MissingFileError(entry.path, REPLACED), None
            entry.order = (*entry.order, -entry.id)  # right behind the new one, which has the same place
            del self._open[entry.path, entry.frame]
        if gone:
            ids = [entry.id for entry in gone]
            self.changed.emit(ids)
            self.reopened.emit(ids)

    def clear(self) -> None:
        """Close everything."""
        self.entries.clear()
        self.stacks.clear()
        self._numbers.clear()
        self._open.clear()
        self.cleared.emit()

    def take(self, results: Sequence[RowResult]) -> None:
        """Write results of the background work into their rows; rows that were closed or edited meanwhile stay."""
        ids = [result.entry_id for result in results if self._take_one(result)]
        if ids:
            self.changed.emit(ids)

    def _take_one(self, result: RowResult) -> bool:
        entry = self.entries.get(result.entry_id)
        if entry is None:
            return False
        before = (entry.sha256, entry.answer, entry.error, entry.label, entry.note)
        if result.review is not None and not entry.sha256:  # what was said since it was recognised stays
            entry.label, entry.note = entry.label or result.review.label, entry.note or result.review.note
        entry.sha256 = result.sha256 or entry.sha256
        if result.error is not None or (result.answer is not None and result.crop == entry.crop):
            entry.answer, entry.error = result.answer, result.error
        return before != (entry.sha256, entry.answer, entry.error, entry.label, entry.note)

    def forget_answers(self) -> None:
        """Drop all answers, because another model is to give them."""
        for entry in self.entries.values():
            entry.answer = None
        self.changed.emit(list(self.entries))

    def review(self, ids: Iterable[int], *, label: str | None = None, note: str | None = None) -> None:
        """Set the person's own label or note; None leaves it as it is."""
        touched = []
        for entry in (self.entries[entry_id] for entry_id in ids if entry_id in self.entries):
            before = (entry.label, entry.note)
            entry.label = entry.label if label is None else label
            entry.note = entry.note if note is None else note
            if (entry.label, entry.note) != before:
                touched.append(entry.id)
        if touched:
            self.changed.emit(touched)
            self.reviewed.emit(touched)

    def set_crop(self, entry_id: int, crop: CropChoice) -> None:
        """Choose what is judged of a scan; its answer is no longer one to that."""
        entry = self.entries.get(entry_id)
        if entry is not None and entry.crop != crop:
            entry.crop = AUTOMATIC if crop == AUTOMATIC else crop
            self.changed.emit([entry_id])

    def stack_of(self, entry_id: int) -> Stack:
        """Return the stack that a row belongs to."""
        return self.stacks[self.entries[entry_id].stack]

    def place_in_stack(self, entry_id: int) -> tuple[int, int]:
        """Return which slice of how many a row is: (0-based, count)."""
        return self._place(entry_id), len(self.stack_of(entry_id).ids)

    def step(self, entry_id: int, slices: int) -> int:
        """Return the row that lies some slices further in the same stack, or the last one on the way."""
        ids = self.stack_of(entry_id).ids
        return ids[min(max(self._place(entry_id) + slices, 0), len(ids) - 1)]

    def next_stack(self, entry_id: int, step: int) -> int:
        """Return the first row of the next (1) or previous (-1) stack; the row itself where there is none."""
        numbers = list(self.stacks)
        place = numbers.index(self.entries[entry_id].stack) + step
        return self.stacks[numbers[place]].ids[0] if 0 <= place < len(numbers) else entry_id

    def _place(self, entry_id: int) -> int:
        entries = self.entries
        return bisect_left(self.stack_of(entry_id).ids, entries[entry_id].order, key=lambda other: entries[other].order)

    def _readable_rows(self, path: Path) -> list[Entry]:
        first = self.get(self._open.get((path, 0)))
        ids = [self._open.get((path, frame)) for frame in range(first.frames if first is not None else 0)]
        return [entry for i in ids if (entry := self.get(i)) is not None and entry.error is None]

    def _reopen(self, arrival: Arrival) -> list[Entry]:
        """Make rows of a file readable again, and return them: it was on a stick, or had not been copied whole."""
        surveyed = arrival.surveyed
        if surveyed is None:
            return []
        ids = [self._open.get((arrival.path, frame)) for frame in range(surveyed.frames)]
        broken = [self.entries[i] for i in ids if i is not None and self.entries[i].error is not None]
        if not broken:
            return []
        place = stack_key(surveyed)[:2]  # kind and key
        stacks = self.stacks
        mended = [
            entry
            for entry in broken
            if entry.frames == surveyed.frames and (stacks[entry.stack].kind, stacks[entry.stack].key) == place
        ]
        for entry in mended:
            entry.error, entry.format, entry.series = None, surveyed.format, surveyed.series
        return mended

    def _enter(self, arrival: Arrival) -> list[Entry]:
        surveyed = arrival.surveyed
        frames = surveyed.frames if surveyed is not None else 1
        kind, key, name = (
            ("folder", str(arrival.path.parent), arrival.path.parent.name) if surveyed is None else stack_key(surveyed)
        )
        stack = self._stack(kind, key, name)
        made = []
        for frame in range(frames):
            if (arrival.path, frame) in self._open:
                continue
            self._open[arrival.path, frame] = self._next_id
            entry = Entry(
                self._next_id,
                arrival.path,
                frame,
                frames,
                surveyed.format if surveyed is not None else "",
                stack.number,
                sort_key(surveyed if surveyed is not None else arrival.path, frame),
                arrival.error,
                arrival.sha256,
                arrival.answers.get(frame),
                series=surveyed.series if surveyed is not None else None,
            )
            review = arrival.reviews.get(frame)
            if review is not None:
                entry.label, entry.note = review.label, review.note
            self._next_id += 1
            self.entries[entry.id] = entry
            insort(stack.ids, entry.id, key=lambda entry_id: self.entries[entry_id].order)
            made.append(entry)
        if not stack.ids:  # everything in it was open already, in another stack
            del self.stacks[stack.number], self._numbers[(kind, key)]
        return made

    def _stack(self, kind: str, key: str, name: str) -> Stack:
        number = self._numbers.setdefault((kind, key), len(self._numbers))
        return self.stacks.setdefault(number, Stack(number, kind, key, name))
