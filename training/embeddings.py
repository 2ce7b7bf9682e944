"""Embeddings of scans, kept in the cache folder by content: a picture goes through a frozen network once.

Copies of a file are one picture. Changed labels, another split or more scans compute only what is new; what was done
before a stop is kept.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.building import Cancelled, Report
from training.cache import CropCache
from training.errors import TrainingCancelled
from training.graph import GraphRunner
from training.locks import folder_lock
from training.row_store import RowStore
from tumorviewer.inference.bundle import Bundle

Floats = NDArray[np.float32]
Compute = Callable[[NDArray[np.int64], Report], Floats]
"""Positions in the crop cache -> embeddings (n, D); tells (done, n) as it goes on, and may be cancelled."""

FORMAT: Final = 1

_PART: Final = 512
"""Pictures between two commits."""


def embed_once(
    crops: CropCache,
    positions: NDArray[np.int64],
    home: Path,
    width: int,
    start: Callable[[int], Compute],
    *,
    report: Report | None = None,
    cancelled: Cancelled | None = None,
) -> Floats:
    """Return the embeddings (n, D) of samples that have crops, computing those that are not kept yet.

    Parameters
    ----------
    positions : ndarray of int64
        Sample numbers.
    home : Path
        The folder that they are kept in; its name has to tell weights and input settings.
    width : int
        D.
    start : callable
        Told how many pictures are missing, where any are; returns what computes them.
    report : callable, optional
        Told (samples done, samples) while some are computed.

    Raises
    ------
    TrainingCancelled
    CacheError
        If the disk is full or the folder may not be written; what was computed is kept.
    """
    keys = [crops.key(int(position)) for position in positions]
    with folder_lock(home, cancelled):
        store = RowStore(home, width * np.dtype(np.float32).itemsize)
        missing: dict[bytes, int] = {}
        for key, position in zip(keys, positions.tolist(), strict=True):
            if store.row(key) < 0:
                missing.setdefault(key, position)
        if missing:
            _fill(store, missing, start(len(missing)), len(positions), report, cancelled)
    rows = np.array([store.row(key) for key in keys], np.int64)
    return store.read(rows).view(np.float32).reshape(len(rows), width)


def _fill(
    store: RowStore,
    missing: dict[bytes, int],
    compute: Compute,
    total: int,
    report: Report | None,
    cancelled: Cancelled | None,
) -> None:
    """Compute and commit in parts; samples that are known or copies of others count as done."""
    keys, chosen = list(missing), np.array(list(missing.values()), np.int64)

    def told(settled: int) -> Report:
        return lambda done, _: None if report is None else report(settled + done, total)

    known = total - len(keys)
    told(known)(0, total)
    for begin in range(0, len(keys), _PART):
        if cancelled is not None and cancelled():
            raise TrainingCancelled
        part = chosen[begin : begin + _PART]
        fresh = compute(part, told(known + begin))
        payloads = np.ascontiguousarray(fresh, np.float32).view(np.uint8).reshape(len(part), -1)
        store.append(keys[begin : begin + _PART], payloads, np.zeros((len(part), 8), np.int64))


def bundle_embeddings(
    bundle: Bundle,
    crops: CropCache,
    positions: NDArray[np.int64],
    folder: Path,
    *,
    threads: int | None = None,
    stage: Callable[[str, int, int], None] | None = None,
    cancelled: Cancelled | None = None,
) -> Floats:
    """Return the embeddings (n, D) that a bundle's graph gives to samples.

    Parameters
    ----------
    crops : CropCache
        Prepared as the bundle wants them.
    positions : ndarray of int64
        Sample numbers.
    folder : Path
        The cache folder.

    Raises
    ------
    TrainingCancelled, CacheError
    """

    def start(_: int) -> Compute:
        runner = GraphRunner(bundle.model, threads)
        return lambda part, tell: runner.run(crops.read, part, report=tell, cancelled=cancelled).embeddings

    home = folder / embeddings_name(bundle.model_sha256, bundle.spec.key())
    report = None if stage is None else lambda done, total: stage("looking at scans", done, total)
    width = bundle.domain.width
    return embed_once(crops, positions, home, width, start, report=report, cancelled=cancelled)


def embeddings_name(weights: str, spec: str) -> str:
    """Return the folder below the cache folder that embeddings lie in.

    Parameters
    ----------
    weights : str
        SHA-256 of what computes them, in hexadecimal.
    spec : str
        Key of the input settings.
    """
    return f"embeddings-{weights[:16]}-{spec}-{FORMAT}"
