"""Finding and preparing the crop of one picture, against the way the course did it."""

import statistics
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.material import read_grey, scan_files
from benchmarks.measure import Row, Setting, seconds_into, tell
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.prepare import InputSpec, prepare

SIDE = 512
MILLISECONDS = 3.0
COURSE_SIDE = 240
KERNEL = np.ones((3, 3), np.uint8)
Grey = NDArray[np.uint8]


def run(setting: Setting) -> list[Row]:
    """Measure picture by picture on one thread, each twice in a row for either side, and keep the second."""
    files, kind = scan_files(setting, setting.count(300, 4), "figshare")
    pictures = [grey for grey in map(read_grey, files) if grey.shape == (SIDE, SIDE)]
    tell(f"{len(pictures)} {kind} of {SIDE} x {SIDE}")
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        ours, peer = milliseconds(our_way, pictures), milliseconds(course_way, pictures)
    finally:
        cv2.setNumThreads(threads)
    return rows(ours, peer, f"median of {len(pictures)} {kind}, one thread")


def rows(ours: list[float], peer: list[float], note: str) -> list[Row]:
    """Return the row; its target is absolute."""
    median, other = statistics.median(ours), statistics.median(peer)
    slow = float(np.percentile(ours, 95))
    against = "the course's way: blur, threshold, erode, dilate, contours, extreme points, cubic resize"
    target = f"ours < {MILLISECONDS:g} ms"
    note = f"{note}; 95 % of ours take under {slow:.2f} ms"
    return [
        Row(
            "crop + prepare",
            f"{median:.2f} ms",
            f"{other:.2f} ms",
            against,
            other / median,
            target,
            median < MILLISECONDS,
            note,
        )
    ]


def milliseconds(work: Callable[[Grey], Grey], pictures: list[Grey]) -> list[float]:
    """Return how long each picture took, with its memory already in the processor's caches."""
    times: list[float] = []
    for grey in pictures:
        work(grey)
        with seconds_into(times):
            work(grey)
    return [1000.0 * value for value in times]


def our_way(grey: Grey) -> Grey:
    """Crop and prepare as training and use do."""
    return prepare(grey, find_brain_box(grey), InputSpec())


def course_way(grey: Grey) -> Grey:
    """Crop at the extreme points of the largest contour."""
    blurred = cv2.GaussianBlur(grey, (5, 5), 0)
    mask = cv2.threshold(blurred, 45, 255, cv2.THRESH_BINARY)[1]
    mask = cv2.dilate(cv2.erode(mask, KERNEL, iterations=2), KERNEL, iterations=2)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    points = max(contours, key=cv2.contourArea)[:, 0, :]
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    crop = grey[top:bottom, left:right]
    return cv2.resize(crop, (COURSE_SIDE, COURSE_SIDE), interpolation=cv2.INTER_CUBIC).astype(np.uint8, copy=False)
