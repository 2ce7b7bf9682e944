"""The page of the data: counts by class and part, findings, the verdict and what mends it; what a run would refuse."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from labelled_heads import head, save, tree

from training.config import TrainConfig
from training.dataset import read_dataset
from training.findings import FindingKind, Weight
from training.look_over import look_over
from training.overview import DataOverview, Verdict, draw, mended
from training.patients import PatternTrial, try_pattern
from training.pictures import crop_pair
from training.preparing import prepare_data
from tumorviewer.gui.training.data.finding_words import finding_text
from tumorviewer.imaging.prepare import InputSpec

FAST = {"workers": 0, "size": 64, "validation_share": 0.2, "test_share": 0.2}


def look(data: Path, cache: Path, **settings: object) -> DataOverview:
    overview, _ = look_over(data, TrainConfig.from_dict({**FAST, **settings}), cache)
    assert DataOverview.from_dict(overview.to_dict()) == overview
    return overview


def kinds(overview: DataOverview) -> set[FindingKind]:
    return {finding.kind for finding in overview.findings}


def test_a_good_set_is_ready_and_counted_by_class_and_part(tmp_path: Path) -> None:
    data = tree(tmp_path / "heads", 12)
    (data / "notes.txt").write_text("no image")
    (data / "glioma" / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0 torn")
    seen = look(data, tmp_path / "cache")
    assert seen.verdict is Verdict.READY
    assert seen.shows_test_accuracy
    assert seen.mend is None
    assert list(seen.counts) == ["glioma", "no_tumor"]
    for parts in seen.counts.values():
        assert parts["train"] + parts["validation"] + parts["test"] == 12
        assert min(parts["train"], parts["validation"], parts["test"]) > 0
    assert kinds(seen) - {FindingKind.SHORTCUT} == {
        FindingKind.PATIENTS_UNKNOWN, FindingKind.UNREADABLE, FindingKind.SKIPPED, FindingKind.FEW_SCANS
    }  # fmt: skip
    assert [path for path, _ in seen.problems] == ["glioma/torn.jpg"]
    assert all(0 <= value <= 1 for value in seen.baselines.values())
    assert seen.patients.unknown == 24 + seen.counts["glioma"]["left_out"]


def test_a_leaky_published_split_shows_no_accuracy_and_is_mended(tmp_path: Path) -> None:
    data = tmp_path / "heads"
    for part, seeds in (("Training", range(12)), ("Testing", range(6, 18))):
        tree(data / part, 0)
        for label in ("glioma", "no_tumor"):
            for seed in seeds:
                save(data / part / label / f"{seed}.png", head(seed + 100 * (label == "glioma"), label))
    config = TrainConfig.from_dict({**FAST, "published": True})
    seen = look(data, tmp_path / "cache", published=True)
    assert seen.verdict is Verdict.LEAKY
    assert not seen.shows_test_accuracy
    leak = next(finding for finding in seen.findings if finding.kind is FindingKind.LEAK)
    assert leak.names == ("published folders",)
    assert leak.count >= 12
    assert leak.of == 24
    assert look(data, tmp_path / "cache", **(seen.mend or {})).verdict is Verdict.READY
    assert mended(config, seen).published is False
    copies = {pair.kind for pair in seen.copies}
    assert "same file" in copies


def test_patients_are_told_by_names_and_kept_whole(tmp_path: Path) -> None:
    data = tmp_path / "heads"
    for label in ("glioma", "no_tumor"):
        for seed in range(12):
            save(data / label / f"P{seed // 2}_{seed}.png", head(seed + 50 * (label == "glioma"), label))
    names = [f"{label}/P{seed // 2}_{seed}.png" for label in ("glioma", "no_tumor") for seed in range(12)]
    trial = try_pattern(names, r"^(P\d+)_")
    assert isinstance(trial, PatternTrial)
    assert (trial.matched, trial.unmatched, trial.patients) == (24, 0, 6)
    assert trial.examples[0] == ("glioma/P0_0.png", "P0")
    seen = look(data, tmp_path / "cache", patient_pattern=r"^(P\d+)_")
    assert (seen.patients.by_name, seen.patients.unknown, seen.patients.patients) == (24, 0, 6)
    assert FindingKind.PATIENTS_UNKNOWN not in kinds(seen)
    config = TrainConfig.from_dict({**FAST, "patient_pattern": r"^(P\d+)_"})
    prepared = prepare_data(config, data, tmp_path / "cache", lambda event: None, lambda: False)
    blocks = np.array([sample.patient_block for sample in prepared.dataset.samples])
    parts = (prepared.split.train, prepared.split.validation, prepared.split.test)
    assert sum(len(set(blocks[part])) for part in parts) == 6


def test_samples_are_drawn_anew_with_another_seed(tmp_path: Path) -> None:
    seen = look(tree(tmp_path / "heads", 12), tmp_path / "cache")
    first, again, other = draw(seen.pool, 5, 1), draw(seen.pool, 5, 1), draw(seen.pool, 5, 2)
    assert first == again != other
    for label, scans in first.items():
        assert len({scan.path for scan in scans}) == 5
        assert all(scan.label == label and (tmp_path / "heads" / scan.path).is_file() for scan in scans)


def test_a_pair_of_crops_is_what_training_reads(tmp_path: Path) -> None:
    data = tree(tmp_path / "heads", 12)
    config = TrainConfig.from_dict(FAST)
    prepared = prepare_data(config, data, tmp_path / "cache", lambda event: None, lambda: False)
    sample = prepared.dataset.samples[3]
    pair = crop_pair(sample.path, sample.frame, config.input_spec)
    np.testing.assert_array_equal(pair.after, prepared.caches[64].read([3])[0])
    assert pair.box is not None
    assert pair.box.as_list() == prepared.caches[64].boxes[3].tolist()
    assert pair.before.shape == (128, 128)
    assert crop_pair(sample.path, 0, InputSpec(size=96)).after.shape == (96, 96)


@pytest.mark.parametrize("case", ["one class", "empty class", "three images", "unreadable", "same pictures"])
def test_what_cannot_be_trained_is_blocked_with_a_sentence_and_a_way_out(tmp_path: Path, case: str) -> None:
    data = tree(tmp_path / "heads", 12)
    kind, sentence, way_out = SPOILED[case]
    spoil(data, case)
    seen = look(data, tmp_path / "cache")
    assert seen.verdict is Verdict.BLOCKED
    assert sentence in seen.reason
    assert way_out in seen.reason
    if kind is not None:
        assert any(finding.kind is kind and finding.weight is Weight.BLOCKING for finding in seen.findings)
    # A run refuses the same data with the same words.
    with pytest.raises(Exception, match=re.escape(seen.reason)):
        prepare_data(TrainConfig.from_dict(FAST), data, tmp_path / "cache", lambda event: None, lambda: False)


SPOILED = {
    "one class": (FindingKind.ONE_CLASS, "At least two classes are needed", "holds only glioma"),
    "empty class": (FindingKind.EMPTY_CLASS, "holds no image", "Fill it or remove it"),
    "three images": (None, "only 1 independent group", "Add scans of other patients"),
    "unreadable": (FindingKind.UNREADABLE, "cannot be read", "move the unreadable files out"),
    "same pictures": (FindingKind.SAME_PICTURES, "hold the same pictures", "remove or replace it"),
}


def spoil(data: Path, case: str) -> None:
    files = sorted((data / "no_tumor").iterdir())
    if case in ("one class", "empty class", "same pictures"):
        for file in files:
            file.unlink()
    if case == "one class":
        (data / "no_tumor").rmdir()
    if case == "same pictures":
        shutil.rmtree(data / "no_tumor")
        shutil.copytree(data / "glioma", data / "no_tumor")
    if case == "three images":
        for file in [*files[2:], *sorted((data / "glioma").iterdir())[1:]]:
            file.unlink()
    if case == "unreadable":
        for folder in ("glioma", "no_tumor"):
            for file in sorted((data / folder).iterdir())[1:]:
                file.write_bytes(file.read_bytes()[:60])


def test_the_folder_of_one_fold_that_is_not_there_is_mended(tmp_path: Path) -> None:
    data = tree(tmp_path / "heads", 12)
    seen = look(data, tmp_path / "cache", test_fold=3)
    assert seen.verdict is Verdict.BLOCKED
    assert "no fold 3" in seen.reason
    assert seen.mend == {"test_fold": None}
    assert read_dataset(data).root == data


def test_leaking_folds_are_one_finding_with_the_scans_of_all(tmp_path: Path) -> None:
    data = tree(tmp_path / "heads", 12)
    files = sorted(data.rglob("*.png"))
    folds = {file: place % 4 for place, file in enumerate(files)}
    for file in files[:2]:  # of folds 0 and 1; their copies lie in fold 3
        copy = Path(shutil.copy(file, file.with_name(f"copy of {file.name}")))
        folds[copy] = 3
    rows = [f"{file.relative_to(data).as_posix()},{file.parent.name},{fold}" for file, fold in folds.items()]
    (data / "index.csv").write_text("\n".join(["path,label,fold", *rows]))
    seen = look(data, tmp_path / "cache")
    leaks = [finding for finding in seen.findings if finding.kind is FindingKind.LEAK]
    assert [(leak.names, leak.count, leak.of) for leak in leaks] == [(("fold 0", "fold 1", "fold 3"), 4, 20)]
    assert finding_text(leaks[0]).startswith("Folds 0, 1 and 3 leak: 4 of the 20 scans in them")
    alone = replace(leaks[0], names=("fold 3",), count=2, of=8)
    assert finding_text(alone).startswith("Fold 3 leaks: 2 of 8 test scans")
