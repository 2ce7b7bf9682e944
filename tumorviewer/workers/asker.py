"""Asking the model about the scan on the screen: the newest question is the only one."""

import threading

from PySide6.QtCore import Signal

from tumorviewer.inference.bundle import Bundle, load_bundle
from tumorviewer.inference.card import BundleError
from tumorviewer.inference.catalogue import find
from tumorviewer.inference.predictor import Predictor
from tumorviewer.state.session import Question
from tumorviewer.workers.threads import Worker


class Asker(Worker):
    """Has the predictor, and loads another one when another model is to answer."""

    answered = Signal(object, object)
    """A `Question` and its `Prediction`."""
    loaded = Signal(object)
    """A `Bundle`: it answers from now on."""
    missing = Signal(str)
    """There is no model: why, and what to do."""

    def __init__(self) -> None:
        super().__init__()
        self.idle = threading.Event()
        """Cleared while somebody waits for an answer: background work holds."""
        self.idle.set()
        self._question: Question | None = None
        self._wanted: str | None = None
        self._predictor: Predictor | None = None

    def ask(self, question: Question) -> None:
        """Ask, from any thread; a question that was not begun yet is dropped."""
        with self.lock:
            self._question = question
            self.idle.clear()
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
            self.idle.set()

    def work(self) -> None:
        """Load and answer until nothing is asked."""
        while not self.stopping.is_set():
            with self.lock:
                wanted, self._wanted = self._wanted, None
                question, self._question = self._question, None
                if wanted is None and question is None:
                    self.idle.set()
                    return
            if wanted is not None:
                self._load(wanted)
            if question is not None and self._predictor is not None:
                self.answered.emit(question, self._predictor.predict(question.grey, question.box))

    def stop(self) -> None:
        """Stop, and hold nobody back."""
        super().stop()
        self.idle.set()

    def _load(self, name: str) -> None:
        self._predictor = None
        try:
            bundle: Bundle = load_bundle(find(name or None))
            self._predictor = Predictor(bundle)
        except BundleError as error:
            self.missing.emit(str(error))
        except OSError as error:
            self.missing.emit(f"The model cannot be read: {error.strerror or error}.")
        else:
            self.loaded.emit(bundle)
