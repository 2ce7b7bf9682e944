"""How far the choice between two models is, and what a person is asked, in words."""

from PySide6.QtCore import QCoreApplication

from tumorviewer.gui.training.parts import Tone
from tumorviewer.gui.training.result.words import failure_line, less_text, verdict_text
from tumorviewer.inference.card import Card
from tumorviewer.state.training.result_gate import Gate, GateStatus

translate = QCoreApplication.translate


def status_line(gate: Gate) -> tuple[Tone, str]:
    """Return how far the choice is, in a sentence, and how it is meant."""
    current = gate.current.name if gate.current is not None else ""
    new = title_of(gate.result.card) if gate.result is not None else ""
    if gate.status is GateStatus.COMPARED and gate.promotion is not None:
        return ("warning" if gate.asks_again else "good"), verdict_text(gate.promotion)
    if gate.status is GateStatus.FAILED and gate.failure is not None:
        return "warning", failure_line(gate.failure)
    texts: dict[GateStatus, tuple[Tone, str]] = {
        GateStatus.LOADING: ("info", translate("Gate", "The current model is being loaded.")),
        GateStatus.NO_MODEL: ("info", translate("Gate", "No model is in use: there is nothing to compare with.")),
        GateStatus.IN_USE: ("good", translate("Gate", "{new} is in use: it answers in the viewer.")),
        GateStatus.NO_DATA: (
            "warning",
            translate("Gate", "The scans it was tested with are not in their place any more: it cannot be compared."),
        ),
        GateStatus.OPEN: ("info", translate("Gate", "Not compared with {current} yet.")),
        GateStatus.COMPARING: ("info", translate("Gate", "{new} and {current} judge the same scans …")),
    }
    tone, text = texts.get(gate.status, ("info", ""))
    return tone, text.format(new=new, current=current)


def question_text(gate: Gate) -> str:
    """Return why a person should think once more before the new model is used."""
    if gate.status is GateStatus.COMPARED and gate.promotion is not None:
        return verdict_text(gate.promotion) if gate.verdict_is_worse else less_text(gate.promotion)
    return translate("Gate", "The new model was not compared with the current one.")


def title_of(card: Card) -> str:
    """Return name and version."""
    return f"{card.name}-{card.version}"
