"""The crop cache: every scan decoded, cropped and resampled once, then read as fast as the disk goes."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.crop_worker import Crop, CropJob, CropTask, crash_report, crop_all, halve
from training.dataset import Sample
from training.digests import FileDigests
from training.errors import CacheError, TrainingCancelled
from training.locks import folder_lock
from training.pool import default_workers, run_jobs
from training.row_store import RowStore
from tumorviewer.files import atomic_write
from tumorviewer.imaging.prepare import InputSpec

Report = Callable[[int, int], None]
Cancelled = Callable[[], bool]

FORMAT: Final = 1
_TASKS_PER_JOB: Final = 16
_ROWS_PER_COMMIT: Final = 512
_WORTH_A_PROCESS: Final = 48


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
    content_keys : tuple of str
        SHA-256 of each file, then ``:`` and the frame; "" where the file could not be read.
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
        self.content_keys = tuple("" if key is None else _key_text(key) for key in keys)

    def __len__(self) -> int:
        return len(self._rows)

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

    Rows are keyed by content, so a moved or copied file is not cropped again. Killed at any moment, the next call goes on.

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
        build = _Build(samples, spec, store, digests, report)
        try:
            build.run(default_workers() if workers is None else workers, cancelled)
        finally:
            digests.save()
    return CropCache(store, spec.size, build.keys, build.errors)


@dataclass
class _Build:
    """The state of one build: which sample has which key, what waits to be committed."""

    samples: Sequence[Sample]
    spec: InputSpec
    store: RowStore
    digests: FileDigests
    report: Report | None
    keys: list[bytes | None] = field(default_factory=list)
    errors: dict[int, str] = field(default_factory=dict)
    asked: set[bytes] = field(default_factory=set)
    failed: dict[bytes, str] = field(default_factory=dict)
    finished: list[Crop] = field(default_factory=list)
    settled: int = 0

    def run(self, workers: int, cancelled: Cancelled | None) -> None:
        jobs = self._jobs(cancelled)
        # Starting processes takes longer than a few crops do.
        first = [job for _, job in zip(range(_WORTH_A_PROCESS // _TASKS_PER_JOB), jobs, strict=False)]
        few = len(first) < _WORTH_A_PROCESS // _TASKS_PER_JOB
        answers = run_jobs(
            crop_all,
            _chain(first, jobs),
            workers=0 if few or workers < 1 else workers,
            cancelled=cancelled,
            split=halve,
            crashed=crash_report,
        )
        try:
            for crops in answers:
                self._take(crops)
            self.errors.update((i, self.failed[key]) for i, key in enumerate(self.keys) if key in self.failed)
            self._tell()
        except CacheError:
            self.finished.clear()  # the disk is full: nothing more to commit
            raise
        finally:
            self._commit()

    def _jobs(self, cancelled: Cancelled | None) -> Iterator[CropJob]:
        """Yield jobs for what the store lacks, settling the rest on the way."""
        tasks: list[CropTask] = []
        for index, sample in enumerate(self.samples):
            if cancelled is not None and cancelled():
                raise TrainingCancelled
            task = self._look_up(index, sample)
            if task is not None:
                tasks.append(task)
            if len(tasks) == _TASKS_PER_JOB:
                yield CropJob(tuple(tasks), self.spec)
                tasks = []
        if tasks:
            yield CropJob(tuple(tasks), self.spec)

    def _look_up(self, index: int, sample: Sample) -> CropTask | None:
        try:
            sha256 = self.digests.sha256(sample.path)
        except OSError as error:
            self.keys.append(None)
            self.errors[index] = f"cannot be read: {error.strerror or error}"
            self._settle(1)
            return None
        key = bytes.fromhex(sha256) + sample.frame.to_bytes(4, "little")
        self.keys.append(key)
        if key in self.asked or self.store.row(key) >= 0:
            self._settle(1)
            return None
        self.asked.add(key)
        return CropTask(key, sample.path, sample.frame, sha256)

    def _take(self, crops: list[Crop]) -> None:
        for crop in crops:
            if crop.pixels is None:
                self.failed[crop.key] = crop.error
            else:
                self.finished.append(crop)
            self._settle(1)
        if len(self.finished) >= _ROWS_PER_COMMIT:
            self._commit()
        self._tell()

    def _commit(self) -> None:
        ready, self.finished = self.finished, []
        if not ready:
            return
        pixels = np.stack([crop.pixels for crop in ready if crop.pixels is not None]).reshape(len(ready), -1)
        facts = np.array([(*crop.box, *crop.image_size, 0, 0) for crop in ready], np.int64)
        self.store.append([crop.key for crop in ready], pixels, facts)

    def _settle(self, count: int) -> None:
        self.settled += count
        if self.settled % 1024 == 0:
            self._tell()

    def _tell(self) -> None:
        if self.report is not None:
            self.report(min(self.settled, len(self.samples)), len(self.samples))


def _chain(first: Iterable[CropJob], rest: Iterator[CropJob]) -> Iterator[CropJob]:
    yield from first
    yield from rest


def _describe(home: Path, spec: InputSpec) -> None:
    """Leave a note for people: what the numbers in this folder are."""
    note = home / "about.json"
    if note.exists():
        return
    try:
        with atomic_write(note) as stream:
            json.dump({"what": "crops of scans, kept for speed; may be deleted", "input": spec.to_dict()}, stream, indent=1)
    except OSError as error:
        raise CacheError(f"The cache folder {str(home)!r} cannot be written: {error.strerror}.") from error


def _key_text(key: bytes) -> str:
    return f"{key[:32].hex()}:{int.from_bytes(key[32:], 'little')}"
