"""Models from elsewhere: weights out of a notebook's ``model.h5`` or ``model.keras``, without running anything of it.

The usual form is understood: EfficientNetB0 to B3 (or this program's own), flat or nested, average pooling, optional
BatchNorm and Dropout, one dense layer. The architecture is always this program's; the file's must be the same.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from training.errors import WeightsError
from training.imported import SUFFIX, is_weights_name, note_imported
from training.keras_ends import Head
from training.keras_files import open_model_file
from training.keras_layers import Arrays, Layer, list_layers
from training.keras_match import (
    Padding,
    Values,
    backbone_layers,
    plain_layer,
    read_described,
    read_input_size,
    read_paddings,
    read_plain,
)
from training.labels import parse_label
from training.network import Network, build_network
from training.safe_hdf5 import read_bytes
from training.weights_file import make_constants, save_weights, widen_head

_B1_WIDTH: Final = 1280


@dataclass(frozen=True, slots=True)
class Imported:
    """A network with the weights of a foreign file, and what is known about it.

    Attributes
    ----------
    network : Network
        With the weights.
    head_complete : bool
        False if the head has to be trained; `notes` say why.
    input_size : tuple of int or None
        Height and width that the file's model was built for, if it tells.
    sha256 : str
        Of the file.
    notes : tuple of str
        Sentences for the person who imports.
    """

    network: Network
    head_complete: bool
    input_size: tuple[int, int] | None
    sha256: str
    notes: tuple[str, ...]


def import_weights(
    path: Path,
    *,
    name: str,
    classes: Sequence[str] | None,
    output_folder: Path,
    variant: str | None = None,
    export: Callable[[Imported, Path], Path] | None = None,
    report: Callable[[str], None] | None = None,
) -> Path:
    """Import the weights of a foreign model; nothing in the file is run.

    Parameters
    ----------
    path : Path
        ``.h5`` or ``.keras`` with the whole model.
    name : str
        What the result is called: letters, digits, ``.``, ``_``, ``-``.
    classes : sequence of str or None
        The model's classes in the order of its outputs, in any usual spelling; None: not known, so its head is left.
    output_folder : Path
        Where ``<name>.weights.h5`` is written, a base for fine-tuning, with a file beside it that tells its origin.
    variant : str, optional
        A key of `VARIANTS`; found from the file by default.
    export : callable, optional
        Makes a bundle of a network whose head is complete; called with the network and `output_folder`, its answer is
        returned.
    report : callable, optional
        Is given the notes, for instance that the head has to be trained.

    Returns
    -------
    Path
        The weights file, or what `export` returned.

    Raises
    ------
    WeightsError
        If the name is unfit or taken, or the file is unsafe, damaged or of another form; the message names the layer.
    """
    if not is_weights_name(name):
        raise WeightsError(f"{name!r} is no name for a model: use letters, digits, '.', '_' and '-'")
    target = output_folder / f"{name}{SUFFIX}"
    if target.exists():
        raise WeightsError(f"{target} exists already; choose another name or remove it")
    content = read_bytes(path)
    network = build_network(variant or find_variant(content, path.name))
    imported = read_foreign(content, network, name=path.name, classes=classes)
    for note in imported.notes if report else ():
        report(note)  # type: ignore[misc]  # only with a report, see above
    save_weights(network, target, head=imported.head_complete)
    note_imported(
        target,
        source=path.name,
        sha256=imported.sha256,
        variant=network.variant,
        head_complete=imported.head_complete,
        notes=imported.notes,
    )
    return export(imported, output_folder) if export and imported.head_complete else target


def read_foreign(
    source: Path | bytes,
    network: Network,
    *,
    name: str = "the model file",
    classes: Sequence[str] | None = None,
    keep_padding: bool = True,
) -> Imported:
    """Load the arrays of a foreign model into `network`.

    Parameters
    ----------
    source : Path or bytes
        ``.h5`` or ``.keras``: a whole model, or an ImageNet ``*_notop.h5``.
    network : Network
        Of the same variant; changed in place, unchanged on an error.
    name : str
        What messages call bytes.
    classes : sequence of str, optional
        The order of the file's outputs; without it the head is left alone.
    keep_padding : bool
        Whether the network pads as the file's model does, to answer exactly as it. A weights file does not hold that,
        so a network to be trained further keeps its own padding.

    Raises
    ------
    WeightsError
        If the file is unsafe, damaged, or of another form; the message names the layer.
    """
    called = source.name if isinstance(source, Path) else name
    content = read_bytes(source) if isinstance(source, Path) else source
    labels = None if classes is None else _labels(classes)
    file = open_model_file(content, called)
    head: Head | str
    try:
        arrays = Arrays(file)
        ours = backbone_layers(network)
        if file.config is None:
            layers: list[Layer] = []
            values, head = read_plain(arrays, network, ours)
        else:
            layers = list(list_layers(file.config))
            values, head = read_described(layers, arrays, network, ours)
        columns = _columns(head, labels, network.classes)
        paddings = read_paddings(layers)
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise WeightsError(f"{called} is damaged: the description of its model makes no sense ({error})") from error
    except WeightsError as error:
        raise WeightsError(str(error) if called in str(error) else f"{called} cannot be imported: {error}") from error
    finally:
        file.close()
    if isinstance(head, Head) and not isinstance(columns, str):
        values += _head_values(network, head, columns)
    _apply(network, values, paddings if keep_padding else {})
    notes = (f"The head has to be trained: {columns}.",) if isinstance(columns, str) else ()
    digest = hashlib.sha256(content).hexdigest()
    return Imported(network, not notes, read_input_size(layers), digest, notes)


def find_variant(content: bytes, name: str) -> str:
    """Return the variant whose blocks and width a file has.

    Raises
    ------
    WeightsError
        If the file is unsafe or has none of them.
    """
    file = open_model_file(content, name)
    try:
        arrays = Arrays(file)
        if file.config is None:
            layers = {layer: plain_layer(layer, "") for layer in arrays.layer_names()}
        else:
            layers = {layer.name: layer for layer in list_layers(file.config)}
        return _variant_of(layers, arrays, name)
    finally:
        file.close()


def _variant_of(layers: dict[str, Layer], arrays: Arrays, name: str) -> str:
    if "block0_depthwise" in layers:
        return "lite0"
    if "block1a_dwconv" not in layers or "top_bn" not in layers:
        raise WeightsError(f"{name} holds no EfficientNet that is known here (Lite0, B0, B1, B2, B3)")
    if "block1b_dwconv" not in layers:
        return "b0"
    if "block4e_dwconv" in layers:
        return "b3"
    # B1 and B2 have the same layers; B2's are wider.
    width = arrays.read(layers["top_bn"], ("gamma", "beta", "moving_mean", "moving_variance"))[0].size
    return "b1" if width == _B1_WIDTH else "b2"


def _labels(classes: Sequence[str]) -> list[str]:
    labels = [parse_label(name) for name in classes]
    for name, label in zip(classes, labels, strict=True):
        if label is None or labels.count(label) > 1:
            raise WeightsError(f"the class {name!r} is unknown or named twice; give the order of the model's outputs")
    return [label for label in labels if label is not None]


def _columns(head: Head | str, labels: list[str] | None, classes: tuple[str, ...]) -> list[str] | str:
    """Return the label of each output, or a sentence on why the head cannot be used."""
    if isinstance(head, str):
        return head
    if labels is None:
        return "the order of its classes was not told"
    if head.bias.size != len(labels):
        raise WeightsError(f"the model has {head.bias.size} outputs, but {len(labels)} classes were named")
    if set(labels) != set(classes):
        return f"its classes are not those of this program ({', '.join(classes)})"
    return labels


def _head_values(network: Network, head: Head, labels: list[str]) -> Values:
    order = [labels.index(name) for name in network.classes]
    kernel, bias = network.head.weights
    weighed = head.kernel[:, order].astype(np.float32)[None, None]
    return [
        (kernel, widen_head(weighed, network)),
        (bias, head.bias[order].astype(np.float32)),
    ]


def _apply(network: Network, values: Values, paddings: dict[str, Padding]) -> None:
    for variable, value in values:
        variable.assign(value)
    make_constants(network)
    for name, padding in paddings.items():
        network.features.get_layer(name).padding = padding
