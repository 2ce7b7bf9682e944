"""What goes to a worker process and what comes back, for every kind of work on decoded frames. Imports only imaging."""

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.prepare import InputSpec
from tumorviewer.imaging.scan import Scan


@dataclass(frozen=True, slots=True)
class FrameTask:
    """One frame: `key` names it in the store, `sha256` is what the file held when it was looked at."""

    key: bytes
    path: Path
    frame: int
    sha256: str


@dataclass(frozen=True, slots=True)
class FrameJob:
    """A few tasks under one specification."""

    tasks: tuple[FrameTask, ...]
    spec: InputSpec


@dataclass(frozen=True, slots=True)
class Row:
    """A finished task: bytes (uint8, one axis) and eight whole numbers, or an error."""

    key: bytes
    payload: NDArray[np.uint8] | None
    facts: tuple[int, ...] = (0,) * 8
    error: str = ""


def each_frame(job: FrameJob, work: Callable[[FrameTask, Scan, InputSpec], Row]) -> list[Row]:
    """Load every frame of a job and work on it; a file that cannot be read yields its error."""
    if multiprocessing.parent_process() is not None:
        cv2.setNumThreads(1)  # the processes share the cores; threads inside each would get in each other's way
    return [_one_frame(task, job.spec, work) for task in job.tasks]


def halve(job: FrameJob) -> list[FrameJob]:
    """Return the two halves of a job, or the job if it is a single task."""
    if len(job.tasks) < 2:
        return [job]
    middle = len(job.tasks) // 2
    return [FrameJob(job.tasks[:middle], job.spec), FrameJob(job.tasks[middle:], job.spec)]


def crash_report(job: FrameJob) -> list[Row]:
    """Return the answer for a task that took its process down."""
    reason = "decoding it ended the process that tried; the file is left out"
    return [Row(task.key, None, error=reason) for task in job.tasks]


def _one_frame(task: FrameTask, spec: InputSpec, work: Callable[[FrameTask, Scan, InputSpec], Row]) -> Row:
    try:
        scan = load_scan(task.path, frame=task.frame)
        if scan.sha256 != task.sha256:
            return Row(task.key, None, error="the file changed while it was read; try again")
        return work(task, scan, spec)
    except ScanError as error:
        return Row(task.key, None, error=error.reason)
    except MemoryError:
        return Row(task.key, None, error="too large for the memory of this machine")
