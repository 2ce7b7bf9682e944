"""What a Keras model consists of, read from its JSON: a list of layers, and the places of their arrays.

Nothing is built from the JSON. It tells which numbers belong to which layer, whether the layers are those of the
network that this program builds, and what stands before and after them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import h5py
import numpy as np
from numpy.typing import NDArray

from training.errors import WeightsError
from training.keras_files import ModelFile

CONTAINERS: Final = frozenset({"Functional", "Model", "Sequential"})
_OLD_NAMES: Final = {"depthwise_kernel": "kernel"}
_COMPARED: Final = (
    "strides",
    "dilation_rate",
    "epsilon",
    "max_value",
    "activation",
    "data_format",
    "use_bias",
    "groups",
)
_SAME_FUNCTION: Final = {"swish": "silu"}


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a model as its JSON describes it.

    Attributes
    ----------
    name, kind : str
        ``stem_conv``, ``Conv2D``.
    config : dict
        Its settings.
    inputs : frozenset of str or None
        The layers that it reads; None in a Sequential, where it reads the one before.
    previous : str or None
        The layer that is listed before it in the same container.
    store : str
        Where a ``.keras`` file keeps its arrays.
    """

    name: str
    kind: str
    config: dict[str, Any]
    inputs: frozenset[str] | None
    previous: str | None
    store: str

    @property
    def in_line(self) -> bool:
        """Whether it reads the layer listed before it, and nothing else."""
        return self.inputs is None or self.inputs <= {self.previous}


def list_layers(model: dict[str, Any], store: str = "") -> Iterator[Layer]:
    """Yield the layers of a model in order, each container followed by what is inside it.

    Raises
    ------
    WeightsError
        If the description has not the form of a Keras model.
    """
    config = model.get("config")
    layers = config.get("layers") if isinstance(config, dict) else None
    if not isinstance(layers, list):
        raise WeightsError(
            "the description of the model lists no layers (a model class of one's own cannot be imported)"
        )
    used: Counter[str] = Counter()
    previous: str | None = None
    for item in layers:
        kind, settings = (item.get("class_name"), item.get("config")) if isinstance(item, dict) else (None, None)
        if not isinstance(kind, str) or not isinstance(settings, dict):
            raise WeightsError("the description of the model is damaged: a layer without class or settings")
        name = str(settings.get("name") or item.get("name"))
        # A Sequential tells no connections, and Keras does not count its input among its layers.
        nodes = item.get("inbound_nodes") if model.get("class_name") != "Sequential" else None
        base = _snake_case(kind)
        place = f"{store}layers/{base}_{used[base]}" if used[base] else f"{store}layers/{base}"
        used[base] += 1
        yield Layer(name, kind, settings, None if nodes is None else frozenset(_sources(nodes)), previous, place)
        if kind in CONTAINERS:
            yield from list_layers(item, f"{place}/")
        previous = name


def _sources(nodes: Any) -> Iterator[str]:
    """Yield the names in ``["stem_conv", 0, 0]``: so Keras 2 and 3 both write which output is read."""
    waiting = [nodes]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            if len(item) >= 3 and isinstance(item[0], str) and all(isinstance(part, int) for part in item[1:3]):
                yield item[0]
            else:
                waiting.extend(item)
        elif isinstance(item, dict):
            waiting.extend(item.values())


def _snake_case(kind: str) -> str:
    """``DepthwiseConv2D`` -> ``depthwise_conv2d``, as ``.keras`` files name their groups."""
    return re.sub(r"(?<=.)(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])", "_", kind).lower()


