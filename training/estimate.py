"""How long a run will take on this machine, and how much memory and disk it will want; asked before it starts."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from training.config import TrainConfig
from training.robustness import CHANGES
from training.speeds import Measured, Speeds
from tumorviewer.inference.predictor import usable_cores

FROZEN_SHARE: Final = 0.75
"""Time of a batch when the first six blocks do not learn, as a share of one when all do. Measured: 0.63 to 0.93."""
HEAD_S: Final = 5e-5
"""Seconds a scan and head epoch: a matrix product."""
ROBUSTNESS_SCANS: Final = 200
DOMAIN_SCANS: Final = 4000

_ROW_BYTES: Final = 8400
"""Of a scan's fingerprint and its records in the caches."""
_WORKER_BYTES: Final = 150 * 2**20
"""Of a process that reads scans."""
_BASE_BYTES: Final = 750 * 2**20
"""Of Python with TensorFlow, before any network is built."""
_SPARE: Final = 1.15
"""Foreseen needs are multiplied with it before they are compared with what is free."""


@dataclass(frozen=True, slots=True)
class DataCounts:
    """What an estimate needs to know of the data.

    Attributes
    ----------
    train, validation, test : int
        Scans of each part.
    audited : bool
        The scans were read and compared before, as on the page of the data: that need not be done again.
    """

    train: int
    validation: int
    test: int
    audited: bool = False

    @property
    def scans(self) -> int:
        """All of them."""
        return self.train + self.validation + self.test

    @classmethod
    def of_parts(cls, counts: Mapping[str, Mapping[str, int]]) -> "DataCounts":
        """Add up the counts of an overview (label -> part -> scans), which was made by reading the scans."""
        sums = {part: sum(row.get(part, 0) for row in counts.values()) for part in ("train", "validation", "test")}
        return cls(**sums, audited=True)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run will need.

    Attributes
    ----------
    seconds : float
    peak_memory_bytes, disk_bytes : int
    confident : bool
        Measured here with these settings; else scaled from others, or guessed.
    steps : dict of str to float
        Seconds of ``start``, ``data``, ``embeddings``, ``training``, ``export`` and ``evaluation``.
    """

    seconds: float
    peak_memory_bytes: int
    disk_bytes: int
    confident: bool
    steps: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Shortage:
    """Something that there is too little of: ``memory`` or ``disk``; the message says what to do."""

    kind: str
    needed: int
    free: int
    message: str


def estimate(config: TrainConfig, counts: DataCounts, measured: Measured | None) -> Estimate:
    """Foresee a run.

    Parameters
    ----------
    config : TrainConfig
    counts : DataCounts
    measured : Measured or None
        Of this machine, best with the same settings (`training.speeds.recall`); None: numbers of a usual one.
    """
    speeds = Speeds.of(config, measured)
    threads = config.threads or usable_cores()
    workers = max(1, config.workers if config.workers is not None else usable_cores())
    sizes = len({config.size, *(phase.size for phase in config.phases())})
    reading = counts.scans * speeds.read_s / workers
    seen = counts.train + counts.validation
    steps = {
        "start": speeds.start_s,
        "data": reading * (sizes + (not counts.audited)),
        "embeddings": seen * speeds.embed_s + config.head_epochs * counts.train * HEAD_S,
        "training": _training_seconds(config, counts, speeds),
        "export": speeds.export_s + (min(counts.train, DOMAIN_SCANS) + counts.validation) * speeds.graph_s / threads,
        "evaluation": (
            counts.test * (speeds.read_s + speeds.graph_s)
            + min(counts.test, ROBUSTNESS_SCANS) * len(CHANGES) * (speeds.read_s + speeds.graph_s)
        )
        / threads,
    }
    embeddings = 2 * seen * speeds.embedding_size * 4
    memory = max(speeds.peak_bytes + embeddings, _BASE_BYTES + workers * _WORKER_BYTES)
    exact = measured is not None and measured.fits(config)
    return Estimate(sum(steps.values()), memory, _disk(config, counts, speeds, sizes), exact, steps)


def shortages(needed: Estimate, output: Path, cache: Path) -> tuple[Shortage, ...]:
    """Return what this machine has too little of, now, for a run.

    Parameters
    ----------
    output, cache : Path
        Where the run will write; they need not exist yet.
    """
    # Only asked before a run; the viewer does without it.
    import psutil

    found = []
    memory, free = round(needed.peak_memory_bytes * _SPARE), int(psutil.virtual_memory().available)
    if memory > free:
        found.append(
            Shortage(
                "memory",
                memory,
                free,
                f"The run needs about {_size(memory)} of memory, and {_size(free)} are free. Close other programs, or "
                "choose smaller batches, a smaller picture or a smaller variant.",
            )
        )
    disk = round(needed.disk_bytes * _SPARE)
    for folder in dict.fromkeys(map(_existing, (output, cache))):
        free = shutil.disk_usage(folder).free
        if disk > free:
            found.append(
                Shortage(
                    "disk",
                    disk,
                    free,
                    f"The run writes about {_size(disk)}, and {_size(free)} are free on the disk of {str(folder)!r}. "
                    "Free some space, or choose a folder on another disk.",
                )
            )
    return tuple(found)


def _training_seconds(config: TrainConfig, counts: DataCounts, speeds: Speeds) -> float:
    images = config.epoch_images or min(counts.train, 4200)
    batches = -(-images // config.batch_size)
    total = 0.0
    for phase in config.phases():
        area = (phase.size / config.size) ** 2
        batch = speeds.batch_s * area * (FROZEN_SHARE if phase.blocks else 1.0)
        total += speeds.trace_s + phase.epochs * (batches * batch + counts.validation * speeds.forward_s * area)
    return total


def _disk(config: TrainConfig, counts: DataCounts, speeds: Speeds, sizes: int) -> int:
    """Crops and fingerprints; then state (weights and two moments each), best weights, ``model.h5`` and bundle."""
    crops = counts.scans * (sizes * config.size**2 + _ROW_BYTES)
    embeddings = (counts.train + counts.validation) * speeds.embedding_size * 4
    state = 3 * speeds.weights_bytes if config.epochs else 0
    # A file is written beside the one that it replaces.
    written = 2 * state + 2 * speeds.weights_bytes + 3 * speeds.weights_bytes
    return crops + embeddings + written + 20 * 2**20


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    here = Path(os.path.abspath(folder))
    while not here.exists() and here != here.parent:
        here = here.parent
    return here


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.0f} MB"
