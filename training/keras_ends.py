"""What stands before and after the backbone of a foreign model, reduced to two affine maps.

Before it there are only rescalings, which together are ``a * pixel + b`` a channel; they are folded into this program's
own Normalization layer. After it, pooling, an optional BatchNorm and a dense layer together are ``x @ kernel + bias``,
which is this program's head.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import keras
import numpy as np
from numpy.typing import NDArray

from training.class_maps import POOLS
from training.errors import WeightsError
from training.keras_layers import CONTAINERS, Arrays, Layer
from training.network import Network

_CHANNELS: Final = 3
_EPSILON: Final = 1e-7  # what keras.layers.Normalization divides by at least
# Layers that do nothing when a model answers.
_PASSIVE: Final = CONTAINERS | {
    "InputLayer", "Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout",
    "ActivityRegularization", "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast",
    "RandomBrightness",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Affine:
    """``scale * x + offset``, float64 (channels,)."""

    scale: NDArray[np.float64]
    offset: NDArray[np.float64]

    def then(self, scale: Any, offset: Any) -> "Affine":
        """Return this map followed by another."""
        return Affine(self.scale * scale, self.offset * scale + offset)


def identity(channels: int) -> Affine:
    """Return the map that changes nothing."""
    return Affine(np.ones(channels), np.zeros(channels))


def read_scaling(layers: Sequence[Layer], arrays: Arrays) -> Affine:
    """Return what the layers before the first convolution do to a pixel, 0..255.

    Raises
    ------
    WeightsError
        If one of them is not a rescaling; the message names it.
    """
    result = identity(_CHANNELS)
    for layer in layers:
        if not (layer.in_line or layer.kind == "InputLayer"):
            raise WeightsError(f"layer {layer.name}, before the backbone, is not one of a simple chain")
        if layer.kind == "Rescaling":
            result = result.then(_numbers(layer, "scale", 1.0), _numbers(layer, "offset", 0.0))
        elif layer.kind == "Normalization":
            mean, variance = _moments(layer, arrays)
            deviation = np.maximum(np.sqrt(variance), _EPSILON)
            result = result.then(1.0 / deviation, -mean / deviation)
        elif layer.kind not in _PASSIVE:
            raise WeightsError(f"layer {layer.name} ({layer.kind}), before the backbone, changes the pictures")
    return result


def _moments(layer: Layer, arrays: Arrays) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if layer.config.get("invert"):
        raise WeightsError(f"layer {layer.name}, before the backbone, is an inverted normalization")
    if layer.config.get("mean") is not None:
        return _numbers(layer, "mean", 0.0), _numbers(layer, "variance", 1.0)
    mean, variance, _ = arrays.read(layer, ("mean", "variance", "count"))
    if mean.size not in (1, _CHANNELS) or variance.shape != mean.shape or (variance < 0).any():
        raise WeightsError(f"layer {layer.name} normalises with arrays of shape {mean.shape}, not by channel")
    return mean.astype(np.float64).ravel(), variance.astype(np.float64).ravel()


def _numbers(layer: Layer, key: str, default: float) -> NDArray[np.float64]:
    value = layer.config.get(key, default)
    if isinstance(value, dict):  # an array in Keras 3: {"class_name": "__numpy__", "config": {"value": [...]}}
        inner = value.get("config")
        value = inner.get("value") if isinstance(inner, dict) else None
    try:
        numbers = np.asarray(value, np.float64).ravel()
    except (TypeError, ValueError) as error:
        raise WeightsError(f"layer {layer.name} has a {key} that is no number") from error
    if numbers.size not in (1, _CHANNELS) or not np.isfinite(numbers).all():
        raise WeightsError(f"layer {layer.name} has a {key} that does not fit {_CHANNELS} channels")
    return numbers


def fold_scaling(network: Network, scaling: Affine) -> list[tuple[Any, NDArray[np.float32]]]:
    """Return new values for the network's Normalization layer, so that it does to pixels what `scaling` does.

    The layer computes ``(s * pixel - mean) / sqrt(variance)``, where ``s`` is the Rescaling before it. So
    ``sqrt(variance) = s / scale`` and ``mean = -offset * sqrt(variance)``.

    Raises
    ------
    WeightsError
        If the scaling cannot be put there: not positive, or a network without that layer that scales otherwise.
    """
    own = next(one for one in network.features.layers if isinstance(one, keras.layers.Rescaling))
    layers = [one for one in network.features.layers if isinstance(one, keras.layers.Normalization)]
    if not layers:
        same = np.allclose(scaling.scale, own.scale) and np.allclose(scaling.offset, own.offset)
        if not same:
            raise WeightsError(f"the model scales its pixels in another way than {network.variant} does")
        return []
    if not (np.isfinite(scaling.scale).all() and (scaling.scale > 0).all()):
        raise WeightsError("the model scales its pixels by a factor that is not positive")
    deviation = float(own.scale) / scaling.scale
    mean, variance = layers[0].weights[:2]
    values = (0.0 - scaling.offset * deviation, deviation**2)  # 0.0 - x: never a negative zero
    return [(variable, value.astype(np.float32)) for variable, value in zip((mean, variance), values, strict=True)]


@dataclass(frozen=True, slots=True)
class Head:
    """A linear classifier of pooled features: kernel float64 (D, C), bias float64 (C,)."""

    kernel: NDArray[np.float64]
    bias: NDArray[np.float64]


def read_head(layers: Sequence[Layer], arrays: Arrays, coarse_size: int, embedding_size: int) -> Head | str:
    """Return the classifier behind the backbone, or a sentence on why it is none that fits this program's head.

    Pooling, BatchNorm (before or after pooling: it is affine a channel, so it commutes with the mean) and one dense
    layer or 1x1 convolution with softmax or no activation are one linear map.

    Parameters
    ----------
    layers : sequence of Layer
        What follows the backbone.
    arrays : Arrays
    coarse_size, embedding_size : int
        Of the last features, which models from elsewhere classify, and of both depths, which this program's do.

    Raises
    ------
    WeightsError
        If arrays are missing or damaged.
    """
    head, joined = None, [layer.name for layer in layers[: len(POOLS)]] == list(POOLS)
    size, pooled = (embedding_size, True) if joined else (coarse_size, False)
    state = identity(size)
    for layer in layers[len(POOLS) if joined else 0 :]:
        if layer.kind in _PASSIVE and (layer.in_line or layer.kind == "InputLayer"):
            continue
        if not layer.in_line or not _fits(layer, pooled, head is not None):
            return f"layer {layer.name} ({layer.kind}) is no part of a linear classifier of averaged features"
        if layer.kind == "GlobalAveragePooling2D":
            pooled = True
        elif layer.kind == "BatchNormalization":
            state = state.then(*_batch_norm(layer, arrays))
        elif layer.kind in ("Dense", "Conv2D"):
            head = _dense(layer, arrays, state)
            if head is None:
                return f"layer {layer.name} ({layer.kind}) does not classify {size} averaged features"
    return head or "it has no classifier"


def _fits(layer: Layer, pooled: bool, classified: bool) -> bool:
    """Whether a layer may stand here for the whole to stay linear up to the softmax at the end."""
    activation = layer.config.get("activation", "linear")
    if classified:
        return layer.kind in ("Flatten", "Softmax") or (
            layer.kind == "Activation" and activation in ("softmax", "linear")
        )
    if layer.kind == "GlobalAveragePooling2D":
        return not pooled
    if layer.kind == "BatchNormalization":
        return True
    if layer.kind in ("Flatten", "Reshape"):
        return pooled
    if layer.kind == "Activation":
        return bool(activation == "linear")
    return layer.kind in ("Dense", "Conv2D") and pooled and activation in ("softmax", "linear", None)


def _batch_norm(layer: Layer, arrays: Arrays) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    scaled, centred = bool(layer.config.get("scale", True)), bool(layer.config.get("center", True))
    names = ("gamma",) * scaled + ("beta",) * centred + ("moving_mean", "moving_variance")
    values = {name: array.astype(np.float64) for name, array in zip(names, arrays.read(layer, names), strict=True)}
    scale = values.get("gamma", 1.0) / np.sqrt(values["moving_variance"] + float(layer.config.get("epsilon", 1e-3)))
    return scale, values.get("beta", 0.0) - scale * values["moving_mean"]


def _dense(layer: Layer, arrays: Arrays, state: Affine) -> Head | None:
    names = ("kernel", "bias") if layer.config.get("use_bias", True) else ("kernel",)
    values = [array.astype(np.float64) for array in arrays.read(layer, names)]
    kernel = values[0][0, 0] if values[0].ndim == 4 and values[0].shape[:2] == (1, 1) else values[0]
    if kernel.ndim != 2 or kernel.shape[0] != state.scale.size:
        return None
    bias = values[1] if len(values) > 1 else np.zeros(kernel.shape[1])
    return Head(state.scale[:, None] * kernel, bias + state.offset @ kernel)
