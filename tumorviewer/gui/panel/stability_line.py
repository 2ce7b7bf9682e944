"""Whether the answer holds when the scan is changed a little: a quiet line, a loud one where it flips."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel, QWidget

from tumorviewer.gui.plurals import tr
from tumorviewer.inference.labels import NOT_BRAIN_MR
from tumorviewer.inference.stability import (
    BRIGHTER,
    DARKER,
    MIRRORED,
    MOVED_DOWN,
    MOVED_LEFT,
    MOVED_RIGHT,
    MOVED_UP,
    Stability,
)
from tumorviewer.presentation.words import class_in_text
from tumorviewer.state.session import Session
from tumorviewer.state.stability import StabilityState

translate = QCoreApplication.translate


class StabilityLine(QLabel):
    """Keeps its place while nothing is known, so that what stands below does not move.

    Parameters
    ----------
    session : Session
    state : StabilityState
    """

    def __init__(self, session: Session, state: StabilityState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._state = session, state
        self.setWordWrap(True)
        self.setProperty("role", "quiet")
        self.setToolTip(
            self.tr(
                "The scan was judged again: mirrored, with its crop moved by a twenty-fifth, brighter and darker. An "
                "answer that changes hangs on a detail."
            )
        )
        session.answer_changed.connect(self._show)
        state.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        stability, prediction = self._state.stability, self._session.prediction
        if stability is not None:
            self._say(_held(stability.changes) if stability.is_stable else flips_line(stability), stability.is_stable)
        elif prediction is not None and prediction.verdict != NOT_BRAIN_MR:
            self._say(self.tr("Small changes are being tried …"), quiet=True)
        else:
            self._say(" ", quiet=True)

    def _say(self, text: str, quiet: bool) -> None:
        if self.text() == text:
            return
        self.setText(text)
        role = "quiet" if quiet else "danger"
        if self.property("role") != role:
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)


def flips_line(stability: Stability) -> str:
    """Return after which change another class is the likeliest, for the first of them, and how many there are."""
    first, count, tried = stability.flips[0], len(stability.flips), stability.changes
    line = translate(
        "Stability", "⚠ Unstable: {flips} of {tried} small changes give another answer, {change}: {label}."
    )
    return line.format(flips=count, tried=tried, change=_change_words(first.change), label=class_in_text(first.label))


def _held(count: int) -> str:
    return tr("Stable: the same answer after %n small change(s).", "", count)


def _change_words(change: str) -> str:
    words = {
        MIRRORED: translate("Stability", "mirrored"),
        MOVED_RIGHT: translate("Stability", "crop moved right"),
        MOVED_LEFT: translate("Stability", "crop moved left"),
        MOVED_DOWN: translate("Stability", "crop moved down"),
        MOVED_UP: translate("Stability", "crop moved up"),
        BRIGHTER: translate("Stability", "brighter"),
        DARKER: translate("Stability", "darker"),
    }
    return words[change]
