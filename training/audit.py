"""What is wrong with a data set before anything is learned from it: copies, leaks, contradictions, shortcuts."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.baselines import BaselineResult, run_baselines
from training.building import Cancelled
from training.components import Forest
from training.dataset import Dataset, Problem
from training.duplicates import KINDS, Duplicates, cached_duplicates, group_duplicates
from training.errors import DatasetError
from training.fingerprints import Fingerprints, build_fingerprints
from training.labels import allowed_classes
from training.split import Split, crossing_groups, split_dataset
from training.summary import Summary, summarise
from tumorviewer import NOTICE

Stage = Callable[[str, int, int], None]
"""Told (what is being done, done, of how many)."""

_FOLD: Final = "fold "


@dataclass(frozen=True, slots=True)
class Leak:
    """How two parts of one split hang together.

    Attributes
    ----------
    name : str
        ``published folders`` or ``fold 0`` ...
    test_scans : int
    same_picture, same_patient : int
        Test scans whose picture (or its copy), or whose told patient, is in training.
    """

    name: str
    test_scans: int
    same_picture: int
    same_patient: int

    @property
    def leak_free(self) -> bool:
        """Whether nothing crosses."""
        return self.same_picture == 0 and self.same_patient == 0

    @property
    def is_fold(self) -> bool:
        """Whether the test scans are one of several folds, so that every scan is tested in one of them."""
        return self.name.startswith(_FOLD)


@dataclass(frozen=True)
class Audit:
    """The findings on a data set.

    Attributes
    ----------
    dataset : Dataset
        With groups filled in.
    duplicates : Duplicates
        Pairs found by comparing pictures.
    conflicts : ndarray of int64, shape (K,)
        Indices of the pairs whose labels contradict each other.
    leaks : tuple of Leak
        One a split that the data set brings along.
    split : Split or None
        The split on which the baselines were measured; None where none is possible (`split_problem` says why).
    """

    dataset: Dataset
    summary: Summary
    duplicates: Duplicates
    conflicts: NDArray[np.int64]
    leaks: tuple[Leak, ...]
    split: Split | None
    split_problem: str
    baselines: tuple[BaselineResult, ...]
    problems: tuple[Problem, ...]
    fingerprints: Fingerprints

    @property
    def kind_counts(self) -> dict[str, int]:
        """Pairs of each kind."""
        counts = np.bincount(self.duplicates.kinds, minlength=len(KINDS))
        return dict(zip(KINDS, counts.tolist(), strict=True))

    @property
    def scans_with_copies(self) -> int:
        """Scans that have at least one copy."""
        return len(np.unique(self.duplicates.pairs))

    @property
    def distinct_pictures(self) -> int:
        """Groups of scans that show the same slice, each counted once."""
        return len(np.unique(self.duplicates.groups))

    @property
    def verdict(self) -> tuple[str, ...]:
        """Sentences for a reader: whether the splits are leak-free, what contradicts, what would mend it."""
        from training.audit_verdict import verdict_of  # it needs the types of this module

        return tuple(verdict_of(self))

    def to_dict(self) -> dict[str, Any]:
        """Return the findings for JSON; pairs are in the CSV files."""
        return {
            "notice": NOTICE,
            "data": self.dataset.root.name,
            "verdict": list(self.verdict),
            "summary": self.summary.to_dict(),
            "duplicates": {
                "pairs": self.kind_counts,
                "scans_with_copies": self.scans_with_copies,
                "distinct_pictures": self.distinct_pictures,
            },
            "conflicting_pairs": len(self.conflicts),
            "splits": [{**asdict(leak), "leak_free": leak.leak_free} for leak in self.leaks],
            "baselines": {
                "split": self.split.how if self.split else self.split_problem,
                "leak_free": self.split.leak_free if self.split else None,
                "results": [result.to_dict() for result in self.baselines],
            },
            "unreadable": [{"path": self.dataset.below(item.path), "reason": item.reason} for item in self.problems],
        }


def audit_dataset(
    dataset: Dataset,
    *,
    folder: Path | None = None,
    seed: int = 0,
    split_by: Callable[[Dataset], Split] | None = None,
    workers: int | None = None,
    stage: Stage | None = None,
    cancelled: Cancelled | None = None,
) -> Audit:
    """Look a data set over.

    Parameters
    ----------
    dataset : Dataset
    folder : Path, optional
        Cache folder; with it a second audit is quick.
    seed : int
        Of the random split, where the data set brings no folds.
    split_by : callable, optional
        Makes the split that the baselines are measured on; default: the one that a user of the data would report.
    workers : int, optional
        Processes for reading.
    stage : callable, optional
        Told about progress.

    Raises
    ------
    TrainingCancelled, CacheError
    """
    given = dataset.as_given()  # what a person left out takes part in the grouping, as in a run
    prints = build_fingerprints(
        given.samples, folder, workers=workers, report=_at(stage, "reading scans"), cancelled=cancelled
    )
    duplicates = cached_duplicates(prints, folder, report=_at(stage, "comparing scans"), cancelled=cancelled)
    grouped = dataset.regrouped(group_duplicates(given, prints, duplicates))
    if dataset.given is not None:
        prints, duplicates = prints.among(dataset.places()), duplicates.among(dataset.places())
    split, split_problem = _split_for_baselines(grouped, seed, split_by)
    baselines = run_baselines(grouped, split, fingerprints=prints) if split else ()
    return Audit(
        dataset=grouped,
        summary=summarise(grouped, prints),
        duplicates=duplicates,
        conflicts=_conflicts(dataset, duplicates),
        leaks=_leaks(dataset, duplicates),
        split=split,
        split_problem=split_problem,
        baselines=baselines,
        problems=(*dataset.problems, *_unreadable(dataset, prints)),
        fingerprints=prints,
    )


def _at(stage: Stage | None, what: str) -> Callable[[int, int], None] | None:
    return None if stage is None else lambda done, total: stage(what, done, total)


def _unreadable(dataset: Dataset, prints: Fingerprints) -> list[Problem]:
    return [Problem(dataset.samples[index].path, reason) for index, reason in sorted(prints.errors.items())]


def _split_for_baselines(
    dataset: Dataset, seed: int, split_by: Callable[[Dataset], Split] | None
) -> tuple[Split | None, str]:
    """Return the split that comes nearest to what a user of the data set would report, or why there is none."""
    folds = sorted({sample.fold for sample in dataset.samples if sample.fold is not None})
    parts = {sample.published_split for sample in dataset.samples}
    try:
        if split_by is not None:
            return split_by(dataset), ""
        if folds:
            return split_dataset(dataset, test_fold=folds[0], seed=seed), ""
        if {"train", "test"} <= parts:
            return split_dataset(dataset, published=True, seed=seed), ""
        return split_dataset(dataset, seed=seed), ""
    except DatasetError as error:
        return None, str(error)


def _conflicts(dataset: Dataset, duplicates: Duplicates) -> NDArray[np.int64]:
    """Return the pairs whose labels allow no common class."""
    contradicts = {
        (a, b): not set(allowed_classes(a)) & set(allowed_classes(b))
        for a in set(dataset.labels)
        for b in set(dataset.labels)
    }
    labels = dataset.labels
    found = [number for number, (a, b) in enumerate(duplicates.pairs.tolist()) if contradicts[labels[a], labels[b]]]
    return np.array(found, np.int64)


def _leaks(dataset: Dataset, duplicates: Duplicates) -> tuple[Leak, ...]:
    """Look at every split that the data set brings along, as it stands."""
    samples = dataset.samples
    parts: dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]] = {}
    published = np.array([sample.published_split or "" for sample in samples])
    if {"train", "test"} <= set(published.tolist()):
        parts["published folders"] = np.flatnonzero(published == "train"), np.flatnonzero(published == "test")
    folds = np.array([-1 if sample.fold is None else sample.fold for sample in samples])
    for fold in sorted(set(folds[folds >= 0].tolist())):
        if (folds != fold).any():
            parts[f"{_FOLD}{fold}"] = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
    pictures = _picture_groups(dataset, duplicates)
    patients = _codes([sample.patient_block or f"\0{index}" for index, sample in enumerate(samples)])
    return tuple(
        Leak(name, len(test), _crossing(train, test, pictures), _crossing(train, test, patients))
        for name, (train, test) in parts.items()
    )


def _picture_groups(dataset: Dataset, duplicates: Duplicates) -> NDArray[np.int64]:
    """Join told and found groups: either alone misses copies that the other knows."""
    forest = Forest(len(dataset))
    forest.join_all(enumerate(duplicates.groups.tolist()))
    first: dict[str, int] = {}
    for index, sample in enumerate(dataset.samples):
        if sample.duplicate_group:
            forest.join(index, first.setdefault(sample.duplicate_group, index))
    return forest.numbers()


def _codes(names: list[str]) -> NDArray[np.int64]:
    return np.unique(np.array(names), return_inverse=True)[1].astype(np.int64)


def _crossing(train: NDArray[np.int64], test: NDArray[np.int64], groups: NDArray[np.int64]) -> int:
    return int(np.isin(groups[test], crossing_groups(train, test, groups)).sum())
