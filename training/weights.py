"""Where a run starts from: fresh weights, ImageNet's, a bundle, or a model of one's own."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from training.errors import WeightsError
from training.foreign import read_foreign
from training.lite0 import load_imagenet_arrays
from training.network import Network
from training.safe_hdf5 import open_checked, read_bytes
from training.weights_file import is_own_file, load_weights, save_weights, weights_digest

__all__ = ["SCRATCH", "Base", "load_base", "load_weights", "save_weights", "weights_digest"]

SCRATCH: Final = "scratch"
"""The base that is none: fresh weights."""

_BUNDLE_WEIGHTS: Final = "weights.weights.h5"
_MAX_CARD_BYTES: Final = 1 << 24
_HDF5_START: Final = b"\x89HDF\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Base:
    """What a run started from.

    Attributes
    ----------
    source : str
        ``scratch`` or the name of the file or folder, for the card.
    sha256 : str or None
        Of the file; None for fresh weights.
    head_loaded : bool
        Whether the head knows the classes already.
    notes : tuple of str
        Sentences for the person who trains.
    """

    source: str
    sha256: str | None
    head_loaded: bool
    notes: tuple[str, ...] = ()


def load_base(network: Network, base: str | Path, *, classes: tuple[str, ...] | None = None) -> Base:
    """Load the weights that a run starts from into a network.

    Parameters
    ----------
    network : Network
        With fresh weights; unchanged on an error.
    base : str or Path
        ``scratch``; a bundle folder; an ``.npz`` of ImageNet arrays (Lite0); a ``*_notop.h5`` of ImageNet (B0 to B3);
        a weights file of this program; or a model of one's own, ``.h5`` or ``.keras``. Files are told apart by content.
    classes : tuple of str, optional
        The order of the outputs of a model of one's own; without it only its features are taken.

    Raises
    ------
    WeightsError
        If the base is missing, unsafe, damaged, tampered with, or of another architecture.
    """
    if str(base) == SCRATCH:
        return Base(SCRATCH, None, head_loaded=False)
    path = Path(base)
    if not path.exists():
        raise WeightsError(f"{path} does not exist; --base takes a file of weights, a bundle folder or 'scratch'")
    if path.is_dir():
        return _load_bundle(network, path)
    if path.suffix.lower() == ".npz":
        return _load_arrays(network, path)
    content = read_bytes(path)
    if _is_own(content, path.name):
        return Base(path.name, _sha256(content), load_weights(network, content, name=path.name))
    imported = read_foreign(content, network, name=path.name, classes=classes, keep_padding=False)
    return Base(path.name, imported.sha256, imported.head_complete, imported.notes)


def _load_arrays(network: Network, path: Path) -> Base:
    if network.variant != "lite0":
        raise WeightsError(f"{path.name} holds arrays of EfficientNet-Lite0; the network is {network.variant}")
    load_imagenet_arrays(network.features, path)
    return Base(path.name, _sha256(read_bytes(path)), head_loaded=False)


def _load_bundle(network: Network, folder: Path) -> Base:
    """Load the weights of a bundle: the bytes whose hash is in the card, and no others."""
    files = _read_card(folder).get("files")
    expected = files.get(_BUNDLE_WEIGHTS) if isinstance(files, dict) else None
    content = read_bytes(folder / _BUNDLE_WEIGHTS)
    if not isinstance(expected, str) or _sha256(content) != expected.lower():
        raise WeightsError(f"{folder.name} is refused: {_BUNDLE_WEIGHTS} is not the file that its card describes")
    head = load_weights(network, content, name=f"{folder.name}/{_BUNDLE_WEIGHTS}")
    return Base(folder.name, expected.lower(), head)


def _read_card(folder: Path) -> dict[str, Any]:
    content = read_bytes(folder / "card.json", _MAX_CARD_BYTES)
    try:
        card = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"{folder.name} is refused: its card.json is damaged") from error
    if not isinstance(card, dict):
        raise WeightsError(f"{folder.name} is refused: its card.json describes no bundle")
    return card


def _is_own(content: bytes, name: str) -> bool:
    if not content.startswith(_HDF5_START):
        return False
    with open_checked(content, name=name) as file:
        return is_own_file(file)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
