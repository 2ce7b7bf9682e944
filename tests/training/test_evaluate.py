"""The whole protocol on drawn heads with a real (tiny) LiteRT model whose right and wrong answers are known."""

import csv
import dataclasses
import json
import math
import os
from pathlib import Path
from typing import get_args

import cv2
import numpy as np
import pytest
from quadrants import draw, save, write_bundle, write_set

from training.dataset import Dataset, Sample, read_dataset
from training.errors import DatasetError, TrainingCancelled
from training.evaluate import EvaluationOptions, evaluate
from training.evaluation import LEAKY, Evaluation, Part
from training.evaluation_files import write_evaluation
from training.events import Progress
from training.facts import card_metrics
from training.model_card import card_text
from training.report import render_report
from training.selection import QUICK_SCANS, Selection, held_out_fold, quick_sample, select_scans
from training.wording import share
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.phantom_pages import Page, draw_page
from tumorviewer.inference.bundle import Bundle, load_bundle
from tumorviewer.inference.card import Card, card_from_json, card_to_json
from tumorviewer.inference.labels import NOT_BRAIN_MR
from tumorviewer.inference.predictor import Predictor


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return load_bundle(write_bundle(tmp_path_factory.mktemp("models") / "quadrants-1.0"))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return read_dataset(write_set(tmp_path_factory.mktemp("set")))


@pytest.fixture(scope="module")
def evaluation(bundle: Bundle, dataset: Dataset) -> Evaluation:
    return evaluate(
        bundle, dataset, range(24), part=Part("all", True), options=EvaluationOptions(rounds=40, robustness_scans=10)
    )


def test_answers_are_counted_against_labels(evaluation: Evaluation) -> None:
    """Of 24 scans two are tumours of untold type, and two gliomas are labelled pituitary."""
    assert evaluation.confusion.tolist() == [[4, 0, 0, 0], [0, 4, 0, 0], [2, 0, 6, 0], [0, 0, 0, 6]]
    assert evaluation.headline["accuracy"].value == pytest.approx(20 / 22)
    assert evaluation.headline["macro_sensitivity"].value == pytest.approx((1 + 1 + 0.75 + 1) / 4)
    assert evaluation.detection.unspecified.n == 2
    assert evaluation.detection.sensitivity.n == 18
    assert {row.source: row.right.n for row in evaluation.sources} == {"north": 16, "south": 8}
    assert sum(row.right.value * row.right.n for row in evaluation.sources) == pytest.approx(22)


def test_mistakes_are_the_wrong_ones_surest_first(evaluation: Evaluation) -> None:
    names = {row.sample.path.name for row in evaluation.mistakes}
    assert names == {"glioma 0.png", "glioma 1.png"}
    confidences = [row.prediction.confidence for row in evaluation.mistakes]
    assert confidences == sorted(confidences, reverse=True)


def test_changes_that_matter_to_this_model_show(evaluation: Evaluation) -> None:
    """It looks at quadrants: a mirrored picture changes sides, a brighter one does not."""
    kept = {row.change: row.kept for row in evaluation.robustness}
    assert kept["mirrored"].value == 0.0
    assert kept["brightened by 20 %"].value == 1.0
    assert kept["resized to 1024 pixels"].n == 10


def test_peaks_lie_in_boxes_unless_the_label_is_wrong(evaluation: Evaluation) -> None:
    hits = {row.source: row.pointing for row in evaluation.localisation}
    assert sum(figure.n for figure in hits.values()) == 18
    assert sum(figure.value * figure.n for figure in hits.values()) >= 15
    assert all(row.energy.value > 3 * row.chance for row in evaluation.localisation)


def test_halves_without_their_patch_are_asked_about_as_heads_without_it(
    bundle: Bundle, dataset: Dataset, evaluation: Evaluation
) -> None:
    """To this model a head without any patch is what `draw` makes when the patch is wiped out."""
    halves = [row.healthy_half for row in evaluation.answers.given if row.healthy_half is not None]
    assert len(halves) == evaluation.healthy_halves["called_no_tumor"].n == 18  # those with a box
    predictor = Predictor(bundle, threads=1)
    for row in evaluation.answers.given[:3]:
        assert row.healthy_half is not None
        grey = cv2.imread(str(row.sample.path), cv2.IMREAD_GRAYSCALE)
        wiped = np.where(grey > 190, np.uint8(np.median(grey[(grey > 0) & (grey < 190)])), grey)
        expected = predictor.predict(wiped, find_brain_box(grey))
        np.testing.assert_allclose(row.healthy_half.probabilities, expected.probabilities, atol=0.1)
    called = np.mean([half.label == "no_tumor" for half in halves])
    assert evaluation.healthy_halves["called_no_tumor"].value == pytest.approx(called)


def test_same_seed_gives_the_same_figures_on_any_number_of_threads(
    bundle: Bundle, dataset: Dataset, evaluation: Evaluation
) -> None:
    options = EvaluationOptions(rounds=40, robustness_scans=10, workers=1)
    again = evaluate(bundle, dataset, range(24), part=Part("all", True), options=options).to_dict()
    once = evaluation.to_dict()
    assert {**again, "made": 0} == {**once, "made": 0}


