"""SHA-256 of files, remembered between runs by name, size and time of change."""

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tumorviewer.files import atomic_write
from tumorviewer.inference.seen import SeenScans

if TYPE_CHECKING:
    from training.dataset import Dataset

_RECORD = np.dtype([("name", "V16"), ("size", "<i8"), ("mtime_ns", "<i8"), ("sha256", "V32")])


class FileDigests:
    """Content digests of files; a file is read again only when its size or time of change differ.

    Names are kept as hashes: a cache must not tell who was scanned.

    Parameters
    ----------
    folder : Path
        Where ``digests.bin`` lies.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "digests.bin"
        self._known: dict[bytes, tuple[int, int, bytes]] = _read(self._file)
        self._changed = False

    def sha256(self, path: Path) -> str:
        """Return the digest of a file's content in hexadecimal.

        Raises
        ------
        OSError
            If the file cannot be read.
        """
        name = hashlib.blake2b(os.fsencode(path), digest_size=16).digest()
        status = path.stat()
        known = self._known.get(name)
        if known is not None and known[:2] == (status.st_size, status.st_mtime_ns):
            return known[2].hex()
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").digest()
        self._known[name] = (status.st_size, status.st_mtime_ns, digest)
        self._changed = True
        return digest.hex()

    def save(self) -> None:
        """Write what was learnt; without room for it the next run just reads the files again."""
        if not self._changed:
            return
        records = np.zeros(len(self._known), _RECORD)
        for record, (name, (size, mtime, digest)) in zip(records, self._known.items(), strict=True):
            record["name"], record["size"], record["mtime_ns"], record["sha256"] = name, size, mtime, digest
        try:
            with atomic_write(self._file, "wb") as stream:
                stream.write(records.tobytes())
        except OSError:
            return
        self._changed = False


def contents_of(dataset: "Dataset", folder: Path) -> str:
    """Return a hash over contents, labels and places of all samples: another one where a list of them is out of date.

    Parameters
    ----------
    dataset : Dataset
        As it was read, before any decision.
    folder : Path
        The cache folder.
    """
    digests = FileDigests(folder / "files")
    told = hashlib.sha256()
    for index, sample in enumerate(dataset.samples):
        try:
            content = digests.sha256(sample.path)
        except OSError:
            content = "unreadable"
        told.update(repr((dataset.relative(index), sample.frame, sample.label, content)).encode("utf-8", "replace"))
    digests.save()
    return told.hexdigest()


def seen_scans(dataset: "Dataset", indices: NDArray[np.int64], folder: Path) -> SeenScans:
    """Return the files of some samples as a model remembers them; `folder` is the cache folder.

    What has gone since is passed over.
    """
    digests = FileDigests(folder / "files")
    paths = sorted({dataset.samples[index].path for index in indices})
    return SeenScans.of(digests.sha256(path) for path in paths if path.is_file())


def _read(file: Path) -> dict[bytes, tuple[int, int, bytes]]:
    try:
        raw = file.read_bytes()
    except OSError:
        return {}
    records = np.frombuffer(raw, _RECORD, len(raw) // _RECORD.itemsize)
    return {
        bytes(record["name"]): (int(record["size"]), int(record["mtime_ns"]), bytes(record["sha256"]))
        for record in records
    }
