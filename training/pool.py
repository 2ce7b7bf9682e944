"""Work shared out to a few processes, so that a crash, a kill or Ctrl-C of any of them leaves no mess.

The processes are spawned (the same on every system, and safe inside a frozen program whose main module calls
``multiprocessing.freeze_support``), import only what the worker's own module imports, and end when their parent does.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait as wait_for_handles
from typing import Final, TypeVar

from training.errors import TrainingCancelled

Job = TypeVar("Job")
Answer = TypeVar("Answer")

_POLL_S: Final = 0.1
_MAX_WORKERS: Final = 16


def default_workers() -> int:
    """Return how many processes are worth having on this machine."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(usable, _MAX_WORKERS))


def run_jobs(
    work: Callable[[Job], Answer],
    jobs: Iterator[Job],
    *,
    workers: int,
    cancelled: Callable[[], bool] | None = None,
    split: Callable[[Job], Sequence[Job]],
    crashed: Callable[[Job], Answer],
) -> Iterator[Answer]:
    """Yield the answers to jobs, in any order.

    Parameters
    ----------
    work : callable
        A function of an importable module. With ``workers=0`` it runs in this process.
    jobs : iterator
        Taken from as workers become free, so that it may be endless or slow.
    cancelled : callable, optional
        Asked a few times a second.
    split : callable
        Halves a job, to find the part that crashes a worker; an indivisible job returns itself only.
    crashed : callable
        The answer to an indivisible job whose worker died.

    Raises
    ------
    TrainingCancelled
        After a cancel; answers that were yielded stand.
    """
    if workers < 1:
        for job in jobs:
            _stop_if(cancelled)
            yield work(job)
        return
    suspects: list[Job] = yield from _run_pool(work, jobs, workers, cancelled)
    while suspects:
        # One at a time, so that a worker that dies again names its job.
        job = suspects.pop()
        lost = yield from _run_pool(work, iter([job]), 1, cancelled)
        for again in lost:
            parts = list(split(again))
            if len(parts) > 1:
                suspects.extend(parts)
            else:
                yield crashed(again)
        if not suspects:
            suspects = yield from _run_pool(work, jobs, workers, cancelled)


def _run_pool(
    work: Callable[[Job], Answer], jobs: Iterator[Job], workers: int, cancelled: Callable[[], bool] | None
) -> Generator[Answer, None, list[Job]]:
    """Yield answers until the jobs are done or a worker dies; return the jobs that were lost with it."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker)
    running: dict[Future[Answer], Job] = {}
    try:
        for job in jobs:
            _stop_if(cancelled)
            try:
                running[pool.submit(work, job)] = job
            except BrokenProcessPool:
                return [job, *running.values()]
            while len(running) >= 2 * workers:
                broken = yield from _collect(running, cancelled)
                if broken:
                    return list(running.values())
        while running:
            broken = yield from _collect(running, cancelled)
            if broken:
                return list(running.values())
        return []
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _collect(running: dict[Future[Answer], Job], cancelled: Callable[[], bool] | None) -> Generator[Answer, None, bool]:
    """Yield what is finished (waiting a little for it); return whether the pool broke."""
    done, _ = wait(running, timeout=_POLL_S, return_when=FIRST_COMPLETED)
    _stop_if(cancelled)
    for future in done:
        if isinstance(future.exception(), BrokenProcessPool):
            return True
        answer = future.result()
        del running[future]
        yield answer
    return False


def _stop_if(cancelled: Callable[[], bool] | None) -> None:
    if cancelled is not None and cancelled():
        raise TrainingCancelled


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, and end when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait_for_handles([sentinel])
    os._exit(1)
