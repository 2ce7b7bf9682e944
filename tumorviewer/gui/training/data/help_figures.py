"""The figures of the person's own data that stand below the explanations."""

from PySide6.QtCore import QCoreApplication

from training.findings import FindingKind
from training.overview import DataOverview
from tumorviewer.gui.plurals import tr
from tumorviewer.gui.training.data.augment_words import changes, strength_text
from tumorviewer.gui.training.data.words import label_in_text
from tumorviewer.gui.words import number
from tumorviewer.state.training.desk import TrainingDesk

translate = QCoreApplication.translate


def labels_here(desk: TrainingDesk) -> str:
    """Return how many scans the person labelled, and how many labels contradict each other."""
    overview = desk.data.overview
    if overview is None:
        return ""
    totals = {label: sum(parts.values()) for label, parts in overview.counts.items()}
    most, fewest = max(totals, key=totals.__getitem__), min(totals, key=totals.__getitem__)
    count = overview.scans
    text = tr("Yours: %n scan(s)", "", count)
    if totals[most] > totals[fewest]:
        more = translate("Help", "{whole}, most of them {most} ({most_count}), fewest {fewest} ({fewest_count}).")
        text = more.format(
            whole=text,
            most=label_in_text(most),
            most_count=number(totals[most]),
            fewest=label_in_text(fewest),
            fewest_count=number(totals[fewest]),
        )
    else:
        text = translate("Help", "{whole}, as many of each class.").format(whole=text)
    conflicts = _count(overview, FindingKind.CONFLICTS)
    if not conflicts:
        return text
    wrong = tr("Found %n pair(s) of copies whose labels contradict each other.", "", conflicts)
    return f"{text} {wrong}"


def parts_here(desk: TrainingDesk) -> str:
    """Return how many scans lie in each part, and how many test scans were seen in training."""
    overview = desk.data.overview
    if overview is None or not overview.split:
        return ""
    parts = {part: sum(row[part] for row in overview.counts.values()) for part in ("train", "validation", "test")}
    text = translate("Help", "Yours: {train} to learn from, {validation} to validate, {test} to test.")
    text = text.format(**{part: number(count) for part, count in parts.items()})
    leak = next((one for one in overview.findings if one.kind is FindingKind.LEAK), None)
    if overview.shows_test_accuracy or leak is None:
        return text
    leaky = translate("Help", "Of the test scans, {count} in {of} show what is also in training: that is a leak.")
    return f"{text} {leaky.format(count=number(leak.count), of=number(leak.of))}"


def crops_here(desk: TrainingDesk) -> str:
    """Return how large the scans are, and how large what the model is given is."""
    overview, config = desk.data.overview, desk.plan.config
    if overview is None or config is None or not overview.sizes:
        return ""
    commonest = next(iter(overview.sizes)).replace("x", " × ")
    if len(overview.sizes) == 1:
        text = translate("Help", "Your scans are {size} pixels large; the model is given {side} × {side} of each head.")
    else:
        text = translate(
            "Help",
            "Your scans come in several sizes, most often {size} pixels; the model is given {side} × {side} of each "
            "head.",
        )
    return text.format(size=commonest, side=number(config.size))


def augmentation_here(desk: TrainingDesk) -> str:
    """Return how strong some changes are set, and how many different pictures come out of it."""
    plan, counts = desk.plan, desk.plan.counts
    if not plan.augmenting:
        return translate("Help", "Yours is switched off in the settings.")
    named = [
        f"{changes()[name].name} {strength_text(name, getattr(desk.data.augment, name))}"
        for name in ("rotate", "zoom", "contrast", "noise")
    ]
    text = translate("Help", "Set now: {changes}.").format(changes=", ".join(named))
    if counts is None or plan.config is None or plan.config.epochs < 1:
        return text
    shown = translate(
        "Help", "In {epochs} epochs your {train} training scans become {pictures} pictures, no two of them the same."
    )
    pictures = number(counts.train * plan.config.epochs)
    shown = shown.format(epochs=number(plan.config.epochs), train=number(counts.train), pictures=pictures)
    return f"{text} {shown}"


def _count(overview: DataOverview, kind: FindingKind) -> int:
    return next((one.count for one in overview.findings if one.kind is kind), 0)
