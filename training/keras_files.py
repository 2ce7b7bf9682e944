"""Keras' own files, ``.h5`` and ``.keras``, opened as data: numbers and JSON text, never objects.

``keras.models.load_model`` builds whatever a file asks for, and a Lambda layer is code. Here the architecture comes
from this program alone; a file's JSON is only read to learn what its numbers are, and one that names code is refused.
"""

import io
import json
import stat
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

import h5py

from training.errors import WeightsError
from training.safe_hdf5 import DEFAULT_LIMITS, open_checked, read_text

_ZIP_START: Final = b"PK\x03\x04"
_MAX_MEMBERS: Final = 1_000
_MAX_EXPANSION: Final = 100
_MAX_JSON_BYTES: Final = 1 << 24
_MAX_TOTAL_BYTES: Final = DEFAULT_LIMITS.file_bytes
_WEIGHTS: Final = "model.weights.h5"

# Layers that are code, or a door to it: Python bytecode, TensorFlow graphs, other frameworks' modules.
_CODE: Final = frozenset({"tfsmlayer", "torchmodulewrapper", "jaxlayer", "flaxlayer", "function", "__lambda__"})
_KERAS: Final = ("keras.", "tf_keras.", "tensorflow.keras.")


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A checked file of Keras.

    Attributes
    ----------
    name : str
        For messages.
    weights : h5py.File
        Checked by `open_checked`; closed by `close`.
    config : dict or None
        The description of the model, plain JSON that names no code; None if the file has weights only.
    zipped : bool
        True for ``.keras``, where arrays are numbered; False for the older layout, where they are named.
    """

    name: str
    weights: h5py.File
    config: dict[str, Any] | None
    zipped: bool

    def close(self) -> None:
        """Release the memory."""
        self.weights.close()


def open_model_file(content: bytes, name: str) -> ModelFile:
    """Open the bytes of an ``.h5`` or ``.keras`` file, told apart by content.

    Raises
    ------
    WeightsError
        If it is neither, is damaged, is a bomb, points outside itself, or names code or objects that are not Keras'.
    """
    if not content.startswith(_ZIP_START):
        file = open_checked(content, name=name)
        try:
            text = read_text(file, "model_config")
            return ModelFile(name, file, None if text is None else _parse(text, name), zipped=False)
        except WeightsError:
            file.close()
            raise
    members = _read_members(content, name)
    config = _parse(members["config.json"].decode("utf-8", "replace"), name)
    return ModelFile(name, open_checked(members[_WEIGHTS], name=f"{name} ({_WEIGHTS})"), config, zipped=True)


def _read_members(content: bytes, name: str) -> dict[str, bytes]:
    """Return ``config.json`` and the weights of a ``.keras`` archive, unpacked in memory and within limits."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_members(archive.infolist(), name)
            return {wanted: _read_member(archive, wanted, name) for wanted in ("config.json", _WEIGHTS)}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise WeightsError(f"{name} is not a .keras file, or it is damaged ({error})") from error


def _check_members(members: list[zipfile.ZipInfo], name: str) -> None:
    if len(members) > _MAX_MEMBERS or len({member.filename for member in members}) < len(members):
        raise WeightsError(f"{name} is refused: its archive lists too many files, or one twice")
    if sum(member.file_size for member in members) > _MAX_TOTAL_BYTES:
        raise WeightsError(f"{name} is refused: it would unpack to more than {_MAX_TOTAL_BYTES:,} bytes")
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in member.filename or "\0" in member.filename:
            raise WeightsError(f"{name} is refused: it holds a file that would be written elsewhere ({path})")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise WeightsError(f"{name} is refused: it holds a link ({path})")
        if member.file_size > max(_MAX_EXPANSION * member.compress_size, 1 << 20):
            raise WeightsError(f"{name} is refused: {path} is a compression bomb")


def _read_member(archive: zipfile.ZipFile, wanted: str, name: str) -> bytes:
    limit = _MAX_JSON_BYTES if wanted.endswith(".json") else _MAX_TOTAL_BYTES
    try:
        with archive.open(wanted) as stream:
            content = stream.read(limit + 1)
    except KeyError as error:
        raise WeightsError(f"{name} is not a .keras file of this kind: it holds no {wanted}") from error
    if len(content) > limit:
        raise WeightsError(f"{name} is refused: {wanted} is too large")
    return content


def _parse(text: str, name: str) -> dict[str, Any]:
    if len(text) > _MAX_JSON_BYTES:
        raise WeightsError(f"{name} is refused: the description of its model is too large")
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"{name} is damaged: the description of its model is no JSON") from error
    if not isinstance(config, dict):
        raise WeightsError(f"{name} is damaged: the description of its model is no JSON object")
    # How a model was compiled (a loss of one's own, for instance) is never used: its weights alone are read.
    config.pop("compile_config", None)
    _refuse_code(config, name)
    return config


def _refuse_code(config: dict[str, Any], name: str) -> None:
    """Refuse a description that names a Lambda layer or an object that is not Keras' own. Nothing is built or run."""
    waiting: list[Any] = [config]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            _refuse_object(item, name)
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _refuse_object(item: dict[str, Any], name: str) -> None:
    kind, module, registered = (item.get(key) for key in ("class_name", "module", "registered_name"))
    if not isinstance(kind, str):
        return
    config = item.get("config")
    label = item.get("name") or (config.get("name") if isinstance(config, dict) else None) or kind
    if "lambda" in kind.casefold() or kind.casefold() in _CODE:
        raise WeightsError(
            f"{name} is refused: its layer {str(label)[:80]!r} ({kind}) carries code that would run on this computer. "
            "Nothing was run. Rebuild the model without it and save it again."
        )
    foreign_module = isinstance(module, str) and not f"{module}.".startswith(_KERAS)
    custom = any(isinstance(word, str) and ">" in word for word in (kind, registered))
    if foreign_module or custom:
        origin = str(module or registered)[:80]
        raise WeightsError(
            f"{name} is refused: {str(label)[:80]!r} is a {kind[:80]} from {origin}, which is no part of Keras. "
            "Nothing was run. Only models made of Keras' own layers can be imported."
        )
