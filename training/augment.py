"""Augmentation as layers: what a scan may look like elsewhere, drawn anew for each picture of each batch.

All layers take and give float32 (N, S, S, 1), 0..255, do nothing outside training, and are plain `keras.ops`, so that
any backend runs them. They work on one channel: the network's three are equal, and a third of the work is enough.

The intensity layers are strong on purpose. In the public data the source of a scan, and so its contrast, nearly tells
its class; a network that is shown every class in every contrast has to look at the anatomy instead.
"""

import math

import keras
import numpy as np
from keras import ops

from training.config import AugmentConfig

BLOCK = 8  # side of a JPEG block; picture sizes are multiples of it
# Luminance quantisation table of ITU-T T.81, Annex K.1.
_LUMINANCE = (
    "16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 62 "
    "18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101 72 92 95 98 112 100 103 99"
)


class RandomChange(keras.layers.Layer):
    """A layer that draws from a generator of its own, which a resumed run can put back to where it was."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, trainable=False)
        self.generator = keras.random.SeedGenerator(0)

    def uniform(self, x: keras.KerasTensor, low: float, high: float, channels: int = 1) -> keras.KerasTensor:
        """Draw one number a picture (and channel): (N, 1, 1, channels)."""
        return keras.random.uniform((ops.shape(x)[0], 1, 1, channels), low, high, seed=self.generator)

    def chance(self, x: keras.KerasTensor, probability: float) -> keras.KerasTensor:
        """Draw 1.0 with `probability`, else 0.0: (N, 1, 1, 1)."""
        return ops.cast(self.uniform(x, 0.0, 1.0) < probability, "float32")

    def call(self, x: keras.KerasTensor, training: bool = False) -> keras.KerasTensor:
        """Change the pictures while training; give them back untouched otherwise."""
        return self.change(x) if training else x

    def change(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Return changed pictures; what a subclass is."""
        raise NotImplementedError


