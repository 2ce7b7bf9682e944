"""The model that comes with the program: whole, honest in its card, right on unseen patients, silent on others."""

import csv
import random
from collections import Counter, defaultdict
from pathlib import Path
from typing import get_args

import cv2
import numpy as np
import pytest

from tumorviewer import paths
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.phantom import draw_head
from tumorviewer.imaging.phantom_pages import Page, draw_page
from tumorviewer.imaging.prepare import to_model_input
from tumorviewer.imaging.render import render_grey
from tumorviewer.inference import catalogue
from tumorviewer.inference.bundle import Bundle, verify_bundle
from tumorviewer.inference.labels import CLASSES, NOT_BRAIN_MR, UNCERTAIN
from tumorviewer.inference.prediction import Prediction
from tumorviewer.inference.predictor import Predictor


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return verify_bundle(catalogue.active())


@pytest.fixture(scope="module")
def predictor(bundle: Bundle) -> Predictor:
    return Predictor(bundle, threads=2)


def judge(predictor: Predictor, grey: np.ndarray) -> Prediction:
    return predictor.predict(grey, find_brain_box(grey))


def test_the_active_model_is_the_shipped_one_and_unchanged(bundle: Bundle) -> None:
    assert bundle.folder.parent == paths.shipped_models()
    assert bundle.classes == CLASSES
    assert bundle.card.training["config"]["test_fold"] == 0
    assert bundle.card.metrics["macro_sensitivity"]["value"] >= 0.95
    text = (bundle.folder / "card.md").read_text("utf-8")
    assert "Research use only. Not for diagnosis." in text
    assert "Apache-2.0" in text
    for source in bundle.card.data["sources"]:
        assert source in text


def test_several_pictures_at_once_are_answered_as_one_by_one(predictor: Predictor) -> None:
    spec = predictor.bundle.spec
    heads = np.stack([to_model_input(draw_head(seed, size=256), None, spec) for seed in range(3)])
    together = predictor.run(heads)
    for number, head in enumerate(heads):
        np.testing.assert_array_equal(predictor.run(head[None]).logits[0], together.logits[number])


@pytest.mark.parametrize("kind", get_args(Page))
def test_pictures_of_other_things_get_no_answer(predictor: Predictor, kind: Page) -> None:
    verdicts = [judge(predictor, draw_page(kind, seed, 256)).verdict for seed in range(6)]
    assert verdicts == [NOT_BRAIN_MR] * 6


def test_scans_in_pieces_get_no_answer(predictor: Predictor) -> None:
    """Tissue without anatomy: a drawn head cut into tiles that lie in another order."""
    rng = np.random.default_rng(0)
    verdicts = []
    for seed in range(10):
        head = draw_head(seed, size=256)
        tiles = head.reshape(4, 64, 4, 64).swapaxes(1, 2).reshape(16, 64, 64)[rng.permutation(16)]
        verdicts.append(judge(predictor, tiles.reshape(4, 4, 64, 64).swapaxes(1, 2).reshape(256, 256)).verdict)
    assert set(verdicts) <= {NOT_BRAIN_MR, UNCERTAIN}
    assert verdicts.count(NOT_BRAIN_MR) >= 7


def test_heads_in_any_position_are_heads(predictor: Predictor) -> None:
    for seed in range(4):
        head = draw_head(seed, size=256)
        for way in range(4):
            assert judge(predictor, np.ascontiguousarray(np.rot90(head, way))).verdict != NOT_BRAIN_MR


def test_the_model_knows_what_it_was_trained_on(bundle: Bundle) -> None:
    assert len(bundle.seen) > 0.9 * (bundle.card.data["train"] + bundle.card.data["validation"])


def test_a_white_frame_around_a_picture_of_nothing_gets_no_answer(predictor: Predictor) -> None:
    page = np.zeros((300, 300), np.uint8)
    cv2.rectangle(page, (20, 20), (280, 280), 255, 3)
    assert judge(predictor, page).verdict == NOT_BRAIN_MR


@pytest.fixture(scope="module")
def unseen(shared_data: Path, predictor: Predictor) -> list[tuple[dict[str, str], Prediction]]:
    """Return 240 scans of the fold that was held out, with what the model says of each."""
    with (shared_data / "index.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["fold"] == "0"]
    by_label = defaultdict(list)
    for row in rows:
        by_label[row["label"]].append(row)
    generator = random.Random(0)
    chosen = [row for label in sorted(by_label) for row in generator.sample(by_label[label], 48)]
    return [(row, judge(predictor, render_grey(load_scan(shared_data / row["path"])))) for row in chosen]


@pytest.mark.data
def test_unseen_patients_are_told_apart(unseen: list[tuple[dict[str, str], Prediction]]) -> None:
    hits = Counter(row["label"] for row, answer in unseen if row["label"] == answer.label)
    sensitivity = [hits[label] / 48 for label in CLASSES]
    assert np.mean(sensitivity) > 0.88  # the full fold is measured by `evaluate`; 48 of each class leave it some room
    found = sum(answer.label != "no_tumor" for row, answer in unseen if row["label"] == "tumor_unspecified")
    assert found / 48 > 0.85


@pytest.mark.data
def test_real_slices_are_hardly_ever_refused(unseen: list[tuple[dict[str, str], Prediction]]) -> None:
    refused = sum(answer.verdict == NOT_BRAIN_MR for _, answer in unseen)
    assert refused / len(unseen) < 0.02


@pytest.mark.data
def test_real_slices_upside_down_or_on_their_side_are_slices(
    shared_data: Path, predictor: Predictor, unseen: list[tuple[dict[str, str], Prediction]]
) -> None:
    refused = 0
    for row, _ in unseen[::3]:
        grey = render_grey(load_scan(shared_data / row["path"]))
        refused += judge(predictor, np.ascontiguousarray(grey[::-1])).verdict == NOT_BRAIN_MR
        refused += judge(predictor, np.ascontiguousarray(np.rot90(grey))).verdict == NOT_BRAIN_MR
    assert refused / (2 * len(unseen[::3])) < 0.04


@pytest.mark.data
def test_the_focus_finds_the_tumour_far_more_often_than_chance(
    unseen: list[tuple[dict[str, str], Prediction]],
) -> None:
    inside, chance = [], []
    for row, answer in unseen:
        if row["box_x"]:
            height, width = answer.image_shape
            x, y = answer.focus[0] / width, answer.focus[1] / height
            wide, high = float(row["box_w"]), float(row["box_h"])
            near_x = abs(x - float(row["box_x"])) <= wide / 2
            inside.append(near_x and abs(y - float(row["box_y"])) <= high / 2)
            chance.append(wide * high)
    assert np.mean(inside) > 0.7 > 10 * np.mean(chance)
