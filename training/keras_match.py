"""Matching a foreign model with a network of this program: layer by layer, by name, kind, connection and shape."""

import json
from typing import Any, Final

import keras
import numpy as np
from numpy.typing import NDArray

from training.errors import WeightsError
from training.keras_ends import Head, fold_scaling, read_head, read_scaling
from training.keras_layers import Arrays, Layer, difference, list_layers
from training.network import Network

# Keras builds EfficientNet for weights="imagenet" with one more rescaling, by 1 / sqrt(standard deviation), than for
# weights=None; see the comment in keras.applications.efficientnet.
IMAGENET_DEVIATION: Final = np.array([0.229, 0.224, 0.225])
_MAX_PADDING: Final = 2

Values = list[tuple[Any, NDArray[np.float32]]]
"""Variables, and what is to be assigned to them once everything has been read."""

Padding = tuple[tuple[int, int], tuple[int, int]]


def backbone_layers(network: Network) -> dict[str, Layer]:
    """Return the layers of the backbone, from the first behind the scaling of pixels."""
    layers = list(list_layers(json.loads(network.features.to_json())))
    return {layer.name: layer for layer in layers if layer.kind not in ("InputLayer", "Rescaling", "Normalization")}


def read_described(
    layers: list[Layer], arrays: Arrays, network: Network, ours: dict[str, Layer]
) -> tuple[Values, Head | str]:
    """Return the values of a whole model, and its classifier."""
    places = [place for place, layer in enumerate(layers) if layer.name in ours]
    missing = sorted(set(ours) - {layers[place].name for place in places})
    if missing:
        raise WeightsError(f"it is not an EfficientNet {network.variant.upper()}: layer {missing[0]} is missing")
    first, last = places[0], places[-1]
    backbone = layers[first : last + 1]
    for position, theirs in enumerate(backbone):
        if theirs.name not in ours or len(backbone) > len(ours):
            raise WeightsError(f"layer {theirs.name} is not one of EfficientNet {network.variant.upper()}")
        _compare(theirs, ours[theirs.name], first=position == 0)
    scaling = read_scaling(layers[:first], arrays)
    values = fold_scaling(network, scaling) + _backbone_values(
        {layer.name: layer for layer in backbone}, arrays, network
    )
    return values, read_head(layers[last + 1 :], arrays, network.coarse_size, network.embedding_size)


def _compare(theirs: Layer, ours: Layer, *, first: bool) -> None:
    # What the first layer reads has another name in every model.
    differs = difference(theirs, ours.__class__(ours.name, ours.kind, ours.config, None, None, "") if first else ours)
    if differs is None and first and not theirs.in_line:
        differs = "is connected in another way"
    if differs is not None:
        raise WeightsError(f"layer {theirs.name} {differs}")


def read_plain(arrays: Arrays, network: Network, ours: dict[str, Layer]) -> tuple[Values, str]:
    """Return the values of a file of arrays alone, such as an ImageNet ``*_notop.h5``."""
    normalization = arrays.normalization_layer()
    if normalization is None:
        raise WeightsError("it holds weights without a description of their model; save the whole model instead")
    chain = [plain_layer("rescaling", "Rescaling", {"scale": 1 / 255}), plain_layer(normalization, "Normalization")]
    scaling = read_scaling(chain, arrays)
    untouched = read_scaling(chain[:1], arrays)
    if not (np.allclose(scaling.scale, untouched.scale) and np.allclose(scaling.offset, untouched.offset)):
        # Statistics were set, so these are ImageNet's, and the network that they were made with rescales once more.
        # A network built with weights=None has mean 0 and variance 1 and does not.
        scaling = scaling.then(1.0 / np.sqrt(IMAGENET_DEVIATION), 0.0)
    values = fold_scaling(network, scaling) + _backbone_values(ours, arrays, network)
    return values, "the file holds no description of a classifier"


def plain_layer(name: str, kind: str, config: dict[str, Any] | None = None) -> Layer:
    """Return a layer that no description tells of, known by its name."""
    return Layer(name, kind, config or {}, None, None, "")


def _backbone_values(layers: dict[str, Layer], arrays: Arrays, network: Network) -> Values:
    values: Values = []
    for layer in network.features.layers:
        if not layer.weights or isinstance(layer, keras.layers.Normalization):
            continue
        found = arrays.read(layers[layer.name], tuple(variable.name for variable in layer.weights))
        for variable, value in zip(layer.weights, found, strict=True):
            if value.shape != tuple(variable.shape):
                wanted = tuple(variable.shape)
                raise WeightsError(f"layer {layer.name}: {variable.name} has the shape {value.shape}, not {wanted}")
            values.append((variable, value))
    return values


def read_paddings(layers: list[Layer]) -> dict[str, Padding]:
    """Return the zero padding of each layer that pads.

    Keras pads by the parity of the size that a model is built for: 150 x 150 is padded otherwise than 224 x 224.
    """
    found: dict[str, Padding] = {}
    for layer in layers:
        if layer.kind == "ZeroPadding2D":
            sides = np.asarray(layer.config.get("padding"), dtype=object)
            if sides.shape != (2, 2) or not all(
                isinstance(one, int) and 0 <= one <= _MAX_PADDING for one in sides.flat
            ):
                raise WeightsError(f"layer {layer.name} pads in a way that no EfficientNet does")
            found[layer.name] = ((sides[0, 0], sides[0, 1]), (sides[1, 0], sides[1, 1]))
    return found


def read_input_size(layers: list[Layer]) -> tuple[int, int] | None:
    """Return height and width of the pictures that a model was built for, if it tells."""
    for layer in layers:
        shape = layer.config.get("batch_shape") or layer.config.get("batch_input_shape")
        if isinstance(shape, list) and len(shape) == 4 and all(isinstance(side, int) for side in shape[1:3]):
            return shape[1], shape[2]
    return None
