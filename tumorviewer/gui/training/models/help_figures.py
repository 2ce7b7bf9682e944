"""The figures of the person's own models that stand below the explanations."""

from PySide6.QtCore import QCoreApplication

from tumorviewer.gui.plurals import tr
from tumorviewer.gui.training.models.words import data_text, figure_text, interval_text, title_text
from tumorviewer.inference.catalogue import Entry
from tumorviewer.state.training.desk import TrainingDesk
from tumorviewer.state.training.model_facts import ModelFacts, facts_of
from tumorviewer.state.training.models import Check

translate = QCoreApplication.translate


def made_here(desk: TrainingDesk) -> str:
    """Return what the model in use was made from, and whether all models are whole, once all were checked."""
    texts = []
    used = _in_use(desk)
    if used is not None:
        name, facts = used
        text = translate("Help", "{name} answers now. {data}")
        texts.append(text.format(name=name, data=data_text(facts)))
    checks = [desk.models.checked(entry).check for entry in desk.models.entries]
    good, damaged = checks.count(Check.GOOD), checks.count(Check.DAMAGED)
    if good + damaged == len(checks):
        if good:
            texts.append(tr("Checked and whole: %n model(s).", "", good))
        if damaged:
            texts.append(tr("Damaged: %n model(s).", "", damaged))
    return " ".join(texts)


def figures_here(desk: TrainingDesk) -> str:
    """Return how good the model in use was found to be."""
    used = _in_use(desk)
    if used is None:
        return ""
    name, facts = used
    if not facts.shows_figures or facts.sensitivity is None:
        return translate("Help", "Of {name}, which answers now, no such figures are known.").format(name=name)
    texts = [
        translate("Help", "{name} finds {share} on average.").format(name=name, share=figure_text(facts.sensitivity))
    ]
    between = interval_text(facts.sensitivity)
    if between:
        texts.append(translate("Help", "Chance taken into account, that is {range}.").format(range=between))
    if facts.calibration is not None:
        text = translate("Help", "Its certainty is off by {share}.")
        texts.append(text.format(share=figure_text(facts.calibration)))
    return " ".join(texts)


def elsewhere_here(desk: TrainingDesk) -> str:
    """Return how many models and weights there are beside those that came with the program."""
    models = desk.models
    if not models.listed:
        return ""
    own, imported = sum(not entry.shipped for entry in models.entries), len(models.weights)
    texts = (
        tr("You have %n model(s) of your own", "", own),
        tr("and %n imported file(s) of weights.", "", imported),
    )
    return " ".join(texts)


def _in_use(desk: TrainingDesk) -> tuple[str, ModelFacts] | None:
    entry: Entry | None = desk.models.of(desk.models.in_use)
    return (title_text(entry), facts_of(entry.card)) if entry is not None and entry.card is not None else None
