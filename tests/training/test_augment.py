"""Augmentation: what each layer does, that it rests outside training, and that it can be drawn again."""

import cv2
import numpy as np
import pytest

pytest.importorskip("keras")
pytestmark = pytest.mark.tensorflow

from training.augment import (  # noqa: E402
    RandomAffine,
    RandomField,
    RandomGrain,
    RandomReencode,
    RandomTone,
    build_augmentation,
    reseed,
)
from training.config import AugmentConfig  # noqa: E402
from training.events import Answered, Progress, Stopped  # noqa: E402
from training.preview import preview_pictures, preview_request  # noqa: E402
from training.process import ChildProcess  # noqa: E402
from tumorviewer.imaging.phantom import draw_head  # noqa: E402

NONE = AugmentConfig.none()
NONE_VALUES = dict.fromkeys(AugmentConfig.__dataclass_fields__, 0.0)


def heads(count: int = 4) -> np.ndarray:
    return np.stack([draw_head(seed, size=64) for seed in range(count)])[..., None].astype(np.float32)


def through(layers: list, pictures: np.ndarray, *, training: bool = True) -> np.ndarray:
    for layer in layers:
        pictures = layer(pictures, training=training)
    return np.asarray(pictures)


def test_nothing_changes_outside_training() -> None:
    pictures = heads()
    assert np.array_equal(through(build_augmentation(AugmentConfig()), pictures, training=False), pictures)


def test_settings_of_zero_make_no_layers() -> None:
    assert build_augmentation(NONE) == []


def test_every_picture_is_changed_in_its_own_way_and_stays_in_range() -> None:
    pictures = np.repeat(heads(1), 8, axis=0)
    changed = through(build_augmentation(AugmentConfig()), pictures)
    assert changed.shape == pictures.shape
    assert changed.min() >= 0.0
    assert changed.max() <= 255.0
    assert len({row.tobytes() for row in changed}) == 8


def test_the_same_epoch_is_drawn_again_and_another_is_not() -> None:
    layers, pictures = build_augmentation(AugmentConfig()), heads()
    reseed(layers, seed=5, epoch=2)
    first = through(layers, pictures)
    reseed(layers, seed=5, epoch=2)
    assert np.array_equal(through(layers, pictures), first)
    reseed(layers, seed=5, epoch=3)
    assert not np.allclose(through(layers, pictures), first)


def test_a_sure_flip_mirrors() -> None:
    pictures = heads()
    flipped = through([RandomAffine(AugmentConfig(**{**NONE_VALUES, "flip": 1.0}))], pictures)
    np.testing.assert_allclose(flipped, pictures[:, :, ::-1], atol=0.5)


def test_a_sure_quarter_turn_is_one_of_three() -> None:
    pictures = heads()
    turned = through([RandomAffine(AugmentConfig(**{**NONE_VALUES, "quarter_turn": 1.0}))], pictures)
    for before, after in zip(pictures, turned, strict=True):
        distances = [np.abs(np.rot90(before, turns) - after).max() for turns in range(4)]
        assert int(np.argmin(distances)) in (1, 2, 3)
        assert min(distances) < 1.0


def test_rotation_agrees_with_opencv() -> None:
    picture = heads(1)
    layer = RandomAffine(AugmentConfig(**{**NONE_VALUES, "rotate": 20.0}))
    turned = through([layer], picture)[0, :, :, 0]
    angles = np.arange(-20.0, 20.01, 0.25)
    errors = []
    for angle in angles:
        matrix = cv2.getRotationMatrix2D((31.5, 31.5), angle, 1.0)
        errors.append(np.abs(cv2.warpAffine(picture[0, :, :, 0], matrix, (64, 64)) - turned).mean())
    assert min(errors) < 1.5  # a quarter of a degree off at most
    assert abs(angles[int(np.argmin(errors))]) > 0.5


