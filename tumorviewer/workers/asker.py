"""Asking the model about the scan on the screen: the newest question is the only one."""

import logging

from PySide6.QtCore import Signal

from tumorviewer.inference.bundle import load_bundle
from tumorviewer.inference.card import BundleError
from tumorviewer.inference.catalogue import NoModelError, find
from tumorviewer.inference.prediction import Prediction
from tumorviewer.inference.predictor import Predictor
from tumorviewer.state.entries import AUTOMATIC
from tumorviewer.state.session import Question
from tumorviewer.storage.answers import StoredAnswer
from tumorviewer.storage.library import Library
from tumorviewer.workers.attention import Attention
from tumorviewer.workers.threads import Worker

log = logging.getLogger(__name__)


class Asker(Worker):
    """Has the predictor, and loads another one when another model is to answer."""

    answered = Signal(object, object)
    """A `Question` and its `Prediction`."""
    loaded = Signal(object)
    """A `Bundle`, checked: it answers from now on."""
    missing = Signal(str)
    """There is no model: why, and what to do."""
    gone = Signal(str, str)
    """There is no model of the name that was chosen: name, and why."""

    def __init__(self, library: Library, attention: Attention) -> None:
        super().__init__()
        self._library, self._attention = library, attention
        self._question: Question | None = None
        self._wanted: str | None = None
        self._predictor: Predictor | None = None

    def ask(self, question: Question) -> None:
        """Ask, from any thread; a question that was not begun yet is dropped."""
        with self.lock:
            self._question = question
            self._attention.hold(self)
        self.poke()

    def use(self, name: str) -> None:
        """Load a model, from any thread; "" is the one that is used where none is named."""
        with self.lock:
            self._wanted = name
        self.poke()

    def forget(self) -> None:
        """Drop the question that waits, from any thread."""
        with self.lock:
            self._question = None

    def work(self) -> None:
        """Load and answer until nothing is asked."""
        while not self.stopping.is_set():
            with self.lock:
                wanted, self._wanted = self._wanted, None
                question, self._question = self._question, None
                if question is None:
                    self._attention.release(self)
                if wanted is None and question is None:
                    return
            if wanted is not None:
                self._load(wanted)
            if question is not None and self._predictor is not None:
                self._answer(self._predictor, question)

    def finish(self) -> None:
        """Let go of the model: its memory and threads are not Python's, and would wait until Python tidies up."""
        self._predictor = None

    def _answer(self, predictor: Predictor, question: Question) -> None:
        prediction: Prediction = predictor.predict(question.grey, question.box)
        self.answered.emit(question, prediction)
        if question.choice == AUTOMATIC:
            frame_answer = (question.sha256, question.frame, StoredAnswer.from_prediction(prediction))
            self._library.cache.save_answers([frame_answer])

    def _load(self, name: str) -> None:
        self._predictor = None
        try:
            bundle = load_bundle(find(name or None))
            self._predictor = Predictor(bundle)  # also asks the golden question
        except BundleError as error:
            log.warning("no model: %s", type(error).__name__)
            if name and isinstance(error, NoModelError):
                self.gone.emit(name, str(error))
            else:
                self.missing.emit(str(error))
        except OSError as error:
            log.warning("no model: %s", error.strerror)
            self.missing.emit(f"The model cannot be read: {error.strerror or error}.")
        else:
            self.loaded.emit(bundle)
