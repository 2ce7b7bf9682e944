"""Whether the files of a data set are still those that a run began with."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from training.dataset import Sample
from training.errors import DatasetError
from training.events import Noted, Report

State = tuple[int, int]
"""Size in bytes and time of change in nanoseconds."""

_GONE: Final[State] = (-1, -1)


def file_states(samples: Iterable[Sample]) -> dict[Path, State]:
    """Return size and time of change of every file; (-1, -1) where it is not there."""
    return {path: _state(path) for path in {sample.path for sample in samples}}


def still_the_same(before: dict[Path, State], root: Path, report: Report) -> int:
    """Return how many files have gone or changed since, and tell of them.

    Raises
    ------
    DatasetError
        If all are gone.
    """
    now = {path: _state(path) for path in before}
    gone = sum(state == _GONE != before[path] for path, state in now.items())
    changed = sum(state not in (before[path], _GONE) for path, state in now.items())
    if gone == len(before):
        raise DatasetError(
            f"The scans in {str(root)!r} are no longer there, so the model cannot be tested. It is trained and kept: "
            "bring the folder back and give the same command again to go on from here."
        )
    if gone or changed:
        report(Noted("changed", f"{gone} files have gone and {changed} were changed during the run.", gone + changed))
    return gone + changed


def _state(path: Path) -> State:
    try:
        status = path.stat()
    except OSError:
        return _GONE
    return status.st_size, status.st_mtime_ns
