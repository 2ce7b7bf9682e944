"""Models, what is done to them, and what came of it in words."""

import math
from typing import Final

from PySide6.QtCore import QCoreApplication, QDate, QLocale, Qt

from training.imported import ImportedWeights
from training.metrics import Estimate
from tumorviewer.gui.plurals import tr
from tumorviewer.gui.training.parts import Tone
from tumorviewer.gui.training.plan.words import variant_name
from tumorviewer.gui.words import number, percent
from tumorviewer.inference.catalogue import Entry
from tumorviewer.state.training.model_facts import ModelFacts
from tumorviewer.state.training.model_names import LONGEST_MODEL, LONGEST_WEIGHTS, NameProblem
from tumorviewer.state.training.models import Check, Checked, Message, ModelsState, Told, Work

translate = QCoreApplication.translate

_DATE: Final = 10
"""Characters of the day in ISO 8601."""
_SHOWN: Final = 40
"""Letters of a name on a button."""


# ---------------------------------------------------------------- what a model is


def title_text(entry: Entry) -> str:
    """Return name and version, or the folder of a model whose card cannot be read."""
    return f"{entry.card.name} {entry.card.version}" if entry.card is not None else entry.name


def origin_text(entry: Entry) -> str:
    """Return where a model is from, its network, its input and when it was made, in one line."""
    origin = translate("Models", "Came with the program") if entry.shipped else translate("Models", "Your own")
    card = entry.card
    if card is None:
        return origin
    text = translate("Models", "{origin} · {network}, {size} × {size} pixels · made {date}")
    return text.format(
        origin=origin, network=variant_name(card.variant), size=card.input.size, date=date_text(card.created)
    )


def date_text(created: str) -> str:
    """Return the day of a date in ISO 8601 as the person's language writes it; "–" if it is none."""
    day = QDate.fromString(created[:_DATE], Qt.DateFormat.ISODate)
    return QLocale().toString(day, QLocale.FormatType.ShortFormat) if day.isValid() else "–"


def data_text(facts: ModelFacts) -> str:
    """Return what a model was trained on."""
    if facts.train is None:
        return translate("Models", "Its card does not say what it was trained on.")
    count = facts.train
    text = tr("Trained on %n scan(s){sources}", "", count)
    known = translate("Models", " of {names}").format(names=", ".join(facts.sources)) if facts.sources else ""
    parts = [text.format(sources=known)]
    if facts.validation:
        parts.append(translate("Models", "checked with {count}").format(count=number(facts.validation)))
    if facts.test:
        parts.append(translate("Models", "tested with {count}").format(count=number(facts.test)))
    return translate("Models", "{list}.").format(list="; ".join(parts))


def measured_text(facts: ModelFacts) -> str:
    """Return what is said about the figures; "" where they speak for themselves."""
    if not facts.is_measured:
        return translate("Models", "How good it is was not measured.")
    if facts.leak_free is False:
        return translate(
            "Models",
            "Its test scans share patients with those that it learned from. Such figures say little about new "
            "patients, so none are shown.",
        )
    return ""


def figure_text(figure: Estimate | None) -> str:
    """Return a share with one more figure; "–" where it was not measured."""
    return percent(figure.value, exact=True) if figure is not None else "–"


def interval_text(figure: Estimate | None) -> str:
    """Return between which shares it lies with 95 % certainty; "" where that is not known."""
    if figure is None or not (math.isfinite(figure.low) and math.isfinite(figure.high)):
        return ""
    low, high = (QLocale().toString(100 * bound, "f", 1) for bound in (figure.low, figure.high))
    return translate("Models", "{low} to {high} %").format(low=low, high=high)


# ---------------------------------------------------------------- whether it is whole


def check_text(checked: Checked, entry: Entry) -> tuple[Tone, str]:
    """Return what a check came to, and what to do about it, with its tone."""
    texts: dict[Check, tuple[Tone, str]] = {
        Check.UNKNOWN: ("info", translate("Models", "Its files were not checked yet.")),
        Check.CHECKING: ("info", translate("Models", "Its files are being checked …")),
        Check.GOOD: ("good", translate("Models", "Checked: all files are as its card says.")),
    }
    if checked.check is not Check.DAMAGED and entry.card is not None:
        return texts[checked.check]
    if entry.card is None:
        text = translate("Models", "It cannot be used: {reason}")
    else:
        text = translate("Models", "Damaged: {reason}")
    if entry.shipped:
        what = translate("Models", "Install the program again to mend it.")
    else:
        what = translate("Models", "Delete it, and import it again from where it came.")
    return "danger", f"{text.format(reason=_sentence(checked.reason or entry.problem))} {what}"


