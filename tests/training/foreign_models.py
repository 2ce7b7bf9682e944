"""Models as notebooks make them, really made with Keras, and what they answer."""

from pathlib import Path

import numpy as np

CLASSES = ("glioma_tumor", "no_tumor", "meningioma_tumor", "pituitary_tumor")
"""The order of the outputs, which is not this program's."""


def pictures(size: int = 64, count: int = 3) -> np.ndarray:
    """Return float32 (count, size, size, 3), 0..255, coarse enough to differ after many layers."""
    rng = np.random.default_rng(5)
    coarse = rng.uniform(0, 255, (8, 8, 8, 3)) * np.linspace(0.3, 1.0, 8)[:, None, None, None]
    grown = coarse.repeat(-(-size // 8), axis=1).repeat(-(-size // 8), axis=2)
    return grown[:count, :size, :size].astype(np.float32)


def scramble(model, seed: int = 0) -> None:
    """Give a model the statistics that training would, so that each layer matters and pictures are told apart."""
    import keras

    rng = np.random.default_rng(seed)
    norms = [layer for layer in model._flatten_layers() if isinstance(layer, keras.layers.BatchNormalization)]
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.Normalization):
            layer.set_weights([np.float32([0.485, 0.45, 0.4]), np.float32([0.05, 0.06, 0.07]), np.int32(9)])
            layer.finalize_state()
        elif isinstance(layer, keras.layers.Dense):
            layer.set_weights([rng.normal(0, 0.2, weight.shape) for weight in layer.get_weights()])
    momenta = [layer.momentum for layer in norms]
    for layer in norms:
        layer.gamma.assign(rng.uniform(0.5, 1.5, layer.gamma.shape))
        layer.beta.assign(rng.uniform(-0.2, 0.2, layer.beta.shape))
        layer.momentum = 0.0
    model(pictures(model.input_shape[1], 8), training=True)  # the statistics of real activations
    for layer, momentum in zip(norms, momenta, strict=True):
        layer.momentum = momentum
        # A channel that hardly varied must not blow up on another picture.
        spread = np.asarray(layer.moving_variance)
        layer.moving_variance.assign(np.maximum(spread, 0.2 * spread.mean()))


def flat(size: int = 64, *, extra: float | None = None):
    """Return EfficientNetB0 whose layers are the model's own; `extra` adds the course's needless rescaling."""
    import keras

    keras.utils.set_random_seed(1)
    layers = keras.layers
    pixels = keras.Input((size, size, 3))
    scaled = pixels if extra is None else layers.Rescaling(extra, offset=0.5)(pixels)
    base = keras.applications.EfficientNetB0(include_top=False, weights=None, input_tensor=scaled)
    x = layers.GlobalAveragePooling2D()(base.output)
    x = layers.Dropout(0.5)(x)
    return _finished(keras.Model(pixels, layers.Dense(4, activation="softmax")(x)))


def bare(model):
    """Return the EfficientNetB0 of a flat model, for those below to have as a layer: to build another takes long."""
    import keras

    return keras.Model(model.input, model.get_layer("top_activation").output, name="efficientnetb0")


def nested(base):
    """Return augmentation, EfficientNetB0 as one layer, BatchNorm, and a classifier."""
    import keras

    layers = keras.layers
    pixels = keras.Input(base.input_shape[1:])
    x = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.1)], name="augment")(pixels)
    x = layers.GlobalAveragePooling2D()(base(x))
    x = layers.BatchNormalization()(x)
    x = layers.Dropout(0.2)(x)
    x = layers.Dense(4)(x)
    return _finished(keras.Model(pixels, layers.Softmax()(x)), seed=2)


def sequential(base, *, hidden: bool = False):
    """Return a Sequential around a pooled EfficientNetB0, if wanted with a hidden layer."""
    import keras

    pooled = keras.layers.GlobalAveragePooling2D(name="avg_pool")(base.output)  # as pooling="avg" makes it
    middle = [keras.layers.Dense(16, activation="relu")] if hidden else []
    classifier = keras.layers.Dense(4, activation="softmax")
    return _finished(keras.Sequential([keras.Model(base.input, pooled, name=base.name), *middle, classifier]), seed=3)


def _finished(model, seed: int = 0):
    scramble(model, seed)
    model.compile("adam", "categorical_crossentropy")
    return model


def answers(model, images: np.ndarray) -> np.ndarray:
    """Return what a model says of pictures, as NumPy."""
    return np.asarray(model(images, training=False))


def lambda_model(path: Path, marker: Path) -> None:
    """Write a model whose Lambda layer makes the file `marker` whenever it is built from its description."""
    import keras

    target = str(marker)

    pixels = keras.Input((8, 8, 3))
    x = keras.layers.Lambda(lambda x: (open(target, "w").close(), x)[1], name="strike")(pixels)
    x = keras.layers.GlobalAveragePooling2D()(x)
    keras.Model(pixels, keras.layers.Dense(4)(x)).save(path)
    marker.unlink()
