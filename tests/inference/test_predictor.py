"""The predictor answers what the tiny model must answer, points where it must point, and says how sure it is."""

import dataclasses
from dataclasses import replace

import numpy as np
import pytest
from tiny_bundle import QUADRANTS, SPEC, head_with_bright_quadrant

from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.phantom import draw_head
from tumorviewer.imaging.phantom_pages import draw_page
from tumorviewer.imaging.prepare import InputSpec, to_model_input
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.activation import focus_point, heat_map
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.card import BundleError
from tumorviewer.inference.golden import golden_input, softmax
from tumorviewer.inference.labels import CLASSES, NOT_BRAIN_MR, UNCERTAIN
from tumorviewer.inference.predictor import Predictor, usable_cores


@pytest.mark.parametrize("label", CLASSES)
def test_the_bright_quadrant_is_named_and_pointed_at(predictor: Predictor, label: str):
    head = head_with_bright_quadrant(label, seed=77)
    box = find_brain_box(head)
    assert box is not None
    found = predictor.predict(head, box)
    assert found.verdict == found.label == label
    assert found.confidence == pytest.approx(found.probabilities.max())
    assert found.probabilities.sum() == pytest.approx(1.0)
    across, down = QUADRANTS[label]
    x, y = found.focus
    assert box.x <= x < box.x + box.width
    assert box.y <= y < box.y + box.height
    assert (x > box.x + box.width / 2) == bool(across)
    assert (y > box.y + box.height / 2) == bool(down)


def test_a_moved_picture_moves_box_and_focus_and_nothing_else(predictor: Predictor):
    head = head_with_bright_quadrant("pituitary", seed=5)
    moved = np.pad(head, ((40, 0), (70, 0)))
    box = find_brain_box(head)
    assert box is not None
    there = CropBox(box.x + 70, box.y + 40, box.width, box.height)
    before, after = predictor.predict(head, box), predictor.predict(moved, there)
    np.testing.assert_allclose(after.probabilities, before.probabilities, atol=0.02)
    assert after.focus == pytest.approx((before.focus[0] + 70, before.focus[1] + 40), abs=3.0)


def test_temperature_divides_the_logits(bundle: Bundle, predictor: Predictor):
    inputs = to_model_input(head_with_bright_quadrant("glioma"), None, SPEC)[None]
    logits = predictor.run(inputs).logits[0].astype(np.float64)
    found = predictor.predict(head_with_bright_quadrant("glioma"), None)
    expected = np.exp(logits / bundle.card.temperature)
    np.testing.assert_allclose(found.probabilities, expected / expected.sum(), rtol=1e-6)


def test_a_batch_answers_as_its_pictures_alone(predictor: Predictor):
    inputs = np.stack([to_model_input(head_with_bright_quadrant(label), None, SPEC) for label in CLASSES])
    together = predictor.run(inputs)
    assert together.logits.shape == (4, 4)
    assert together.maps.shape == (4, 8, 8, 4)
    assert together.embeddings.shape == (4, 12)
    for index in range(4):
        alone = predictor.run(inputs[index : index + 1])
        np.testing.assert_allclose(alone.logits[0], together.logits[index], rtol=1e-5)
        np.testing.assert_allclose(alone.maps[0].mean(axis=(0, 1)), alone.logits[0], rtol=1e-4)


def test_scans_judged_together_are_judged_as_alone(predictor: Predictor):
    heads = [head_with_bright_quadrant(label, number) for number, label in enumerate(CLASSES)]
    boxes = [None, *map(find_brain_box, heads[1:])]
    together = predictor.judge([predictor.make_ready(*one) for one in zip(heads, boxes, strict=True)])
    assert [found.label for found in together] == list(CLASSES)
    for found, head, box in zip(together, heads, boxes, strict=True):
        alone = predictor.predict(head, box)
        np.testing.assert_array_equal(found.probabilities, alone.probabilities)
        np.testing.assert_array_equal(found.embedding, alone.embedding)
        assert (found.verdict, found.crop, found.focus) == (alone.verdict, alone.crop, alone.focus)
        assert found.domain_score == pytest.approx(alone.domain_score, rel=1e-9)
    assert predictor.judge([]) == []


def test_a_scan_is_shown_to_the_network_as_training_shows_it(predictor: Predictor):
    predictor.run(np.zeros((3, SPEC.size, SPEC.size, 3), np.float32))  # a batch before must leave nothing behind
    for label in CLASSES:
        head = head_with_bright_quadrant(label, 9)
        box = find_brain_box(head)
        expected = predictor.run(to_model_input(head, box, SPEC)[None])
        found = predictor.predict(head, box)
        np.testing.assert_array_equal(found.maps, expected.maps[0])
        np.testing.assert_array_equal(found.embedding, expected.embeddings[0])


@pytest.mark.parametrize("shape", [(0, 64, 64, 3), (1, 32, 32, 3), (64, 64, 3), (1, 64, 64, 1)])
def test_other_shapes_are_refused(predictor: Predictor, shape: tuple[int, ...]):
    with pytest.raises(ValueError, match="shape"):
        predictor.run(np.zeros(shape, np.float32))


