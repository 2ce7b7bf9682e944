"""Two models side by side, on scans that neither was made from, each picture once: better, worse or not told apart."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import quadrants
from quadrants import draw, save, write_bundle

from training.config import TrainConfig
from training.dataset import Dataset, read_dataset
from training.decisions import LEAVE_OUT, Decision, apply_decisions
from training.errors import DatasetError
from training.events import Event, Progress
from training.preparing import split_as_set
from training.promotion import (
    Promotion,
    Standing,
    _compare,
    compare_models,
)
from training.unseen import Basis, held_out_by_both, seen_by
from tumorviewer.inference.bundle import Bundle, load_bundle
from tumorviewer.inference.card import card_to_json
from tumorviewer.inference.labels import CLASSES

CONFIG = TrainConfig(validation_share=0.2, test_share=0.3)


@pytest.fixture(scope="module")
def heads(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Return 15 patients a class with a scan each, one of them with two copies."""
    root = tmp_path_factory.mktemp("heads")
    for number in range(60):
        label = CLASSES[number % 4]
        save(draw(label, number), root / label / f"{number}.png")
    dataset = read_dataset(root)
    samples = [replace(sample, duplicate_group=f"g{sample.path.stem}") for sample in dataset.samples]
    return replace(dataset, samples=tuple(samples))


def made_from(folder: Path, dataset: Dataset | None, **settings: object) -> Bundle:
    """Write the tiny model with a card that names the data that it was made from."""
    bundle = load_bundle(write_bundle(folder))
    config = replace(CONFIG, **settings)
    data: dict[str, object] = {"fingerprint": "of other data"}
    if dataset is not None:
        data = {"fingerprint": dataset.fingerprint(), "test": len(split_as_set(dataset, config).test)}
    card = replace(bundle.card, name=folder.name, data=data, training={"config": config.to_dict()})
    (folder / "card.json").write_text(card_to_json(card), encoding="utf-8")
    return load_bundle(folder)


def confused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Bundle:
    """Write a model that takes glioma for meningioma and the other way round: two rows of its weights are exchanged."""
    weights = np.zeros((4, 12), np.float32)
    weights[:, :4] = 60.0 * np.eye(4)
    content = quadrants.TINY.read_bytes()
    assert content.count(weights.tobytes()) == 1
    tiny = folder.parent / "confused.tflite"
    tiny.write_bytes(content.replace(weights.tobytes(), weights[[1, 0, 2, 3]].tobytes()))
    with monkeypatch.context() as patch:
        patch.setattr(quadrants, "TINY", tiny)
        return made_from(folder, None)


def test_what_a_model_has_seen_is_told_by_its_card(heads: Dataset, tmp_path: Path) -> None:
    known = made_from(tmp_path / "known", heads)
    split = split_as_set(heads, CONFIG)
    seen = seen_by(known.card, heads, heads.fingerprint())
    assert seen is not None
    assert set(seen.tolist()) == {*split.train.tolist(), *split.validation.tolist()}
    assert seen_by(made_from(tmp_path / "stranger", None).card, heads, heads.fingerprint()) is None
    damaged = replace(known.card, training={"config": {"colour": "blue"}})
    assert seen_by(damaged, heads, heads.fingerprint()) is None
    other_split = replace(known.card, data={**known.card.data, "test": 1})
    assert seen_by(other_split, heads, heads.fingerprint()) is None


def test_only_scans_that_neither_has_seen_are_compared_on(heads: Dataset, tmp_path: Path) -> None:
    first, second = made_from(tmp_path / "a", heads), made_from(tmp_path / "b", heads, seed=5)
    chosen, basis = held_out_by_both(first.card, second.card, heads, heads.fingerprint())
    tests = [set(split_as_set(heads, replace(CONFIG, seed=seed)).test.tolist()) for seed in (0, 5)]
    assert set(chosen.tolist()) == tests[0] & tests[1]
    assert basis is Basis.UNSEEN
    stranger = made_from(tmp_path / "c", None)
    chosen, basis = held_out_by_both(first.card, stranger.card, heads, heads.fingerprint())
    assert set(chosen.tolist()) == tests[0]
    assert basis is Basis.CURRENT_UNKNOWN
    assert held_out_by_both(stranger.card, stranger.card, heads, "")[1] is Basis.UNKNOWN


def test_decisions_about_labels_leave_two_models_comparable(heads: Dataset, tmp_path: Path) -> None:
    before = made_from(tmp_path / "before", heads)
    split = split_as_set(heads, CONFIG)
    listed = [Decision(heads.relative(index), 0, heads.labels[index], LEAVE_OUT) for index in (0, int(split.test[0]))]
    decided, applied = apply_decisions(heads, [*listed, Decision(heads.relative(1), 0, heads.labels[1], "glioma")])
    after = made_from(tmp_path / "after", decided)
    card = replace(after.card, data={**after.card.data, "decisions": applied.to_dict()})
    chosen, basis = held_out_by_both(card, before.card, decided, decided.fingerprint())
    assert basis is Basis.UNSEEN
    assert decided.places()[chosen].tolist() == split.test.tolist()[1:]
    drawn_anew = replace(card, data={**card.data, "decisions": {**applied.to_dict(), "drew_the_split": True}})
    assert seen_by(drawn_anew, heads, decided.fingerprint()) is None
    other_test = replace(card, data={**card.data, "test": len(split.test) - 3})
    assert seen_by(other_test, heads, decided.fingerprint()) is None


