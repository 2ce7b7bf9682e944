"""Which questions reach the model: all, but while slices fly by only the one on which the scrolling ends."""

import time
from typing import Final

from PySide6.QtCore import QObject, QTimer

from tumorviewer.state.session import Question, Session
from tumorviewer.workers.asker import Asker

FLYING_SECONDS: Final = 0.05
"""Scans that follow each other faster are not looked at, and an answer would come when they are gone."""


class Asking(QObject):
    """Passes questions on to the asker.

    Parameters
    ----------
    session : Session
    asker : Asker
    """

    def __init__(self, session: Session, asker: Asker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker = asker
        self._entry_id = -1
        self._changed_at = 0.0
        self._held: Question | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(int(FLYING_SECONDS * 1000))
        self._timer.timeout.connect(self._ask_held)
        session.question_asked.connect(self._ask)
        session.worklist.cleared.connect(self._forget)
        asker.answered.connect(session.answered)

    def _ask(self, question: Question) -> None:
        if question.entry_id != self._entry_id:
            flying = time.monotonic() - self._changed_at < FLYING_SECONDS
            self._entry_id, self._changed_at = question.entry_id, time.monotonic()
            if flying:
                self._held = question
                self._timer.start()
                return
        self._held = None
        self._timer.stop()
        self._asker.ask(question)

    def _ask_held(self) -> None:
        question, self._held = self._held, None
        if question is not None:
            self._asker.ask(question)

    def _forget(self) -> None:
        self._held = None
        self._timer.stop()
        self._asker.forget()