def test_answers_do_not_depend_on_the_threads(bundle: Bundle, predictor: Predictor):
    inputs = golden_input(SPEC.size)
    several = Predictor(bundle, threads=64)
    assert several.threads <= usable_cores()
    np.testing.assert_allclose(several.run(inputs).logits, predictor.run(inputs).logits, rtol=1e-5)


@pytest.mark.parametrize("kind", ["blank", "noise", "text", "checkerboard", "chest"])
def test_pages_are_no_brain_mr(predictor: Predictor, kind: str):
    page = draw_page(kind)  # type: ignore[arg-type]
    assert predictor.predict(page, find_brain_box(page)).verdict == NOT_BRAIN_MR


def test_a_head_without_a_bright_quadrant_is_uncertain(bundle: Bundle):
    open_to_all = replace(bundle.card, thresholds=replace(bundle.card.thresholds, domain=1e9))
    head = draw_head(5)
    found = Predictor(replace(bundle, card=open_to_all), threads=1).predict(head, find_brain_box(head))
    assert found.verdict == UNCERTAIN
    assert found.label in CLASSES


def test_a_blank_picture_is_refused_whatever_the_domain_says(bundle: Bundle):
    wide = dataclasses.replace(bundle.card.thresholds, domain=1e9)
    lenient = dataclasses.replace(bundle, card=dataclasses.replace(bundle.card, thresholds=wide))
    blank = np.full((100, 80), 90, np.uint8)
    assert Predictor(lenient, threads=1).predict(blank, None).verdict == NOT_BRAIN_MR


def test_a_graph_that_does_not_fit_its_card_is_refused(bundle: Bundle):
    for change in ({"input": InputSpec(size=96)}, {"classes": (*CLASSES, "metastasis")}):
        with pytest.raises(BundleError, match=r"model\.tflite"):
            Predictor(dataclasses.replace(bundle, card=dataclasses.replace(bundle.card, **change)))


def test_without_maps_keeps_the_rest(predictor: Predictor):
    found = predictor.predict(head_with_bright_quadrant("glioma"), None)
    small = found.without_maps()
    assert small.maps.size == 0
    assert small.focus == found.focus


# --- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("box", [None, CropBox(30, 10, 60, 120), CropBox(10, 40, 140, 30)])
def test_the_focus_is_the_middle_of_the_hot_cell_in_pixels_of_the_image(box: CropBox | None):
    shape = (160, 200)
    activation = np.zeros((8, 8), np.float32)
    activation[3, 4] = 1.0
    crop = box or CropBox(0, 0, 200, 160)
    side = max(crop.width, crop.height) + (2 * round(SPEC.margin * max(crop.width, crop.height)) if box else 0)
    x, y = focus_point(activation, box, SPEC, shape)
    assert x == pytest.approx(crop.x + crop.width / 2 + (4.5 / 8 - 0.5) * side - 0.5, abs=2.5)
    assert y == pytest.approx(crop.y + crop.height / 2 + (3.5 / 8 - 0.5) * side - 0.5, abs=2.5)


def test_heat_in_the_padding_does_not_count():
    box = CropBox(10, 60, 140, 40)  # wide: the rows above and below it are padding
    activation = np.zeros((8, 8), np.float32)
    activation[0, :] = 9.0
    activation[4, 6] = 1.0
    x, y = focus_point(activation, box, SPEC, (160, 200))
    assert x > 100
    assert 75 < y < 100


def test_a_flat_map_points_at_the_middle():
    assert focus_point(np.zeros((6, 6), np.float32), CropBox(10, 20, 31, 41), SPEC, (100, 100)) == (25.0, 40.0)


def test_the_heat_map_lies_over_the_crop_and_is_hottest_at_the_focus(predictor: Predictor):
    head = head_with_bright_quadrant("no_tumor", seed=9)
    box = find_brain_box(head)
    found = predictor.predict(head, box)
    heat = predictor.heat_map(found, "no_tumor")
    assert heat.box == box
    assert heat.values.shape == (heat.box.height, heat.box.width)
    assert heat.values.dtype == np.float32
    assert heat.values.min() >= 0
    assert heat.values.max() == pytest.approx(1.0, abs=0.02)
    row, column = np.unravel_index(np.argmax(heat.values), heat.values.shape)
    assert (heat.box.x + column, heat.box.y + row) == pytest.approx(found.focus, abs=4)
    other = predictor.heat_map(found, "glioma")
    assert 0 < other.values.max() < heat.values.max()


def test_no_evidence_is_no_heat():
    maps = np.full((6, 6, 4), -1.0, np.float32)
    assert not heat_map(maps, 0, None, SPEC, (50, 70)).values.any()


def test_softmax_of_huge_logits_is_finite():
    np.testing.assert_allclose(softmax(np.array([1e4, 0.0, -1e4])), [1, 0, 0])


def test_golden_input_is_as_described():
    picture = golden_input(300)[0]
    assert picture.shape == (300, 300, 3)
    assert picture[20, 30].tolist() == [30, 20, 50]
    assert picture[200, 299].tolist() == [43, 200, 243]
