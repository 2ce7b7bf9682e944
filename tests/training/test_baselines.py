"""Baselines that know no anatomy give away data sets that can be told without looking at the brain."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from labelled_heads import head, save, tree

from training.baselines import FILE_FACTS, NEIGHBOUR, run_baselines
from training.dataset import read_dataset
from training.split import Split, split_dataset


def halves(count: int) -> Split:
    numbers = np.arange(count)
    return Split(numbers[numbers % 2 == 0], numbers[:0], numbers[numbers % 2 == 1], True, "every second one")


def test_copies_in_training_are_a_feast_for_the_neighbour(tmp_path: Path) -> None:
    for label, first in (("glioma", 100), ("no_tumor", 0)):
        for seed in range(first, first + 8):
            save(tmp_path / label / f"{seed:03d} a.png", head(seed, label))
            save(tmp_path / label / f"{seed:03d} b.jpg", head(seed, label), quality=60)
    dataset = read_dataset(tmp_path)
    neighbour, facts = run_baselines(dataset, halves(len(dataset)))
    assert (neighbour.name, facts.name) == (NEIGHBOUR, FILE_FACTS)
    assert neighbour.macro_sensitivity == 1.0
    assert neighbour.accuracy.low < 0.9 < neighbour.accuracy.value


def test_sizes_that_tell_the_class_are_noticed(tmp_path: Path) -> None:
    for label, size in (("glioma", 128), ("no_tumor", 150)):
        for seed in range(24):
            save(tmp_path / label / f"{seed}.png", cv2.resize(head(seed), (size, size)))
    dataset = read_dataset(tmp_path)
    _, facts = run_baselines(dataset, halves(len(dataset)))
    assert facts.macro_sensitivity == 1.0
    assert facts.per_class["glioma"].n == 12


def test_sizes_that_tell_nothing_score_like_chance(tmp_path: Path) -> None:
    root = tree(tmp_path, 40, ("no_tumor",))
    for index, file in enumerate(sorted((root / "no_tumor").iterdir())):
        if index % 4 in (1, 2):
            (root / "glioma").mkdir(exist_ok=True)
            file.rename(root / "glioma" / file.name)
    dataset = read_dataset(root)
    _, facts = run_baselines(dataset, halves(len(dataset)))
    assert facts.macro_sensitivity < 0.85


def test_one_class_in_training_gives_no_baseline(tmp_path: Path) -> None:
    dataset = read_dataset(tree(tmp_path, 2))
    numbers = np.arange(4)
    assert run_baselines(dataset, Split(numbers[:2], numbers[:0], numbers[2:], True, "")) == ()


@pytest.mark.data
def test_the_neighbour_shines_on_the_leaky_published_split_of_the_course_collection(shared_data: Path) -> None:
    whole = read_dataset(shared_data)
    # Half of the train part, as the fewer it has the fewer are copies of a test scan; a quarter of the test part.
    course = [(i, s) for i, s in enumerate(whole.samples) if s.source == "nickparvar"]
    chosen = [i for i, s in course if i % (4 if s.published_split == "test" else 2) == 0]
    dataset = whole.subset(chosen)
    split = split_dataset(dataset, published=True)
    assert not split.leak_free
    neighbour, _ = run_baselines(dataset, split)
    assert neighbour.macro_sensitivity > 0.85
