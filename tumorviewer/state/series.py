"""The stack that is looked at, taken as one series: what each slice says, and what all of them say together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from tumorviewer.imaging.geometry import Geometry, geometry_of
from tumorviewer.imaging.stacks import slices_of
from tumorviewer.inference.labels import CLASSES, NOT_BRAIN_MR
from tumorviewer.inference.series import SeriesAnswer, Use, series_answer, use_of
from tumorviewer.state.entries import Entry, Stack
from tumorviewer.state.session import Session

REFRESH_MS: Final = 50
"""Answers that come within so long are put together."""
_FIRST_ROOM: Final = 1024


@dataclass(frozen=True, slots=True, eq=False)
class SliceAnswers:
    """What each slice of the stack says, in its order.

    Attributes
    ----------
    ids : tuple of int
        Of the rows.
    classes : tuple of str
    shares : ndarray of float64, shape (N, C)
        Probabilities; of slices that do not count they mean nothing.
    uses : ndarray of uint8, shape (N,)
        Of `Use`.
    """

    ids: tuple[int, ...]
    classes: tuple[str, ...]
    shares: NDArray[np.float64]
    uses: NDArray[np.uint8]


class SeriesState(QObject):
    """Follows the current stack of a session.

    Answers are kept in one row of numbers for each worklist row, so that what a new answer costs does not grow with
    the stack; what all say together is worked out anew at most every `REFRESH_MS`.

    Parameters
    ----------
    session : Session

    Attributes
    ----------
    slices : SliceAnswers or None
        None while the current stack has fewer than two slices.
    answer : SeriesAnswer or None
        None where the stack is no series, as a folder of pictures that nobody said to be one.
    geometry : Geometry or None
        Likewise.
    """

    changed = Signal()
    """Slices, answer or geometry."""
    moved = Signal()
    """Another slice of the same stack is current."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._worklist = session, session.worklist
        self.slices: SliceAnswers | None = None
        self.answer: SeriesAnswer | None = None
        self.geometry: Geometry | None = None
        self._taken: set[int] = set()
        self._shown: tuple[int, int] = (-1, 0)  # stack and how many slices it had: what `geometry` is of
        self._numbers = _Numbers(len(CLASSES))
        self._later = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._later.timeout.connect(self._refresh)
        self._worklist.added.connect(self._added)
        self._worklist.changed.connect(self._changed)
        self._worklist.reopened.connect(self._changed)
        self._worklist.cleared.connect(self._cleared)
        session.current_changed.connect(self._current_changed)
        session.model.changed.connect(self._later.start)

    # ------------------------------------------------------------ what the window asks

    @property
    def place(self) -> int | None:
        """Which slice is looked at, 0-based."""
        entry_id = self._session.pane.entry_id
        if self.slices is None or entry_id is None:
            return None
        place = self._worklist.place_in_stack(entry_id)[0]
        return place if place < len(self.slices.ids) else None  # slices were added, and are counted in a moment

    @property
    def stack(self) -> Stack | None:
        """The current one."""
        entry = self._session.entry
        return None if entry is None else self._worklist.stacks[entry.stack]

    @property
    def is_series(self) -> bool:
        """Whether the stack is one series: by its file or files, or because the person said so."""
        stack = self.stack
        return stack is not None and (stack.kind != "folder" or stack.number in self._taken)

    @property
    def volumes(self) -> int:
        """How many volumes the current file holds; only the first one is shown."""
        entry = self._session.entry
        return 1 if entry is None or entry.series is None else entry.series.volumes

    def take_as_series(self, taken: bool) -> None:
        """Say that the pictures of the current folder are the slices of one head, or that they are not."""
        stack = self.stack
        if stack is not None:
            (self._taken.add if taken else self._taken.discard)(stack.number)
            self._refresh()

    def show(self, place: int) -> None:
        """Go to a slice, or to the first or last one beyond it."""
        if self.slices is not None:
            self._session.show(self.slices.ids[min(max(place, 0), len(self.slices.ids) - 1)])

    def show_peak(self) -> None:
        """Go to the slice that speaks most for a tumour."""
        if self.peak is not None:
            self.show(self.peak)

    @property
    def peak(self) -> int | None:
        """The slice that speaks most for a tumour; None while there is none."""
        return self.answer.peak if self.answer is not None else None

    # ------------------------------------------------------------ inside

    def _added(self, ids: list[int]) -> None:
        self._note(ids)
        if self._touches_shown(ids):
            self._later.start()

    def _changed(self, ids: list[int]) -> None:
        self._note(ids)
        if not self._later.isActive() and self._touches_shown(ids):
            self._later.start()

    def _cleared(self) -> None:
        self._numbers = _Numbers(len(CLASSES))
        self._taken.clear()
        self._later.stop()
        self._refresh()

    def _current_changed(self) -> None:
        stack = self.stack
        if self.slices is not None and stack is not None and stack.number == self._shown[0]:
            self.moved.emit()
        else:
            self._refresh()

    def _note(self, ids: Iterable[int]) -> None:
        entries = self._worklist.entries
        self._numbers.note(entry for entry in (entries.get(entry_id) for entry_id in ids) if entry is not None)

    def _touches_shown(self, ids: Iterable[int]) -> bool:
        stack, entries = self.stack, self._worklist.entries
        return stack is not None and any(entries[i].stack == stack.number for i in ids if i in entries)

    def _refresh(self) -> None:
        stack = self.stack
        if stack is None or len(stack.ids) < 2:
            self.slices = self.answer = self.geometry = None
            self._shown = (-1, 0)
        else:
            self._follow(stack)
        self.changed.emit()

    def _follow(self, stack: Stack) -> None:
        card = self._session.model.card
        classes = card.classes if card is not None else CLASSES
        shares, uses = self._numbers.of(stack.ids, len(classes))
        self.slices = SliceAnswers(tuple(stack.ids), classes, shares, uses)
        shown = (stack.number, len(stack.ids))
        if not self.is_series:
            self.answer = self.geometry = None
        else:
            if self.geometry is None or shown != self._shown:
                entries = self._worklist.entries
                frames = [(one.series, one.frame, one.frames) for one in (entries[entry_id] for entry_id in stack.ids)]
                self.geometry = geometry_of(slices_of(frames))
            certain = card.thresholds.certain if card is not None else 1.0
            self.answer = series_answer(shares, uses, classes, certain, self.geometry) if card is not None else None
        self._shown = shown


