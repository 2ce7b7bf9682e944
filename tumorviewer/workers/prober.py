"""Judging the scan on the screen again after small changes, when nobody waits for anything else."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal

from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.prediction import Prediction
from tumorviewer.inference.predictor import Predictor
from tumorviewer.inference.stability import CHANGES, Stability, probe
from tumorviewer.state.session import Question
from tumorviewer.workers.attention import Attention
from tumorviewer.workers.threads import Worker


@dataclass(frozen=True, slots=True, eq=False)
class ProbeRequest:
    """A question and its answer."""

    question: Question
    prediction: Prediction


class Prober(Worker):
    """Has a predictor of its own, made with the first request; of several requests the newest is the only one."""

    probed = Signal(object, object)
    """A `ProbeRequest` and its `Stability`."""

    def __init__(self, attention: Attention) -> None:
        super().__init__()
        self._attention = attention
        self._request: ProbeRequest | None = None
        self._bundle: Bundle | None = None
        self._predictor: Predictor | None = None

    def use(self, bundle: Bundle | None) -> None:
        """Let another model be asked, from any thread."""
        with self.lock:
            self._bundle, self._request = bundle, None

    def probe(self, request: ProbeRequest) -> None:
        """Ask, from any thread; what was asked before is dropped, also half-way."""
        with self.lock:
            self._request = request
        self.poke()

    def forget(self) -> None:
        """Drop what was asked, from any thread."""
        with self.lock:
            self._request = None

    def work(self) -> None:
        """Probe until nothing is asked."""
        while not self.stopping.is_set():
            with self.lock:
                request, bundle = self._request, self._bundle
            if request is None or bundle is None:
                return
            if self._predictor is None or self._predictor.bundle is not bundle:
                self._predictor = Predictor(bundle, threads=1)
            stability = self._judge(self._predictor, request)
            with self.lock:
                current = self._request is request
                if current:
                    self._request = None
            if current and stability is not None:
                self.probed.emit(request, stability)

    def finish(self) -> None:
        """Let go of the model: its memory and threads are not Python's, and would wait until Python tidies up."""
        self._predictor = None

    def _judge(self, predictor: Predictor, request: ProbeRequest) -> Stability | None:
        """Return how the answer held, or None when something newer is asked."""

        def judge(grey: NDArray[np.uint8], box: CropBox | None) -> str:
            self._attention.give_way()
            if self.stopping.is_set() or self._request is not request:
                raise _OvertakenError
            return predictor.predict(grey, box).label

        question = request.question
        try:
            return Stability(len(CHANGES), tuple(probe(question.grey, question.box, request.prediction.label, judge)))
        except _OvertakenError:
            return None


class _OvertakenError(Exception):
    """Something newer is asked, or the program ends."""
