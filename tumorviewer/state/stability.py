"""How the answer on the screen holds when the scan is changed a little."""

from PySide6.QtCore import QObject, Signal

from tumorviewer.inference.prediction import Prediction
from tumorviewer.inference.stability import Stability
from tumorviewer.state.session import Question, Session


class StabilityState(QObject):
    """Belongs to one answer; gone as soon as there is another.

    Parameters
    ----------
    session : Session

    Attributes
    ----------
    stability : Stability or None
        None until it is known.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._of: Prediction | None = None
        self.stability: Stability | None = None
        session.answer_changed.connect(self._forget_old)

    def take(self, question: Question, prediction: Prediction, stability: Stability) -> None:
        """Take how an answer holds; not if another scan, crop or model is looked at by now."""
        session = self._session
        current = session.prediction is prediction and question.choice == session.crop
        if current and question.entry_id == session.pane.entry_id:
            self._of, self.stability = prediction, stability
            self.changed.emit()

    def _forget_old(self) -> None:
        if self._of is not None and self._of is not self._session.prediction:
            self._of = self.stability = None
            self.changed.emit()
