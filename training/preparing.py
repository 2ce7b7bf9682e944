"""What a run works on: the data in parts, cropped at every size that a phase needs, and the weights to start from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.cache import CropCache, build_cache
from training.config import SHIPPED, TrainConfig
from training.dataset import Dataset, read_dataset
from training.duplicates import ensure_groups
from training.errors import ConfigError, DatasetError
from training.events import Cancelled, Progress, Report
from training.split import Split, split_dataset
from tumorviewer.inference.bundle import load_bundle
from tumorviewer.inference.catalogue import shipped

_LEAST_OF_A_CLASS: Final = 3


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
    """

    dataset: Dataset
    split: Split
    fingerprint: str
    caches: dict[int, CropCache]
    cache_folder: Path


def prepare_data(config: TrainConfig, data: Path, cache: Path, report: Report, cancelled: Cancelled) -> PreparedData:
    """Read, group, crop and split a data set.

    Parameters
    ----------
    data : Path
        Class folders or an index CSV.
    cache : Path
        Folder for fingerprints and crops.

    Raises
    ------
    DatasetError
        If there is not enough to train on.
    CacheError
        If the crops cannot be kept.
    TrainingCancelled
        If `cancelled` says so; the crops that were made are kept.
    """
    dataset = read_dataset(data)

    def tell(stage: str) -> Callable[[int, int], None]:
        return lambda done, total: report(Progress(stage, done, total))

    dataset = ensure_groups(dataset, cache, workers=config.workers, report=tell("audit"), cancelled=cancelled)
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
    split = split_dataset(
        dataset,
        test_fold=config.test_fold,
        validation_share=config.validation_share,
        test_share=config.test_share,
        seed=config.seed,
        published=config.published,
    )
    usable = np.logical_and.reduce([crops.usable for crops in caches.values()])
    split = replace(split, train=_kept(split.train, usable), validation=_kept(split.validation, usable))
    _check_enough(dataset, split)
    return PreparedData(dataset, split, dataset.fingerprint(), caches, cache)


def _kept(indices: NDArray[np.int64], usable: NDArray[np.bool_]) -> NDArray[np.int64]:
    return indices[usable[indices]]


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
