"""Which scans of a data set are to be judged, and what may be said of the figures."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.components import components_of
from training.dataset import Dataset
from training.errors import DatasetError
from training.evaluation import Part
from tumorviewer.inference.card import Card

QUICK_SCANS = 400
"""Scans that a quick look judges at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """Scans to judge.

    Attributes
    ----------
    indices : ndarray of int64
        Into the data set's samples, sorted.
    part : Part
        What they are, in words.
    others : ndarray of int64
        The rest, which the baselines may learn from; of a fold without what hangs together with it.
    """

    indices: NDArray[np.int64]
    part: Part
    others: NDArray[np.int64]


def held_out_fold(card: Card) -> int | None:
    """Return the fold that the model never saw, if its card names one."""
    config = card.training.get("config")
    fold = config.get("test_fold") if isinstance(config, dict) else None
    return fold if isinstance(fold, int) and not isinstance(fold, bool) else None


def trained_on(card: Card, fingerprint: str) -> bool:
    """Tell whether the model was made from exactly these data."""
    return bool(fingerprint) and card.data.get("fingerprint") == fingerprint


def select_scans(
    dataset: Dataset,
    card: Card,
    fingerprint: str,
    *,
    fold: int | None = None,
    published: bool = False,
    everything: bool = False,
) -> Selection:
    """Choose the scans that a model should be judged by.

    With folds: the one asked for, else the one that the model's card names as held out, else fold 0. Without, the
    published test folder where there is one. Else all scans, as when a clinic has put its own new ones into class
    folders.

    Parameters
    ----------
    dataset : Dataset
    card : Card
        Of the model.
    fingerprint : str
        Of the data set; tells whether the model was made from it.
    fold : int, optional
    published : bool
        Take the published test part though there are folds.
    everything : bool
        Take all scans.

    Raises
    ------
    DatasetError
        If what was asked for is not there.
    """
    if (fold is not None and (published or everything)) or (published and everything):
        raise DatasetError("Choose one of a fold, the published test part and all scans.")
    folds = np.array([-1 if sample.fold is None else sample.fold for sample in dataset.samples], dtype=np.int64)
    tests = np.array([sample.published_split == "test" for sample in dataset.samples], dtype=bool)
    if everything:
        return _everything(dataset, card, fingerprint)
    if published or (fold is None and not (folds >= 0).any() and tests.any() and not tests.all()):
        return _published(tests)
    if fold is not None or (folds >= 0).any():
        return _fold(dataset, folds, fold, card, fingerprint)
    return _everything(dataset, card, fingerprint)


def quick_sample(selection: Selection, seed: int = 0) -> Selection:
    """Return at most `QUICK_SCANS` of the chosen scans, drawn by `seed`, and say so."""
    total = selection.indices.size
    if total <= QUICK_SCANS:
        return selection
    drawn = np.sort(np.random.default_rng(seed).permutation(selection.indices)[:QUICK_SCANS])
    part = selection.part
    how = f"{part.how}; a quick look at {QUICK_SCANS} of its {total} scans, drawn with seed {seed}"
    return Selection(drawn, Part(how, part.leak_free, part.note), selection.others)


def _fold(dataset: Dataset, folds: NDArray[np.int64], fold: int | None, card: Card, fingerprint: str) -> Selection:
    known = sorted({int(number) for number in folds if number >= 0})
    held_out = held_out_fold(card)
    chosen = fold if fold is not None else held_out if held_out in known else known[0] if known else None
    if chosen is None or chosen not in known:
        raise DatasetError(f"The data have no fold {chosen}; their folds are: {', '.join(map(str, known)) or 'none'}.")
    inside = np.flatnonzero(folds == chosen)
    groups = components_of(dataset)
    # As in training, which would else be compared with baselines that know copies of what they are asked.
    others = np.flatnonzero(~np.isin(groups, groups[inside]))
    how = f"fold {chosen} of {len(known)}, whole patients"
    if not trained_on(card, fingerprint):
        note = "The card of the model names other training data than these."
        return Selection(inside, Part(how, None, note), others)
    if held_out == chosen:
        return Selection(inside, Part(f"{how}, held out when the model was made", True), others)
    note = "The model was trained on this fold: the figures say nothing about new patients."
    return Selection(inside, Part(how, False, note), others)


def _published(tests: NDArray[np.bool_]) -> Selection:
    if not tests.any():
        raise DatasetError("The data have no published test part, neither as folders nor in the index.")
    note = "Public collections hold slices of one patient on both sides of the published split: these figures flatter."
    return Selection(np.flatnonzero(tests), Part("the published test part", False, note), np.flatnonzero(~tests))


def _everything(dataset: Dataset, card: Card, fingerprint: str) -> Selection:
    indices = np.arange(len(dataset), dtype=np.int64)
    if trained_on(card, fingerprint):
        part = Part(
            "all scans", False, "The model was made from these very data: the figures say nothing about new patients."
        )
    else:
        part = Part(
            "all scans",
            None,
            "Nothing is known of an overlap between these scans and those that the model was made from. If none of "
            "these patients "
            "gave scans to the training data, the figures hold for new patients.",
        )
    return Selection(indices, part, np.zeros(0, dtype=np.int64))
