"""Train, validation and test parts that tear no patient and no picture apart."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.components import components_of
from training.dataset import Dataset
from training.errors import DatasetError
from training.labels import TUMOR_UNSPECIFIED

Indices = NDArray[np.int64]

_MOST_OF_A_PART: Final = 0.2
"""Share of one label in a small part that one patient may be, where there are patients with fewer scans."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Three parts of a data set.

    Attributes
    ----------
    train, validation, test : ndarray of int64
        Sorted indices into the samples; disjoint.
    leak_free : bool
        No duplicate group and no patient block is in two parts, as far as they are known.
    how : str
        One sentence for reports.
    as_decided : bool
        Drawn by labels that a person decided, since the given ones made no split that serves: other decisions may
        give other parts.
    """

    train: Indices
    validation: Indices
    test: Indices
    leak_free: bool
    how: str
    as_decided: bool = False


def split_dataset(
    dataset: Dataset,
    *,
    test_fold: int | None = None,
    test_source: str = "",
    validation_share: float = 0.12,
    test_share: float = 0.15,
    seed: int = 0,
    published: bool = False,
) -> Split:
    """Split a data set; duplicate groups and patient blocks stay whole, labels are spread evenly.

    Parts are drawn by the labels as given, so that a person's decisions move no scan from one part to another: models
    from before and after them can be compared on the same patients. Only if a part would then lack a class, the labels
    as decided draw them.

    Duplicate groups that are not told are searched for first (a minute for ten thousand images; call
    `training.duplicates.ensure_groups` before to see progress and to keep the result).

    Parameters
    ----------
    dataset : Dataset
    test_fold : int, optional
        With given folds: this one is the test part; images of other folds that hang together with it are left out.
        Without: a random grouped split.
    test_source : str
        Source that is tested on, beside what is there; nothing is learned from it, nor from what hangs together with it
        elsewhere, such as copies. "" for none.
    validation_share, test_share : float
        Of all samples; with `test_fold` or `published`, `validation_share` is of the samples that are not test.
    seed : int
        The same seed and data give the same split.
    published : bool
        Use the folders' own train and test parts, leaks included; samples in neither are left out.

    Raises
    ------
    DatasetError
        If there are fewer than two classes, an empty one, or too few independent groups of one.
    """
    _check_shares(validation_share, test_share)
    _check_classes(dataset)
    grouped = _with_groups(dataset)

    def draw(drawn: Dataset) -> Split:
        groups = components_of(drawn)
        split = draw_parts(drawn, groups)
        return _source_held_out(split, drawn, groups, test_source) if test_source else split

    def draw_parts(drawn: Dataset, groups: Indices) -> Split:
        if published:
            return _published_split(drawn, groups, validation_share, seed)
        if test_fold is not None:
            return _fold_split(drawn, groups, test_fold, validation_share, seed)
        shares = (1.0 - validation_share - test_share, validation_share, test_share)
        return _random_split(drawn, groups, shares, seed)

    if grouped.given is None:
        return draw(grouped)
    try:
        drawn = draw(grouped.as_given())
    except DatasetError:  # decisions may be what mends that
        drawn = None
    if drawn is not None:
        split = _without_left_out(drawn, grouped.places())
        if not _lost_classes(grouped, drawn, split):
            return split
    anew = draw(grouped)
    return replace(anew, how=f"{anew.how}, drawn by the labels as decided", as_decided=True)


def crossing_groups(first: Indices, second: Indices, groups: Indices) -> Indices:
    """Return the groups that have members in both parts."""
    return np.intersect1d(groups[first], groups[second])


def _check_shares(validation: float, test: float) -> None:
    if not (0 < validation < 1 and 0 < test < 1 and validation + test < 1):
        raise DatasetError(
            "The shares for validation and test must lie between 0 and 1 and leave something to train on."
        )


def _check_classes(dataset: Dataset) -> None:
    labels = sorted(set(dataset.labels))
    if dataset.empty_classes:
        names = ", ".join(dataset.empty_classes)
        raise DatasetError(
            f"The class folder for {names} in {str(dataset.root)!r} holds no image. Fill it or remove it."
        )
    if len(labels) < 2:
        found = f"only {labels[0]} ({len(dataset)} images)" if labels else "no images"
        raise DatasetError(
            f"At least two classes are needed; {str(dataset.root)!r} holds {found}. Add a folder with scans of another "
            "class."
        )


def _with_groups(dataset: Dataset) -> Dataset:
    if dataset.has_groups:
        return dataset
    # Decoding and comparing pictures is not needed where an index tells the groups.
    from training.duplicates import ensure_groups

    return ensure_groups(dataset)


def _without_left_out(split: Split, places: Indices) -> Split:
    """Renumber the parts of the data as given for what a person kept of them."""
    train, validation, test = (
        np.flatnonzero(np.isin(places, part)) for part in (split.train, split.validation, split.test)
    )
    return Split(train, validation, test, leak_free=split.leak_free, how=split.how)


def _lost_classes(dataset: Dataset, drawn: Split, split: Split) -> bool:
    """Tell whether decisions took a class from a part; what published folders lacked before they may lack."""
    classes, given = set(dataset.labels) - {TUMOR_UNSPECIFIED}, dataset.as_given()
    for before, after in ((drawn.train, split.train), (drawn.validation, split.validation), (drawn.test, split.test)):
        lacked = set(given.labels) - {given.labels[index] for index in before}
        if not classes - lacked <= {dataset.labels[index] for index in after}:
            return True
    return False


def _random_split(dataset: Dataset, groups: Indices, shares: tuple[float, ...], seed: int) -> Split:
    everything = np.arange(len(dataset), dtype=np.int64)
    train, validation, test = _spread(dataset, groups, everything, shares, seed)
    how = f"random by whole patients and pictures, seed {seed}"
    return Split(train, validation, test, leak_free=True, how=how)


def _fold_split(dataset: Dataset, groups: Indices, test_fold: int, validation_share: float, seed: int) -> Split:
    folds = np.array([-1 if sample.fold is None else sample.fold for sample in dataset.samples], np.int64)
    known = sorted({int(fold) for fold in folds if fold >= 0})
    if test_fold not in known:
        listed = ", ".join(map(str, known)) or "none"
        raise DatasetError(f"There is no fold {test_fold}; the folds of {str(dataset.root)!r} are: {listed}.")
    test = np.flatnonzero(folds == test_fold)
    linked = np.isin(groups, groups[test])
    rest = np.flatnonzero(~linked)
    how = f"fold {test_fold} held out, validation by whole patients and pictures from the others, seed {seed}"
    left_out = int(linked.sum() - test.size)
    # Folds are kept as given, so that results compare; what hangs together with the test fold is not trained on.
    how += f"; {left_out} images of other folds left out, their group reaches into the test fold" if left_out else ""
    _need_labels(dataset, rest, test, "another fold")
    train, validation = _spread(dataset, groups, rest, (1.0 - validation_share, validation_share), seed)
    return Split(train, validation, test, leak_free=True, how=how)


def _published_split(dataset: Dataset, groups: Indices, validation_share: float, seed: int) -> Split:
    part = np.array([sample.published_split or "" for sample in dataset.samples])
    test, rest = np.flatnonzero(part == "test"), np.flatnonzero(part == "train")
    if not test.size or not rest.size:
        raise DatasetError(
            f"{str(dataset.root)!r} has no published train and test folders; split it by groups instead."
        )
    train, validation = _spread(dataset, groups, rest, (1.0 - validation_share, validation_share), seed)
    crossing = crossing_groups(rest, test, groups)
    leaking = int(np.isin(groups[test], crossing).sum())
    how = "published folders"
    how += f", leaky: {leaking} of {test.size} test images have their picture or patient in training" if leaking else ""
    left_out = len(dataset) - test.size - rest.size
    how += f"; {left_out} images in neither folder were left out" if left_out else ""
    return Split(train, validation, test, leak_free=not leaking, how=how)


def _source_held_out(split: Split, dataset: Dataset, groups: Indices, source: str) -> Split:
    """Test on all of a source as well, and take it and what hangs together with it out of the other parts."""
    sources = np.array([sample.source for sample in dataset.samples])
    own = sources == source
    if not own.any():
        listed = ", ".join(sorted(set(map(str, sources))))
        raise DatasetError(f"There is no source {source!r}; the sources of {str(dataset.root)!r} are: {listed}.")
    linked = np.isin(groups, groups[own])
    learned = np.concatenate([split.train, split.validation])
    left_out = np.count_nonzero(linked[learned] & ~own[learned])
    train, validation = (part[~linked[part]] for part in (split.train, split.validation))
    test = np.union1d(split.test, np.flatnonzero(own))
    for part in (train, validation):
        _need_labels(dataset, part, test, "another source")
    how = f"{split.how}; {source} held out, and {left_out} images of other sources that have a copy or a patient there"
    return replace(split, train=train, validation=validation, test=test, how=how)


def _need_labels(dataset: Dataset, rest: Indices, test: Indices, other: str) -> None:
    for label in sorted(set(dataset.labels) - {TUMOR_UNSPECIFIED}):
        for name, part in (("training", rest), ("test", test)):
            if not any(dataset.labels[index] == label for index in part):
                raise DatasetError(
                    f"The {name} part would hold no {label}. Choose {other}, or split at random by groups."
                )


def _spread(
    dataset: Dataset, groups: Indices, chosen: Indices, shares: tuple[float, ...], seed: int
) -> tuple[Indices, ...]:
    """Spread whole groups over parts so that each label comes near its share in each."""
    names = sorted({dataset.labels[index] for index in chosen})
    codes = np.array([names.index(dataset.labels[index]) for index in chosen])
    _, members = np.unique(groups[chosen], return_inverse=True)
    counts = np.zeros((int(members.max()) + 1, len(names)), np.int64)
    np.add.at(counts, (members, codes), 1)
    _need_groups(counts, names, len(shares))
    part_of_group = _balance(counts, np.array(shares), np.random.default_rng(seed))
    _fill_gaps(counts, part_of_group, [i for i, name in enumerate(names) if name != TUMOR_UNSPECIFIED], len(shares))
    part = part_of_group[members]
    return tuple(chosen[part == number] for number in range(len(shares)))


def _need_groups(counts: NDArray[np.int64], names: list[str], parts: int) -> None:
    for column, name in enumerate(names):
        independent = int((counts[:, column] > 0).sum())
        if independent < parts and name != TUMOR_UNSPECIFIED:
            raise DatasetError(
                f"{name} has only {independent} independent group{'s' * (independent != 1)} "
                f"(patients, or distinct pictures); "
                f"at least {parts} are needed for a split that shares none of them. Add scans of other patients."
            )


def _balance(counts: NDArray[np.int64], shares: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Give each group, largest first, to the part that it leaves nearest to its wanted number of every label.

    A small part may not be one patient: a group that would be much of it goes to the largest part.
    """
    totals = counts.sum(axis=0).astype(np.float64)
    wanted = shares[:, None] * totals
    largest_part = int(np.argmax(shares))
    usual = np.array([np.median(column[column > 0]) for column in counts.T])
    most = np.maximum(_MOST_OF_A_PART * wanted, 2 * usual)
    most[largest_part] = np.inf
    have = np.zeros_like(wanted)
    part_of_group = np.empty(len(counts), np.int64)
    shuffled = rng.permutation(len(counts))
    order = shuffled[np.argsort(-counts[shuffled].sum(axis=1), kind="stable")]
    for group in order:
        added = counts[group]
        # Growth of the squared distance to the wanted numbers, each label weighted by how rare it is and each part by
        # its size.
        cost = (added * (added + 2 * (have - wanted)) / (totals * totals * shares[:, None])).sum(axis=1)
        part = int(np.argmin(np.where((added > most).any(axis=1), np.inf, cost)))
        part_of_group[group] = part
        have[part] += added
    return part_of_group


def _fill_gaps(counts: NDArray[np.int64], part_of_group: NDArray[np.int64], columns: list[int], parts: int) -> None:
    """See that each part has each of the labels: move the smallest group from where there are most."""
    for _ in range(parts * len(columns) * 2):
        gap = _first_gap(counts, part_of_group, columns, parts)
        if gap is None:
            return
        part, column = gap
        holders = np.flatnonzero(counts[:, column] > 0)
        donor = int(np.bincount(part_of_group[holders], minlength=parts).argmax())
        candidates = holders[part_of_group[holders] == donor]
        part_of_group[candidates[np.argmin(counts[candidates].sum(axis=1))]] = part
    raise DatasetError("The groups are too large to give every part every class. Add scans of other patients.")


def _first_gap(
    counts: NDArray[np.int64], part_of_group: NDArray[np.int64], columns: list[int], parts: int
) -> tuple[int, int] | None:
    for part in range(parts):
        inside = counts[part_of_group == part].sum(axis=0)
        for column in columns:
            if inside[column] == 0:
                return part, column
    return None
