"""Judging many files at the full speed of the machine: in order, with flat memory, and stoppable.

Each thread has an interpreter of its own with one thread inside, and takes a file from its bytes to its answer.
Decoding, hashing and the network release Python's lock, so the threads run side by side; several small networks on
one core each waste less than one network spread over all cores.
"""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Final, TypeVar

from tumorviewer.imaging.crop import Grey, find_brain_box
from tumorviewer.imaging.discover import Found
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import Source, open_source
from tumorviewer.imaging.render import render_grey
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.prediction import Prediction
from tumorviewer.inference.predictor import Predictor, usable_cores

T = TypeVar("T")
R = TypeVar("R")

_AHEAD: Final = 4  # files a thread may be ahead of the one that is waited for


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What became of one frame of one file: a prediction, or the error that stood in the way.

    Attributes
    ----------
    path : Path
    frame : int
        0-based; 0 for a file that was not read.
    frames : int
        How many the file has; 0 for a file that was not read.
    sha256 : str
        Of the file's bytes; "" for a file that was not read.
    prediction : Prediction or None
    error : ScanError or None
        Exactly one of the two is None.
    """

    path: Path
    frame: int
    frames: int
    sha256: str
    prediction: Prediction | None
    error: ScanError | None


def judge_file(predictor: Predictor, path: Path, stopped: Callable[[], bool] = lambda: False) -> Iterator[Answer]:
    """Yield the answer to each frame of a file; what cannot be read is an answer too, and the other frames go on."""
    frame = frames = 0
    try:
        source = open_source(path)
        frames = source.frames
        for frame in range(frames):
            if stopped():
                return
            yield judge_frame(predictor, path, source, frame)
    except ScanError as error:
        yield Answer(path, frame, frames, "", None, error)


def judge_frame(
    predictor: Predictor,
    path: Path,
    source: Source,
    frame: int,
    crop: Callable[[Grey], CropBox | None] = find_brain_box,
) -> Answer:
    """Return the answer to one frame of an open file; what cannot be read is an answer too.

    Parameters
    ----------
    predictor : Predictor
    path : Path
    source : Source
    frame : int
    crop : callable
        From the grey picture to the part that is judged; None is the whole image.
    """
    try:
        scan = source.read(frame)
        grey = render_grey(scan)
        prediction = predictor.predict(grey, crop(grey))
    except ScanError as error:
        return Answer(path, frame, source.frames, "", None, error)
    except Exception as error:  # noqa: BLE001  # the barrier: no scan may end the work on thousands of others
        fault = ScanError(path, f"a fault of the program, please report it ({type(error).__name__}: {error})")
        return Answer(path, frame, source.frames, "", None, fault)
    return Answer(path, frame, source.frames, scan.sha256, prediction, None)


def judge_found(predictor: Predictor, found: Found, stopped: Callable[[], bool] = lambda: False) -> Iterator[Answer]:
    """Yield the answers for a file that was found, or the error that it was found with."""
    if found.error is not None:
        yield Answer(found.path, 0, 0, "", None, found.error)
    else:
        yield from judge_file(predictor, found.path, stopped)


def judge_files(bundle: Bundle, files: Iterable[Found], *, threads: int | None = None) -> Generator[Answer, None, None]:
    """Yield the answers for `files`, in their order, each as soon as it and all before it are there.

    Closing the iterator stops the work after the scans that are being judged at that moment.

    Parameters
    ----------
    bundle : Bundle
    files : iterable of Found
        Read lazily, a few ahead.
    threads : int or None
        At most the cores of this process, which is also what None means.

    Raises
    ------
    BundleError
        If the model does not run as its card says.
    """
    cores = usable_cores()
    threads = cores if threads is None else max(1, min(threads, cores))
    rest = iter(files)
    first = list(islice(rest, 2))
    if len(first) < 2 or threads == 1:
        # A file alone gets all the threads inside one interpreter, and its frames one by one.
        predictor = Predictor(bundle, threads)
        for found in chain(first, rest):
            yield from judge_found(predictor, found)
        return
    with _single_threaded_opencv():
        yield from _judge_side_by_side(bundle, chain(first, rest), threads)


def _judge_side_by_side(bundle: Bundle, files: Iterator[Found], threads: int) -> Iterator[Answer]:
    stop = threading.Event()
    here = threading.local()
    # Before the threads start, so that a model which does not run is an error of the call and not of each file.
    spare = [Predictor(bundle, threads=1)]

    def get_ready() -> None:
        try:
            here.predictor = spare.pop()
        except IndexError:
            here.predictor = Predictor(bundle, threads=1)

    def work(found: Found) -> list[Answer]:
        return list(judge_found(here.predictor, found, stop.is_set))

    pool = ThreadPoolExecutor(threads, thread_name_prefix="judge", initializer=get_ready)
    try:
        for answers in in_order(pool, work, files, threads * _AHEAD):
            yield from answers
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def in_order(pool: ThreadPoolExecutor, work: Callable[[T], R], items: Iterable[T], ahead: int) -> Iterator[R]:
    """Yield ``work(item)`` in the order of `items`, read lazily, with at most `ahead` of them under way or waiting."""
    waiting: deque[Future[R]] = deque()
    for item in items:
        waiting.append(pool.submit(work, item))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


@contextmanager
def _single_threaded_opencv() -> Iterator[None]:
    """Keep OpenCV from starting threads of its own: there is already one for each core."""
    import cv2

    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
