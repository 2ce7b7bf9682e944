"""From the many spellings of class and split folders to the labels that training uses."""

import re
import unicodedata
from typing import Final, Literal

from tumorviewer.inference.labels import CLASSES, GLIOMA, MENINGIOMA, NO_TUMOR, PITUITARY

TUMOR_UNSPECIFIED: Final = "tumor_unspecified"
"""A tumour whose type is not told: it teaches "not no_tumor" and nothing else."""

LABELS: Final[tuple[str, ...]] = (*CLASSES, TUMOR_UNSPECIFIED)

PublishedSplit = Literal["train", "test"]

# Compared after everything but letters and digits has been dropped and British spelling made American.
_SPELLINGS: Final[dict[str, str]] = {
    **dict.fromkeys(("glioma", "gliomas", "gliomatumor", "gliomatumors", "braingliomatumor", "brainglioma"), GLIOMA),
    **dict.fromkeys(
        ("meningioma", "meningiomas", "meningiomatumor", "meningiomatumors", "brainmeningioma", "brainmenin"),
        MENINGIOMA,
    ),
    **dict.fromkeys(
        ("pituitary", "pituitarytumor", "pituitarytumors", "pituitaryadenoma", "pituitaryadenomas", "brainpituitary"),
        PITUITARY,
    ),
    **dict.fromkeys(
        (
            "no", "notumor", "notumors", "nontumor", "nontumors", "nontumorous", "notumorous", "withouttumor",
            "tumorfree", "healthy", "healthybrain", "normal", "normalbrain", "brainnormal",
            "nobraintumor", "negative", "control",
            "controls",
        ),
        NO_TUMOR,
    ),
    **dict.fromkeys(
        ("yes", "tumor", "tumors", "braintumor", "braintumors", "positive", "tumorunspecified", "withtumor"),
        TUMOR_UNSPECIFIED,
    ),
}  # fmt: skip

_SPLITS: Final[dict[str, PublishedSplit]] = {
    "train": "train",
    "training": "train",
    "trainset": "train",
    "trainingset": "train",
    # A published validation part was seen while its model was chosen, so it counts as training material.
    "val": "train",
    "valid": "train",
    "validation": "train",
    "validationset": "train",
    "dev": "train",
    "test": "test",
    "testing": "test",
    "testset": "test",
    "testingset": "test",
}


def parse_label(name: str) -> str | None:
    """Return the label that a class folder or a CSV cell names, or None if it names none.

    ``Glioma Tumor``, ``glioma_tumour``, ``01-GLIOMA`` and ``glioma`` are one label, and so on for every class;
    ``yes`` is a tumour of unknown type.
    """
    return _SPELLINGS.get(_letters(name))


def parse_split(name: str) -> PublishedSplit | None:
    """Return which part of a published split a folder or a CSV cell names, or None."""
    return _SPLITS.get(_letters(name))


def allowed_classes(label: str) -> tuple[int, ...]:
    """Return the indices into ``CLASSES`` of the answers that are right for a label.

    Raises
    ------
    ValueError
        If the label is none of ``LABELS``.
    """
    if label == TUMOR_UNSPECIFIED:
        return tuple(index for index, name in enumerate(CLASSES) if name != NO_TUMOR)
    if label not in CLASSES:
        raise ValueError(f"{label!r} is no label; the labels are {', '.join(LABELS)}")
    return (CLASSES.index(label),)


def _letters(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    unnumbered = re.sub(r"^[\d\W_]+", "", folded)
    return re.sub(r"[\W_]+", "", unnumbered).replace("tumour", "tumor")
