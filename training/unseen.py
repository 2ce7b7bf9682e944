"""Which scans of a data set a model was not made from, as far as its card tells."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from training.components import components_of
from training.config import TrainConfig
from training.dataset import Dataset
from training.errors import ConfigError, DatasetError
from training.preparing import split_as_set
from training.selection import trained_on
from tumorviewer.inference.card import Card


class Basis(StrEnum):
    """What is known of the scans that were compared on."""

    UNSEEN = "unseen"
    """Neither model was made from them, nor from other scans of their patients, as far as those are known."""
    CURRENT_UNKNOWN = "current_unknown"
    """The new model has not seen them; what the current one was made from cannot be told from its card."""
    NEW_UNKNOWN = "new_unknown"
    UNKNOWN = "unknown"
    """Of neither can it be told."""


def held_out_by_both(new: Card, current: Card, dataset: Dataset, fingerprint: str) -> tuple[NDArray[np.int64], Basis]:
    """Return the scans that neither model was made from, a scan a picture, and how much is known of that.

    A card tells the data by their fingerprint, and the split by its settings; of a model that was made from other data
    nothing can be known. What a person left out since may have been seen, and hides what hangs together with it.

    Raises
    ------
    DatasetError
        If none is left.
    """
    given = dataset.as_given()
    seen = [seen_by(card, given, fingerprint) for card in (new, current)]
    hidden = np.zeros(len(given), bool)
    for indices in seen:
        if indices is not None:
            hidden[indices] = True
    groups = components_of(given)
    free = np.flatnonzero(~np.isin(groups, groups[hidden])[dataset.places()])
    pictures = [dataset.samples[index].duplicate_group or f"\0{index}" for index in free]
    _, first = np.unique(pictures, return_index=True)
    chosen = free[np.sort(first)]
    if not chosen.size:
        raise DatasetError(
            "No scan is left that neither model was made from. Compare them on scans of patients that are new to both."
        )
    basis = {
        (True, True): Basis.UNSEEN,
        (True, False): Basis.CURRENT_UNKNOWN,
        (False, True): Basis.NEW_UNKNOWN,
        (False, False): Basis.UNKNOWN,
    }[seen[0] is not None, seen[1] is not None]
    return chosen, basis


def seen_by(card: Card, given: Dataset, fingerprint: str) -> NDArray[np.int64] | None:
    """Return the scans that a model was fitted, chosen or calibrated on; None if that cannot be known.

    Parameters
    ----------
    card : Card
    given : Dataset
        Before a person's decisions about labels, which move no scan from one part to another.
    fingerprint : str
        Of the data.
    """
    if not trained_on(card, fingerprint):
        return None
    decisions = dict(card.data.get("decisions", {}))
    try:
        settings = dict(card.training["config"])
        split = split_as_set(given, TrainConfig.from_dict(settings))
    except (KeyError, TypeError, ValueError, ConfigError, DatasetError):
        return None  # made by another version of the program
    missing = len(split.test) - card.data.get("test", 0)
    if decisions.get("drew_the_split") or not 0 <= missing <= decisions.get("left_out", 0):
        return None
    return np.concatenate([split.train, split.validation])