def test_files_are_written_whole_and_hold_no_folders(
    bundle: Bundle, dataset: Dataset, evaluation: Evaluation, tmp_path: Path
) -> None:
    page = write_evaluation(evaluation, bundle, dataset, tmp_path / "out")
    assert sorted(path.name for path in page.parent.iterdir()) == ["evaluation.json", "predictions.csv", "report.html"]
    values = json.loads((tmp_path / "out" / "evaluation.json").read_text("utf-8"))
    assert values["model"]["sha256"] == bundle.model_sha256
    assert values["data"]["fingerprint"] == dataset.fingerprint()
    assert values["data"]["distinct_pictures"] == 24
    assert values["headline"]["accuracy"]["n"] == 22
    assert values["headline"]["macro_sensitivity"]["interval"] == "patient bootstrap"
    assert values["per_class"]["glioma"]["specificity"]["low"] < values["per_class"]["glioma"]["specificity"]["value"]
    assert "Research use only" in values["notice"]
    with (tmp_path / "out" / "predictions.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["path"] for row in rows[:2]] == ["scans/glioma 0.png", "scans/meningioma 0.png"]
    assert sum(float(rows[0][f"p_{name}"]) for name in bundle.classes) == pytest.approx(1.0, abs=1e-5)
    assert str(dataset.root) not in "".join(path.read_text("utf-8") for path in page.parent.iterdir())


def test_unreadable_scans_are_named_and_the_others_judged(bundle: Bundle, tmp_path: Path) -> None:
    for number, name in enumerate(("glioma", "no_tumor")):
        save(draw(name, number), tmp_path / name / "good.png")
    (tmp_path / "glioma" / "bad.png").write_bytes((tmp_path / "glioma" / "good.png").read_bytes()[:60])
    dataset = read_dataset(tmp_path)
    outcome = evaluate(
        bundle, dataset, range(len(dataset)), part=Part("all", None), options=EvaluationOptions(rounds=5)
    )
    assert len(outcome.answers.given) == 2
    assert [row.path.name for row in outcome.answers.unreadable] == ["bad.png"]
    assert math.isnan(outcome.per_class[1].sensitivity.value)
    json.dumps(outcome.to_dict(), allow_nan=False)


def test_a_name_of_no_known_encoding_stands_escaped_in_every_file(bundle: Bundle, tmp_path: Path) -> None:
    try:
        save(draw("glioma", 0), tmp_path / "set" / "glioma" / os.fsdecode(b"caf\xe9.png"))
    except OSError:
        pytest.skip("this file system has only names in UTF-8")
    save(draw("glioma", 1), tmp_path / "set" / "no_tumor" / os.fsdecode(b"na\xefve.png"))  # a mistake to be shown
    (tmp_path / "set" / "no_tumor" / os.fsdecode(b"\xff.png")).write_bytes(b"\x89PNG\r\n\x1a\n no more")
    dataset = read_dataset(tmp_path / "set")
    outcome = evaluate(bundle, dataset, range(3), part=Part("all", None), options=EvaluationOptions(rounds=5))
    write_evaluation(outcome, bundle, dataset, tmp_path / "out")
    told = {file.name: file.read_text("utf-8") for file in (tmp_path / "out").iterdir()}
    assert set(told) == {"evaluation.json", "predictions.csv", "report.html"}
    names = [row["path"] for row in csv.DictReader(told["predictions.csv"].splitlines())]
    assert names == ["glioma/caf\\udce9.png", "no_tumor/na\\udcefve.png", "no_tumor/\\udcff.png"]


def test_pictures_of_other_things_are_shown_to_the_model_and_counted(bundle: Bundle, evaluation: Evaluation) -> None:
    """The tiny model refuses by its own measure: what it says of each page is what is counted."""
    predictor = Predictor(bundle, threads=1)
    pages = [draw_page(kind, seed, 256) for kind in get_args(Page) for seed in range(10)]
    verdicts = [predictor.predict(page, find_brain_box(page)).verdict for page in pages]
    refused = verdicts.count(NOT_BRAIN_MR)
    assert refused > 0
    assert (evaluation.pages_refused.n, evaluation.pages_refused.value) == (90, pytest.approx(refused / 90))
    assert evaluation.to_dict()["pages_refused"]["n"] == 90
    assert card_metrics(evaluation)["drawn_pictures_of_other_things_refused"]["value"] == pytest.approx(refused / 90)
    section = render_report(evaluation, bundle).split("no slice of a head?")[1]
    assert share(evaluation.pages_refused) in section.split("<h2>")[0]


def test_nothing_readable_is_an_error(bundle: Bundle, tmp_path: Path) -> None:
    for name in ("glioma", "no_tumor"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n no more")
    dataset = read_dataset(tmp_path)
    with pytest.raises(DatasetError, match="None of the"):
        evaluate(bundle, dataset, range(len(dataset)), part=Part("all", None))


def test_progress_and_cancel(bundle: Bundle, dataset: Dataset) -> None:
    told: list[Progress] = []
    with pytest.raises(TrainingCancelled):
        evaluate(
            bundle, dataset, range(24), part=Part("all", True), report=told.append, cancelled=lambda: len(told) == 3
        )
    assert [event.done for event in told] == [1, 2, 3]
    assert told[0].total == 24


def _card(bundle: Bundle, fingerprint: str = "", fold: int | None = None) -> Card:
    import dataclasses

    return dataclasses.replace(bundle.card, data={"fingerprint": fingerprint}, training={"config": {"test_fold": fold}})


def test_held_out_fold_is_the_default_and_leak_free(bundle: Bundle, dataset: Dataset) -> None:
    card = _card(bundle, "same", 1)
    assert held_out_fold(card) == 1
    chosen = select_scans(dataset, card, "same")
    assert {dataset.samples[index].fold for index in chosen.indices} == {1}
    assert chosen.part.leak_free is True
    assert np.intersect1d(chosen.indices, chosen.others).size == 0
    seen = select_scans(dataset, card, "same", fold=0)
    assert seen.part.leak_free is False
    assert seen.part.standing == LEAKY
    assert select_scans(dataset, card, "other").part.leak_free is None
    with pytest.raises(DatasetError, match="no fold 7; their folds are: 0, 1"):
        select_scans(dataset, card, "same", fold=7)


def test_baselines_learn_from_no_copy_of_a_fold(bundle: Bundle) -> None:
    def sample(number: int, group: int, patient: int, fold: int) -> Sample:
        name = Path(f"/data/{number}.png")
        return Sample(name, "glioma", duplicate_group=f"g{group}", patient_block=f"p{patient}", fold=fold)

    held_out, copy = sample(0, 0, 0, 0), sample(1, 0, 1, 1)  # one picture, of two patients
    same_patient_as_the_copy, free = sample(2, 2, 1, 1), sample(3, 3, 3, 1)
    dataset = Dataset(Path("/data"), (held_out, copy, same_patient_as_the_copy, free))
    chosen = select_scans(dataset, _card(bundle, "same", 0), "same")
    assert (chosen.indices.tolist(), chosen.others.tolist()) == ([0], [3])


def test_published_split_is_called_leaky(bundle: Bundle, tmp_path: Path) -> None:
    for number, (part, name) in enumerate((p, n) for p in ("Training", "Testing") for n in ("glioma", "no_tumor")):
        save(draw(name, number), tmp_path / part / name / "a.png")
    chosen = select_scans(read_dataset(tmp_path), bundle.card, "x")
    assert chosen.indices.size == 2
    assert chosen.part.standing == "leaky: same patients in both halves"
    everything = select_scans(read_dataset(tmp_path), bundle.card, "x", everything=True)
    assert everything.indices.size == 4
    assert everything.part.leak_free is None
    with pytest.raises(DatasetError, match="Choose one"):
        select_scans(read_dataset(tmp_path), bundle.card, "x", everything=True, published=True)


def test_own_training_data_are_recognised(bundle: Bundle, dataset: Dataset) -> None:
    chosen = select_scans(dataset, _card(bundle, "same"), "same", everything=True)
    assert chosen.part.leak_free is False
    assert "these very data" in chosen.part.note


def test_a_quick_look_says_so() -> None:
    large = Selection(np.arange(QUICK_SCANS * 3), Part("fold 0", True), np.zeros(0, np.int64))
    small = quick_sample(large)
    assert np.unique(small.indices).size == QUICK_SCANS
    assert f"{QUICK_SCANS} of its {QUICK_SCANS * 3} scans" in small.part.how
    assert quick_sample(small) is small


def test_the_card_tells_a_reader_what_was_measured_and_where_it_fails(evaluation: Evaluation, bundle: Bundle) -> None:
    card = dataclasses.replace(bundle.card, metrics=card_metrics(evaluation))
    text = card_text(card)
    assert card_text(card_from_json(card_to_json(card).encode())) == text
    assert f"| share right of the 85% surest | {evaluation.surest_right.value:.3f} |" in text
    assert "| pituitary | 2 | 0 | 6 | 0 |" in text
    by_source = text.split("## By source")[1]
    assert "| north | 16 |" in by_source
    assert "| south | 8 |" in by_source
    assert "same class mirrored | 0.000" in text


def test_the_surest_answers_are_those_of_highest_confidence(evaluation: Evaluation) -> None:
    told = [row for row in evaluation.answers.given if row.sample.label != "tumor_unspecified"]
    surest = sorted(told, key=lambda row: -row.prediction.confidence)[: math.ceil(0.85 * len(told))]
    assert evaluation.surest_right.n == len(surest) == 19
    assert evaluation.surest_right.value == pytest.approx(np.mean([row.right for row in surest]))
