"""Classes, verdicts and answers in words, and figures as they are written: here, so that one thing has one name."""

import re
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale

from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.labels import (
    CLASSES,
    GLIOMA,
    MENINGIOMA,
    NO_TUMOR,
    NOT_BRAIN_MR,
    PITUITARY,
    UNCERTAIN,
    UNREADABLE,
    WAITING,
)
from tumorviewer.inference.prediction import Prediction
from tumorviewer.presentation.reasons import reason_text
from tumorviewer.storage.answers import StoredAnswer

translate = QCoreApplication.translate


def class_name(label: str) -> str:
    """Return the name of a class; that of a model with other classes stays as it is."""
    names = {
        GLIOMA: translate("ClassNames", "Glioma"),
        MENINGIOMA: translate("ClassNames", "Meningioma"),
        PITUITARY: translate("ClassNames", "Pituitary tumour"),
        NO_TUMOR: translate("ClassNames", "No tumour"),
    }
    return names.get(label, label)


def class_in_text(label: str) -> str:
    """Return the name of a class as it is written inside a sentence."""
    names = {
        GLIOMA: translate("ClassNames", "glioma", "inside a sentence"),
        MENINGIOMA: translate("ClassNames", "meningioma", "inside a sentence"),
        PITUITARY: translate("ClassNames", "pituitary tumour", "inside a sentence"),
        NO_TUMOR: translate("ClassNames", "no tumour", "inside a sentence"),
    }
    return names.get(label, label)


def verdict_name(verdict: str) -> str:
    """Return the name of a verdict, or of what stands in its place (`tumorviewer.state.ordering.VERDICTS`)."""
    names = {
        UNCERTAIN: translate("Verdicts", "Uncertain"),
        NOT_BRAIN_MR: translate("Verdicts", "Not a brain MR slice"),
        UNREADABLE: translate("Verdicts", "Unreadable"),
        WAITING: translate("Verdicts", "Waiting"),
    }
    return names.get(verdict, class_name(verdict))


def number(value: int) -> str:
    """Return a count with the marks between thousands that the person's language has."""
    return QLocale().toString(value)


def percent(share: float, *, exact: bool = False) -> str:
    """Return a probability, 0..1, as "94 %".

    What is not certain is never called 100 %, and what is possible never 0 %.

    Parameters
    ----------
    share : float
    exact : bool
        With one more figure, as "94.3 %".
    """
    if 0.995 <= share < 1.0 and not exact:
        return translate("Words", "> 99 %")
    if 0.0 < share < 0.005 and not exact:
        return translate("Words", "< 1 %")
    figure = QLocale().toString(share * 100, "f", 1 if exact else 0)
    return translate("Words", "{percent} %").format(percent=figure)


def reason_line(error: ScanError) -> str:
    """Return why a file cannot be read, and what can be done, as a sentence."""
    told = reason_text(error)
    reason = told[:1].upper() + told[1:]
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."


def verdict_line(answer: Prediction | StoredAnswer, classes: Sequence[str] = CLASSES) -> str:
    """Return an answer in one line.

    Parameters
    ----------
    answer : Prediction or StoredAnswer
    classes : sequence of str
        In the order of the answer's probabilities.
    """
    if answer.verdict == NOT_BRAIN_MR:
        return translate("Words", "Not a brain MR slice: no prediction")
    if answer.verdict != UNCERTAIN:
        line = translate("Words", "{name}, {percent}")
        return line.format(name=class_name(answer.verdict), percent=percent(answer.confidence))
    ranked = sorted(zip(answer.probabilities, classes, strict=True), key=lambda pair: -float(pair[0]))
    (most, first), (next_most, second) = ranked[:2]
    line = translate("Words", "Uncertain: {first} {percent}, {second} {second_percent}")
    return line.format(
        first=class_in_text(first),
        percent=percent(float(most)),
        second=class_in_text(second),
        second_percent=percent(float(next_most)),
    )


def answer_line(answer: Prediction | StoredAnswer) -> str:
    """Return an answer as short as a corner of a scan has room for, with who gave it."""
    if answer.verdict == NOT_BRAIN_MR:
        return translate("Words", "Model: not a brain MR slice")
    if answer.verdict == UNCERTAIN:
        return translate("Words", "Model: uncertain")
    line = translate("Words", "Model: {name}, {percent}")
    return line.format(name=class_name(answer.verdict), percent=percent(answer.confidence))


def crop_name(kind: str) -> str:
    """Return who chose what is judged: ``automatic``, ``edited`` or ``whole``."""
    names = {
        "automatic": translate("Words", "Automatic crop"),
        "edited": translate("Words", "Edited crop"),
        "whole": translate("Words", "Whole image"),
    }
    return names[kind]


def box_text(box: CropBox) -> str:
    """Return place and size of a crop, in pixels of the image."""
    line = translate("Words", "x {x}, y {y}, {width} × {height} px")
    return line.format(x=box.x, y=box.y, width=box.width, height=box.height)


def explanation(verdict: str, threshold: float, *, edited: bool = False) -> str:
    """Return what an answer means, why there is none, and what can be done.

    Parameters
    ----------
    verdict : str
        A class, ``uncertain`` or ``not_brain_mr``.
    threshold : float
        Of the model's card: below it no class is called.
    edited : bool
        The crop was chosen by hand.
    """
    if verdict == NOT_BRAIN_MR:
        if edited:
            return translate("Panel", "Unlike the slices that the model was made for. Try another crop.")
        return translate("Panel", "Unlike the slices that the model was made for. If it is one, crop it by hand.")
    if verdict == UNCERTAIN:
        line = translate(
            "Panel", "No class reaches the threshold of {percent}. Try a neighbouring slice or another crop."
        )
    else:
        line = translate("Panel", "Certain: the threshold of {percent} is reached.")
    return line.format(percent=percent(threshold, exact=True))


def unbroken(text: str) -> str:
    """Return a text in which no line begins with a per cent sign or dots."""
    return re.sub(r" (?=[%…])|(?<=[<>]) ", "\u00a0", text)
