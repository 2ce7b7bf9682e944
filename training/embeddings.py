"""Embeddings of scans by a bundle's graph, kept in the cache folder: changed labels do not compute them again."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from training.cache import CropCache
from training.graph import GraphRunner
from tumorviewer.files import atomic_write
from tumorviewer.inference.bundle import Bundle


def cached_embeddings(
    bundle: Bundle,
    crops: CropCache,
    positions: NDArray[np.int64],
    folder: Path | None,
    *,
    threads: int | None = None,
    stage: Callable[[str, int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> NDArray[np.float32]:
    """Return the embeddings (n, D) of samples that have crops.

    Parameters
    ----------
    crops : CropCache
        Prepared as the bundle wants them.
    positions : ndarray of int64
        Sample numbers.
    folder : Path or None
        Where they are kept; None: nowhere.

    Raises
    ------
    TrainingCancelled
    """
    what = "\n".join([bundle.model_sha256, bundle.spec.key(), *(crops.content_keys[int(index)] for index in positions)])
    file = folder / "embeddings" / f"{hashlib.sha256(what.encode()).hexdigest()[:24]}.npy" if folder else None
    known = _read(file, len(positions))
    if known is not None:
        return known
    report = None if stage is None else lambda done, total: stage("looking at scans", done, total)
    runner = GraphRunner(bundle.model, threads)
    fresh = runner.run(crops.read, positions, report=report, cancelled=cancelled).embeddings
    if file is not None:
        _keep(file, fresh)
    return fresh


def _read(file: Path | None, count: int) -> NDArray[np.float32] | None:
    if file is None:
        return None
    try:
        known = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError, BadZipFile):
        return None  # not there, or torn: computed again
    return known if known.ndim == 2 and len(known) == count else None


def _keep(file: Path, embeddings: NDArray[np.float32]) -> None:
    try:
        with atomic_write(file, "wb") as stream:
            np.save(stream, embeddings, allow_pickle=False)
    except OSError:
        return  # no room to remember them: the next call computes them again
