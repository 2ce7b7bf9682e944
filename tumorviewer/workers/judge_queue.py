"""What is still to be judged in the background: what is on the screen first, then the stack of it, then in order."""

import threading
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tumorviewer.inference.bundle import Bundle
from tumorviewer.state.entries import CropChoice, RowResult

FRAMES_AT_ONCE: Final = 32
"""Of one file: between two such pieces another file can come first."""


@dataclass(frozen=True, slots=True)
class JudgeRequest:
    """What is wanted of one frame of one file.

    Attributes
    ----------
    entry_id : int
    path, frame : Path, int
    sha256 : str
        "" where it is not known yet.
    crop : CropChoice
    judging : bool
        Ask the model; else only look up what is remembered.
    """

    entry_id: int
    path: Path
    frame: int
    sha256: str
    crop: CropChoice
    judging: bool


@dataclass(frozen=True, slots=True)
class Task:
    """Some frames of one file.

    Attributes
    ----------
    round : int
        The queue's when it was taken.
    bundle : Bundle or None
        Whose answers are wanted.
    requests : tuple of JudgeRequest
    """

    round: int
    bundle: Bundle | None
    requests: tuple[JudgeRequest, ...]


class JudgeQueue:
    """Shared by the judges and who feeds them. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._round = 0
        self._bundle: Bundle | None = None
        self._waiting: dict[int, JudgeRequest] = {}
        self._by_path: dict[Path, dict[int, None]] = {}
        self._preferred: list[Sequence[int]] = [(), ()]  # what is on the screen, and the stack that is looked at
        self._first: list[deque[int]] = [deque(), deque()]  # of these, what may still be waiting
        self._results: deque[RowResult] = deque()

    def begin(self, bundle: Bundle | None) -> None:
        """Forget all that waits and all results; from now on the answers of `bundle` are wanted."""
        with self._lock:
            self._round += 1
            self._bundle = bundle
            self._waiting.clear()
            self._by_path.clear()
            self._results.clear()

    def add(self, requests: Iterable[JudgeRequest]) -> None:
        """Put requests last."""
        with self._lock:
            for request in requests:
                self._waiting[request.entry_id] = request
                self._by_path.setdefault(request.path, {})[request.entry_id] = None
            self._first = [deque(ids) for ids in self._preferred]

    def drop(self, ids: Iterable[int]) -> None:
        """Forget requests."""
        with self._lock:
            for entry_id in ids:
                if entry_id in self._waiting:
                    self._pop(entry_id)

    def prefer(self, ids: Sequence[int]) -> None:
        """Judge these first: they are on the screen."""
        with self._lock:
            self._preferred[0], self._first[0] = ids, deque(ids)

    def prefer_stack(self, ids: Sequence[int]) -> None:
        """Judge these after what is on the screen and before all others: the stack that is looked at."""
        with self._lock:
            self._preferred[1], self._first[1] = ids, deque(ids)

    def take(self) -> Task | None:
        """Return what is to be done next; None when there is nothing."""
        with self._lock:
            first = self._next()
            if first is None:
                return None
            path = self._waiting[first].path
            same = self._by_path[path]
            chosen = [first, *(entry_id for entry_id in list(same)[:FRAMES_AT_ONCE] if entry_id != first)]
            requests = tuple(self._pop(entry_id) for entry_id in chosen[:FRAMES_AT_ONCE])
            return Task(self._round, self._bundle, requests)

    def give(self, task: Task, results: Iterable[RowResult]) -> None:
        """Take results; those of a task that no longer counts are dropped."""
        with self._lock:
            if task.round == self._round:
                self._results.extend(results)

    def counts(self, task: Task) -> bool:
        """Tell whether the results of a task are still wanted."""
        return task.round == self._round

    def collect(self, most: int) -> list[RowResult]:
        """Return results that have come in."""
        with self._lock:
            return [self._results.popleft() for _ in range(min(most, len(self._results)))]

    def _next(self) -> int | None:
        for preferred in self._first:
            while preferred:
                if preferred[0] in self._waiting:
                    return preferred[0]
                preferred.popleft()
        return next(iter(self._waiting), None)

    def _pop(self, entry_id: int) -> JudgeRequest:
        request = self._waiting.pop(entry_id)
        same = self._by_path[request.path]
        del same[entry_id]
        if not same:
            del self._by_path[request.path]
        return request