class RandomAffine(RandomChange):
    """Flip, turn, rotate, shift and zoom in one resampling, so that a picture is blurred once at most."""

    def __init__(self, config: AugmentConfig) -> None:
        super().__init__("random_affine")
        self.config = config

    def change(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Resample about the centre; what comes in from outside is black."""
        config = self.config
        turn = self.chance(x, config.quarter_turn) * ops.floor(self.uniform(x, 1.0, 4.0))
        angle = self.uniform(x, -config.rotate, config.rotate) * (math.pi / 180.0) + turn * (math.pi / 2.0)
        zoom = self.uniform(x, 1.0 - config.zoom, 1.0 + config.zoom)
        flip = 1.0 - 2.0 * self.chance(x, config.flip)
        shift = self.uniform(x, -config.shift, config.shift, channels=2)
        cosine, sine = ops.cos(angle) / zoom, ops.sin(angle) / zoom
        side = ops.cast(ops.shape(x)[1], "float32")
        middle = (side - 1.0) / 2.0
        # Output pixel -> input pixel: about the centre, then shifted.
        rows = [flip * cosine, -sine, flip * sine, cosine]
        a, b, c, d = (ops.reshape(value, (-1,)) for value in rows)
        move_x = middle - a * middle - b * middle + ops.reshape(shift[..., 0], (-1,)) * side
        move_y = middle - c * middle - d * middle + ops.reshape(shift[..., 1], (-1,)) * side
        zero = ops.zeros_like(a)
        transform = ops.stack([a, b, move_x, c, d, move_y, zero, zero], axis=1)
        return ops.image.affine_transform(x, transform, interpolation="bilinear", fill_mode="constant", fill_value=0.0)


class RandomTone(RandomChange):
    """Bend the grey curve, invert the tissue, change contrast and brightness."""

    def __init__(self, config: AugmentConfig) -> None:
        super().__init__("random_tone")
        self.config = config

    def change(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Apply a random monotone cubic, then contrast and brightness; inverted pictures keep a dark background."""
        config = self.config
        grey = x / 255.0
        share = self.uniform(x, -1.0, 1.0)
        first = self.uniform(x, -config.curve, config.curve)
        second = share * (config.curve - ops.abs(first))  # |first| + |second| < 1 keeps the curve rising
        grey = grey + grey * (1.0 - grey) * (first + second * (1.0 - 2.0 * grey))
        tissue = ops.clip(grey * 12.0, 0.0, 1.0)
        grey = grey + self.chance(x, config.invert) * tissue * (1.0 - 2.0 * grey)
        contrast = self.uniform(x, 1.0 - config.contrast, 1.0 + config.contrast)
        grey = grey * contrast + self.uniform(x, -config.brightness / 3.0, config.brightness)
        return ops.clip(grey, 0.0, 1.0) * 255.0


class RandomField(RandomChange):
    """Multiply by a smooth field of second order, as an uneven receive coil does."""

    def __init__(self, strength: float) -> None:
        super().__init__("random_field")
        self.strength = strength

    def change(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Apply ``1 + c . (u, v, uv, u^2 - 1/3, v^2 - 1/3)`` over coordinates -1..1."""
        side = ops.shape(x)[1]
        line = ops.linspace(-1.0, 1.0, side)
        u, v = ops.reshape(line, (1, 1, -1, 1)), ops.reshape(line, (1, -1, 1, 1))
        c = self.uniform(x, -self.strength, self.strength, channels=5)
        c0, c1, c2, c3, c4 = (c[..., k : k + 1] for k in range(5))
        field = (1.0 - (c3 + c4) / 3.0) + u * (c0 + c3 * u) + v * (c1 + c4 * v) + c2 * u * v
        return ops.clip(x * field, 0.0, 255.0)


class RandomGrain(RandomChange):
    """Blur or sharpen, then add noise."""

    def __init__(self, blur: float, noise: float) -> None:
        super().__init__("random_grain")
        self.blur = blur
        self.noise = noise

    def change(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Mix with a 3 x 3 mean (a negative share sharpens), then add normal noise."""
        mean = ops.average_pool(x, 3, strides=1, padding="same")
        x = x + self.uniform(x, -0.5 * self.blur, self.blur) * (mean - x)
        deviation = self.uniform(x, 0.0, 255.0 * self.noise)
        return ops.clip(x + deviation * keras.random.normal(ops.shape(x), seed=self.generator), 0.0, 255.0)


class RandomReencode(RandomChange):
    """Lose what a JPEG file of a random quality loses: quantised cosines of 8 x 8 blocks."""

    def __init__(self, probability: float, lowest: float = 15.0, highest: float = 95.0) -> None:
        super().__init__("random_reencode")
        self.probability = probability
        self.range = (lowest, highest)
        order = np.arange(BLOCK)
        cosines = np.cos((2 * order[None, :] + 1) * order[:, None] * math.pi / (2 * BLOCK)) * math.sqrt(2 / BLOCK)
        cosines[0] /= math.sqrt(2.0)
        self.cosines = cosines.astype(np.float32)
        self.table = np.array(_LUMINANCE.split(), np.float32).reshape(1, 1, BLOCK, 1, BLOCK)

    def change(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Round the cosines of each block to the table of a quality (the scaling rule of libjpeg)."""
        count, side = ops.shape(x)[0], ops.shape(x)[1]
        blocks = ops.reshape(x - 128.0, (count, side // BLOCK, BLOCK, side // BLOCK, BLOCK))
        quality = ops.reshape(self.uniform(x, *self.range), (-1, 1, 1, 1, 1))
        scale = ops.where(quality < 50.0, 50.0 / quality, 2.0 - quality / 50.0)
        step = ops.clip(ops.floor(self.table * scale + 0.5), 1.0, 255.0)
        spectrum = ops.einsum("ab,nibjc,dc->niajd", self.cosines, blocks, self.cosines)
        rounded = ops.round(spectrum / step) * step
        back = ops.einsum("ba,nibjc,cd->niajd", self.cosines, rounded, self.cosines)
        encoded = ops.clip(ops.reshape(back, ops.shape(x)) + 128.0, 0.0, 255.0)
        return x + self.chance(x, self.probability) * (encoded - x)


def build_augmentation(config: AugmentConfig) -> list[RandomChange]:
    """Return the layers that `config` switches on, in the order in which a scan meets them: scanner, placing, file."""
    layers: list[RandomChange] = []
    if config.curve or config.contrast or config.brightness or config.invert:
        layers.append(RandomTone(config))
    if config.bias_field:
        layers.append(RandomField(config.bias_field))
    if config.flip or config.quarter_turn or config.rotate or config.shift or config.zoom:
        layers.append(RandomAffine(config))
    if config.blur or config.noise:
        layers.append(RandomGrain(config.blur, config.noise))
    if config.reencode:
        layers.append(RandomReencode(config.reencode))
    return layers


def reseed(layers: list[RandomChange], seed: int, epoch: int) -> None:
    """Put every generator where it is at the start of `epoch`: a resumed run draws what the first would have."""
    for number, layer in enumerate(layers):
        mixed = np.random.SeedSequence((seed, epoch, number)).generate_state(2, np.uint32)
        layer.generator.state.assign(mixed)