def difference(theirs: Layer, ours: Layer) -> str | None:
    """Say how a layer of a file differs from the layer of this program with the same name, or None.

    Shapes are compared with the arrays. How far zeros are padded is not: it depends on the size of the pictures.
    """
    if theirs.kind != ours.kind:
        return f"is a {theirs.kind}, not a {ours.kind}"
    if theirs.inputs is not None and ours.inputs is not None and theirs.inputs != ours.inputs:
        return "is connected in another way"
    keys = _COMPARED if ours.kind == "ZeroPadding2D" else (*_COMPARED, "padding")
    for key in keys:
        if key in theirs.config and key in ours.config and _plain(theirs.config[key]) != _plain(ours.config[key]):
            return f"has {key} {theirs.config[key]!r}, not {ours.config[key]!r}"
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_plain(part) for part in value)
    return _SAME_FUNCTION.get(value, value) if isinstance(value, str) else value


class Arrays:
    """The arrays of a model file by layer and variable.

    Parameters
    ----------
    file : ModelFile
        Checked. The older layout names arrays, ``.../stem_conv/kernel:0``; ``.keras`` numbers them.
    """

    def __init__(self, file: ModelFile) -> None:
        self._file = file
        self._named = {} if file.zipped else _named_arrays(file)

    def layer_names(self) -> set[str]:
        """Return the layers whose arrays are named in the file (none in a ``.keras`` file)."""
        return {layer for layer, _ in self._named}

    def normalization_layer(self) -> str | None:
        """Return the name of the Normalization layer of a file without a description."""
        names = {layer for layer in self.layer_names() if re.fullmatch(r"normalization(_\d+)?", layer)}
        return names.pop() if len(names) == 1 else None

    def read(self, layer: Layer, variables: tuple[str, ...]) -> list[NDArray[np.float32]]:
        """Return the arrays of a layer in the order of `variables`, all of which it must have.

        Raises
        ------
        WeightsError
            If the layer has other arrays, or values that are not finite.
        """
        if self._file.zipped:
            group = self._file.weights.get(f"{layer.store}/vars")
            found = dict(group.items()) if isinstance(group, h5py.Group) else {}
            keys = [str(index) for index in range(len(variables))]
        else:
            found = {variable: data for (owner, variable), data in self._named.items() if owner == layer.name}
            keys = list(variables)
        if set(found) != set(keys):
            listed = ", ".join(sorted(map(str, found)))[:80] or "none"
            raise WeightsError(f"{self._file.name} does not fit: layer {layer.name} has the arrays {listed}")
        return [self._values(found[key], layer.name) for key in keys]

    def _values(self, data: h5py.Dataset, layer: str) -> NDArray[np.float32]:
        return read_values(data, f"{self._file.name}, layer {layer}")


def read_values(data: h5py.Dataset, called: str) -> NDArray[np.float32]:
    """Return a checked data set as float32.

    Raises
    ------
    WeightsError
        If it is damaged, no data set, or holds a value that is not finite.
    """
    if not isinstance(data, h5py.Dataset):
        raise WeightsError(f"{called}: a group stands where an array should be")
    try:
        values = np.asarray(data[()]).astype(np.float32)
    except (OSError, RuntimeError, ValueError, OverflowError, MemoryError) as error:
        raise WeightsError(f"{called}: the values are damaged ({error})") from error
    if not np.isfinite(values).all():
        raise WeightsError(f"{called}: there are values that are not finite numbers; the training of this model failed")
    return values


def _named_arrays(file: ModelFile) -> dict[tuple[str, str], h5py.Dataset]:
    root = file.weights.get("model_weights", file.weights)
    named: dict[tuple[str, str], h5py.Dataset] = {}
    waiting: list[tuple[h5py.Group, tuple[str, ...]]] = [(root, ())]
    while waiting:
        group, path = waiting.pop()
        for name, item in group.items():
            if isinstance(item, h5py.Group):
                if name != "optimizer_weights":
                    waiting.append((item, (*path, name)))
                continue
            variable = name.split(":", 1)[0]
            key = (path[-1] if path else "", _OLD_NAMES.get(variable, variable))
            if key in named:
                raise WeightsError(f"{file.name} has two layers named {key[0]}, which cannot be told apart")
            named[key] = item
    return named
