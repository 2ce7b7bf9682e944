"""``weights.weights.h5``: the weights of a network in a layout of our own that needs no Keras to be understood.

One data set a variable, ``features/<layer>/<variable>`` and ``head/<variable>``, little-endian, as Keras shapes them.
The attributes ``format``, ``version``, ``variant`` and ``classes`` (JSON) say what they belong to.
"""

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import h5py
import keras
import numpy as np
from numpy.typing import NDArray

from training.errors import WeightsError
from training.keras_layers import read_values
from training.network import Network
from training.safe_hdf5 import open_checked, read_bytes, read_text
from tumorviewer.files import atomic_write

FORMAT: Final = "tumorviewer-weights"
VERSION: Final = 1
HEAD: Final = "head/kernel"


def save_weights(network: Network, path: Path, *, head: bool = True) -> None:
    """Write features and head to `path`, whole or not at all; equal weights give equal bytes.

    Parameters
    ----------
    network : Network
        What to write.
    path : Path
        The file to make or replace.
    head : bool
        False leaves out a head that knows nothing yet.

    Raises
    ------
    OSError
        If the disk is full or the folder may not be written.
    """
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for key, value in _attributes(network).items():
            file.attrs[key] = np.bytes_(value.encode())
        for name, variable in variables(network, head=head):
            file.create_dataset(name, data=keras.ops.convert_to_numpy(variable))
    with atomic_write(path, "wb") as stream:
        stream.write(buffer.getbuffer())


def load_weights(network: Network, source: Path | bytes, *, name: str = "weights.weights.h5") -> bool:
    """Load what `save_weights` wrote into a network of the same variant.

    Parameters
    ----------
    network : Network
        Changed in place; unchanged if the file does not fit.
    source : Path or bytes
        The file, or its bytes after their hash was checked.
    name : str
        What messages call bytes.

    Returns
    -------
    bool
        Whether the file has a head; if not, the network's own is kept.

    Raises
    ------
    WeightsError
        If the file is unsafe, damaged, of another variant, or names or shapes differ.
    """
    called = source.name if isinstance(source, Path) else name
    content = read_bytes(source) if isinstance(source, Path) else source
    with open_checked(content, name=called) as file:
        _check_attributes(file, network, called)
        found = _paths(file)
        has_head = any(name.startswith("head/") for name in found)
        expected = dict(variables(network, head=has_head))
        if set(found) != set(expected):
            odd = sorted(set(found) ^ set(expected))[0]
            raise WeightsError(f"{called} does not fit {network.variant}: {odd} is missing or unknown")
        values = {name: read_values(data, f"{called}, {name}") for name, data in found.items()}
    if has_head:
        values[HEAD] = widen_head(values[HEAD], network)
    for name, value in values.items():
        if value.shape != tuple(expected[name].shape):
            raise WeightsError(f"{called} does not fit {network.variant}: {name} has the shape {value.shape}")
    for name, value in values.items():
        expected[name].assign(value)
    make_constants(network)
    return has_head


def widen_head(kernel: NDArray[np.float32], network: Network) -> NDArray[np.float32]:
    """Return a head for the features of both depths of one for the last features alone, which says the same.

    Parameters
    ----------
    kernel : ndarray of float32, shape (1, 1, D1, C) or any other, which is returned as it is
    """
    if kernel.ndim != 4 or kernel.shape[2] != network.coarse_size:
        return kernel
    rows = network.embedding_size - network.coarse_size
    return np.pad(kernel, ((0, 0), (0, 0), (0, rows), (0, 0)))


def is_own_file(file: h5py.File) -> bool:
    """Whether a checked file is one of `save_weights`."""
    return read_text(file, "format") == FORMAT


def weights_digest(network: Network, *, head: bool = True) -> str:
    """Return the SHA-256 (hex) over names, shapes and values of all weights, or of those of the features only."""
    digest = hashlib.sha256()
    for name, variable in variables(network, head=head):
        value = np.ascontiguousarray(keras.ops.convert_to_numpy(variable))
        digest.update(f"{name} {value.shape} {value.dtype.str}\n".encode())
        digest.update(value.tobytes())
    return digest.hexdigest()


def variables(network: Network, *, head: bool = True) -> Iterator[tuple[str, Any]]:
    """Yield every weight with the name that it has in a file."""
    for layer in network.features.layers:
        # The one layer without a name of its own: Keras numbers it by how many were built before in the process.
        name = "normalization" if isinstance(layer, keras.layers.Normalization) else layer.name
        for variable in layer.weights:
            yield f"features/{name}/{variable.name}", variable
    for variable in network.head.weights if head else ():
        yield f"head/{variable.name}", variable


def make_constants(network: Network) -> None:
    """Let changed mean and variance take effect: Normalization computes with constants made of them."""
    for layer in network.features.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()


def _attributes(network: Network) -> dict[str, str]:
    return {
        "format": FORMAT,
        "version": str(VERSION),
        "variant": network.variant,
        "classes": json.dumps(network.classes),
    }


def _check_attributes(file: h5py.File, network: Network, called: str) -> None:
    if not is_own_file(file):
        raise WeightsError(f"{called} is not a weights file of this program; import it first (models import)")
    for key, value in _attributes(network).items():
        found = read_text(file, key)
        if found != value:
            raise WeightsError(f"{called} does not fit: its {key} is {found}, this network's is {value}")


def _paths(file: h5py.File) -> dict[str, h5py.Dataset]:
    found: dict[str, h5py.Dataset] = {}

    def note(name: str, item: h5py.Group | h5py.Dataset) -> None:
        if isinstance(item, h5py.Dataset):
            found[name] = item

    file.visititems(note)
    return found
