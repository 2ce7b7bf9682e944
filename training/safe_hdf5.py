"""Opening an HDF5 file from somebody else: everything in it is checked before a single value is read.

HDF5 can point into other files (external links, external raw data, virtual data sets), declare terabytes in a kilobyte
("shape bomb", CVE-2026-0897), inflate, loop, and hold references and types of its own. Weights need none of it, so a
file that has any is refused. The check runs on the same bytes in memory that are read afterwards.
"""

import io
import math
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import h5py
from h5py import h5a, h5d, h5g, h5l, h5o, h5p, h5s, h5t, h5z

from training.errors import WeightsError


@dataclass(frozen=True, slots=True)
class Hdf5Limits:
    """What a file of weights never exceeds (EfficientNet-B7 with its optimiser: 800 MB, 5,000 objects)."""

    file_bytes: int = 1 << 30
    objects: int = 20_000
    depth: int = 24
    rank: int = 8
    attributes: int = 256
    attribute_elements: int = 65_536
    attribute_bytes: int = 1 << 24
    chunks: int = 65_536
    expansion: int = 100
    """Bytes that a compressed data set may grow to, per byte stored. Weights hardly compress at all."""


DEFAULT_LIMITS: Final = Hdf5Limits()

_LINKS: Final = {h5l.TYPE_SOFT: "a soft link", h5l.TYPE_EXTERNAL: "a link into another file"}
_LAYOUTS: Final = (h5d.COMPACT, h5d.CONTIGUOUS, h5d.CHUNKED)
_FILTERS: Final = (h5z.FILTER_DEFLATE, h5z.FILTER_SHUFFLE, h5z.FILTER_FLETCHER32)
_NUMBERS: Final = (h5t.INTEGER, h5t.FLOAT)
_ATTRIBUTES: Final = (h5t.INTEGER, h5t.FLOAT, h5t.STRING, h5t.ENUM)
_SIZES: Final = (1, 2, 4, 8)


def open_checked(source: bytes | Path, *, name: str | None = None, limits: Hdf5Limits = DEFAULT_LIMITS) -> h5py.File:
    """Open an HDF5 file that holds nothing but groups and plain numbers.

    Parameters
    ----------
    source : bytes or Path
        The file, or its bytes (for instance those whose hash was checked).
    name : str, optional
        What messages call the file; a path's own name by default.
    limits : Hdf5Limits
        Sizes and counts.

    Returns
    -------
    h5py.File
        Open for reading, on a copy in memory: what was checked is what is read. To be closed by the caller.

    Raises
    ------
    WeightsError
        If the file cannot be read, is no HDF5 file, is damaged, or holds anything that weights do not need.
    """
    called = name or (source.name if isinstance(source, Path) else "the weights file")
    content = source if isinstance(source, bytes) else read_bytes(source, limits.file_bytes)
    if len(content) > limits.file_bytes:
        raise WeightsError(f"{called} is too large for a weights file ({len(content):,} bytes)")
    try:
        file = h5py.File(io.BytesIO(content), "r")
    except (OSError, RuntimeError, ValueError, OverflowError, MemoryError) as error:
        raise WeightsError(f"{called} is not an HDF5 file, or it is damaged ({error})") from error
    try:
        _Check(called, len(content), limits).run(file.id)
    except WeightsError:
        file.close()
        raise
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, OverflowError, MemoryError) as error:
        file.close()
        raise WeightsError(f"{called} is damaged: its HDF5 structure cannot be read ({error})") from error
    return file


