"""Making the overview of a data set; in a child process, for reading and comparing thousands of scans takes a while."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.audit import Audit, Stage, audit_dataset
from training.building import Cancelled
from training.checks import check_classes_differ, check_enough, check_readable
from training.config import TrainConfig
from training.dataset import INDEX_NAME, Dataset, read_dataset
from training.digests import contents_of
from training.duplicates import KINDS
from training.errors import DatasetError
from training.findings import findings_of
from training.labels import LABELS
from training.overview import PARTS, CopyPair, DataOverview, Patients, ScanRef, Verdict
from training.patients import blocks_in_names
from training.preparing import decide, split_as_set
from training.split import Split

POOL: Final = 200
"""Scans of a label that samples are drawn from."""
MOST_PAIRS: Final = 60
MOST_PROBLEMS: Final = 200


def look_over(
    data: Path,
    config: TrainConfig,
    cache: Path | None,
    *,
    decisions: Path | None = None,
    stage: Stage | None = None,
    cancelled: Cancelled | None = None,
) -> tuple[DataOverview, Audit]:
    """Read a data set, audit it, and say what it is good for under the settings of a run.

    Parameters
    ----------
    data : Path
        Class folders or an index CSV.
    config : TrainConfig
        Says how to split, and how patients are named.
    cache : Path or None
        Folder for fingerprints, shared with the run.
    decisions : Path, optional
        File of decisions about labels.
    stage, cancelled
        As for `audit_dataset`.

    Raises
    ------
    DatasetError
        If there is nothing to look at.
    TrainingCancelled, CacheError
    """
    read = read_dataset(data, patient_pattern=config.patient_pattern or None)
    dataset, _ = decide(read, decisions)
    audit = audit_dataset(
        dataset,
        folder=cache,
        split_by=lambda grouped: split_as_set(grouped, config),
        workers=config.workers,
        stage=stage,
        cancelled=cancelled,
    )
    overview = _overview(dataset, audit, config, has_index(data))
    return replace(overview, contents=contents_of(read, cache) if cache is not None else ""), audit


def has_index(data: Path) -> bool:
    """Tell whether an index describes the data."""
    return data.suffix.lower() == ".csv" or (data / INDEX_NAME).is_file()


def _overview(dataset: Dataset, audit: Audit, config: TrainConfig, indexed: bool) -> DataOverview:
    parts = _parts(len(dataset), audit)
    reason = audit.split_problem or _refusal(audit)
    split = audit.split
    verdict = Verdict.BLOCKED if reason else Verdict.READY if split and split.leak_free else Verdict.LEAKY
    pictures = audit.dataset.samples
    refs = [
        ScanRef(dataset.relative(index), sample.frame, sample.label, PARTS[parts[index]])
        for index, sample in enumerate(pictures)
    ]
    return DataOverview(
        name=dataset.root.name,
        scans=len(dataset),
        counts=_counts(refs),
        verdict=verdict,
        reason=reason,
        split=split.how if split else "",
        mend=None if verdict is Verdict.READY else _mend(audit.dataset, config),
        findings=findings_of(dataset, audit),
        patients=_patients(dataset, config, indexed),
        baselines={result.name: _number(result.macro_sensitivity) for result in audit.baselines},
        leaks=audit.leaks,
        pool=_pool(refs, audit),
        copies=_copies(refs, audit),
        problems=tuple((dataset.below(item.path), item.reason) for item in audit.problems[:MOST_PROBLEMS]),
        sizes=audit.summary.sizes,
        formats=audit.summary.formats,
        sources=audit.summary.sources,
    )


def _parts(count: int, audit: Audit) -> NDArray[np.int64]:
    """Return for each sample its place in `PARTS`."""
    parts = np.full(count, PARTS.index("left_out"), np.int64)
    if audit.split is not None:
        for place, indices in enumerate((audit.split.train, audit.split.validation, audit.split.test)):
            parts[indices] = place
    parts[~audit.fingerprints.usable] = PARTS.index("left_out")
    return parts


def _refusal(audit: Audit) -> str:
    """Return why a run would refuse the data, in its own words; "" if it would not."""
    usable = audit.fingerprints.usable
    try:
        check_readable(audit.dataset, usable, audit.fingerprints.errors)
        check_classes_differ(audit.dataset)
        if audit.split is not None:
            readable = audit.split.train[usable[audit.split.train]]
            check_enough(audit.dataset, Split(readable, readable[:0], readable[:0], leak_free=True, how=""))
    except DatasetError as error:
        return str(error)
    return ""


def _mend(dataset: Dataset, config: TrainConfig) -> dict[str, Any] | None:
    """Return the settings of the grouped split where the chosen one is another, and the grouped one is possible."""
    change: dict[str, Any] = {"published": False} if config.published else {}
    change |= {"test_fold": None} if config.test_fold is not None and not config.published else {}
    if not change:
        return None
    try:
        split_as_set(dataset, TrainConfig.from_dict({**config.to_dict(), **change}))
    except DatasetError:
        return None
    return change


def _counts(refs: list[ScanRef]) -> dict[str, dict[str, int]]:
    found = Counter((scan.label, scan.part) for scan in refs)
    labels = {scan.label for scan in refs}
    return {label: {part: found[label, part] for part in PARTS} for label in LABELS if label in labels}


def _patients(dataset: Dataset, config: TrainConfig, indexed: bool) -> Patients:
    told: Counter[str] = Counter()
    for sample, block in zip(dataset.samples, blocks_in_names(dataset, config.patient_pattern), strict=True):
        named = bool(sample.patient_block) and sample.patient_block == block
        told["none" if not sample.patient_block else "name" if named else "index" if indexed else "dicom"] += 1
    blocks = len({sample.patient_block for sample in dataset.samples} - {""})
    return Patients(told["index"], told["dicom"], told["name"], told["none"], blocks)


def _pool(refs: list[ScanRef], audit: Audit) -> tuple[ScanRef, ...]:
    """Draw readable scans of every label: one of each picture first, copies only where there are too few."""
    order = np.random.default_rng(0).permutation(len(refs))
    order = order[audit.fingerprints.usable[order]]
    _, first = np.unique(audit.duplicates.groups[order], return_index=True)
    is_first = np.zeros(len(order), bool)
    is_first[first] = True
    ordered = [refs[index] for index in [*order[is_first], *order[~is_first]]]
    taken: Counter[str] = Counter()
    pool = []
    for scan in ordered:
        taken[scan.label] += 1
        if taken[scan.label] <= POOL:
            pool.append(scan)
    return tuple(sorted(pool, key=lambda scan: LABELS.index(scan.label)))


def _copies(refs: list[ScanRef], audit: Audit) -> tuple[CopyPair, ...]:
    found = audit.duplicates
    conflicting = set(audit.conflicts.tolist())
    others = (number for number in range(len(found.pairs)) if number not in conflicting)
    chosen = [*sorted(conflicting), *others][:MOST_PAIRS]
    return tuple(
        CopyPair(
            refs[int(found.pairs[number, 0])],
            refs[int(found.pairs[number, 1])],
            KINDS[int(found.kinds[number])],
            number in conflicting,
        )
        for number in chosen
    )


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
