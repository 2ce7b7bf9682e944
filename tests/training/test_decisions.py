"""Decisions about labels: what they change, and that they move no scan from one part of a split to another."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from labelled_heads import head, save, tree

from training.config import TrainConfig
from training.dataset import Dataset, Sample, read_dataset
from training.decisions import LEAVE_OUT, Applied, Decision, apply_decisions, load_decisions, save_decisions
from training.duplicates import ensure_groups
from training.errors import DatasetError
from training.look_over import look_over
from training.preparing import prepare_data
from training.split import Split, split_dataset

FAST = TrainConfig(workers=0, size=64, validation_share=0.2, test_share=0.2)
ROOT = Path("/data")


def numbered(labels: list[str], patients: list[int] | None = None) -> Dataset:
    """Make a data set of one scan a picture: 0.png, 1.png ..."""
    owners = patients or list(range(len(labels)))
    return Dataset(
        ROOT,
        tuple(
            Sample(
                ROOT / f"{number}.png", label, duplicate_group=f"g{number}", patient_block=f"p{owner}", fold=owner % 3
            )
            for number, (label, owner) in enumerate(zip(labels, owners, strict=True))
        ),
    )


def decided(dataset: Dataset, decisions: dict[int, str]) -> tuple[Dataset, Applied]:
    listed = [Decision(f"{number}.png", 0, dataset.labels[number], text) for number, text in decisions.items()]
    return apply_decisions(dataset, listed)


def names(dataset: Dataset, split: Split) -> list[set[str]]:
    return [{dataset.relative(index) for index in part} for part in (split.train, split.validation, split.test)]


def test_decisions_change_the_data_and_are_counted(tmp_path: Path) -> None:
    dataset = read_dataset(tree(tmp_path / "heads", 4))
    decisions = [
        Decision("glioma/glioma (3).png", 0, "glioma", "pituitary"),
        Decision("no_tumor/no_tumor (2).png", 0, "no_tumor", LEAVE_OUT),
        Decision("glioma/gone.png", 0, "glioma", LEAVE_OUT),
        Decision("glioma/glioma (1).png", 0, "pituitary", LEAVE_OUT),  # was decided when it had another label
    ]
    save_decisions(decisions, tmp_path / "decisions.csv")
    changed, applied = apply_decisions(dataset, load_decisions(tmp_path / "decisions.csv"))
    assert replace(applied, digest="") == Applied(relabelled=1, left_out=1, outdated=2)
    labels = {changed.relative(index): sample.label for index, sample in enumerate(changed.samples)}
    assert len(labels) == 7
    assert labels["glioma/glioma (3).png"] == "pituitary"
    assert "no_tumor/no_tumor (2).png" not in labels
    assert labels["glioma/glioma (1).png"] == "glioma"
    assert changed.as_given() == dataset
    assert changed.fingerprint() == dataset.fingerprint()


def test_equal_decisions_have_equal_digests_and_those_that_change_nothing_none() -> None:
    dataset = numbered(["glioma", "no_tumor"] * 3)
    same, nothing = decided(dataset, {0: "glioma"})
    assert (same, nothing) == (dataset, Applied(outdated=1))
    both = decided(dataset, {0: "pituitary", 1: LEAVE_OUT})[1].digest
    assert both == decided(dataset, {1: LEAVE_OUT, 0: "pituitary"})[1].digest
    assert (
        len({both, decided(dataset, {0: "pituitary"})[1].digest, decided(dataset, {0: LEAVE_OUT})[1].digest, ""}) == 4
    )


@pytest.mark.parametrize("fold", [None, 0])
def test_decisions_move_no_scan_to_another_part(fold: int | None) -> None:
    labels = ["glioma", "no_tumor", "pituitary", "meningioma"] * 60
    dataset = numbered(labels, [number // 3 for number in range(240)])
    before = names(dataset, split_dataset(dataset, test_fold=fold))
    # Large groups come first when parts are balanced: leaving out of them would move most others.
    decisions = dict.fromkeys(range(0, 60, 2), LEAVE_OUT) | dict.fromkeys(range(61, 120, 4), "glioma")
    changed, applied = decided(dataset, decisions)
    assert applied.left_out == 30
    split = split_dataset(changed, test_fold=fold)
    gone = {f"{number}.png" for number, text in decisions.items() if text == LEAVE_OUT}
    assert names(changed, split) == [part - gone for part in before]
    assert not split.as_decided
    anew = split_dataset(changed.subset(range(len(changed))), test_fold=fold)
    assert names(changed, anew) != names(changed, split), "the labels as decided alone would give other parts"


def test_decisions_mend_what_could_not_be_split() -> None:
    lonely = numbered(["glioma"] * 12 + ["no_tumor"] * 12 + ["pituitary"])
    with pytest.raises(DatasetError, match="pituitary has only 1"):
        split_dataset(lonely)
    split = split_dataset(decided(lonely, {24: LEAVE_OUT})[0])
    assert split.as_decided
    assert "as decided" in split.how


def test_a_part_without_a_class_is_drawn_by_the_labels_as_decided() -> None:
    dataset = numbered(["glioma"] * 30 + ["no_tumor"] * 30)
    test = [number for number in split_dataset(dataset).test.tolist() if number < 30]
    changed, _ = decided(dataset, dict.fromkeys(test, "no_tumor"))
    split = split_dataset(changed)
    assert split.as_decided
    assert all(
        {changed.labels[i] for i in part} == {"glioma", "no_tumor"}
        for part in (split.train, split.validation, split.test)
    )


def test_a_class_that_published_test_folders_never_had_is_no_reason_to_draw_anew() -> None:
    dataset = numbered(["glioma", "no_tumor", "pituitary"] * 20)
    parts = [
        "test" if number % 4 == 0 and label != "pituitary" else "train" for number, label in enumerate(dataset.labels)
    ]
    samples = [replace(sample, published_split=part) for sample, part in zip(dataset.samples, parts, strict=True)]
    published = replace(dataset, samples=tuple(samples))
    before = names(published, split_dataset(published, published=True))
    changed, _ = decided(published, {1: LEAVE_OUT})
    split = split_dataset(changed, published=True)
    assert not split.as_decided
    assert names(changed, split) == [part - {"1.png"} for part in before]


@pytest.fixture
def copied(tmp_path: Path) -> tuple[Path, Path]:
    """Write heads of which one is the link between two copies, and the decision to leave that one out."""
    root = tree(tmp_path / "heads", 9)
    for number in range(3):
        save(root / "glioma" / f"a copy {number}.jpg", head(4, "glioma"), quality=90 - 20 * number)
    decision = Decision("glioma/a copy 0.jpg", 0, "glioma", LEAVE_OUT)
    save_decisions([decision], tmp_path / "decisions.csv")
    return root, tmp_path / "decisions.csv"


def test_groups_that_are_found_keep_their_names(copied: tuple[Path, Path]) -> None:
    root, file = copied
    whole = ensure_groups(read_dataset(root))
    changed = ensure_groups(apply_decisions(read_dataset(root), load_decisions(file))[0])
    assert len(changed) == len(whole) - 1
    told = {sample.path: (sample.duplicate_group, sample.patient_block) for sample in whole.samples}
    assert all(told[sample.path] == (sample.duplicate_group, sample.patient_block) for sample in changed.samples)
    assert changed.fingerprint() == whole.fingerprint()


def test_a_run_and_the_page_of_the_data_draw_the_parts_of_the_data_as_given(
    copied: tuple[Path, Path], tmp_path: Path
) -> None:
    root, file = copied
    cache = tmp_path / "cache"

    def prepare(decisions: Path | None) -> tuple[Dataset, Split, str, str]:
        data = prepare_data(FAST, root, cache, lambda event: None, lambda: False, decisions=decisions)
        return data.dataset, data.split, data.fingerprint, data.decisions.digest

    (whole, before, fingerprint, none), (kept, after, same, digest) = prepare(None), prepare(file)
    assert (fingerprint, none) == (same, "")
    assert digest
    assert names(kept, after) == [part - {"glioma/a copy 0.jpg"} for part in names(whole, before)]
    overview, audit = look_over(root, FAST, cache, decisions=file)
    assert audit.split is not None
    assert names(audit.dataset, audit.split) == names(kept, after)
    assert sum(overview.counts["glioma"].values()) == 11
    shown = {audit.dataset.relative(index) for index in np.unique(audit.duplicates.pairs)}
    assert {"glioma/a copy 1.jpg", "glioma/a copy 2.jpg", "glioma/glioma (4).png"} == shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("path;frame;given;decision\na.png;0;Glioma;no tumor\n", ""),
        ("path,given\na.png,glioma\n", "no column frame, decision"),
        ("path,frame,given,decision\na.png,0,glioma,perhaps\n", "line 2"),
        ("path,frame,given,decision\na.png,-1,glioma,glioma\n", "line 2"),
        ("path,frame,given,decision\na.png,0,glioma\n", "line 2"),
    ],
)
def test_a_file_of_decisions_is_read_as_people_write_it(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "decisions.csv"
    file.write_text(text, encoding="utf-8")
    if words:
        with pytest.raises(DatasetError, match=words):
            load_decisions(file)
    else:
        assert load_decisions(file) == (Decision("a.png", 0, "glioma", "no_tumor"),)
    with pytest.raises(DatasetError, match="cannot be read"):
        load_decisions(tmp_path / "missing.csv")
