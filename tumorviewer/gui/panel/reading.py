"""What the panel says in each state: a plain value, made from the state without any widget."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from tumorviewer.gui.words import reason_line, verdict_line
from tumorviewer.inference.labels import CLASSES, NOT_BRAIN_MR
from tumorviewer.inference.prediction import Prediction
from tumorviewer.presentation.words import explanation
from tumorviewer.state.entries import CropKind
from tumorviewer.state.model import ModelStatus
from tumorviewer.state.ordering import UNREADABLE, WAITING
from tumorviewer.state.session import PanelStatus, Session
from tumorviewer.storage.answers import StoredAnswer

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Reading:
    """What is shown.

    Attributes
    ----------
    status : PanelStatus
    verdict : str
        Of `tumorviewer.state.ordering.VERDICTS`: gives mark and colour.
    headline, explanation : str
    classes : tuple of str
        Of the bars, in the order of the model's outputs.
    probabilities : tuple of float or None
        None where the model answers nothing.
    threshold : float or None
        Below it no class is called; None without a model.
    label : str or None
        The most probable class of an answer that counts.
    """

    status: PanelStatus
    verdict: str
    headline: str
    explanation: str
    classes: tuple[str, ...] = CLASSES
    probabilities: tuple[float, ...] | None = None
    threshold: float | None = None
    label: str | None = None


def read(session: Session) -> Reading:
    """Return what is to be shown of the current scan."""
    makers = {
        PanelStatus.EMPTY: _empty,
        PanelStatus.WORKING: _working,
        PanelStatus.ANSWERED: _answered,
        PanelStatus.UNREADABLE: _unreadable,
        PanelStatus.NO_MODEL: _no_model,
    }
    return makers[session.status](session)


def explain(verdict: str, threshold: float, crop: CropKind) -> str:
    """Return what an answer means, why there is none, and what can be done."""
    return explanation(verdict, threshold, edited=crop is CropKind.EDITED)


def _empty(session: Session) -> Reading:
    return _without_answer(
        session,
        WAITING,
        translate("Panel", "No scan is open"),
        translate("Panel", "Drop scans on the window, or open a folder."),
    )


def _working(session: Session) -> Reading:
    if session.model.status is ModelStatus.LOADING:
        return _without_answer(
            session,
            WAITING,
            translate("Panel", "The model is loading …"),
            translate("Panel", "Scans can be looked at meanwhile."),
        )
    if not session.pane.up_to_date:
        return _without_answer(session, WAITING, translate("Panel", "Reading the scan …"), "")
    return _without_answer(session, WAITING, translate("Panel", "Asking the model …"), "")


def _answered(session: Session) -> Reading:
    answer, card = _answer(session), session.model.card
    assert answer is not None, "the session says that there is one"
    classes = answer.classes if isinstance(answer, Prediction) else card.classes if card is not None else CLASSES
    threshold = card.thresholds.certain if card is not None else 0.0
    counts = answer.verdict != NOT_BRAIN_MR
    meant = explain(answer.verdict, threshold, session.crop.kind)
    if session.entry is not None and session.entry.sha256 in session.model.seen:
        learnt = translate("Panel", "The model was trained on this file: its answer is no proof of what it can do.")
        meant = f"{meant}\n{learnt}"
    return Reading(
        PanelStatus.ANSWERED,
        answer.verdict,
        verdict_line(answer, classes),
        meant,
        classes,
        tuple(float(share) for share in answer.probabilities) if counts else None,
        threshold,
        answer.label if counts else None,
    )


def _unreadable(session: Session) -> Reading:
    entry = session.entry
    assert entry is not None, "an unreadable scan is a row"
    error = session.pane.error or entry.error
    assert error is not None, "the session says that there is one"
    explanation = reason_line(error)
    if entry.answer is not None:
        before = translate("Panel", "The model's answer from before: {answer}.")
        explanation = f"{explanation}\n{before.format(answer=verdict_line(entry.answer))}"
    return _without_answer(session, UNREADABLE, translate("Panel", "This file cannot be read"), explanation)


def _no_model(session: Session) -> Reading:
    advice = translate("Panel", "Scans can be viewed and labelled. Choose another model in the settings.")
    problem = session.model.problem
    return _without_answer(
        session,
        UNREADABLE,
        translate("Panel", "No model: no prediction"),
        f"{problem}\n{advice}" if problem else advice,
    )


def _without_answer(session: Session, verdict: str, headline: str, explanation: str) -> Reading:
    card = session.model.card
    if card is None:
        return Reading(session.status, verdict, headline, explanation)
    return Reading(session.status, verdict, headline, explanation, card.classes, threshold=card.thresholds.certain)


def _answer(session: Session) -> Prediction | StoredAnswer | None:
    if session.prediction is not None:
        return session.prediction
    return session.entry.answer if session.entry is not None else None
