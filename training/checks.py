"""Whether a data set can be trained on at all: each refusal with what was found and a way out."""

from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.dataset import Dataset
from training.decisions import Applied
from training.errors import DatasetError
from training.events import Noted, Report
from training.labels import TUMOR_UNSPECIFIED, allowed_classes
from training.split import Split

LEAST_OF_A_CLASS: Final = 3
"""Scans of a class in the training part, below which nothing is learned."""
MOST_UNREADABLE: Final = 0.5
"""Share of unreadable scans from which on it is rather the wrong folder, or a damaged disk, than a few bad files."""
SAME_PICTURES: Final = 0.5
"""Share of the pictures of a class, also found in another class, from which on one of the folders is a mistake."""


def check_readable(dataset: Dataset, usable: NDArray[np.bool_], errors: dict[int, str]) -> None:
    """Refuse data of which most cannot be read.

    Parameters
    ----------
    usable : ndarray of bool, shape (N,)
        Which samples could be read.
    errors : dict of int to str
        Why not, by sample.

    Raises
    ------
    DatasetError
    """
    bad = [problem.reason for problem in dataset.problems]
    bad += [errors.get(int(index), "unreadable") for index in np.flatnonzero(~usable)]
    every = len(dataset.problems) + len(dataset)
    if len(bad) > MOST_UNREADABLE * every:
        raise DatasetError(
            f"{len(bad)} of the {every} scans in {str(dataset.root)!r} cannot be read; the first: {bad[0]}. Check that "
            "the folder was copied whole. To train on the rest, move the unreadable files out of it."
        )


def check_classes_differ(dataset: Dataset) -> None:
    """Refuse two classes that hold the same pictures: one of the folders is a copy of the other.

    Raises
    ------
    DatasetError
    """
    for first, second, shared, of in shared_pictures(dataset):
        if shared > SAME_PICTURES * of:
            raise DatasetError(
                f"{first} and {second} hold the same pictures: {shared} of {of} are in both. One of the two folders in "
                f"{str(dataset.root)!r} is a copy by mistake: remove or replace it."
            )


def shared_pictures(dataset: Dataset) -> list[tuple[str, str, int, int]]:
    """Return for each pair of labels that contradict each other how many pictures both have, of how many.

    Parameters
    ----------
    dataset : Dataset
        With duplicate groups.

    Returns
    -------
    list of (str, str, int, int)
        Two labels, shared pictures, pictures of the smaller class.
    """
    pictures = {
        label: {sample.duplicate_group for sample in dataset.samples if sample.label == label}
        for label in sorted(set(dataset.labels))
    }
    return [
        (first, second, len(pictures[first] & pictures[second]), min(len(pictures[first]), len(pictures[second])))
        for first, second in combinations(pictures, 2)
        if not set(allowed_classes(first)) & set(allowed_classes(second))
    ]


def check_enough(dataset: Dataset, split: Split) -> None:
    """Refuse a training part with hardly any scan of some class.

    Raises
    ------
    DatasetError
    """
    for label in sorted(set(dataset.labels)):
        count = sum(dataset.samples[index].label == label for index in split.train)
        if count < LEAST_OF_A_CLASS and not (label == TUMOR_UNSPECIFIED and count == 0):  # no class of its own
            raise DatasetError(
                f"Only {count} readable scans of {label} are left to train on; at least {LEAST_OF_A_CLASS} are "
                "needed. Add scans of that class or leave its folder out."
            )


def note_flaws(dataset: Dataset, unreadable: int, applied: Applied, report: Report) -> None:
    """Tell what is left out and what contradicts, where that is not enough to refuse the data."""
    if unreadable:
        report(Noted("unreadable", f"{unreadable} scans cannot be read and are left out.", unreadable))
    labels: dict[str, list[set[int]]] = {}
    for sample in dataset.samples:
        labels.setdefault(sample.duplicate_group, []).append(set(allowed_classes(sample.label)))
    conflicts = sum(not set.intersection(*allowed) for allowed in labels.values())
    if conflicts:
        report(Noted("conflicts", f"{conflicts} pictures have copies whose labels contradict each other.", conflicts))
    changed = applied.relabelled + applied.left_out
    if changed:
        others, gone = applied.relabelled, applied.left_out
        report(Noted("decisions", f"By your decisions {others} labels are changed and {gone} scans left out.", changed))