def read_bytes(path: Path, limit: int = DEFAULT_LIMITS.file_bytes) -> bytes:
    """Read a whole file of at most `limit` bytes.

    Raises
    ------
    WeightsError
        If it cannot be read or is larger.
    """
    try:
        with open(path, "rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        raise WeightsError(f"{path} cannot be read: {error.strerror or error}") from error
    if len(content) > limit:
        raise WeightsError(f"{path} is larger than the {limit:,} bytes that a weights file may have")
    return content


def read_text(holder: h5py.Group, key: str) -> str | None:
    """Return a text attribute of a checked file, or None if there is none or it is no single text.

    Only single texts are read: each costs at most the file's own size, whereas a list of texts could name one text
    many times over.
    """
    if not h5a.exists(holder.id, key.encode()):
        return None
    attribute = h5a.open(holder.id, key.encode())
    if attribute.get_type().get_class() != h5t.STRING or attribute.get_space().get_simple_extent_npoints() != 1:
        return None
    value: Any = holder.attrs[key]
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


class _Check:
    """One walk over one file."""

    def __init__(self, name: str, file_bytes: int, limits: Hdf5Limits) -> None:
        self._name = name
        self._file_bytes = file_bytes
        self._limits = limits
        self._seen: set[int] = set()
        self._stored = 0

    def run(self, root: h5g.GroupID) -> None:
        """Visit every object once, by hand: nothing is opened before its link has been looked at."""
        waiting: list[tuple[h5g.GroupID, str, int]] = [(h5o.open(root, b"/"), "", 0)]
        self._note(waiting[0][0], "/")
        while waiting:
            group, path, depth = waiting.pop()
            if group.get_num_objs() + len(self._seen) > self._limits.objects or depth > self._limits.depth:
                raise self._refusal(path or "/", "has more or deeper groups than any model")
            for raw in list(group):
                child_path = f"{path}/{raw.decode('utf-8', 'replace')}"
                child = self._open(group, raw, child_path)
                if isinstance(child, h5g.GroupID):
                    waiting.append((child, child_path, depth + 1))
                else:
                    self._check_dataset(child, child_path)

    def _open(self, group: h5g.GroupID, raw: bytes, path: str) -> h5g.GroupID | h5d.DatasetID:
        link = group.links.get_info(raw).type
        if link != h5l.TYPE_HARD:
            raise self._refusal(path, f"is {_LINKS.get(link, 'a link of an unknown kind')}")
        child = h5o.open(group, raw)
        if not isinstance(child, h5g.GroupID | h5d.DatasetID):
            raise self._refusal(path, "is neither a group nor a data set")
        self._note(child, path)
        return child

    def _note(self, item: h5g.GroupID | h5d.DatasetID, path: str) -> None:
        """Remember the object: one with two names is a loop, or the same bytes counted twice."""
        address = h5o.get_info(item).addr
        if address in self._seen:
            raise self._refusal(path, "is a second name of another object (a loop of links)")
        self._seen.add(address)
        self._check_attributes(item, path)

    def _check_attributes(self, item: h5g.GroupID | h5d.DatasetID, path: str) -> None:
        count = h5a.get_num_attrs(item)
        if count > self._limits.attributes:
            raise self._refusal(path, "has too many attributes")
        for index in range(count):
            attribute = h5a.open(item, index=index)
            if attribute.get_type().get_class() not in _ATTRIBUTES:
                raise self._refusal(path, "has an attribute that is neither number nor text")
            elements = attribute.get_space().get_simple_extent_npoints()
            size = elements * attribute.get_type().get_size()
            if elements > self._limits.attribute_elements or size > self._limits.attribute_bytes:
                raise self._refusal(path, "has an attribute of absurd size")

    def _check_dataset(self, data: h5d.DatasetID, path: str) -> None:
        kind, plan = data.get_type(), data.get_create_plist()
        if kind.get_class() not in _NUMBERS or kind.get_size() not in _SIZES:
            raise self._refusal(path, "does not hold plain numbers")
        if plan.get_layout() not in _LAYOUTS:
            raise self._refusal(path, "is a virtual data set, a view of other files")
        if plan.get_external_count() > 0:
            raise self._refusal(path, "keeps its values in another file")
        filters = [plan.get_filter(index)[0] for index in range(plan.get_nfilters())]
        if any(one not in _FILTERS for one in filters) or len(set(filters)) < len(filters):
            raise self._refusal(path, "is packed in a way that is not known here")
        self._check_size(data, path)
        if plan.get_layout() == h5d.CHUNKED:
            self._check_chunks(data, plan, path)

    def _check_size(self, data: h5d.DatasetID, path: str) -> None:
        space = data.get_space()
        if space.get_simple_extent_type() not in (h5s.SCALAR, h5s.SIMPLE) or len(data.shape) > self._limits.rank:
            raise self._refusal(path, "has no usable shape")
        declared = math.prod(data.shape) * data.get_type().get_size()
        stored = data.get_storage_size()
        self._stored += stored
        packed = data.get_create_plist().get_layout() == h5d.CHUNKED
        allowed = stored * self._limits.expansion if packed else stored
        if declared > allowed or declared > self._limits.file_bytes:
            shape = " x ".join(map(str, data.shape))
            raise self._refusal(path, f"declares {shape} values, but the file stores {stored:,} bytes for them")
        if self._stored > self._file_bytes:
            raise self._refusal(path, "overlaps other data")

    def _check_chunks(self, data: h5d.DatasetID, plan: h5p.PropDCID, path: str) -> None:
        """Unpack every compressed chunk up to its proper size: HDF5 itself would inflate whatever the stream holds."""
        chunk_bytes = math.prod(plan.get_chunk()) * data.get_type().get_size()
        filters = [plan.get_filter(index)[0] for index in range(plan.get_nfilters())]
        stored = data.get_storage_size()
        if data.get_num_chunks() > self._limits.chunks or chunk_bytes > max(1 << 20, stored * self._limits.expansion):
            raise self._refusal(path, "is cut into absurd chunks")
        if h5z.FILTER_DEFLATE not in filters:
            return
        for index in range(data.get_num_chunks()):
            mask, packed = data.read_direct_chunk(data.get_chunk_info(index).chunk_offset)
            if mask & (1 << filters.index(h5z.FILTER_DEFLATE)):
                continue
            try:
                plain = zlib.decompressobj().decompress(packed, chunk_bytes + 64)
            except zlib.error as error:
                raise self._refusal(path, "is damaged") from error
            # A checksum of four bytes may have been appended before the compression.
            if len(plain) > chunk_bytes + 4:
                raise self._refusal(path, "unpacks to more than it declares")

    def _refusal(self, path: str, what: str) -> WeightsError:
        return WeightsError(f"{self._name} is refused: {path} {what}. Nothing was loaded from it.")
