"""Small pictures and file facts of every sample: what duplicates, summaries and baselines look at."""

import tempfile
from collections.abc import Sequence
from copy import copy
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.building import Build, Cancelled, Report
from training.dataset import Sample
from training.digests import FileDigests
from training.fingerprint_worker import FORMATS, SIDE, fingerprint_all
from training.locks import folder_lock
from training.row_store import RowStore
from tumorviewer.imaging.prepare import InputSpec

FORMAT: Final = 1


class Fingerprints:
    """Fingerprints of a list of samples, in memory (8 KB a sample).

    Attributes
    ----------
    usable : ndarray of bool, shape (N,)
    errors : dict of int to str
        Why a sample is not usable.
    whole, crop : ndarray of uint8, shape (N, 64, 64)
        The picture and its crop, each squeezed to a square; zeros where not usable.
    sizes : ndarray of int64, shape (N, 2)
        Width and height in pixels.
    channels, file_bytes : ndarray of int64, shape (N,)
    formats : tuple of str
        ``JPEG`` ...; "" where not usable.
    contents : tuple of str
        SHA-256 of the file, ``:`` and the frame; "" where the file cannot be opened.
    pixel_hashes : ndarray of int64, shape (N,)
        Equal for equal decoded grey pictures; -1 where not usable.
    """

    def __init__(self, store: RowStore, keys: Sequence[bytes | None], errors: dict[int, str]) -> None:
        rows = np.array([-1 if key is None else store.row(key) for key in keys], np.int64)
        self.usable: NDArray[np.bool_] = rows >= 0
        self.errors = errors
        payloads = np.zeros((len(rows), 2, SIDE, SIDE), np.uint8)
        payloads[self.usable] = store.read(rows[self.usable]).reshape(-1, 2, SIDE, SIDE)
        self.whole, self.crop = payloads[:, 0], payloads[:, 1]
        facts = np.zeros((len(rows), 8), np.int64)
        facts[self.usable] = store.facts(rows[self.usable])
        self.sizes = facts[:, :2]
        self.channels = facts[:, 2]
        self.file_bytes = facts[:, 3]
        self.formats = tuple(
            FORMATS[code] if ok and code >= 0 else "" for ok, code in zip(self.usable, facts[:, 4], strict=True)
        )
        self.pixel_hashes: NDArray[np.int64] = np.where(self.usable, facts[:, 5], -1)
        self.contents = tuple("" if key is None else key.hex() for key in keys)

    def __len__(self) -> int:
        return len(self.usable)

    def among(self, places: NDArray[np.int64]) -> "Fingerprints":
        """Return those of some of the samples, given by ascending numbers, numbered anew."""
        part = copy(self)
        part.usable, part.whole, part.crop = self.usable[places], self.whole[places], self.crop[places]
        part.sizes, part.channels, part.file_bytes = self.sizes[places], self.channels[places], self.file_bytes[places]
        part.pixel_hashes = self.pixel_hashes[places]
        part.formats = tuple(self.formats[place] for place in places)
        part.contents = tuple(self.contents[place] for place in places)
        part.errors = {new: self.errors[old] for new, old in enumerate(places.tolist()) if old in self.errors}
        return part


def build_fingerprints(
    samples: Sequence[Sample],
    folder: Path | None = None,
    *,
    workers: int | None = None,
    report: Report | None = None,
    cancelled: Cancelled | None = None,
) -> Fingerprints:
    """Fingerprint what is not in the cache folder yet, and read the rest from there.

    Parameters
    ----------
    samples : sequence of Sample
    folder : Path, optional
        The cache folder, shared with the crops; None = keep nothing.
    workers, report, cancelled
        As for `training.cache.build_cache`.

    Raises
    ------
    TrainingCancelled, CacheError
        What was built is kept.
    """
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="tumorviewer-", ignore_cleanup_errors=True) as temporary:
            return build_fingerprints(samples, Path(temporary), workers=workers, report=report, cancelled=cancelled)
    home = folder / f"fingerprints-{FORMAT}"
    with folder_lock(home, cancelled):
        store = RowStore(home, 2 * SIDE * SIDE)
        digests = FileDigests(folder / "files")
        build = Build(samples, InputSpec(), store, digests, fingerprint_all, report)
        try:
            build.run(workers, cancelled)
        finally:
            digests.save()
    return Fingerprints(store, build.keys, build.errors)
