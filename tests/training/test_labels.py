"""Class and split folders in the namings that collections use."""

import pytest

from training.labels import LABELS, TUMOR_UNSPECIFIED, allowed_classes, parse_label, parse_split
from tumorviewer.inference.labels import CLASSES


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("glioma", "glioma"),
        ("Glioma Tumor", "glioma"),
        ("GLIOMA_TUMOUR", "glioma"),
        ("01-glioma", "glioma"),
        ("meningioma_tumor", "meningioma"),
        ("Pituitary Tumour", "pituitary"),
        ("no_tumor", "no_tumor"),
        ("notumor", "no_tumor"),
        ("no tumour", "no_tumor"),
        ("NO", "no_tumor"),
        ("Healthy", "no_tumor"),
        ("normal", "no_tumor"),
        ("yes", TUMOR_UNSPECIFIED),
        ("tumor_unspecified", TUMOR_UNSPECIFIED),
    ],
)
def test_usual_spellings_are_understood(name: str, label: str) -> None:
    assert parse_label(name) == label


@pytest.mark.parametrize(
    "name", ["metastasis", "Brain Tumor Dataset", "figshare", "Training", "", "123", "glioma or not"]
)
def test_other_names_are_no_class(name: str) -> None:
    assert parse_label(name) is None


def test_split_folders() -> None:
    assert [parse_split(name) for name in ("Training", "train", "VAL", "Testing", "test", "glioma")] == [
        "train",
        "train",
        "train",
        "test",
        "test",
        None,
    ]


def test_a_tumour_of_unknown_type_allows_every_tumour_and_nothing_else() -> None:
    assert {CLASSES[index] for index in allowed_classes(TUMOR_UNSPECIFIED)} == {"glioma", "meningioma", "pituitary"}
    assert [allowed_classes(label) for label in CLASSES] == [(0,), (1,), (2,), (3,)]


def test_an_unknown_label_is_named() -> None:
    with pytest.raises(ValueError, match="metastasis"):
        allowed_classes("metastasis")
    assert set(CLASSES) < set(LABELS)
