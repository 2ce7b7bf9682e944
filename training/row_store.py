"""Rows of bytes on disk that only grow, and survive a kill at any moment.

Two files: ``rows.bin`` holds the payloads, ``index.bin`` one fixed-size record a payload, closed by a checksum. A
batch of payloads is written and flushed to disk first, then its records: a record that is there always has its
payload. What a killed writer leaves behind the last whole record is ignored, and overwritten by the next writer.
"""

import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.errors import CacheError

KEY_BYTES: Final = 36
"""SHA-256 of the content and the frame number."""

RECORD: Final = np.dtype([("key", f"V{KEY_BYTES}"), ("facts", "<i8", (8,)), ("crc", "<u4")])


class RowStore:
    """An append-only table: key -> (payload of `row_bytes` bytes, eight whole numbers).

    Parameters
    ----------
    folder : Path
        Made if it is missing.
    row_bytes : int
        Size of every payload.
    """

    def __init__(self, folder: Path, row_bytes: int) -> None:
        self.folder = folder
        self.row_bytes = row_bytes
        self._rows = folder / "rows.bin"
        self._index = folder / "index.bin"
        self._facts = np.zeros((0, 8), np.int64)
        self._row_of: dict[bytes, int] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CacheError(f"The cache folder {str(folder)!r} cannot be made: {error.strerror}.") from error
        self.reload()

    def reload(self) -> None:
        """Read the committed records again (another process may have added some)."""
        records = _whole_records(self._index, self._rows, self.row_bytes)
        self._facts = np.array(records["facts"], np.int64).reshape(-1, 8)
        keys = np.ascontiguousarray(records["key"]).tobytes()
        self._row_of = {keys[i * KEY_BYTES : (i + 1) * KEY_BYTES]: i for i in range(len(records))}

    def __len__(self) -> int:
        return len(self._facts)

    def row(self, key: bytes) -> int:
        """Return the row of a key, or -1."""
        return self._row_of.get(key, -1)

    def facts(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the whole numbers of rows, shape (n, 8)."""
        return self._facts[rows]

    def append(self, keys: Sequence[bytes], payloads: NDArray[np.uint8], facts: NDArray[np.int64]) -> None:
        """Commit new rows; the caller holds the folder's lock.

        Parameters
        ----------
        keys : sequence of bytes
            ``KEY_BYTES`` each, not in the store yet.
        payloads : ndarray of uint8, shape (n, row_bytes)
        facts : ndarray of int64, shape (n, 8)

        Raises
        ------
        CacheError
            If the disk is full or the folder may not be written; the committed rows are intact.
        """
        if not keys:
            return
        start = len(self)
        try:
            _cut(self._index, start * RECORD.itemsize)
            _write_at(self._rows, start * self.row_bytes, np.ascontiguousarray(payloads))
            _write_at(self._index, start * RECORD.itemsize, _records(keys, facts))
        except OSError as error:
            self._drop_tail(start)
            raise CacheError(
                f"The cache in {str(self.folder)!r} cannot grow: {error.strerror}. The {start} "
                f"rows built so far are kept; "
                "free some space and give the same command again."
            ) from error
        self._facts = np.concatenate([self._facts, facts])
        self._row_of.update((key, start + offset) for offset, key in enumerate(keys))

    def read(self, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return copies of payloads, shape (n, row_bytes).

        The file is mapped for the length of the call only: the pages do not count as this process's memory afterwards.
        """
        if len(rows) == 0:
            return np.empty((0, self.row_bytes), np.uint8)
        if int(np.min(rows)) < 0 or int(np.max(rows)) >= len(self):
            raise IndexError(f"rows must lie in 0..{len(self) - 1}")
        mapped = np.memmap(self._rows, np.uint8, "r", shape=(len(self), self.row_bytes))
        return np.asarray(mapped[rows])  # fancy indexing copies, and the map closes with its last reference

    def _drop_tail(self, count: int) -> None:
        """Give back the room of rows that were not committed, as far as the system lets us."""
        for path, size in ((self._index, count * RECORD.itemsize), (self._rows, count * self.row_bytes)):
            try:
                os.truncate(path, size)
            except OSError:
                continue  # ignored tails are harmless; the error that matters is already on its way


def _records(keys: Sequence[bytes], facts: NDArray[np.int64]) -> NDArray[np.void]:
    records = np.zeros(len(keys), RECORD)
    records["key"] = np.frombuffer(b"".join(keys), f"V{KEY_BYTES}")
    records["facts"] = facts
    records["crc"] = _checksums(records)
    return records


def _checksums(records: NDArray[np.void]) -> NDArray[np.uint32]:
    raw = records.tobytes()
    size, checked = RECORD.itemsize, RECORD.itemsize - 4
    return np.array([zlib.crc32(raw[i * size : i * size + checked]) for i in range(len(records))], np.uint32)


def _whole_records(index: Path, rows: Path, row_bytes: int) -> NDArray[np.void]:
    """Return the records up to the first that is torn, damaged or without payload."""
    try:
        raw = index.read_bytes()
        payloads = rows.stat().st_size // row_bytes
    except FileNotFoundError:
        return np.zeros(0, RECORD)
    except OSError as error:
        raise CacheError(f"The cache in {str(index.parent)!r} cannot be read: {error.strerror}.") from error
    count = min(len(raw) // RECORD.itemsize, payloads)
    records = np.frombuffer(raw, RECORD, count)
    broken = np.flatnonzero(_checksums(records) != records["crc"])
    return records[: int(broken[0])] if broken.size else records


def _cut(path: Path, size: int) -> None:
    """Forget torn records before their payloads are overwritten, so that none of them can come back to life."""
    if not path.exists() or path.stat().st_size <= size:
        return
    with path.open("r+b") as stream:
        stream.truncate(size)
        os.fsync(stream.fileno())


def _write_at(path: Path, offset: int, data: NDArray[np.generic]) -> None:
    """Write bytes at an offset and see them to disk."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
    with open(descriptor, "r+b", buffering=0) as stream:
        stream.seek(offset)
        view = memoryview(data.tobytes())
        while view:
            view = view[stream.write(view) :]
        os.fsync(stream.fileno())
