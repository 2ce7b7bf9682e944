"""Splits keep patients and pictures whole."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.dataset import Dataset, Sample, read_dataset
from training.errors import DatasetError
from training.split import Split, split_dataset

SAMPLE = st.tuples(st.sampled_from(("glioma", "no_tumor", "pituitary")), st.integers(0, 40), st.integers(0, 40))


def dataset_of(rows: list[tuple[str, int, int]], folds: dict[int, int] | None = None) -> Dataset:
    """Make a data set of (label, duplicate group, patient); the fold follows the patient."""
    samples = tuple(
        Sample(
            Path(f"/data/{index}.png"),
            label,
            duplicate_group=f"g{group}",
            patient_block=f"p{patient}",
            fold=None if folds is None else folds[patient],
        )
        for index, (label, group, patient) in enumerate(rows)
    )
    return Dataset(Path("/data"), samples)


def parts(split: Split) -> tuple[np.ndarray, ...]:
    return split.train, split.validation, split.test


def shared(dataset: Dataset, split: Split) -> set[str]:
    """Return names of groups and patients that more than one part holds."""
    held = [
        {name for i in part for name in (dataset.samples[i].duplicate_group, dataset.samples[i].patient_block)}
        for part in parts(split)
    ]
    return (held[0] & held[1]) | (held[0] & held[2]) | (held[1] & held[2])


@settings(max_examples=50, deadline=None)
@given(st.lists(SAMPLE, min_size=12, max_size=120), st.integers(0, 3))
def test_no_group_and_no_patient_is_in_two_parts(rows: list[tuple[str, int, int]], seed: int) -> None:
    dataset = dataset_of(rows)
    try:
        split = split_dataset(dataset, seed=seed)
    except DatasetError:
        return  # too few independent groups: refusing is right
    assert not shared(dataset, split)
    assert sorted(np.concatenate(parts(split)).tolist()) == list(range(len(rows)))
    for part in parts(split):
        assert {dataset.labels[i] for i in part} == set(dataset.labels)
    again = split_dataset(dataset, seed=seed)
    assert all(np.array_equal(a, b) for a, b in zip(parts(split), parts(again), strict=True))


def test_labels_are_spread_by_share() -> None:
    rows = [(label, number, number) for label, count in (("glioma", 300), ("no_tumor", 100)) for number in range(count)]
    rows = [
        (label, group + 1000 * (label == "glioma"), patient + 1000 * (label == "glioma"))
        for label, group, patient in rows
    ]
    dataset = dataset_of(rows)
    split = split_dataset(dataset, validation_share=0.12, test_share=0.15)
    for label, count in (("glioma", 300), ("no_tumor", 100)):
        shares = [sum(dataset.labels[i] == label for i in part) / count for part in parts(split)]
        assert shares == pytest.approx([0.73, 0.12, 0.15], abs=0.02)


def test_seeds_differ() -> None:
    dataset = dataset_of([("glioma" if n % 2 else "no_tumor", n, n) for n in range(100)])
    assert not np.array_equal(split_dataset(dataset, seed=0).test, split_dataset(dataset, seed=1).test)


def test_a_fold_is_held_out_as_given_and_what_hangs_on_it_is_left_out() -> None:
    folds = {patient: patient % 3 for patient in range(30)}
    rows = [
        ("glioma" if patient % 2 else "no_tumor", 3 * patient + n, patient) for patient in range(30) for n in range(3)
    ]
    rows.append((rows[3][0], rows[0][1], 1))  # patient 1 of fold 1 has a copy of a picture of patient 0 of fold 0
    dataset = dataset_of(rows, folds)
    split = split_dataset(dataset, test_fold=0)
    assert {dataset.samples[i].fold for i in split.test} == {0}
    assert len(split.test) == sum(sample.fold == 0 for sample in dataset.samples)
    assert not shared(dataset, split)
    assert not any(dataset.samples[i].patient_block == "p1" for part in parts(split)[:2] for i in part)
    assert "4 images of other folds left out" in split.how


def test_the_published_split_says_when_it_leaks() -> None:
    def published(leak: bool) -> Split:
        samples = [
            Sample(
                Path(f"/data/{n}.png"),
                "glioma" if n % 2 else "no_tumor",
                published_split="test" if n >= 30 else "train",
                duplicate_group=f"g{n - 30 if leak and n == 30 else n}",
                patient_block=f"p{n}",
            )
            for n in range(40)
        ]
        return split_dataset(Dataset(Path("/data"), tuple(samples)), published=True)

    assert published(leak=False).leak_free
    leaky = published(leak=True)
    assert not leaky.leak_free
    assert "1 of 10 test images" in leaky.how


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([("glioma", n, n) for n in range(9)], "At least two classes"),
        ([("glioma", n, n) for n in range(9)] + [("no_tumor", 90, 90)] * 9, "no_tumor has only 1 independent group"),
        ([], "no images"),
    ],
)
def test_impossible_splits_say_why(rows: list[tuple[str, int, int]], named: str) -> None:
    with pytest.raises(DatasetError, match=named):
        split_dataset(dataset_of(rows))


def test_an_empty_class_folder_and_a_missing_fold_are_named() -> None:
    dataset = dataset_of([("glioma" if n % 2 else "no_tumor", n, n) for n in range(20)])
    with pytest.raises(DatasetError, match="no fold 7"):
        split_dataset(dataset, test_fold=7)
    with pytest.raises(DatasetError, match="pituitary"):
        split_dataset(Dataset(dataset.root, dataset.samples, empty_classes=("pituitary",)))


@pytest.mark.data
@pytest.mark.parametrize("fold", range(5))
def test_real_folds_share_no_group_and_no_patient(shared_data: Path, fold: int) -> None:
    dataset = read_dataset(shared_data)
    split = split_dataset(dataset, test_fold=fold)
    assert not shared(dataset, split)
    assert len(split.test) == sum(sample.fold == fold for sample in dataset.samples)
    assert 0.07 < len(split.validation) / (len(split.train) + len(split.validation)) < 0.15


def test_a_patient_with_very_many_scans_is_not_the_validation_part() -> None:
    # Each class: one patient with 100 scans and 40 with 5; every tenth of a part has to come from somebody else.
    rows = []
    for number, label in enumerate(("glioma", "no_tumor")):
        patients = [1000 * number] * 100 + [1000 * number + 1 + k // 5 for k in range(200)]
        rows += [(label, 10_000 * number + index, patient) for index, patient in enumerate(patients)]
    dataset = dataset_of(rows)
    for seed in range(5):
        split = split_dataset(dataset, seed=seed)
        for part, share in ((split.validation, 0.12), (split.test, 0.15)):
            patients = [dataset.samples[index].patient_block for index in part]
            assert max(patients.count(name) for name in set(patients)) == 5
            assert len(part) == pytest.approx(share * len(rows), rel=0.15)
