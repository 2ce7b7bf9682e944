"""Which answers are probed for stability: that on which a person rests."""

from typing import Final

from PySide6.QtCore import QObject, QTimer

from tumorviewer.inference.labels import NOT_BRAIN_MR
from tumorviewer.inference.prediction import Prediction
from tumorviewer.inference.stability import Stability
from tumorviewer.state.session import Question, Session
from tumorviewer.state.stability import StabilityState
from tumorviewer.workers.asker import Asker
from tumorviewer.workers.prober import Prober, ProbeRequest

RESTING_MS: Final = 300
"""Who scrolls or drags a crop does not rest."""


class Probing(QObject):
    """Passes answers on to the prober, and what it finds to the state.

    Parameters
    ----------
    session : Session
    state : StabilityState
    asker : Asker
    prober : Prober
    """

    def __init__(
        self, session: Session, state: StabilityState, asker: Asker, prober: Prober, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._state, self._prober = session, state, prober
        self._waiting: ProbeRequest | None = None
        self._timer = QTimer(self, interval=RESTING_MS, singleShot=True)
        self._timer.timeout.connect(self._probe)
        asker.answered.connect(self._answered)
        prober.probed.connect(self._probed)
        session.question_asked.connect(self._forget)
        session.current_changed.connect(self._forget)

    def _answered(self, question: Question, prediction: Prediction) -> None:
        if question.entry_id == self._session.pane.entry_id and prediction.verdict != NOT_BRAIN_MR:
            self._waiting = ProbeRequest(question, prediction)
            self._timer.start()

    def _forget(self, *_: object) -> None:
        self._waiting = None
        self._timer.stop()
        self._prober.forget()

    def _probed(self, request: ProbeRequest, stability: Stability) -> None:
        self._state.take(request.question, request.prediction, stability)

    def _probe(self) -> None:
        if self._waiting is not None:
            self._prober.probe(self._waiting)
            self._waiting = None
