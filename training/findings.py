"""What is to be said of a data set before training, as kinds and numbers; the window has the words."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from training.audit import Audit
from training.audit_verdict import SUSPICIOUS
from training.checks import shared_pictures
from training.dataset import Dataset

FEW: Final = 24
"""Scans of a class below which a run works, and means little."""


class FindingKind(StrEnum):
    """What was found; `Finding.count` and `Finding.of` are numbers of what is said here."""

    LEAK = "leak"
    """Test scans of a split that the data bring along, whose picture or patient is in training; of its test scans.

    Folds are one finding, with the names and the scans of all that leak.
    """
    COPIES = "copies"
    """Scans that show the same slice as another; of all scans."""
    CONFLICTS = "conflicts"
    """Pairs of copies whose labels contradict each other; of all pairs of copies."""
    SAME_PICTURES = "same_pictures"
    """Pictures that are in two classes (`names`); of those of the smaller class."""
    PATIENTS_UNKNOWN = "patients_unknown"
    """Scans whose patient nothing tells; of all scans."""
    SHORTCUT = "shortcut"
    """A baseline without anatomy (`names`) reaches the mean sensitivity `share`."""
    UNREADABLE = "unreadable"
    """Files that cannot be read; of all."""
    SKIPPED = "skipped"
    """Files that are no images."""
    EMPTY_CLASS = "empty_class"
    """Class folders (`names`) without an image."""
    ONE_CLASS = "one_class"
    """All scans have one label (`names`)."""
    FEW_SCANS = "few_scans"
    """Scans of the class `names`; fewer than `of`."""


class Weight(StrEnum):
    """How grave a finding is."""

    NOTE = "note"
    WARNING = "warning"
    BLOCKING = "blocking"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; see `FindingKind` for what the numbers count.

    Attributes
    ----------
    kind : FindingKind
    weight : Weight
    count, of : int
    names : tuple of str
        Labels, or the names of a split, of folds or of a baseline.
    share : float or None
    """

    kind: FindingKind
    weight: Weight
    count: int
    of: int = 0
    names: tuple[str, ...] = ()
    share: float | None = None


def findings_of(dataset: Dataset, audit: Audit) -> tuple[Finding, ...]:
    """Return all findings, the gravest first.

    Parameters
    ----------
    dataset : Dataset
        As it was read: with the patient blocks that are told.
    audit : Audit
        Of that data set.
    """
    found = [*_classes(dataset, audit), *_leaks(audit), *_labels(audit), *_patients(dataset), *_files(dataset, audit)]
    order = [Weight.BLOCKING, Weight.WARNING, Weight.NOTE]
    return tuple(sorted(found, key=lambda item: order.index(item.weight)))


def _classes(dataset: Dataset, audit: Audit) -> Iterator[Finding]:
    counts = Counter(dataset.labels)
    if dataset.empty_classes:
        names = dataset.empty_classes
        yield Finding(FindingKind.EMPTY_CLASS, Weight.BLOCKING, len(names), names=names)
    if len(counts) < 2:
        yield Finding(FindingKind.ONE_CLASS, Weight.BLOCKING, len(dataset), names=tuple(counts))
    for first, second, shared, of in shared_pictures(audit.dataset):
        if shared:
            weight = Weight.BLOCKING if shared > of / 2 else Weight.WARNING
            yield Finding(FindingKind.SAME_PICTURES, weight, shared, of, (first, second))
    for label, count in counts.items():
        if count < FEW:
            yield Finding(FindingKind.FEW_SCANS, Weight.WARNING, count, FEW, (label,))


def _leaks(audit: Audit) -> Iterator[Finding]:
    leaking = [leak for leak in audit.leaks if not leak.leak_free]
    folds = [leak for leak in leaking if leak.is_fold]
    for leaks in ([leak for leak in leaking if not leak.is_fold], folds):
        if leaks:
            crossing = sum(max(leak.same_picture, leak.same_patient) for leak in leaks)
            tested = sum(leak.test_scans for leak in leaks)
            yield Finding(FindingKind.LEAK, Weight.WARNING, crossing, tested, tuple(leak.name for leak in leaks))


def _labels(audit: Audit) -> Iterator[Finding]:
    if len(audit.conflicts):
        yield Finding(FindingKind.CONFLICTS, Weight.WARNING, len(audit.conflicts), len(audit.duplicates.pairs))
    copies = audit.summary.scans - audit.distinct_pictures
    if copies:
        yield Finding(FindingKind.COPIES, Weight.NOTE, copies, audit.summary.scans)
    for result in audit.baselines:
        if result.macro_sensitivity >= SUSPICIOUS[result.name]:
            yield Finding(
                FindingKind.SHORTCUT, Weight.WARNING, 0, names=(result.name,), share=float(result.macro_sensitivity)
            )


def _patients(dataset: Dataset) -> Iterator[Finding]:
    unknown = sum(not sample.patient_block for sample in dataset.samples)
    if unknown:
        yield Finding(FindingKind.PATIENTS_UNKNOWN, Weight.WARNING, unknown, len(dataset))


def _files(dataset: Dataset, audit: Audit) -> Iterator[Finding]:
    every = len(dataset) + len(dataset.problems)
    if audit.problems:
        weight = Weight.BLOCKING if len(audit.problems) > every / 2 else Weight.WARNING
        yield Finding(FindingKind.UNREADABLE, weight, len(audit.problems), every)
    if dataset.skipped:
        yield Finding(FindingKind.SKIPPED, Weight.NOTE, dataset.skipped)