class _Numbers:
    """Probabilities and uses of all rows, by their ids: numbers that grow and never come twice."""

    def __init__(self, classes: int) -> None:
        self._base: int | None = None
        self._shares = np.zeros((_FIRST_ROOM, classes))
        self._uses = np.zeros(_FIRST_ROOM, np.uint8)

    def note(self, entries: Iterable[Entry]) -> None:
        """Take what is known of some rows now."""
        for entry in entries:
            row = entry.id - self._make_room(entry.id, entry.id)
            use = _use(entry)
            self._uses[row] = use
            if use is Use.COUNTED and entry.answer is not None:
                if len(entry.answer.probabilities) != self._shares.shape[1]:
                    self._shares = np.zeros((len(self._uses), len(entry.answer.probabilities)))  # another kind of model
                self._shares[row] = entry.answer.probabilities

    def of(self, ids: Sequence[int], classes: int) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
        """Return probabilities (N, C) and uses (N,) of some rows."""
        # A scan may be shown before this has heard of the rows that came with it.
        rows = np.asarray(ids, np.intp) - self._make_room(min(ids), max(ids))
        uses = self._uses[rows]
        if self._shares.shape[1] != classes:  # the answers are still those of the model before
            return np.zeros((len(rows), classes)), np.where(uses == Use.COUNTED, np.uint8(Use.WAITING), uses)
        return self._shares[rows], uses

    def _make_room(self, lowest: int, highest: int) -> int:
        """Make room for some ids, and return the one that stands first."""
        if self._base is None:
            self._base = lowest
        rows, there = highest - self._base + 1, len(self._uses)
        if rows > there:
            more = max(rows - there, there)
            self._uses = np.concatenate([self._uses, np.zeros(more, np.uint8)])
            self._shares = np.concatenate([self._shares, np.zeros((more, self._shares.shape[1]))])
        return self._base


def _use(entry: Entry) -> Use:
    if entry.error is not None:
        return Use.UNREADABLE
    by_file = use_of(entry.series)
    if by_file is not Use.WAITING or entry.answer is None:
        return by_file
    return Use.NOT_BRAIN if entry.answer.verdict == NOT_BRAIN_MR else Use.COUNTED
