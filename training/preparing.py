"""What a run works on: the data in parts, cropped at every size that a phase needs, and the weights to start from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.cache import CropCache, build_cache
from training.config import SHIPPED, TrainConfig
from training.dataset import Dataset, read_dataset
from training.decisions import Applied, apply_decisions, load_decisions
from training.duplicates import ensure_groups
from training.errors import ConfigError, DatasetError
from training.events import Cancelled, Noted, Progress, Report
from training.file_states import State, file_states
from training.labels import allowed_classes
from training.split import Split, split_dataset
from tumorviewer.inference.bundle import load_bundle
from tumorviewer.inference.catalogue import shipped

_LEAST_OF_A_CLASS: Final = 3
_MOST_UNREADABLE: Final = 0.5
"""Share of unreadable scans from which on it is rather the wrong folder, or a damaged disk, than a few bad files."""
_SAME_PICTURES: Final = 0.5
"""Share of the pictures of a class, also found in another class, from which on one of the folders is a mistake."""


@dataclass(frozen=True, slots=True, eq=False)
class PreparedData:
    """A data set, split and cropped.

    Attributes
    ----------
    dataset : Dataset
        With duplicate groups.
    split : Split
        Train and validation hold only scans that have crops.
    fingerprint : str
    caches : dict of int to CropCache
        By side of the crops, for all samples.
    cache_folder : Path
    decisions : Applied
        What a person's decisions changed.
    files : dict of Path to (int, int)
        Size and time of change of every file when it was fingerprinted.
    """

    dataset: Dataset
    split: Split
    fingerprint: str
    caches: dict[int, CropCache]
    cache_folder: Path
    decisions: Applied
    files: dict[Path, State]


def prepare_data(
    config: TrainConfig,
    data: Path,
    cache: Path,
    report: Report,
    cancelled: Cancelled,
    *,
    decisions: Path | None = None,
) -> PreparedData:
    """Read, group, crop and split a data set.

    Parameters
    ----------
    data : Path
        Class folders or an index CSV.
    cache : Path
        Folder for fingerprints and crops.
    decisions : Path, optional
        File of decisions about labels (see `training.decisions`), applied before anything else.

    Raises
    ------
    DatasetError
        If there is not enough to train on.
    CacheError
        If the crops cannot be kept.
    TrainingCancelled
        If `cancelled` says so; the crops that were made are kept.
    """
    dataset, applied = read_decided(config, data, decisions)

    def tell(stage: str) -> Callable[[int, int], None]:
        return lambda done, total: report(Progress(stage, done, total))

    dataset = ensure_groups(dataset, cache, workers=config.workers, report=tell("audit"), cancelled=cancelled)
    _check_classes_differ(dataset)
    caches = {
        size: build_cache(
            dataset.samples,
            config.spec_at(size),
            cache,
            workers=config.workers,
            report=tell("crops"),
            cancelled=cancelled,
        )
        for size in sorted({config.size, *(phase.size for phase in config.phases())})
    }
    usable = np.logical_and.reduce([crops.usable for crops in caches.values()])
    _check_readable(dataset, usable, caches[config.size].errors)
    split = split_as_set(dataset, config)
    split = replace(split, train=_kept(split.train, usable), validation=_kept(split.validation, usable))
    _check_enough(dataset, split)
    _note(dataset, int((~usable).sum()), applied, report)
    files = file_states(dataset.samples)
    return PreparedData(dataset, split, dataset.fingerprint(), caches, cache, applied, files)


def read_decided(config: TrainConfig, data: Path, decisions: Path | None) -> tuple[Dataset, Applied]:
    """Read a data set and apply decisions about its labels.

    Raises
    ------
    DatasetError
        If either cannot be read.
    """
    dataset = read_dataset(data, patient_pattern=config.patient_pattern or None)
    return apply_decisions(dataset, load_decisions(decisions) if decisions is not None else ())


def split_as_set(dataset: Dataset, config: TrainConfig) -> Split:
    """Split a data set as the settings say.

    Raises
    ------
    DatasetError
        As `split_dataset`.
    """
    return split_dataset(
        dataset,
        test_fold=config.test_fold,
        validation_share=config.validation_share,
        test_share=config.test_share,
        seed=config.seed,
        published=config.published,
    )


def _kept(indices: NDArray[np.int64], usable: NDArray[np.bool_]) -> NDArray[np.int64]:
    return indices[usable[indices]]


def _check_readable(dataset: Dataset, usable: NDArray[np.bool_], errors: dict[int, str]) -> None:
    """Refuse data of which most cannot be read."""
    bad = [problem.reason for problem in dataset.problems] + [errors.get(int(n), "") for n in np.flatnonzero(~usable)]
    every = len(dataset.problems) + len(dataset)
    if len(bad) > _MOST_UNREADABLE * every:
        raise DatasetError(
            f"{len(bad)} of the {every} scans in {str(dataset.root)!r} cannot be read; the first: {bad[0]}. Check that "
            "the folder was copied whole. To train on the rest, move the unreadable files out of it."
        )


def _check_classes_differ(dataset: Dataset) -> None:
    """Refuse two classes that hold the same pictures: one of the folders is a copy of the other."""
    pictures = {
        label: {sample.duplicate_group for sample in dataset.samples if sample.label == label}
        for label in sorted(set(dataset.labels))
    }
    for first, second in combinations(pictures, 2):
        if set(allowed_classes(first)) & set(allowed_classes(second)):
            continue
        shared = len(pictures[first] & pictures[second])
        if shared > _SAME_PICTURES * min(len(pictures[first]), len(pictures[second])):
            raise DatasetError(
                f"{first} and {second} hold the same pictures: {shared} of {len(pictures[first])} and "
                f"{len(pictures[second])}. One of the two folders in {str(dataset.root)!r} is a copy by mistake: "
                "remove or replace it."
            )


def _note(dataset: Dataset, without_crop: int, applied: Applied, report: Report) -> None:
    """Tell what is left out and what contradicts, where that is not enough to refuse the data."""
    left_out = len(dataset.problems) + without_crop
    if left_out:
        report(Noted("unreadable", f"{left_out} scans cannot be read and are left out.", left_out))
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


def _check_enough(dataset: Dataset, split: Split) -> None:
    for label in sorted(set(dataset.labels)):
        count = sum(dataset.samples[index].label == label for index in split.train)
        if count < _LEAST_OF_A_CLASS:
            raise DatasetError(
                f"Only {count} readable scans of {label} are left to train on; at least {_LEAST_OF_A_CLASS} are "
                "needed. Add scans of that class or leave its folder out."
            )


def find_base(config: TrainConfig) -> str | Path:
    """Return where the weights start: what the settings say, or the model that came with the program.

    Raises
    ------
    ConfigError
        If that model is of another variant, or there is none.
    """
    if config.base != SHIPPED:
        return config.base
    fitting = [entry for entry in shipped() if entry.card and entry.card.variant == config.variant]
    if not fitting:
        raise ConfigError(
            f"No {config.variant} model came with the program; name one with --base, or use --base scratch."
        )
    return max(fitting, key=lambda entry: entry.card.created if entry.card else "").folder


def graph_of(source: str | Path, size: int) -> bytes | None:
    """Return the LiteRT graph of a base that is a bundle of the same size: it computes embeddings faster than Keras."""
    if not Path(source).is_dir():
        return None
    bundle = load_bundle(Path(source))
    return bundle.model if bundle.spec.size == size else None