# ---------------------------------------------------------------- what happens


def work_text(state: ModelsState) -> str:
    """Return what is being done; "" while nothing is."""
    texts = {
        Work.LISTING: "",
        Work.IMPORTING: translate("Models", "“{name}” is being copied and checked …"),
        Work.READING: translate("Models", "The numbers in “{name}” are being read …"),
        Work.EXPORTING: translate("Models", "“{name}” is being written …"),
        Work.RENAMING: translate("Models", "“{name}” is being renamed …"),
        Work.REMOVING: translate("Models", "“{name}” is being deleted …"),
    }
    return texts[state.work].format(name=state.busy) if state.busy else ""


def message_text(message: Message) -> tuple[Tone, str]:
    """Return what was done or could not be done, with its tone."""
    texts: dict[Told, tuple[Tone, str]] = {
        Told.IMPORTED: ("good", translate("Models", "{name} is installed; its files are as its card says.")),
        Told.WEIGHTS_IMPORTED: ("good", translate("Models", "The weights {name} are there to start a training from.")),
        Told.EXPORTED: ("good", translate("Models", "{name} was written to {detail}.")),
        Told.RENAMED: ("good", translate("Models", "{name} is called {detail} now.")),
        Told.REMOVED: ("info", translate("Models", "{name} was deleted.")),
        Told.REMOVED_IN_USE: (
            "info",
            translate("Models", "{name} was deleted. The model that came with the program answers now."),
        ),
        Told.NO_WEIGHTS: (
            "warning",
            translate(
                "Models",
                "“{name}” is no file of weights (.h5, .hdf5, .keras). A model of this program is taken in with "
                "“Import a model”.",
            ),
        ),
        Told.FAILED: ("danger", _failed_text(message.work)),
    }
    tone, text = texts[message.kind]
    return tone, text.format(name=message.subject, detail=_detail(message))


def _failed_text(work: Work) -> str:
    texts = {
        Work.LISTING: translate("Models", "The models could not be listed: {detail}"),
        Work.IMPORTING: translate(
            "Models",
            "“{name}” was not imported: {detail} Nothing was changed. If the file came from elsewhere, have it "
            "exported and sent again.",
        ),
        Work.READING: translate("Models", "The weights in “{name}” were not imported: {detail} Nothing was changed."),
        Work.EXPORTING: translate("Models", "{name} was not exported: {detail} The model itself is as it was."),
        Work.RENAMING: translate("Models", "{name} was not renamed: {detail} It has its old name."),
        Work.REMOVING: translate("Models", "{name} was not deleted: {detail}"),
    }
    return texts[work]


def _detail(message: Message) -> str:
    return _sentence(message.detail) if message.kind is Told.FAILED else message.detail


def _sentence(reason: str) -> str:
    text = reason.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


# ---------------------------------------------------------------- names and weights


def name_problem_text(problem: NameProblem, *, weights: bool = False) -> str:
    """Return why a name cannot be had."""
    texts = {
        NameProblem.EMPTY: translate("Models", "Type a name."),
        NameProblem.UNFIT: translate(
            "Models", "Use letters from a to z, digits, dots and dashes, and begin with a letter or digit."
        ),
        NameProblem.LONG: translate("Models", "This name is too long: at most {count} letters with the version."),
        NameProblem.TAKEN: translate("Models", "There is one of this name already."),
    }
    if weights and problem is NameProblem.LONG:
        return translate("Models", "This name is too long: at most {count} letters.").format(count=LONGEST_WEIGHTS)
    return texts[problem].format(count=LONGEST_MODEL)


def weights_text(weights: ImportedWeights) -> str:
    """Return where weights are from, in one line."""
    network = variant_name(weights.variant) if weights.variant else translate("Models", "network not known")
    if not weights.source:
        return translate("Models", "{network} · where they are from is not known").format(network=network)
    text = translate("Models", "{network} · from {file} · imported {date}")
    return text.format(network=network, file=weights.source, date=date_text(weights.created))


def head_text(weights: ImportedWeights) -> str:
    """Return what is to be known before one trains from weights."""
    if weights.head_complete:
        return translate(
            "Models",
            "They know the classes already; how good their answers are was not measured here.",
        )
    return translate(
        "Models", "They know how to see, but not the classes of this program: the last layer is trained anew."
    )


def shortened(name: str) -> str:
    """Return a name that is short enough for a button."""
    return name if len(name) <= _SHOWN else f"{name[: _SHOWN // 2]}…{name[-_SHOWN // 2 + 1 :]}"
