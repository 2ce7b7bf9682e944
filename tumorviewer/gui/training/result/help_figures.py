"""The figures of the person's own result that stand below the explanations."""

import math

from PySide6.QtCore import QCoreApplication

from tumorviewer.gui.training.result.words import interval, share
from tumorviewer.gui.words import class_in_text, number
from tumorviewer.state.training.desk import TrainingDesk

translate = QCoreApplication.translate


def sensitivity_here(desk: TrainingDesk) -> str:
    """Return the class whose share is known worst, with its interval; "" where no figure may be shown."""
    result = desk.result.result
    if result is None or result.measures is None or not result.leak_free:
        return ""
    known = {name: figure for name, figure in result.measures.sensitivity.items() if math.isfinite(figure.low)}
    if not known:
        return ""
    name, figure = max(known.items(), key=lambda item: item[1].high - item[1].low)
    text = translate(
        "Help",
        "Least is known of {name}: yours finds {share} of {count} test scans, and with others of the kind it might be "
        "{interval}.",
    )
    return text.format(name=class_in_text(name), share=share(figure), count=number(figure.n), interval=interval(figure))


def comparison_here(desk: TrainingDesk) -> str:
    """Return on how many scans the two models of the comparison disagree."""
    found = desk.result.gate.promotion
    if found is None:
        return ""
    overall = found.overall
    text = translate("Help", "Yours: of {all} scans, {new} and {current} disagree on {count}.")
    return text.format(
        all=number(overall.new.n),
        new=found.new,
        current=found.current,
        count=number(overall.mended + overall.broken),
    )
