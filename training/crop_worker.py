"""What a cache-building process does: file -> grey picture -> crop. Imports nothing but imaging."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.prepare import InputSpec, prepare
from tumorviewer.imaging.render import render_grey
from tumorviewer.imaging.scan import CropBox

WHOLE_IMAGE = (-1, -1, -1, -1)


@dataclass(frozen=True, slots=True)
class CropTask:
    """One frame to crop: `key` names it in the cache, `sha256` is what the file held when it was looked at."""

    key: bytes
    path: Path
    frame: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CropJob:
    """A few tasks under one specification."""

    tasks: tuple[CropTask, ...]
    spec: InputSpec


@dataclass(frozen=True, slots=True)
class Crop:
    """A finished task: pixels uint8 (S, S), crop box (x, y, w, h; -1 = whole image), image (width, height)."""

    key: bytes
    pixels: NDArray[np.uint8] | None
    box: tuple[int, int, int, int] = WHOLE_IMAGE
    image_size: tuple[int, int] = (0, 0)
    error: str = ""


def crop_all(job: CropJob) -> list[Crop]:
    """Crop every task of a job; a file that cannot be read yields its error."""
    _single_thread()
    return [_crop(task, job.spec) for task in job.tasks]


def halve(job: CropJob) -> list[CropJob]:
    """Return the two halves of a job, or the job if it is a single task."""
    if len(job.tasks) < 2:
        return [job]
    middle = len(job.tasks) // 2
    return [CropJob(job.tasks[:middle], job.spec), CropJob(job.tasks[middle:], job.spec)]


def crash_report(job: CropJob) -> list[Crop]:
    """Return the answer for a task that took its process down."""
    return [Crop(task.key, None, error="decoding it ended the process that tried; the file is left out") for task in job.tasks]


def _crop(task: CropTask, spec: InputSpec) -> Crop:
    try:
        scan = load_scan(task.path, frame=task.frame)
    except ScanError as error:
        return Crop(task.key, None, error=error.reason)
    except MemoryError:
        return Crop(task.key, None, error="too large for the memory of this machine")
    if scan.sha256 != task.sha256:
        return Crop(task.key, None, error="the file changed while it was read; try again")
    grey = render_grey(scan)
    box = find_brain_box(grey)
    return Crop(task.key, prepare(grey, box, spec), _corners(box), (scan.width, scan.height))


def _corners(box: CropBox | None) -> tuple[int, int, int, int]:
    return WHOLE_IMAGE if box is None else (box.x, box.y, box.width, box.height)


def _single_thread() -> None:
    """Let the processes share the cores: threads inside each would only get in each other's way."""
    import multiprocessing

    import cv2

    if multiprocessing.parent_process() is not None:
        cv2.setNumThreads(1)
