"""The crop cache: every scan decoded, cropped and resampled once, then read as fast as the disk goes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.building import Build, Cancelled, Report
from training.crop_worker import crop_all
from training.dataset import Sample
from training.digests import FileDigests
from training.errors import CacheError
from training.locks import folder_lock
from training.row_store import RowStore
from tumorviewer.files import atomic_write
from tumorviewer.imaging.prepare import InputSpec

FORMAT: Final = 1


class CropCache:
    """Crops of a list of samples, on disk.

    Attributes
    ----------
    size : int
        Side S of the square crops, in pixels.
    usable : ndarray of bool, shape (N,)
        Whether the sample has a crop.
    errors : dict of int to str
        Why not, by index of the sample.
    boxes : ndarray of int32, shape (N, 4)
        Crop box in pixels of the image: x, y, width, height; -1 = the whole image was taken (or there is no crop).
    image_sizes : ndarray of int32, shape (N, 2)
        Width and height of the image in pixels; 0 where there is no crop.
    """

    def __init__(self, store: RowStore, size: int, keys: Sequence[bytes | None], errors: dict[int, str]) -> None:
        self.size = size
        self.errors = errors
        self._store = store
        self._rows = np.array([-1 if key is None else store.row(key) for key in keys], np.int64)
        self.usable: NDArray[np.bool_] = self._rows >= 0
        self.boxes = np.full((len(keys), 4), -1, np.int32)
        self.image_sizes = np.zeros((len(keys), 2), np.int32)
        facts = store.facts(self._rows[self.usable])
        self.boxes[self.usable] = facts[:, :4]
        self.image_sizes[self.usable] = facts[:, 4:6]
        self._keys = tuple(keys)

    def __len__(self) -> int:
        return len(self._rows)

    def key(self, index: int) -> bytes:
        """Return what names the content of a sample that has a crop: SHA-256 of the file, and the frame.

        Raises
        ------
        ValueError
            If its file could not be read.
        """
        key = self._keys[index]
        if key is None:
            raise ValueError(f"sample {index} has no content: {self.errors.get(index, 'not built')}")
        return key

    def read(self, indices: Sequence[int] | NDArray[np.integer]) -> NDArray[np.uint8]:
        """Return copies of crops, shape (n, S, S), in the order of `indices` (into the samples of the build).

        Memory does not grow with what was read: the file is mapped for the length of the call only.

        Raises
        ------
        ValueError
            If a sample has no crop (see `usable`).
        """
        rows = self._rows[np.asarray(indices, np.int64)]
        if rows.size and int(rows.min()) < 0:
            bad = int(np.asarray(indices)[int(np.argmin(rows))])
            raise ValueError(f"sample {bad} has no crop: {self.errors.get(bad, 'not built')}")
        return self._store.read(rows).reshape(-1, self.size, self.size)


def build_cache(
    samples: Sequence[Sample],
    spec: InputSpec,
    folder: Path,
    *,
    workers: int | None = None,
    report: Report | None = None,
    cancelled: Cancelled | None = None,
) -> CropCache:
    """Crop what is not in the cache yet, and open it for the samples.

    Rows are keyed by content, so a moved or copied file is not cropped again. After a kill at any moment the next call
    goes on. A second caller waits until the first is done.

    Parameters
    ----------
    samples : sequence of Sample
    spec : InputSpec
        Crops of different settings lie in different sub-folders.
    folder : Path
        The cache folder; made if it is missing.
    workers : int, optional
        Processes; default one a core; 0 = this process. Few missing crops are always made in this process.
    report : callable, optional
        Called with (samples settled, samples) as the work goes on.
    cancelled : callable, optional
        Asked a few times a second; True stops the build.

    Raises
    ------
    TrainingCancelled
        After a cancel; what was built is kept.
    CacheError
        If the disk is full or the folder may not be written; what was built is kept.
    """
    home = folder / f"crops-{spec.key()}-{FORMAT}"
    with folder_lock(home, cancelled):
        _describe(home, spec)
        store = RowStore(home, spec.size * spec.size)
        digests = FileDigests(folder / "files")
        build = Build(samples, spec, store, digests, crop_all, report)
        try:
            build.run(workers, cancelled)
        finally:
            digests.save()
    return CropCache(store, spec.size, build.keys, build.errors)


def _describe(home: Path, spec: InputSpec) -> None:
    """Leave a note for people: what the numbers in this folder are."""
    note = home / "about.json"
    if note.exists():
        return
    try:
        with atomic_write(note) as stream:
            what = "crops of scans, kept for speed; may be deleted"
            json.dump({"what": what, "input": spec.to_dict()}, stream, indent=1)
    except OSError as error:
        raise CacheError(f"The cache folder {str(home)!r} cannot be written: {error.strerror}.") from error
