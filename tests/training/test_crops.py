"""Cropped pictures in class folders."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
from labelled_heads import head, save, tree

from training.cache import CropCache, build_cache
from training.crops import Export, export_crops
from training.dataset import Dataset, read_dataset
from training.errors import DatasetError, TrainingCancelled
from training.split import Split, split_dataset
from tumorviewer.imaging.prepare import InputSpec

Made = tuple[Dataset, CropCache, Split]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    root = tree(tmp_path / "data", 10)
    for folder, seed in (("a", 900), ("B", 901)):
        save(root / "glioma" / folder / "same.png", head(seed, "glioma"))
        save(root / "glioma" / folder / "SAME.png", head(seed + 50, "glioma"))
    save(root / "glioma" / 'scan "1" \u8111\n.png', head(990, "glioma"))
    dataset = read_dataset(root)
    return (
        dataset,
        build_cache(dataset.samples, InputSpec(size=48), tmp_path / "cache", workers=0),
        split_dataset(dataset),
    )


def export(made: Made, folder: Path, **more: object) -> Export:
    return export_crops(*made, folder, made_by={"size": 48}, **more)  # type: ignore[arg-type]


def test_every_crop_is_written_once_where_it_belongs(made: Made, tmp_path: Path) -> None:
    dataset, cache, split = made
    out = tmp_path / "out"
    assert export(made, out) == Export(len(dataset), 0)
    with (out / "crops.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len({row["path"].casefold() for row in rows}) == len(dataset) == len(list(out.rglob("*.png")))
    parts = {"train": split.train, "validation": split.validation, "test": split.test}
    expected = [(name, index) for name, part in parts.items() for index in part.tolist()]
    for row, (part, index) in zip(rows, expected, strict=True):
        assert row["path"].startswith(f"{part}/{dataset.samples[index].label}/")
        written = cv2.imdecode(np.frombuffer((out / row["path"]).read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
        assert np.array_equal(written, cache.read([index])[0])
        assert not set(row["path"]) & set('"\n\\:*?<>|')


def test_a_stopped_export_goes_on(made: Made, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(made, out)
    (out / "crops.csv").unlink()
    gone = sorted(out.rglob("*.png"))[:3]
    for file in gone:
        file.unlink()
    assert export(made, out) == Export(3, len(made[0]) - 3)
    assert all(file.exists() for file in gone)
    with pytest.raises(TrainingCancelled):
        export(made, tmp_path / "never", cancelled=lambda: True)


def test_folders_of_others_and_other_settings_are_refused(made: Made, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("years of work")
    with pytest.raises(DatasetError, match="not empty"):
        export(made, theirs)
    assert [path.name for path in theirs.iterdir()] == ["thesis.txt"]
    export(made, tmp_path / "out")
    with pytest.raises(DatasetError, match="other settings"):
        export(made, tmp_path / "out", picture_format="jpg")
    assert not list((tmp_path / "out").rglob("*.jpg"))
