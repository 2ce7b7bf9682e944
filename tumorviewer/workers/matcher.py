"""Remembering how labelled scans look to the model, and finding those that look like the one on the screen."""

import logging
import sqlite3
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtGui import QImage

from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.render import render_grey
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.neighbours import nearest, unit
from tumorviewer.inference.prediction import Prediction
from tumorviewer.inference.predictor import Predictor
from tumorviewer.state.session import Question
from tumorviewer.state.similar import SimilarScan
from tumorviewer.storage.library import Library
from tumorviewer.workers.attention import Attention
from tumorviewer.workers.threads import Worker

log = logging.getLogger(__name__)

SHOWN: Final = 4
_SPARE: Final = 40
"""More are looked at than shown: labels may have been taken back, and copies of the scan itself do not count."""

Key = tuple[str, int]
"""SHA-256 of a file, and a frame."""


@dataclass(frozen=True, slots=True, eq=False)
class MatchRequest:
    """A question and its answer, for which similar scans are wanted."""

    question: Question
    prediction: Prediction


class Matcher(Worker):
    """Knows the labelled scans by their embeddings, which are kept in the library's cache."""

    matched = Signal(object, object)
    """A `MatchRequest` and a tuple of `SimilarScan`."""

    def __init__(self, library: Library, attention: Attention) -> None:
        super().__init__()
        self._library, self._attention = library, attention
        self._labelled: deque[tuple[Path, int]] = deque()
        self._request: MatchRequest | None = None
        self._bundle: Bundle | None = None
        self._predictor: Predictor | None = None
        self._known: dict[Key, NDArray[np.float16]] | None = None

    def use(self, bundle: Bundle | None) -> None:
        """Let another model look, from any thread."""
        with self.lock:
            self._bundle = bundle
        self.poke()  # labels may have been given before the model was there

    def remember(self, scans: Sequence[tuple[Path, int]]) -> None:
        """Say which scans were labelled, from any thread."""
        with self.lock:
            self._labelled.extend(scans)
        self.poke()

    def match(self, request: MatchRequest) -> None:
        """Ask for similar scans, from any thread; what was asked before is dropped."""
        with self.lock:
            self._request = request
        self.poke()

    def work(self) -> None:
        """Find what is asked for first, then remember."""
        while not self.stopping.is_set():
            with self.lock:
                bundle, request, self._request = self._bundle, self._request, None
                free = request is None and bundle is not None
                labelled = self._labelled.popleft() if free and self._labelled else None
            if bundle is None or (request is None and labelled is None):
                return
            if self._predictor is None or self._predictor.bundle is not bundle:
                self._predictor, self._known = Predictor(bundle, threads=1), None
            if request is not None:
                self.matched.emit(request, self._similar(bundle, request))
            elif labelled is not None:
                self._look_at(self._predictor, *labelled)

    def finish(self) -> None:
        """Let go of the model: its memory and threads are not Python's, and would wait until Python tidies up."""
        self._predictor = None

    def _look_at(self, predictor: Predictor, path: Path, frame: int) -> None:
        self._attention.give_way()
        try:
            scan = load_scan(path, frame)
        except ScanError:
            return  # its row says why
        if (scan.sha256, frame) in self._all(predictor.bundle):
            return
        grey = render_grey(scan)
        embedding = unit(predictor.predict(grey, find_brain_box(grey)).embedding)
        self._library.cache.save_embeddings([(scan.sha256, frame, predictor.bundle.model_sha256, embedding.tobytes())])
        self._all(predictor.bundle)[scan.sha256, frame] = embedding

    def _all(self, bundle: Bundle) -> dict[Key, NDArray[np.float16]]:
        if self._known is None:
            width = bundle.domain.width
            kept = self._library.cache.embeddings(bundle.model_sha256)
            self._known = {
                key: np.frombuffer(content, np.float16) for key, content in kept.items() if len(content) == 2 * width
            }
        return self._known

    def _similar(self, bundle: Bundle, request: MatchRequest) -> tuple[SimilarScan, ...]:
        known = {key: row for key, row in self._all(bundle).items() if key[0] != request.question.sha256}
        keys = list(known)
        found = nearest(request.prediction.embedding, list(known.values()), _SPARE)
        try:
            labels = self._library.reviews.of({keys[place][0] for place, _ in found})
        except sqlite3.Error as error:
            log.warning("labels could not be looked up: %s", error)
            return ()
        scans: list[SimilarScan] = []
        for place, similarity in found:
            sha256, frame = keys[place]
            review = labels.get(sha256, {}).get(frame)
            if review is not None and review.label and len(scans) < SHOWN:
                picture = self._library.cache.thumbnail(sha256, frame)
                image = QImage.fromData(picture) if picture is not None else QImage()
                scans.append(SimilarScan(sha256, frame, review.label, similarity, image))
        return tuple(scans)
