"""Copies are found however they were changed, and different heads are not taken for copies."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from labelled_heads import head, save, tree

from training.dataset import Dataset, read_dataset
from training.duplicates import KINDS, Duplicates, cached_duplicates, ensure_groups, find_duplicates
from training.fingerprints import Fingerprints, build_fingerprints


def compare(root: Path) -> tuple[Dataset, Duplicates]:
    dataset = read_dataset(root)
    return dataset, find_duplicates(build_fingerprints(dataset.samples, workers=0))


def brighter(picture: np.ndarray) -> np.ndarray:
    return np.clip(picture.astype(np.float32) * 1.15 + 6, 0, 255).astype(np.uint8)


CHANGES = {
    "same file": lambda path, picture: path.with_name("copy.png").write_bytes(path.read_bytes()),
    "same pixels": lambda path, picture: save(path.with_name("copy.bmp"), picture),
    "re-encoded": lambda path, picture: save(path.with_name("copy.jpg"), picture, quality=35),
    "smaller": lambda path, picture: save(path.with_name("copy.png"), cv2.resize(picture, (97, 97), interpolation=3)),
    "larger": lambda path, picture: save(path.with_name("copy.png"), cv2.resize(picture, (240, 240))),
    "brighter": lambda path, picture: save(path.with_name("copy.png"), brighter(picture)),
    "mirrored": lambda path, picture: save(path.with_name("copy.png"), np.ascontiguousarray(picture[:, ::-1])),
    "mirrored, smaller, re-encoded": lambda path, picture: save(
        path.with_name("copy.jpg"), cv2.resize(picture[:, ::-1], (100, 100), interpolation=3), quality=50
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_is_found_and_nothing_else(tmp_path: Path, change: str) -> None:
    root = tree(tmp_path, 5)
    original = root / "glioma" / "glioma (2).png"
    CHANGES[change](original, head(2, "glioma"))
    dataset, found = compare(root)
    pairs = [{dataset.samples[i].path.stem for i in pair} for pair in found.pairs.tolist()]
    assert pairs == [{"copy", "glioma (2)"}]
    kind = KINDS[found.kinds[0]]
    assert kind == (change if change in KINDS else "mirrored" if "mirrored" in change else "nearly the same")


def test_different_heads_are_not_copies(tmp_path: Path) -> None:
    _, found = compare(tree(tmp_path, 20, ("glioma", "no_tumor", "pituitary")))
    assert found.pairs.tolist() == []
    assert found.groups.tolist() == list(range(60))


def test_blank_pictures_are_like_nothing_but_their_equals(tmp_path: Path) -> None:
    root = tree(tmp_path, 2)
    for level in (0, 90, 90):
        number = len(list((root / "glioma").iterdir()))
        save(root / "glioma" / f"blank {number}.png", np.full((64 + (level == 0), 64), level, np.uint8))
    _, found = compare(root)
    assert [KINDS[kind] for kind in found.kinds] == ["same file"]


def test_groups_are_filled_in_and_kept_in_the_cache(tmp_path: Path) -> None:
    root = tree(tmp_path / "data", 4)
    save(root / "no_tumor" / "copy.jpg", head(1001))
    dataset = read_dataset(root)
    grouped = ensure_groups(dataset, tmp_path / "cache", workers=0)
    names = {sample.path.stem: sample.duplicate_group for sample in grouped.samples}
    assert grouped.has_groups
    assert names["copy"] == names["no_tumor (1)"]
    assert len(set(names.values())) == 8
    assert all(sample.patient_block == sample.duplicate_group for sample in grouped.samples)
    stored = list((tmp_path / "cache" / "duplicates").iterdir())
    assert len(stored) == 1
    again = cached_duplicates(build_fingerprints(dataset.samples, tmp_path / "cache"), tmp_path / "cache")
    assert len(again.pairs) == 1
    stored[0].write_bytes(b"damaged")
    assert ensure_groups(dataset, tmp_path / "cache", workers=0).samples == grouped.samples


def test_told_groups_are_left_alone(tmp_path: Path) -> None:
    root = tree(tmp_path, 1)
    (root / "index.csv").write_text("path,label,duplicate_group\nglioma/glioma (0).png,glioma,g7\n")
    dataset = read_dataset(root)
    assert ensure_groups(dataset) is dataset


def _slices(shared_data: Path, dataset: Dataset) -> list[str]:
    import csv

    with (shared_data / "index.csv").open(encoding="utf-8", newline="") as stream:
        told = {row["path"]: row["figshare_slice"] for row in csv.DictReader(stream)}
    return [told[dataset.relative(index)] for index in range(len(dataset))]


def _pairs(values: np.ndarray) -> int:
    counts = np.unique(values, return_counts=True)[1].astype(np.int64)
    return int((counts * (counts - 1) // 2).sum())


@pytest.mark.data
def test_copies_of_known_slices_are_found_in_real_scans(shared_data: Path) -> None:
    """Pairs that show the same figshare slice, over a sample of slices: recall and precision after joining groups."""
    dataset = read_dataset(shared_data)
    slices = np.array(_slices(shared_data, dataset))
    chosen = np.flatnonzero([bool(name) and int(name) % 16 == 0 for name in slices])
    part, truth = dataset.subset(chosen.tolist()), np.unique(slices[chosen], return_inverse=True)[1]
    prints: Fingerprints = build_fingerprints(part.samples)
    found = find_duplicates(prints).groups
    both = _pairs(truth * len(part) + np.unique(found, return_inverse=True)[1])
    assert both / _pairs(truth) > 0.97
    assert both / _pairs(found) > 0.97
