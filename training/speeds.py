"""How fast this machine trains, as it was measured; remembered in the user's cache folder for each kind of run."""

import json
import math
import sys
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from training.config import TrainConfig
from tumorviewer.files import atomic_write
from tumorviewer.inference.predictor import usable_cores
from tumorviewer.paths import user_data

FORMAT: Final = 1

_FILE: Final = "speeds.json"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a few batches took.

    Attributes
    ----------
    variant : str
    size, batch_size, threads : int
        What it was measured with.
    start_s : float
        From the start of the process to a network.
    read_s : float
        To read and crop a scan, on one core.
    trace_s : float
        What the first batch of a phase takes more than the others.
    batch_s : float
        A batch, all blocks learning.
    forward_s : float
        A scan through the network in Keras.
    graph_s : float
        A scan through the LiteRT graph, on one core.
    export_s : float
        To make that graph.
    peak_bytes : int
        Most memory that the process had.
    """

    variant: str
    size: int
    batch_size: int
    threads: int
    start_s: float
    read_s: float
    trace_s: float
    batch_s: float
    forward_s: float
    graph_s: float
    export_s: float
    peak_bytes: int

    def fits(self, config: TrainConfig) -> bool:
        """Whether it was measured with these settings."""
        return self.what == _what(config)

    @property
    def what(self) -> tuple[str, int, int, int]:
        """Variant, size, pictures a batch, threads."""
        return self.variant, self.size, self.batch_size, self.threads

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Measured":
        """Read what `to_dict` wrote.

        Raises
        ------
        TypeError
            If it is something else.
        """
        return cls(**values)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A variant: its weights, and the time and memory of a training batch compared with Lite0 (measured)."""

    weights: int
    embedding_size: int
    work: float
    memory: float


_KINDS: Final = {
    "lite0": _Kind(3_360_000, 1280, 1.0, 1.0),
    "b0": _Kind(4_050_000, 1280, 1.7, 1.6),
    "b1": _Kind(6_580_000, 1280, 2.0, 2.3),
    "b2": _Kind(7_770_000, 1408, 2.2, 2.4),
    "b3": _Kind(10_790_000, 1536, 3.0, 3.4),
}

_USUAL: Final = Measured("lite0", 192, 32, 2, 10.0, 0.02, 12.0, 0.9, 0.009, 0.008, 4.0, 1850 * 2**20)
"""Of a laptop with two cores."""
_FIXED_BYTES: Final = 800 * 2**20
"""Share of the peak that does not grow with pictures and batches."""


@dataclass(frozen=True, slots=True)
class Speeds:
    """The numbers that an estimate is made of: measured, or scaled from what was measured nearest."""

    start_s: float
    read_s: float
    trace_s: float
    batch_s: float
    forward_s: float
    graph_s: float
    export_s: float
    embed_s: float
    peak_bytes: int
    weights_bytes: int
    embedding_size: int

    @classmethod
    def of(cls, config: TrainConfig, measured: Measured | None) -> "Speeds":
        """Scale what was measured to the settings: by work a pixel, by pixels, by pictures a batch, by threads."""
        known, kind = measured or _USUAL, _KINDS[config.variant]
        before = _KINDS[known.variant]
        threads = config.threads or usable_cores()
        area = (config.size / known.size) ** 2
        work = area * kind.work / before.work
        faster = known.threads / threads
        images = config.batch_size / known.batch_size
        growing = max(known.peak_bytes - _FIXED_BYTES, 0) * area * images * kind.memory / before.memory
        graph_s = known.graph_s * work
        forward_s = known.forward_s * work * faster
        by_graph = config.base not in ("scratch",) and not config.base.endswith((".npz", ".h5", ".keras"))
        return cls(
            start_s=known.start_s,
            read_s=known.read_s,
            trace_s=known.trace_s * kind.weights / before.weights,
            batch_s=known.batch_s * work * images * faster,
            forward_s=forward_s,
            graph_s=graph_s,
            export_s=known.export_s * kind.weights / before.weights,
            embed_s=graph_s / threads if by_graph else forward_s,
            peak_bytes=round(_FIXED_BYTES + growing),
            weights_bytes=4 * kind.weights,
            embedding_size=kind.embedding_size,
        )


def recall(config: TrainConfig, folder: Path | None = None) -> Measured | None:
    """Return what was measured with these settings, else with the likest ones, else None.

    Parameters
    ----------
    folder : Path, optional
        Default: the user's cache folder.
    """
    known = _read(_file(folder))
    exact = next((item for item in known if item.fits(config)), None)
    if exact is not None or not known:
        return exact
    variant, size, batch_size, threads = _what(config)

    def unlikeness(item: Measured) -> tuple[bool, bool, float]:
        apart = abs(item.size - size) + abs(item.batch_size - batch_size)
        return item.variant != variant, item.threads != threads, apart

    return min(known, key=unlikeness)


def graph_pays_from(measured: Measured | None, threads: int | None, usual: int) -> int:
    """Return for how many pictures it is quicker to make a LiteRT graph than to let Keras compute.

    Parameters
    ----------
    measured : Measured or None
        Of this machine; on some processors Keras is as fast, and no number of pictures is enough.
    threads : int or None
        Of the run; None: all cores.
    usual : int
        What is returned where nothing was measured.
    """
    if measured is None:
        return usual
    gain = (measured.forward_s * measured.threads - measured.graph_s) / (threads or usable_cores())
    return math.ceil(measured.export_s / gain) if gain > 0 else sys.maxsize


def remember(measured: Measured, folder: Path | None = None) -> None:
    """Keep a measurement in place of an older one with the same settings; without room for it, do nothing."""
    file = _file(folder)
    others = [item for item in _read(file) if item.what != measured.what]
    try:
        with atomic_write(file) as stream:
            kept = [item.to_dict() for item in (*others, measured)]
            json.dump({"format": FORMAT, "measured": kept}, stream, indent=1)
    except OSError:
        return


def _what(config: TrainConfig) -> tuple[str, int, int, int]:
    return config.variant, config.size, config.batch_size, config.threads or usable_cores()


def _file(folder: Path | None) -> Path:
    return (folder or user_data() / "cache") / _FILE


def _read(file: Path) -> list[Measured]:
    try:
        stored = json.loads(file.read_text("utf-8"))
        if stored["format"] != FORMAT:
            return []
        known = [Measured.from_dict(item) for item in stored["measured"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    numbers = [item.name for item in fields(Measured) if item.name != "variant"]
    good = [all(isinstance(getattr(item, name), int | float) for name in numbers) for item in known]
    return [item for item, fine in zip(known, good, strict=True) if fine and item.variant in _KINDS]
