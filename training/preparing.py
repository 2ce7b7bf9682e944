"""What a run works on: the data in parts, cropped at every size that a phase needs, and the weights to start from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.cache import CropCache, build_cache
from training.checks import check_classes_differ, check_enough, check_readable, note_flaws
from training.config import SHIPPED, TrainConfig
from training.dataset import Dataset, read_dataset
from training.decisions import Applied, apply_decisions, load_decisions
from training.duplicates import ensure_groups
from training.errors import ConfigError
from training.events import Cancelled, Progress, Report
from training.file_states import State, file_states
from training.split import Split, split_dataset
from tumorviewer.inference.bundle import load_bundle
from tumorviewer.inference.catalogue import shipped


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
    check_classes_differ(dataset)
    split = split_as_set(dataset, config)  # before the crops: what cannot be split needs none
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
    check_readable(dataset, usable, caches[config.size].errors)
    split = replace(split, train=_kept(split.train, usable), validation=_kept(split.validation, usable))
    check_enough(dataset, split)
    note_flaws(dataset, len(dataset.problems) + int((~usable).sum()), applied, report)
    files = file_states(dataset.samples)
    return PreparedData(dataset, split, dataset.fingerprint(), caches, cache, applied, files)


def read_decided(config: TrainConfig, data: Path, decisions: Path | None) -> tuple[Dataset, Applied]:
    """Read a data set and apply decisions about its labels.

    Raises
    ------
    DatasetError
        If either cannot be read.
    """
    return decide(read_dataset(data, patient_pattern=config.patient_pattern or None), decisions)


def decide(dataset: Dataset, decisions: Path | None) -> tuple[Dataset, Applied]:
    """Apply decisions about the labels of a data set.

    Raises
    ------
    DatasetError
        If the file of decisions cannot be read.
    """
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
        test_source=config.test_source,
        validation_share=config.validation_share,
        test_share=config.test_share,
        seed=config.seed,
        published=config.published,
    )


def _kept(indices: NDArray[np.int64], usable: NDArray[np.bool_]) -> NDArray[np.int64]:
    return indices[usable[indices]]


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


def graph_of(source: str | Path, size: int, embedding_size: int) -> bytes | None:
    """Return the LiteRT graph of a base that is a bundle of these sizes: it computes embeddings faster than Keras."""
    if not Path(source).is_dir():
        return None
    bundle = load_bundle(Path(source))
    same = bundle.spec.size == size and bundle.domain.width == embedding_size
    return bundle.model if same else None
