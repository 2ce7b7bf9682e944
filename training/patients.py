"""Who may be one patient, told by file names: blocks that a split must not tear apart.

With one repeat inside another, as in ``(a+)+$``, a regular expression may search a single name for years, and Python
can neither interrupt it nor do anything else meanwhile. So names are searched in a process of their own, which is
ended when it takes too long.
"""

import multiprocessing
import re
import signal
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from multiprocessing.connection import Connection
from typing import Final

from training.dataset import Dataset
from training.errors import DatasetError, SlowPatternError
from tumorviewer.imaging.patients import hashed_block

START_S: Final = 60.0
"""Most that the process may need to start, on a busy machine."""
SEARCH_S: Final = 2.0
SEARCH_A_NAME_S: Final = 1e-4
"""The search may take the first and so much more a name; usual patterns need a thousandth of that."""


@dataclass(frozen=True, slots=True)
class PatternTrial:
    """What a pattern finds in file names.

    Attributes
    ----------
    matched, unmatched : int
        Names.
    patients : int
        Different finds among them.
    examples : tuple of (str, str)
        A name and what was found in it; "" where nothing was.
    """

    matched: int
    unmatched: int
    patients: int
    examples: tuple[tuple[str, str], ...]


class Flaw(Enum):
    """Why a pattern finds nothing."""

    INVALID = auto()
    """It is no regular expression."""
    SLOW = auto()
    """It takes too long."""
    FAILED = auto()
    """The search ended by itself."""


@dataclass(frozen=True, slots=True)
class PatternFlaw:
    """Why a pattern cannot be tried; `reason` is in English, "" where the kind says all."""

    kind: Flaw
    reason: str = ""


def try_pattern(names: Sequence[str], pattern: str, examples: int = 6) -> PatternTrial | PatternFlaw:
    """Try a pattern on paths below the data set's root, while it is typed; what it finds is for the screen only."""
    try:
        re.compile(pattern)
        found = find_in_names(names, pattern)
    except (re.error, OverflowError) as error:
        return PatternFlaw(Flaw.INVALID, str(error))
    except SlowPatternError:
        return PatternFlaw(Flaw.SLOW)
    except DatasetError as error:
        return PatternFlaw(Flaw.FAILED, str(error))
    hits = [hit for hit in found if hit]
    shown = tuple(zip(names, found, strict=True))[:examples]
    return PatternTrial(len(hits), len(found) - len(hits), len(set(hits)), shown)


def check_pattern(pattern: str) -> None:
    """Refuse what is no regular expression.

    Raises
    ------
    DatasetError
    """
    try:
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        raise DatasetError(f"The patient pattern {pattern!r} is no regular expression: {error}.") from error


def with_named_patients(dataset: Dataset, pattern: str) -> Dataset:
    """Return the data set with the patients that a pattern finds in names, where nothing else tells the patient.

    Raises
    ------
    SlowPatternError
    """
    blocks = blocks_in_names(dataset, pattern)
    samples = (
        sample if sample.patient_block else replace(sample, patient_block=block)
        for sample, block in zip(dataset.samples, blocks, strict=True)
    )
    return replace(dataset, samples=tuple(samples))


def blocks_in_names(dataset: Dataset, pattern: str) -> tuple[str, ...]:
    """Return the block that a pattern finds in each sample's name, "" where it finds none.

    Raises
    ------
    SlowPatternError
    """
    found = find_in_names([dataset.relative(index) for index in range(len(dataset))], pattern)
    return tuple(hashed_block(hit) if hit else "" for hit in found)


def find_in_names(names: Sequence[str], pattern: str) -> tuple[str, ...]:
    """Search paths below a root for patients, first in the file's name, then in the whole path.

    Parameters
    ----------
    names : sequence of str
        With forward slashes.
    pattern : str
        A regular expression.

    Returns
    -------
    tuple of str
        Its first group that is not empty, else the whole match, for each path; "" where there is none.

    Raises
    ------
    SlowPatternError
        If the search takes too long.
    DatasetError
        If its process dies.
    """
    if not pattern or not names:
        return ("",) * len(names)
    allowed = SEARCH_S + SEARCH_A_NAME_S * len(names)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_search_all, args=(pattern, tuple(names), allowed, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(START_S) or not ours.recv():
            raise DatasetError("The process that looks for patients in file names does not start. Try again.")
        if not ours.poll(allowed):
            raise SlowPatternError(
                f"The patient pattern {pattern!r} takes too long to search the file names. Use one without a repeat "
                "inside another repeat, for instance a+$ instead of (a+)+$."
            )
        found: tuple[str, ...] = ours.recv()
    except EOFError as error:
        raise DatasetError("The process that looks for patients in file names ended by itself. Try again.") from error
    finally:
        ours.close()
        process.kill()
        process.join()
        process.close()
    return found


def _search_all(pattern: str, names: tuple[str, ...], allowed: float, answer: Connection) -> None:
    """Say that the process has started, then what is found."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    if hasattr(signal, "alarm"):
        signal.alarm(int(allowed) + 60)  # should the parent be killed: a search does not notice that
    answer.send(True)
    compiled = re.compile(pattern)
    answer.send(tuple(_search(compiled, name.rpartition("/")[2], name) for name in names))


def _search(pattern: re.Pattern[str], *texts: str) -> str:
    match = next(filter(None, map(pattern.search, texts)), None)
    return "" if match is None else next((group for group in match.groups() if group), match.group())
