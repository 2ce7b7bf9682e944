"""One thread of the background work: it looks up what is remembered, and asks the model about the rest."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator

from tumorviewer.imaging.crop import Grey, find_brain_box
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import Source
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.batch import judge_frame
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.predictor import Predictor
from tumorviewer.state.entries import AUTOMATIC, CropChoice, CropKind, RowResult
from tumorviewer.storage.answers import StoredAnswer
from tumorviewer.storage.library import Library
from tumorviewer.storage.reviews import Review
from tumorviewer.workers.attention import Attention
from tumorviewer.workers.judge_queue import JudgeQueue, JudgeRequest, Task
from tumorviewer.workers.sources import OpenFile
from tumorviewer.workers.threads import Worker

log = logging.getLogger(__name__)


class Judge(Worker):
    """Takes from the shared queue until it is empty, and gives way to whoever a person waits for.

    Parameters
    ----------
    queue : JudgeQueue
    library : Library
    attention : Attention
    helping : threading.Event, optional
        It works on the core that is the window's otherwise: only while this is set and nobody does anything.
    """

    def __init__(
        self, queue: JudgeQueue, library: Library, attention: Attention, helping: threading.Event | None = None
    ) -> None:
        super().__init__()
        self._queue, self._library, self._attention, self._helping = queue, library, attention, helping
        self._file = OpenFile(library.cache)
        self._predictor: Predictor | None = None

    def work(self) -> None:
        """Judge until nothing waits."""
        while not self.stopping.is_set() and (self._helping is None or self._helping.is_set()):
            if self._helping is not None:
                self._attention.give_way_while_used()
            task = self._queue.take()
            if task is None:
                break
            left = {request.entry_id for request in task.requests}
            try:
                for result in self._results(task):
                    left.discard(result.entry_id)
                    self._queue.give(task, [result])
            finally:  # whatever went wrong, nobody waits for these any more
                self._queue.give(task, [RowResult(entry_id, "") for entry_id in left])
        self._file.close()

    def finish(self) -> None:
        """Let go of the model: its memory and threads are not Python's, and would wait until Python tidies up."""
        self._predictor = None

    def _results(self, task: Task) -> Iterator[RowResult]:
        """Yield a result for each frame; they end early when nobody wants them any more."""
        self._attention.give_way()
        try:
            source, sha256 = self._identify(task)
        except ScanError as error:
            yield from (RowResult(request.entry_id, "", error=error) for request in task.requests)
            return
        answers, reviews = self._remembered(task, sha256)
        made: list[tuple[str, int, StoredAnswer]] = []
        for request in task.requests:
            review = None if request.sha256 else reviews.get(request.frame)
            known = answers.get(request.frame) if request.crop == AUTOMATIC else None
            if known is not None or not request.judging or task.bundle is None:
                yield RowResult(request.entry_id, sha256, known, None, review)
                continue
            self._attention.give_way()
            if self.stopping.is_set() or not self._queue.counts(task):
                break
            result = self._ask(task.bundle, request, source, review)
            if result.answer is not None and request.crop == AUTOMATIC:
                made.append((result.sha256, request.frame, result.answer))
            yield result
        self._file.remember()
        self._library.cache.save_answers(made)

    def _identify(self, task: Task) -> tuple[Source | None, str]:
        """Return the hash of a file ("" if it is not worth reading it), and the file if it was opened for that."""
        request = task.requests[0]
        known = request.sha256 or self._library.cache.hash_of(request.path)
        if known or not (request.judging or self._any_labels()):
            return None, known
        source = self._file.open(request.path)
        return source, source.sha256

    def _any_labels(self) -> bool:
        try:
            return not self._library.reviews.is_empty()
        except sqlite3.Error as error:
            log.warning("labels could not be looked up: %s", error)
            return False

    def _remembered(self, task: Task, sha256: str) -> tuple[dict[int, StoredAnswer], dict[int, Review]]:
        """Return what is remembered of a file, by frame: answers, and the person's labels if they are not known yet."""
        answers = self._library.cache.answers([sha256], task.bundle.model_sha256) if task.bundle is not None else {}
        try:
            reviews = {} if task.requests[0].sha256 else self._library.reviews.of([sha256])
        except sqlite3.Error as error:
            log.warning("labels could not be looked up: %s", error)
            reviews = {}
        return answers.get(sha256, {}), reviews.get(sha256, {})

    def _ask(self, bundle: Bundle, request: JudgeRequest, source: Source | None, review: Review | None) -> RowResult:
        try:
            source = source or self._file.open(request.path)
        except ScanError as error:
            return RowResult(request.entry_id, "", error=error)
        answer = judge_frame(self._ready(bundle), request.path, source, request.frame, _cropper(request.crop))
        stored = StoredAnswer.from_prediction(answer.prediction) if answer.prediction is not None else None
        return RowResult(request.entry_id, answer.sha256, stored, answer.error, review, request.crop)

    def _ready(self, bundle: Bundle) -> Predictor:
        if self._predictor is None or self._predictor.bundle is not bundle:
            self._predictor = None  # before the next one takes its room
            self._predictor = Predictor(bundle, threads=1)
        return self._predictor


def _cropper(choice: CropChoice) -> Callable[[Grey], CropBox | None]:
    return find_brain_box if choice.kind is CropKind.AUTOMATIC else lambda _: choice.box
