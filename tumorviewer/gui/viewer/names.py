"""Classes and answers in words, as short as a corner of the scan has room for."""

from PySide6.QtCore import QCoreApplication

from tumorviewer.inference.labels import GLIOMA, MENINGIOMA, NO_TUMOR, NOT_BRAIN_MR, PITUITARY, UNCERTAIN
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


def answer_line(answer: StoredAnswer) -> str:
    """Return what the model said about a scan that the panel is not about."""
    if answer.verdict == NOT_BRAIN_MR:
        return translate("ClassNames", "Model: not a brain MR slice")
    if answer.verdict == UNCERTAIN:
        return translate("ClassNames", "Model: uncertain")
    line = translate("ClassNames", "Model: {name}, {percent} %")
    return line.format(name=class_name(answer.verdict), percent=round(answer.confidence * 100))
