"""Tumour boxes as a second teacher, and the running average of the weights."""

from dataclasses import replace

import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

from quadrants import write_set  # noqa: E402

from training.augment import build_augmentation  # noqa: E402
from training.averaging import WeightAverage  # noqa: E402
from training.cache import CropCache, build_cache  # noqa: E402
from training.config import AugmentConfig, TrainConfig  # noqa: E402
from training.dataset import Dataset, read_dataset  # noqa: E402
from training.errors import ConfigError  # noqa: E402
from training.finetune import compile_for_training, training_model  # noqa: E402
from training.guidance import boxes_in_input, draw_boxes, guidance_loss  # noqa: E402
from training.losses import encode_labels  # noqa: E402
from training.sampling import EpochBatches  # noqa: E402
from tumorviewer.imaging.prepare import InputSpec  # noqa: E402

SPEC = InputSpec(size=64)


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, CropCache]:
    folder = tmp_path_factory.mktemp("boxed")
    dataset = read_dataset(write_set(folder / "data"))
    return dataset, build_cache(dataset.samples, SPEC, folder / "cache", workers=0)


def test_boxes_lie_on_what_shines_in_the_crop(scans: tuple[Dataset, CropCache]) -> None:
    dataset, cache = scans
    boxes = boxes_in_input(dataset.samples, cache, SPEC)
    boxed = [index for index, sample in enumerate(dataset.samples) if sample.box is not None]
    assert 0 < len(boxed) < len(boxes)
    assert np.isnan(boxes[[index for index in range(len(boxes)) if index not in boxed]]).all()
    for index in boxed:
        rows, columns = np.nonzero(cache.read([index])[0] > 190)
        seen = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / SPEC.size
        np.testing.assert_allclose(boxes[index], seen, atol=1.6 / SPEC.size)


def test_a_box_is_drawn_with_its_area_and_none_draws_nothing() -> None:
    boxes = np.array([[0.25, 0.5, 0.375, 0.7], [np.nan] * 4, [-0.5, -0.5, 0.25, 0.25]], np.float32)
    pictures = draw_boxes(boxes, 32)
    np.testing.assert_allclose(pictures.mean(axis=(1, 2, 3)), [0.125 * 0.2, 0.0, 0.0625], atol=1e-5)
    assert pictures[0, 16:22, 8:12].min() == 1.0
    assert pictures.max() == 1.0


def maps_with_peak(row: int, column: int, channel: int) -> np.ndarray:
    maps = np.zeros((1, 2, 2, 4), np.float32)
    maps[0, row, column, channel] = 6.0
    return maps


def loss_of(maps: np.ndarray, box: list[float], allowed: list[float]) -> float:
    marks = draw_boxes(np.array([box], np.float32), 32)
    return float(guidance_loss(maps, marks, np.array([allowed], np.float32)))


def test_the_loss_wants_the_peak_of_the_allowed_classes_in_the_box() -> None:
    box, plain, some_tumour = [0.6, 0.1, 0.9, 0.4], [1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 0.0]
    inside, beside = maps_with_peak(0, 1, 0), maps_with_peak(1, 0, 0)
    assert loss_of(inside, box, plain) < 0.1 < 5 < loss_of(beside, box, plain)
    assert loss_of(maps_with_peak(0, 1, 2), box, some_tumour) < loss_of(maps_with_peak(1, 0, 2), box, some_tumour)
    assert loss_of(maps_with_peak(0, 1, 3), box, some_tumour) == pytest.approx(np.log(4), rel=1e-4)  # says nothing
    assert loss_of(beside, [float("nan")] * 4, plain) == 0.0
    between = [0.4, 0.1, 0.6, 0.4]  # half in each of the upper cells
    assert loss_of(maps_with_peak(0, 0, 0), between, plain) == pytest.approx(
        loss_of(maps_with_peak(0, 1, 0), between, plain), rel=1e-4
    )


def small_learner() -> "keras.Model":
    """Return a network of one layer that sees cells of 16 pixels: logits and maps, as the large one gives them."""
    pixels = keras.Input((None, None, 3))
    seen = keras.layers.Conv2D(16, 16, strides=16, activation="relu")(keras.layers.Rescaling(1 / 255)(pixels))
    maps = keras.layers.Conv2D(4, 1)(seen)
    return keras.Model(pixels, [keras.layers.GlobalAveragePooling2D()(maps), maps])


def test_training_draws_the_maps_to_the_boxes(scans: tuple[Dataset, CropCache]) -> None:
    """The boxes are those of turned and mirrored pictures: marks that did not move along would teach nothing."""
    dataset, cache = scans
    boxes, masks = boxes_in_input(dataset.samples, cache, SPEC), encode_labels(dataset.labels)
    boxed = np.flatnonzero(~np.isnan(boxes[:, 0]))

    def loss_after_training(weight: float) -> float:
        keras.utils.set_random_seed(0)
        learner = small_learner()
        changes = build_augmentation(replace(AugmentConfig.none(), flip=0.5, quarter_turn=1.0))
        trainer = training_model(learner, changes, weight)
        compile_for_training(trainer, keras.optimizers.Adam(3e-3), 0.0)
        batches = EpochBatches(cache, np.tile(boxed, 15), masks, 12, boxes=boxes)
        trainer.fit(batches, epochs=2, verbose=0, shuffle=False)
        crops = np.repeat(cache.read(boxed).astype(np.float32)[..., None], 3, axis=-1)
        return float(guidance_loss(learner.predict_on_batch(crops)[1], draw_boxes(boxes[boxed], 64), masks[boxed]))

    # With marks that do not move along it is half of that.
    assert loss_after_training(1.0) < 0.2 * loss_after_training(0.0)


def test_boxes_and_mixed_pictures_exclude_each_other() -> None:
    with pytest.raises(ConfigError, match="box_weight"):
        TrainConfig(box_weight=0.5, mixup=0.2)
    with pytest.raises(ConfigError, match="healthy_halves"):
        TrainConfig(healthy_halves=0.5)


def test_an_average_follows_and_gives_the_weights_back() -> None:
    weight = keras.Variable([0.0, 10.0])
    average = WeightAverage([weight], decay=0.5)
    for value in ([4.0, 10.0], [8.0, 10.0]):
        weight.assign(value)
        average.on_train_batch_end(0)
    # steps of 1 - min(0.5, n / (n + 9)): 0.9, then 1 - 2/11
    first = 0.9 * 4.0
    expected = first + (1.0 - 2.0 / 11.0) * (8.0 - first)
    with average.in_place():
        np.testing.assert_allclose(keras.ops.convert_to_numpy(weight), [expected, 10.0], rtol=1e-5)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(weight), [8.0, 10.0])
