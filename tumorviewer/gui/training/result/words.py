"""Results and comparisons in words."""

import math
from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale

from training.baselines import FILE_FACTS, NEIGHBOUR
from training.events import Failed
from training.metrics import Estimate
from training.promotion import Comparison, Promotion, Standing
from training.results import JudgedScan, Measures
from training.unseen import Basis
from tumorviewer.gui.plurals import tr
from tumorviewer.gui.words import class_in_text, class_name, number, percent
from tumorviewer.inference.labels import NOT_BRAIN_MR, UNCERTAIN

translate = QCoreApplication.translate

_PROBE: Final = "The scans were chosen as the settings say."
CERTAIN: Final = 0.001
"""Below it a p-value is not written out."""


def in_english() -> bool:
    """Tell whether sentences of the computation, which are in English, can be shown as they are."""
    return translate("Result", _PROBE) == _PROBE


def share(figure: Estimate) -> str:
    """Return a share with one more figure; "–" where there were no cases."""
    return percent(figure.value, exact=True) if math.isfinite(figure.value) else "–"


def interval(figure: Estimate) -> str:
    """Return between which shares it lies; "" where that is not known."""
    if not (math.isfinite(figure.low) and math.isfinite(figure.high)):
        return ""
    low, high = (QLocale().toString(100 * bound, "f", 1) for bound in (figure.low, figure.high))
    return translate("Result", "{low} to {high} %").format(low=low, high=high)


def with_interval(figure: Estimate) -> str:
    """Return a share and between which shares it lies."""
    between = interval(figure)
    if not between:
        return share(figure)
    return translate("Result", "{share} ({interval})").format(share=share(figure), interval=between)


def auroc(figure: Estimate) -> str:
    """Return an area under the curve."""
    return QLocale().toString(figure.value, "f", 3) if math.isfinite(figure.value) else "–"


def auroc_interval(figure: Estimate) -> str:
    """Return between which areas it lies."""
    if not (math.isfinite(figure.low) and math.isfinite(figure.high)):
        return ""
    low, high = (QLocale().toString(bound, "f", 3) for bound in (figure.low, figure.high))
    return translate("Result", "{low} to {high}").format(low=low, high=high)


def how_chosen(measures: Measures) -> str:
    """Return which scans the model was tested with."""
    scans, unreadable = measures.scans, measures.unreadable
    text = tr("%n test scan(s) of patients that the model has not learned from.", "", scans)
    chosen = measures.how if in_english() else translate("Result", "The scans were chosen as the settings say.")
    chosen = chosen[:1].upper() + chosen[1:]
    lost = tr("%n scan(s) of it could not be read.", "", unreadable)
    parts = [text, chosen if chosen.endswith(".") else f"{chosen}."]
    return " ".join([*parts, lost] if unreadable else parts)


def baseline_row(name: str) -> str:
    """Return a classifier that knows no anatomy, as short as beside a bar."""
    names = {
        NEIGHBOUR: translate("Result", "Most similar thumbnail"),
        FILE_FACTS: translate("Result", "File and picture size"),
    }
    return names.get(name, name)


# ---------------------------------------------------------------- single scans


def label_name(label: str) -> str:
    """Return a label, also the one of a tumour whose type is not told."""
    return translate("Result", "Tumour") if label == "tumor_unspecified" else class_name(label)


def answer_text(scan: JudgedScan) -> str:
    """Return what the model said of a scan, as short as below its picture."""
    if scan.verdict == NOT_BRAIN_MR:
        return translate("Result", "not taken for a brain")
    sure = percent(scan.probability)
    if scan.verdict == UNCERTAIN:
        return translate("Result", "{share} {name}?").format(name=class_in_text(scan.answer), share=sure)
    if scan.right:
        return translate("Result", "found, {share}").format(share=sure)
    return translate("Result", "{share} {name}").format(name=class_in_text(scan.answer), share=sure)


