"""EfficientNet-Lite0 without its top: EfficientNet-B0 made for CPUs.

No squeeze-and-excitation and ReLU6 instead of swish (Tan and Le 2019, and the Lite variants of the same authors).
BatchNorm
is folded into kernels and biases, as in the ImageNet weights that a run starts from.
"""

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from training.errors import WeightsError

EMBEDDING_SIZE = 1280


@dataclass(frozen=True, slots=True)
class Block:
    """One inverted-residual block: depthwise kernel, stride, channels out, expansion."""

    kernel: int
    stride: int
    channels: int
    expansion: int = 6


def _stage(count: int, kernel: int, stride: int, channels: int, expansion: int = 6) -> tuple[Block, ...]:
    """Return `count` blocks, of which only the first has the stage's stride."""
    first = Block(kernel, stride, channels, expansion)
    return (first, *(Block(kernel, 1, channels, expansion) for _ in range(count - 1)))


BLOCKS: tuple[Block, ...] = (
    *_stage(1, 3, 1, 16, expansion=1),
    *_stage(2, 3, 2, 24),
    *_stage(2, 5, 2, 40),
    *_stage(3, 3, 2, 80),
    *_stage(3, 5, 1, 112),
    *_stage(4, 5, 2, 192),
    *_stage(1, 3, 1, 320),
)


def build_lite0() -> keras.Model:
    """Build the network from RGB pixels to its last feature map, with fresh weights.

    Returns
    -------
    keras.Model
        float32 (N, S, S, 3), 0..255 -> float32 (N, S/32, S/32, 1280). Every convolution is named as in the weights
        file.
        The last convolution of a residual branch starts at zero, so that a fresh network without BatchNorm is the
        identity
        where it can be, and trains (De and Smith 2020, "SkipInit").
    """
    layers = keras.layers
    pixels = keras.Input((None, None, 3), name="pixels")
    x = layers.Rescaling(1.0, offset=-127.0, name="centre")(pixels)
    x = _convolution(32, 3, 2, "stem")(x)
    x = layers.ReLU(6.0, name="stem_relu")(x)
    for number, block in enumerate(BLOCKS):
        x = _inverted_residual(x, block, f"block{number}")
    x = _convolution(EMBEDDING_SIZE, 1, 1, "head")(x)
    x = layers.ReLU(6.0, name="head_relu")(x)
    return keras.Model(pixels, x, name="lite0")


def _convolution(channels: int, kernel: int, stride: int, name: str, zero: bool = False) -> keras.layers.Layer:
    start = "zeros" if zero else "he_normal"
    return keras.layers.Conv2D(channels, kernel, stride, padding="same", kernel_initializer=start, name=name)


def _inverted_residual(x: keras.KerasTensor, block: Block, name: str) -> keras.KerasTensor:
    layers = keras.layers
    entry = x
    channels = int(x.shape[-1])
    residual = block.stride == 1 and channels == block.channels
    if block.expansion > 1:
        x = _convolution(channels * block.expansion, 1, 1, f"{name}_expand")(x)
        x = layers.ReLU(6.0, name=f"{name}_expand_relu")(x)
    x = layers.DepthwiseConv2D(
        block.kernel, block.stride, padding="same", depthwise_initializer="he_normal", name=f"{name}_depthwise"
    )(x)
    x = layers.ReLU(6.0, name=f"{name}_depthwise_relu")(x)
    x = _convolution(block.channels, 1, 1, f"{name}_project", zero=residual)(x)
    return layers.Add(name=f"{name}_add")([entry, x]) if residual else x


def load_imagenet_arrays(network: keras.Model, path: Path) -> None:
    """Load the ImageNet weights from an ``.npz`` with two arrays a convolution.

    Parameters
    ----------
    network : keras.Model
        From `build_lite0`.
    path : Path
        Arrays are called ``stem/kernel``, ``block3/expand/bias`` and so on.

    Raises
    ------
    WeightsError
        If the file is no such archive, or an array is missing or of another shape. The network is then unchanged.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name.replace("/", "_"): archive[name] for name in archive.files}
    except (OSError, ValueError) as error:
        raise WeightsError(f"{path.name} is not an archive of EfficientNet-Lite0 weights: {error}") from error
    convolutions = [layer for layer in network.layers if layer.weights]
    values = [_arrays_of(layer, arrays, path) for layer in convolutions]
    for layer, pair in zip(convolutions, values, strict=True):
        layer.set_weights(pair)


def _arrays_of(layer: keras.layers.Layer, arrays: dict[str, np.ndarray], path: Path) -> list[np.ndarray]:
    pair = [arrays.get(f"{layer.name}_{part}") for part in ("kernel", "bias")]
    for array, variable in zip(pair, layer.weights, strict=True):
        if array is None or array.shape != tuple(variable.shape):
            found = "missing" if array is None else f"of shape {array.shape}"
            raise WeightsError(f"{path.name} does not fit EfficientNet-Lite0: {layer.name} is {found}")
    return [array for array in pair if array is not None]