def test_tone_keeps_the_order_of_greys_and_a_dark_background() -> None:
    ramp = np.broadcast_to(np.linspace(0, 255, 64, dtype=np.float32)[None, None, :, None], (32, 8, 64, 1)).copy()
    config = AugmentConfig(**{**NONE_VALUES, "curve": 0.9})
    bent = through([RandomTone(config)], ramp)
    assert (np.diff(bent[:, 0, :, 0], axis=1) >= -1e-3).all()
    assert np.abs(bent[:, 0, 0, 0]).max() < 1e-3
    assert np.abs(bent - ramp).max() > 20.0


def test_inversion_turns_tissue_and_leaves_the_background_dark() -> None:
    config = AugmentConfig(**{**NONE_VALUES, "invert": 1.0})
    levels = np.array([0.0, 60.0, 200.0], np.float32)
    picture = np.broadcast_to(levels[None, :, None, None], (1, 3, 3, 1)).copy()
    turned = through([RandomTone(config)], picture)[0, :, 0, 0]
    assert turned == pytest.approx([0.0, 195.0, 55.0], abs=1.0)


def test_a_field_is_smooth_and_multiplies() -> None:
    flat = np.full((4, 64, 64, 1), 100.0, np.float32)
    field = through([RandomField(0.3)], flat) / 100.0
    assert np.abs(field - 1.0).max() > 0.1
    assert np.abs(np.diff(field, n=3, axis=1)).max() < 1e-3  # of second order along each axis


def test_noise_and_blur_do_what_they_say() -> None:
    flat = np.full((64, 32, 32, 1), 128.0, np.float32)
    noisy = through([RandomGrain(0.0, 0.06)], flat)
    spread = noisy.std(axis=(1, 2, 3))
    assert spread.max() < 0.07 * 255
    assert spread.max() > 0.04 * 255
    dots = np.zeros((64, 9, 9, 1), np.float32)
    dots[:, 4, 4] = 200.0
    centre = through([RandomGrain(1.0, 0.0)], dots)[:, 4, 4, 0]
    assert centre.min() < 100.0


def test_reencoding_loses_what_a_jpeg_file_loses() -> None:
    noise = np.random.default_rng(0).normal(0.0, 1.0, (64, 64))
    waves = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 2.5), None, 20, 230, cv2.NORM_MINMAX)
    picture = np.rint(waves).astype(np.float32)[None, :, :, None]  # no edge at which decoders round differently
    layer = RandomReencode(1.0, lowest=30.0, highest=30.0)
    ours = through([layer], picture)[0, :, :, 0]
    data = cv2.imencode(".jpg", picture[0, :, :, 0].astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 30])[1]
    jpeg = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE).astype(np.float32)
    assert np.abs(ours - jpeg).mean() < 0.5
    assert np.abs(ours - picture[0, :, :, 0]).mean() > 1.0


def test_a_preview_is_what_a_run_would_show() -> None:
    crops = np.stack([draw_head(seed, size=64) for seed in (1, 2)])
    config = AugmentConfig()
    layers = build_augmentation(config)
    reseed(layers, 5, 0)
    pixels = crops.astype(np.float32)[..., None]
    for layer in layers:
        pixels = layer(pixels, training=True)
    expected = np.rint(np.asarray(pixels)[..., 0]).astype(np.uint8)

    child = ChildProcess(["preview"])
    answers: list[np.ndarray] = []
    for event in child.events():
        if isinstance(event, Progress) and event.done == event.total:
            child.send(preview_request(1, crops, config, 5))
        if isinstance(event, Answered):
            answers.append(preview_pictures(event))
            if len(answers) == 1:
                child.send(preview_request(2, crops, AugmentConfig.none(), 5))
            else:
                child.stop()
    assert isinstance(event, Stopped)
    assert np.abs(answers[0].astype(int) - expected).max() <= 1  # another number of threads rounds otherwise
    np.testing.assert_array_equal(answers[1], crops)
