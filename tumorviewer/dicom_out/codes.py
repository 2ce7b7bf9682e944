"""Codes for what no public scheme names: the answers of a model, in a scheme of this program.

They are not mapped to diseases of SNOMED CT: a calibrated probability of a class is no diagnosis of it.
"""

from typing import Final

from highdicom.sr import CodedConcept

from tumorviewer.inference.labels import GLIOMA, MENINGIOMA, NO_TUMOR, NOT_BRAIN_MR, PITUITARY, UNCERTAIN

SCHEME: Final = "99TUMORVIEWER"
"""Schemes that begin with 99 are private (PS3.16 8.2)."""

_ANSWERS: Final = {
    GLIOMA: ("GLIOMA", "Glioma"),
    MENINGIOMA: ("MENINGIOMA", "Meningioma"),
    PITUITARY: ("PITUITARY", "Pituitary tumour"),
    NO_TUMOR: ("NO_TUMOR", "No tumour"),
    UNCERTAIN: ("UNCERTAIN", "Uncertain: the model does not answer"),
    NOT_BRAIN_MR: ("NOT_BRAIN_MR", "Not a brain MR slice: the model does not answer"),
}

VERDICT: Final = ("VERDICT", "Verdict of the model")
READER_LABEL: Final = ("READER_LABEL", "Label given by a person")
DOMAIN_SCORE: Final = ("DOMAIN_SCORE", "Distance from the training data")


def answer(name: str) -> CodedConcept:
    """Return the code of a class or verdict; of a class that the program does not know, one by its name."""
    return coded(*_ANSWERS.get(name, (name.upper()[:16], name[:64])))


def probability(name: str) -> CodedConcept:
    """Return what the calibrated probability of a class is called."""
    value, meaning = _ANSWERS.get(name, (name.upper(), name))
    return coded(f"P_{value}"[:16], f"Calibrated probability: {meaning}"[:64])


def coded(value: str, meaning: str) -> CodedConcept:
    """Return a code of the scheme."""
    return CodedConcept(value=value, scheme_designator=SCHEME, meaning=meaning)


def english(name: str) -> str:
    """Return the name of a class or verdict in words."""
    return _ANSWERS.get(name, ("", name))[1].partition(":")[0]