def scan_text(scan: JudgedScan) -> str:
    """Return all that is known of a scan."""
    told = translate("Result", "right") if scan.right else translate("Result", "wrong")
    text = translate("Result", "{file}: {label}, {answer} ({told}). A click opens it in the viewer.")
    return text.format(file=scan.path.name, label=label_name(scan.label), answer=answer_text(scan), told=told)


# ---------------------------------------------------------------- two models


def verdict_text(found: Promotion) -> str:
    """Return how the new model stands to the current one, in a sentence."""
    sentences = {
        Standing.BETTER: translate("Gate", "{new} is better than {current}."),
        Standing.WORSE: translate("Gate", "{new} is worse than {current}."),
        Standing.NOT_TOLD_APART: translate("Gate", "{new} and {current} cannot be told apart."),
    }
    line = sentences[found.verdict].format(new=found.new, current=found.current)
    return f"{line} {less_text(found)}".rstrip()


def less_text(found: Promotion) -> str:
    """Return what the new model surely finds less often; "" where there is nothing."""
    if not found.worse_for:
        return ""
    names = ", ".join(class_in_text(name) for name in found.worse_for)
    return translate("Gate", "It finds less of: {names}.").format(names=names)


def chance_text(item: Comparison) -> str:
    """Return what McNemar's test says, in words."""
    count = item.new.n
    text = tr(
        "Of %n scan(s) that both judged, {mended} are right only with the new model and {broken} only with the current "
        "one. {chance}",
        "",
        count,
    )
    return text.format(mended=number(item.mended), broken=number(item.broken), chance=_chance(item))


def _chance(item: Comparison) -> str:
    if not item.mended and not item.broken:
        return translate("Gate", "They never differ.")
    if item.p_value < CERTAIN:
        return translate("Gate", "By chance alone that would hardly ever happen (McNemar's test, p < 0.001).")
    if item.p_value < 0.05:
        text = translate("Gate", "By chance alone that would seldom happen (McNemar's test, p = {p}).")
    else:
        text = translate("Gate", "That may well be chance (McNemar's test, p = {p}).")
    return text.format(p=p_text(item.p_value))


def p_text(p: float) -> str:
    """Return a p-value with two figures."""
    return QLocale().toString(p, "g", 2)


def standing_text(item: Comparison) -> str:
    """Return how the new model stands for one class, as short as beside its bars."""
    names = {
        Standing.BETTER: translate("Gate", "better"),
        Standing.WORSE: translate("Gate", "worse"),
        Standing.NOT_TOLD_APART: translate("Gate", "may be chance"),
    }
    if not item.mended and not item.broken:
        return translate("Gate", "the same")
    points = QLocale().toString(100 * item.difference.value, "f", 1)
    signed = f"+{points}" if item.difference.value > 0 else points.replace("-", "\N{MINUS SIGN}")
    return translate("Gate", "{points} points: {standing}").format(points=signed, standing=names[item.standing])


def basis_text(basis: Basis) -> str:
    """Return what is known of the scans that both were asked about."""
    texts = {
        Basis.UNSEEN: translate(
            "Gate", "Neither model has learned from these scans, nor from others of their patients, as far as known."
        ),
        Basis.CURRENT_UNKNOWN: translate(
            "Gate",
            "The new model has not seen these scans. Whether the current one was made from them cannot be known; if it "
            "was, it looks better here than it is.",
        ),
        Basis.NEW_UNKNOWN: translate(
            "Gate",
            "Whether the new model was made from these scans cannot be known; if it was, it looks better here than it "
            "is.",
        ),
        Basis.UNKNOWN: translate(
            "Gate",
            "Whether either model was made from these scans cannot be known: better compare on scans of new patients.",
        ),
    }
    return texts[basis]


def failure_line(failed: Failed) -> str:
    """Return why two models could not be compared."""
    if in_english():
        return failed.message
    return translate("Gate", "The two models could not be compared on these scans.")