def test_what_hangs_together_with_a_scan_left_out_since_is_not_compared_on(heads: Dataset, tmp_path: Path) -> None:
    samples = [
        replace(sample, published_split="test" if index % 3 else "train", patient_block="p" if index < 2 else "")
        for index, sample in enumerate(heads.samples)
    ]
    leaky = replace(heads, samples=tuple(samples))  # one patient in both parts: scans 0 and 1
    model = made_from(tmp_path / "a", leaky, published=True)
    decided, _ = apply_decisions(leaky, [Decision(leaky.relative(0), 0, leaky.labels[0], LEAVE_OUT)])
    chosen, basis = held_out_by_both(model.card, model.card, decided, decided.fingerprint())
    assert basis is Basis.UNSEEN
    tested = {index for index, sample in enumerate(leaky.samples) if sample.published_split == "test"}
    assert set(decided.places()[chosen].tolist()) == tested - {1}


def test_copies_count_once_and_what_hangs_together_with_training_not_at_all(heads: Dataset, tmp_path: Path) -> None:
    model = made_from(tmp_path / "a", heads)
    split = split_as_set(heads, CONFIG)
    shared = {int(split.test[0]): "same", int(split.test[1]): "same"}
    patients = {int(split.test[2]): "p", int(split.train[0]): "p"}
    samples = [
        replace(
            sample,
            duplicate_group=shared.get(index, sample.duplicate_group),
            patient_block=patients.get(index, ""),
        )
        for index, sample in enumerate(heads.samples)
    ]
    linked = replace(heads, samples=tuple(samples))
    # The card's own split, on the data as they were; the fingerprint is taken as given here.
    card = replace(model.card, data={**model.card.data, "test": len(split_as_set(linked, CONFIG).test)})
    chosen, _ = held_out_by_both(card, card, linked, str(card.data["fingerprint"]))
    groups = [linked.samples[index].duplicate_group for index in chosen]
    assert len(groups) == len(set(groups))
    train = split_as_set(linked, CONFIG).train.tolist()
    blocks = {linked.samples[index].patient_block for index in train} - {""}
    assert not blocks & {linked.samples[index].patient_block for index in chosen}


def test_no_scan_left_is_told(heads: Dataset, tmp_path: Path) -> None:
    samples = [
        replace(sample, published_split="test" if index % 2 else "train", patient_block=f"p{index // 2}")
        for index, sample in enumerate(heads.samples)
    ]
    leaky = replace(heads, samples=tuple(samples))  # a patient in each part for every scan of the test part
    model = made_from(tmp_path / "a", leaky, published=True)
    with pytest.raises(DatasetError, match="new to both"):
        held_out_by_both(model.card, model.card, leaky, leaky.fingerprint())


def test_a_confused_model_is_worse_and_the_other_one_better(
    heads: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = made_from(tmp_path / "good", None), confused(tmp_path / "bad", monkeypatch)
    told: list[Event] = []
    found = compare_models(bad, good, heads, threads=2, rounds=100, report=told.append)
    assert found.verdict is Standing.WORSE
    assert found.worse_for == ("glioma", "meningioma")
    assert "worse than good" in found.sentence
    assert "cannot be known" in found.sentence
    assert [item.name for item in found.labels] == list(CLASSES)
    assert [item.standing for item in found.labels[2:]] == [Standing.NOT_TOLD_APART] * 2
    assert found.labels[0].new.high < found.labels[0].current.low
    assert Promotion.from_dict(json.loads(json.dumps(found.to_dict(), allow_nan=False))) == found
    assert isinstance(told[-1], Progress)
    assert told[-1].done == told[-1].total == 120
    assert compare_models(good, bad, heads, threads=2, rounds=100).verdict is Standing.BETTER
    same = compare_models(good, good, heads, threads=2, rounds=100)
    assert same.verdict is Standing.NOT_TOLD_APART
    assert same.overall.p_value == 1.0


def test_better_needs_more_than_one_patient(tmp_path: Path) -> None:
    new, current = np.ones(20, bool), np.zeros(20, bool)
    everyone = np.ones(20, bool)
    one, many = np.array(["p"] * 12 + ["q"] * 8), np.arange(20).astype(str)
    assert _compare("all", new, current, many, everyone, 100).standing is Standing.BETTER
    current[:] = [True] * 8 + [False] * 12
    new[:] = [False] * 8 + [True] * 12
    balanced = _compare("all", new, current, one, everyone, 100)
    assert balanced.standing is Standing.NOT_TOLD_APART
    assert (balanced.mended, balanced.broken) == (12, 8)
