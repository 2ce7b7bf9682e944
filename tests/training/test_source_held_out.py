"""One source held out: nothing of it is learned from, and it is tested on."""

from pathlib import Path

import pytest
from labelled_heads import head, save, tree

from training.config import TrainConfig
from training.dataset import Dataset, Sample
from training.errors import DatasetError
from training.preparing import prepare_data
from training.split import split_dataset


def test_a_source_is_tested_on_and_neither_it_nor_a_copy_of_it_is_learned_from() -> None:
    def sample(number: int, source: str, group: int) -> Sample:
        label = "glioma" if number % 2 else "no_tumor"
        name = Path(f"/data/{source}{number}.png")
        return Sample(
            name, label, source=source, duplicate_group=f"g{group}", patient_block=f"p{group}", fold=number % 3
        )

    here = [sample(n, "here", n) for n in range(60)]
    own = [sample(n, "there", 100 + n) for n in range(12)]
    copies = [sample(60 + n, "there", n) for n in range(6)]  # of pictures of `here`; two of each fold
    dataset = Dataset(Path("/data"), (*here, *own, *copies))
    usual, split = (split_dataset(dataset, test_fold=0, test_source=source) for source in ("", "there"))
    assert {dataset.samples[i].source for part in (split.train, split.validation) for i in part} == {"here"}
    tested = {dataset.samples[i] for i in split.test}
    assert tested == {*(dataset.samples[i] for i in usual.test), *own, *copies}
    learned = {dataset.samples[i].duplicate_group for part in (split.train, split.validation) for i in part}
    assert not learned & {sample.duplicate_group for sample in tested}
    copied = {sample.duplicate_group for sample in copies}
    for part, before in ((split.train, usual.train), (split.validation, usual.validation)):
        kept = {i for i in before if dataset.samples[i].source == "here"}
        assert set(part) == {i for i in kept if dataset.samples[i].duplicate_group not in copied}
    assert split.how.endswith("there held out, and 4 images of other sources that have a copy or a patient there")


def test_a_source_that_is_not_there_or_holds_a_whole_class_is_named() -> None:
    samples = [
        Sample(Path(f"/data/{n}.png"), "glioma" if n % 2 else "no_tumor", source="ab"[n % 2], duplicate_group=f"g{n}")
        for n in range(40)
    ]
    dataset = Dataset(Path("/data"), tuple(samples))
    with pytest.raises(DatasetError, match=r"no source 'c'; the sources of .* are: a, b"):
        split_dataset(dataset, test_source="c")
    with pytest.raises(DatasetError, match=r"training part would hold no glioma\. Choose another source"):
        split_dataset(dataset, test_source="b")


def test_a_source_with_tumours_of_no_told_type_can_be_held_out(tmp_path: Path) -> None:
    root = tree(tmp_path / "data", 12)
    for number in range(4):
        save(root / "tumor_unspecified" / f"{number}.png", head(500 + number, "pituitary"))
    rows = ["path,label,source"]
    for file in sorted(root.rglob("*.png")):
        label = file.parent.name
        source = "there" if label == "tumor_unspecified" else "here"
        rows.append(f"{file.relative_to(root).as_posix()},{label},{source}")
    (root / "index.csv").write_text("\n".join(rows) + "\n")
    config = TrainConfig(size=64, test_source="there", workers=0)
    prepared = prepare_data(config, root, tmp_path / "cache", lambda event: None, lambda: False)
    labels = {
        name: {prepared.dataset.labels[i] for i in getattr(prepared.split, name)}
        for name in ("train", "validation", "test")
    }
    assert labels["train"] == labels["validation"] == {"glioma", "no_tumor"}
    assert labels["test"] == {"glioma", "no_tumor", "tumor_unspecified"}
