"""The labelled scans that look most like the one on the screen."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from tumorviewer.inference.prediction import Prediction
from tumorviewer.state.session import Question, Session


@dataclass(frozen=True, slots=True, eq=False)
class SimilarScan:
    """A scan that a person labelled.

    Attributes
    ----------
    sha256, frame : str, int
    label : str
        Of the person.
    similarity : float
        Cosine of the angle between the embeddings: 1 for the same picture.
    image : QImage
        Small and grey; null where none is kept.
    """

    sha256: str
    frame: int
    label: str
    similarity: float
    image: QImage


class SimilarState(QObject):
    """Belongs to one answer; gone as soon as there is another.

    Parameters
    ----------
    session : Session
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._of: Prediction | None = None
        self.scans: tuple[SimilarScan, ...] = ()
        session.answer_changed.connect(self._forget_old)

    def take(self, question: Question, prediction: Prediction, scans: tuple[SimilarScan, ...]) -> None:
        """Take what was found; not if another scan, crop or model is looked at by now."""
        if self._session.prediction is prediction and question.entry_id == self._session.pane.entry_id:
            self._of, self.scans = prediction, scans
            self.changed.emit()

    def _forget_old(self) -> None:
        if self._of is not None and self._of is not self._session.prediction:
            self._of, self.scans = None, ()
            self.changed.emit()
