"""Judging all that is open in the background: what is on the screen first, and never in the way of the person."""

import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal

from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import Source, open_source
from tumorviewer.inference.batch import judge_frame
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.predictor import Predictor
from tumorviewer.state.entries import RowResult
from tumorviewer.storage.answers import StoredAnswer
from tumorviewer.storage.library import Library
from tumorviewer.workers.threads import Worker

FLUSH_SECONDS: Final = 0.1
HOLD_SECONDS: Final = 0.5
"""So long background work waits at most for the answer to a person: crops may be dragged for minutes."""
FRAMES_AT_ONCE: Final = 32


@dataclass(frozen=True, slots=True)
class JudgeRequest:
    """One frame of one file; `sha256` is "" where it is not known yet."""

    entry_id: int
    path: Path
    frame: int
    sha256: str


class JudgeQueue:
    """What is still to be judged, shared by the judges. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[int, JudgeRequest] = {}
        self._by_path: dict[Path, list[int]] = {}
        self._order: deque[int] = deque()
        self._visible: deque[int] = deque()
        self.bundle: Bundle | None = None
        """Whose answers are wanted; None judges nothing."""
        self.round = 0
        """Grows when all that was asked for no longer counts: another model, or everything was closed."""

    def __len__(self) -> int:
        with self._lock:
            return len(self._waiting)

    def begin(self, bundle: Bundle | None) -> None:
        """Forget all, and judge with another model from now on."""
        with self._lock:
            self._waiting.clear()
            self._by_path.clear()
            self._order.clear()
            self._visible.clear()
            self.bundle = bundle
            self.round += 1

    def add(self, requests: Iterable[JudgeRequest]) -> None:
        """Put requests last."""
        with self._lock:
            for request in requests:
                if request.entry_id not in self._waiting:
                    self._waiting[request.entry_id] = request
                    self._by_path.setdefault(request.path, []).append(request.entry_id)
                    self._order.append(request.entry_id)

    def prefer(self, ids: Sequence[int]) -> None:
        """Judge these first: they are on the screen."""
        with self._lock:
            self._visible = deque(ids)

    def take(self) -> tuple[int, Bundle, list[JudgeRequest]] | None:
        """Return the round, the model and some frames of one file; None when there is nothing to do."""
        with self._lock:
            first = self._next() if self.bundle is not None else None
            if first is None or self.bundle is None:
                return None
            same = self._by_path[first.path]
            ids = [first.entry_id, *(entry_id for entry_id in same if entry_id != first.entry_id)][:FRAMES_AT_ONCE]
            chosen = [self._waiting.pop(entry_id) for entry_id in ids]
            left = [entry_id for entry_id in same if entry_id in self._waiting]
            if left:
                self._by_path[first.path] = left
            else:
                del self._by_path[first.path]
            return self.round, self.bundle, chosen

    def _next(self) -> JudgeRequest | None:
        for line in (self._visible, self._order):
            while line:
                request = self._waiting.get(line[0])
                if request is not None:
                    return request
                line.popleft()
        return None


class Judge(Worker):
    """One thread of the background work, with a predictor of its own.

    Parameters
    ----------
    queue : JudgeQueue
    library : Library
    idle : threading.Event
        Set while nobody waits for an answer on the screen.
    """

    judged = Signal(int, list)
    """The round, and some `RowResult`."""

    def __init__(self, queue: JudgeQueue, library: Library, idle: threading.Event) -> None:
        super().__init__()
        self._queue, self._library, self._idle = queue, library, idle
        self._predictor: Predictor | None = None

    def work(self) -> None:
        """Judge until the queue is empty."""
        results = _Results(self)
        while not self.stopping.is_set():
            taken = self._queue.take()
            if taken is None:
                break
            number, bundle, requests = taken
            results.begin(number)
            self._judge_file(bundle, requests, results)
            results.flush(only_if_due=True)
        results.flush()

    def save(
        self, hashes: list[tuple[Path, os.stat_result, str]], answers: list[tuple[str, int, StoredAnswer]]
    ) -> None:
        """Keep what was found out."""
        self._library.save_hashes(hashes)
        self._library.save_answers(answers)

    def _judge_file(self, bundle: Bundle, requests: list[JudgeRequest], results: "_Results") -> None:
        """Answer from what is remembered, and judge what is not."""
        path = requests[0].path
        try:
            status = os.stat(path)  # noqa: PTH116  # the library wants the plain result
        except OSError:
            status = None  # opening it says what is wrong
        sha256 = requests[0].sha256 or (self._library.sha256_of(path, status) if status is not None else "")
        known = self._library.answers(sha256, bundle.model_sha256) if sha256 else {}
        reviews = self._library.reviews(sha256) if sha256 and not requests[0].sha256 else {}
        source: Source | None = None
        for request in requests:
            if self.stopping.is_set() or self._queue.round != results.round:
                return
            if request.frame in known:
                results.add(RowResult(request.entry_id, sha256, known[request.frame], None, reviews.get(request.frame)))
                continue
            self._idle.wait(HOLD_SECONDS)
            try:
                source = source or open_source(path)
            except ScanError as error:
                results.add(RowResult(request.entry_id, "", None, error))
                continue
            self._judge_frame(bundle, request, source, status, results)

    def _judge_frame(
        self, bundle: Bundle, request: JudgeRequest, source: Source, status: os.stat_result | None, results: "_Results"
    ) -> None:
        answer = judge_frame(self._ready(bundle), request.path, source, request.frame)
        if answer.prediction is None:
            results.add(RowResult(request.entry_id, answer.sha256, None, answer.error))
            return
        stored = StoredAnswer.from_prediction(answer.prediction)
        review = None if request.sha256 else self._library.reviews(answer.sha256).get(request.frame)
        results.add(RowResult(request.entry_id, answer.sha256, stored, None, review))
        results.keep(request, status, stored, answer.sha256)

    def _ready(self, bundle: Bundle) -> Predictor:
        if self._predictor is None or self._predictor.bundle is not bundle:
            self._predictor = Predictor(bundle, threads=1)
        return self._predictor


class _Results:
    """Results on their way: handed over and kept some times a second."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.round = 0
        self._rows: list[RowResult] = []
        self._answers: list[tuple[str, int, StoredAnswer]] = []
        self._hashes: list[tuple[Path, os.stat_result, str]] = []
        self._handed_over = time.monotonic()

    def begin(self, number: int) -> None:
        if number != self.round:
            self.flush()
            self.round = number

    def add(self, row: RowResult) -> None:
        self._rows.append(row)

    def keep(self, request: JudgeRequest, status: os.stat_result | None, stored: StoredAnswer, sha256: str) -> None:
        self._answers.append((sha256, request.frame, stored))
        if status is not None and not request.sha256:
            self._hashes.append((request.path, status, sha256))

    def flush(self, *, only_if_due: bool = False) -> None:
        due = time.monotonic() - self._handed_over > FLUSH_SECONDS
        if not self._rows or (only_if_due and not due):
            return
        rows, self._rows = self._rows, []
        self._judge.judged.emit(self.round, rows)
        hashes, self._hashes = self._hashes, []
        answers, self._answers = self._answers, []
        if answers:
            self._judge.save(hashes, answers)
        self._handed_over = time.monotonic()
