"""Wrong labels that were put in are found, first and with the right suggestion."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("cleanlab")

from quadrants import draw, save, write_bundle

from training.cache import build_cache
from training.dataset import Dataset, read_dataset
from training.digests import contents_of
from training.doubtful import (
    KEPT_NAME,
    DoubtfulLabels,
    doubtful_labels,
    keep_doubtful,
    kept_doubtful,
    rank_issues,
    write_doubtful,
)
from training.errors import DatasetError, TrainingCancelled
from tumorviewer.inference.bundle import Bundle, load_bundle
from tumorviewer.inference.labels import CLASSES

WRONG = {"glioma/pituitary 3.png": "pituitary", "no_tumor/meningioma 5.png": "meningioma"}
"""Files in the folder of another class than the one that they show."""


@pytest.fixture(scope="module")
def heads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("heads")
    for number in range(48):
        shown = CLASSES[number % 4]
        name = f"{shown} {number // 4}.png"
        folder = next((path.split("/")[0] for path in WRONG if path.endswith(f"/{name}")), shown)
        save(draw(shown, number), root / folder / name)
    return root


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return load_bundle(write_bundle(tmp_path_factory.mktemp("model") / "quadrants-1.0"))


def read(root: Path) -> Dataset:
    """Read the heads with a patient each: what is drawn alike would count as copies."""
    dataset = read_dataset(root)
    samples = [replace(sample, duplicate_group=f"g{number}") for number, sample in enumerate(dataset.samples)]
    return replace(dataset, samples=tuple(samples))


def find(dataset: Dataset, bundle: Bundle, cache: Path, **options: object) -> DoubtfulLabels:
    crops = build_cache(dataset.samples, bundle.spec, cache, workers=0)
    return doubtful_labels(dataset, crops, bundle, cache, **options)


def test_labels_that_are_wrong_are_found_first(heads: Path, bundle: Bundle, tmp_path: Path) -> None:
    found = find(read(heads), bundle, tmp_path)
    assert found.judged == 48
    assert {item.path: item.suggested for item in found.labels[:2]} == WRONG
    assert all(item.given == item.path.split("/")[0] for item in found.labels)
    assert found.labels[0].given_probability < 0.2 < 0.4 < found.labels[0].suggested_probability
    assert DoubtfulLabels.from_dict(found.to_dict()) == found
    write_doubtful(found, tmp_path / "list.csv")
    assert "Research use only" in (tmp_path / "list.csv").read_text()


def test_embeddings_are_kept_and_a_stop_is_heard(heads: Path, bundle: Bundle, tmp_path: Path) -> None:
    dataset = read(heads)
    with pytest.raises(TrainingCancelled):
        find(dataset, bundle, tmp_path, cancelled=lambda: True)
    stages: list[str] = []
    first = find(dataset, bundle, tmp_path, stage=lambda what, *_: stages.append(what))
    assert "looking at scans" in stages
    stages.clear()
    assert find(dataset, bundle, tmp_path, stage=lambda what, *_: stages.append(what)) == first
    assert "looking at scans" not in stages


def test_a_list_is_kept_for_the_data_that_it_is_of(heads: Path, bundle: Bundle, tmp_path: Path) -> None:
    found, file = find(read(heads), bundle, tmp_path / "cache"), tmp_path / KEPT_NAME
    moved = Path(shutil.copytree(heads, tmp_path / "heads"))
    contents = contents_of(read_dataset(heads), tmp_path / "cache")
    assert contents_of(read_dataset(moved), tmp_path / "cache") == contents
    keep_doubtful(found, contents, file)
    assert kept_doubtful(file, contents) == found
    for change in (moved / "glioma" / "glioma 0.png", moved / "no_tumor" / "no_tumor 0.png"):
        if "glioma" in change.name:
            change.write_bytes(change.read_bytes() + b"more")
        else:
            change.rename(moved / "glioma" / "another label.png")
        changed = contents_of(read_dataset(moved), tmp_path / "cache")
        assert changed != contents
        assert kept_doubtful(file, changed) is None
    file.write_text(file.read_text()[:-20])
    assert kept_doubtful(file, contents) is None, "damaged"


def test_a_class_of_one_patient_cannot_be_judged(bundle: Bundle, tmp_path: Path) -> None:
    for number in range(6):
        save(draw("glioma", number), tmp_path / "heads" / "glioma" / f"{number}.png")
    save(draw("no_tumor", 9), tmp_path / "heads" / "no_tumor" / "9.png")
    dataset = read(tmp_path / "heads")
    with pytest.raises(DatasetError, match="no_tumor has only one independent"):
        find(dataset, bundle, tmp_path / "cache")


def test_a_label_that_the_judge_agrees_with_is_not_listed() -> None:
    generator = np.random.default_rng(0)
    codes = np.arange(60) % 3
    sure = np.full((60, 3), 0.02) + 0.94 * np.eye(3)[codes] + generator.uniform(0, 0.001, (60, 3))
    sure[7] = [0.01, 0.01, 0.98]  # given class 1
    assert rank_issues(codes, sure / sure.sum(axis=1, keepdims=True)).tolist() == [7]


def test_a_tumour_of_whatever_type_among_scans_without_one_is_found() -> None:
    codes = np.repeat([0, 1, 2, 3], 40)
    probabilities = np.full((160, 4), 0.02) + 0.92 * np.eye(4)[codes]
    probabilities[120:126] = [0.33, 0.33, 0.33, 0.01]
    assert set(range(120, 126)) <= set(rank_issues(codes, probabilities, no_tumor=3).tolist())
    assert not set(range(120, 126)) & set(rank_issues(codes, probabilities).tolist())
