"""Judging many files at the full speed of the machine: in order, with flat memory, and stoppable.

Each thread has an interpreter of its own with one thread inside, and takes files from their bytes to their answers.
Decoding, hashing and the network release Python's lock, so the threads run side by side; several small networks on
one core each waste less than one network spread over all cores. A thread makes a few scans ready and then judges them
one after the other: going to and fro for each would throw out of the processor's caches what the next one needs.
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
from tumorviewer.inference.predictor import Predictor, Ready, usable_cores

T = TypeVar("T")
R = TypeVar("R")

_TOGETHER: Final = 4  # scans that are made ready before they are judged
_LARGE: Final = 2**20  # bytes of a file that may hold many frames: a thread takes none after it
_AHEAD: Final = 4  # groups of files that a thread may be ahead of the one that is waited for


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


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """A frame that was read and waits for the network; the names are those of `Answer`."""

    path: Path
    frame: int
    frames: int
    sha256: str
    ready: Ready


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
    (answer,) = _answers(predictor, [_read(predictor, path, source, frame, crop)])
    return answer


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
        # A file alone gets all the threads inside one interpreter.
        yield from _judge(Predictor(bundle, threads), chain(first, rest))
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

    def work(group: list[Found]) -> list[Answer]:
        return list(_judge(here.predictor, group, stop.is_set))

    pool = ThreadPoolExecutor(threads, thread_name_prefix="judge", initializer=get_ready)
    try:
        for answers in in_order(pool, work, _groups(files), threads * _AHEAD):
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


def _groups(files: Iterable[Found]) -> Iterator[list[Found]]:
    """Put a few files together, as work for one thread; a large one, which may hold many frames, ends its group."""
    group: list[Found] = []
    for found in files:
        group.append(found)
        if len(group) == _TOGETHER or _is_large(found.path):
            yield group
            group = []
    if group:
        yield group


def _is_large(path: Path) -> bool:
    try:
        return path.stat().st_size > _LARGE
    except (OSError, ValueError):
        return False  # whoever reads it says what is wrong with it


def _judge(
    predictor: Predictor, files: Iterable[Found], stopped: Callable[[], bool] = lambda: False
) -> Iterator[Answer]:
    """Yield the answers to all frames of files, a few together."""
    frames = _frames(predictor, files)
    while not stopped() and (together := list(islice(frames, _TOGETHER))):
        yield from _answers(predictor, together)


def _frames(predictor: Predictor, files: Iterable[Found]) -> Iterator[_Frame | Answer]:
    """Read every frame of files; what cannot be read is an answer, and all others go on."""
    for found in files:
        if found.error is not None:
            yield Answer(found.path, 0, 0, "", None, found.error)
            continue
        try:
            source = open_source(found.path)
        except Exception as error:  # noqa: BLE001  # the barrier: no scan may end the work on thousands of others
            yield Answer(found.path, 0, 0, "", None, _reason(found.path, error))
            continue
        for frame in range(source.frames):
            yield _read(predictor, found.path, source, frame, find_brain_box)


def _read(
    predictor: Predictor, path: Path, source: Source, frame: int, crop: Callable[[Grey], CropBox | None]
) -> _Frame | Answer:
    try:
        scan = source.read(frame)
        grey = render_grey(scan)
        return _Frame(path, frame, source.frames, scan.sha256, predictor.make_ready(grey, crop(grey)))
    except Exception as error:  # noqa: BLE001  # the barrier, as above
        return Answer(path, frame, source.frames, "", None, _reason(path, error))


def _answers(predictor: Predictor, frames: list[_Frame | Answer]) -> list[Answer]:
    """Judge the frames that could be read, and return all answers in their order."""
    waiting = [frame for frame in frames if isinstance(frame, _Frame)]
    predictions = iter(_predictions(predictor, waiting))
    return [_answer(frame, next(predictions)) if isinstance(frame, _Frame) else frame for frame in frames]


def _predictions(predictor: Predictor, frames: list[_Frame]) -> list[Prediction | ScanError]:
    try:
        return [*predictor.judge([frame.ready for frame in frames])]
    except Exception as error:  # noqa: BLE001  # the barrier, as above
        if len(frames) == 1:
            return [_reason(frames[0].path, error)]
    return [outcome for frame in frames for outcome in _predictions(predictor, [frame])]  # one of them was it


def _answer(frame: _Frame, outcome: Prediction | ScanError) -> Answer:
    if isinstance(outcome, ScanError):
        return Answer(frame.path, frame.frame, frame.frames, "", None, outcome)
    return Answer(frame.path, frame.frame, frame.frames, frame.sha256, outcome, None)


def _reason(path: Path, error: Exception) -> ScanError:
    if isinstance(error, ScanError):
        return error
    return ScanError(path, f"a fault of the program, please report it ({type(error).__name__}: {error})")


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
