"""Names for models and weights: whether one can be had, as it is typed, and one to begin with."""

import re
from collections.abc import Iterable, Sequence
from enum import Enum, auto
from typing import Final

from training.imported import ImportedWeights, is_weights_name
from tumorviewer.inference.card import is_plain_name
from tumorviewer.inference.catalogue import Entry
from tumorviewer.inference.labels import CLASSES

KERAS_ORDER: Final = tuple(sorted(CLASSES))
"""How Keras sorts class folders, and with them the outputs of a model."""
LONGEST_MODEL: Final = 100
"""Letters of a name with its version."""
LONGEST_WEIGHTS: Final = 64


class NameProblem(Enum):
    """Why a name cannot be had."""

    EMPTY = auto()
    UNFIT = auto()
    """It has a letter that not every system takes in the name of a folder."""
    LONG = auto()
    TAKEN = auto()


def model_name_problem(name: str, entry: Entry, entries: Iterable[Entry]) -> NameProblem | None:
    """Return what is wrong with another name for a model, whose version stays; None if nothing is."""
    version = entry.card.version if entry.card is not None else ""
    full_name = f"{name}-{version}"
    if not name:
        return NameProblem.EMPTY
    if not is_plain_name(name[:LONGEST_MODEL]):
        return NameProblem.UNFIT
    if len(full_name) > LONGEST_MODEL:
        return NameProblem.LONG
    taken = {known for other in entries for known in (other.name, other.folder.name)}
    return NameProblem.TAKEN if _is_in(full_name, taken) else None


def weights_name_problem(name: str, weights: Iterable[ImportedWeights]) -> NameProblem | None:
    """Return what is wrong with a name for weights; None if nothing is."""
    if not name:
        return NameProblem.EMPTY
    if not is_weights_name(name[:LONGEST_WEIGHTS]):
        return NameProblem.UNFIT
    if len(name) > LONGEST_WEIGHTS:
        return NameProblem.LONG
    return NameProblem.TAKEN if _is_in(name, [known.name for known in weights]) else None


def name_for_weights(stem: str, weights: Sequence[ImportedWeights]) -> str:
    """Return a name that can be had, as near as possible to that of a file."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-._")[: LONGEST_WEIGHTS - 4] or "weights"
    taken = [known.name for known in weights]
    tries = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in tries if not _is_in(one, taken))


def _is_in(name: str, taken: Iterable[str]) -> bool:
    """Tell whether there is one already; on many systems capitals make no difference in names of files."""
    return name.casefold() in {known.casefold() for known in taken}
