"""Filling a row store for a list of samples: what is there is kept, the rest is shared out to processes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

import numpy as np

from training.dataset import Sample
from training.digests import FileDigests
from training.errors import CacheError, TrainingCancelled
from training.frame_jobs import FrameJob, FrameTask, Row, crash_report, halve
from training.pool import default_workers, run_jobs
from training.row_store import RowStore
from tumorviewer.imaging.prepare import InputSpec

Report = Callable[[int, int], None]
Cancelled = Callable[[], bool]

_TASKS_PER_JOB: Final = 16
_JOBS_WORTH_PROCESSES: Final = 3
_ROWS_PER_COMMIT: Final = 512


@dataclass
class Build:
    """One build: which sample has which key, what failed, what waits to be committed.

    Attributes
    ----------
    work : callable
        Turns a job into rows; a function of an importable module, for it runs in spawned processes.
    keys : list of bytes or None
        Of each sample; None where the file cannot even be opened.
    errors : dict of int to str
        By index of the sample.
    """

    samples: Sequence[Sample]
    spec: InputSpec
    store: RowStore
    digests: FileDigests
    work: Callable[[FrameJob], list[Row]]
    report: Report | None = None
    keys: list[bytes | None] = field(default_factory=list)
    errors: dict[int, str] = field(default_factory=dict)
    _asked: set[bytes] = field(default_factory=set)
    _failed: dict[bytes, str] = field(default_factory=dict)
    _finished: list[Row] = field(default_factory=list)
    _settled: int = 0

    def run(self, workers: int | None, cancelled: Cancelled | None) -> None:
        """Build every missing row; the caller holds the lock of the store's folder.

        Raises
        ------
        TrainingCancelled, CacheError
            What was built is kept.
        """
        jobs = self._jobs(cancelled)
        # Starting processes takes longer than a few frames do.
        first = list(islice(jobs, _JOBS_WORTH_PROCESSES))
        few = len(first) < _JOBS_WORTH_PROCESSES
        wanted = default_workers() if workers is None else workers
        answers = run_jobs(
            self.work,
            chain(first, jobs),
            workers=0 if few else wanted,
            cancelled=cancelled,
            split=halve,
            crashed=crash_report,
        )
        try:
            for rows in answers:
                self._take(rows)
        except CacheError:
            self._finished.clear()  # the disk is full: nothing more to commit
            raise
        finally:
            self._commit()
        self.errors.update((i, self._failed[key]) for i, key in enumerate(self.keys) if key in self._failed)
        self._tell()

    def _jobs(self, cancelled: Cancelled | None) -> Iterator[FrameJob]:
        """Yield jobs for what the store lacks, settling the rest on the way."""
        tasks: list[FrameTask] = []
        for index, sample in enumerate(self.samples):
            if cancelled is not None and cancelled():
                raise TrainingCancelled
            task = self._look_up(index, sample)
            if task is not None:
                tasks.append(task)
            if len(tasks) == _TASKS_PER_JOB:
                yield FrameJob(tuple(tasks), self.spec)
                tasks = []
        if tasks:
            yield FrameJob(tuple(tasks), self.spec)

    def _look_up(self, index: int, sample: Sample) -> FrameTask | None:
        """Return what is to be done for a sample, or None if it is there, under way or hopeless."""
        try:
            sha256 = self.digests.sha256(sample.path)
        except OSError as error:
            self.keys.append(None)
            self.errors[index] = f"cannot be read: {error.strerror or error}"
            self._settle(1)
            return None
        key = bytes.fromhex(sha256) + sample.frame.to_bytes(4, "little")
        self.keys.append(key)
        if key in self._asked or self.store.row(key) >= 0:
            self._settle(1)
            return None
        self._asked.add(key)
        return FrameTask(key, sample.path, sample.frame, sha256)

    def _take(self, rows: list[Row]) -> None:
        for row in rows:
            if row.payload is None:
                self._failed[row.key] = row.error
            else:
                self._finished.append(row)
            self._settle(1)
        if len(self._finished) >= _ROWS_PER_COMMIT:
            self._commit()
        self._tell()

    def _commit(self) -> None:
        ready, self._finished = self._finished, []
        if ready:
            payloads = np.stack([row.payload for row in ready if row.payload is not None])
            self.store.append([row.key for row in ready], payloads, np.array([row.facts for row in ready], np.int64))

    def _settle(self, count: int) -> None:
        self._settled += count
        if self._settled % 1024 == 0:
            self._tell()

    def _tell(self) -> None:
        if self.report is not None:
            self.report(self._settled, len(self.samples))
