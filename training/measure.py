"""Timing a few batches of noise on this machine, for the estimate that stands beside Start."""

import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

import keras
import numpy as np

from training.augment import build_augmentation
from training.config import TrainConfig
from training.control import Stopwatch
from training.dataset import Sample
from training.errors import TrainingCancelled
from training.events import Cancelled, Progress, Report
from training.finetune import VALIDATION_BATCH, compile_for_training, training_model
from training.graph import GraphRunner, convert, three_channels
from training.network import build_network
from training.pictures import crop_pair
from training.speeds import Measured
from tumorviewer.imaging.errors import ScanError
from tumorviewer.inference.predictor import usable_cores

BATCHES: Final = 3
SCANS: Final = 24

_STEPS: Final = 5


def measure(
    config: TrainConfig, samples: Sequence[Sample], start_s: float, report: Report, cancelled: Cancelled
) -> Measured:
    """Train and run the network of a run on noise, read some of its scans, and tell what each took.

    Parameters
    ----------
    config : TrainConfig
    samples : sequence of Sample
        Of the data set; some are read.
    start_s : float
        What the start of the process took.
    report, cancelled : callable
        Asked between the steps and between batches.

    Raises
    ------
    TrainingCancelled
    """
    clock = _Clock(report, cancelled)
    read_s = clock.step(lambda: _read_some(samples, config)) / SCANS if samples else 0.02
    network = build_network(config.variant)
    noise = np.random.default_rng(0).integers(0, 256, (config.batch_size, config.size, config.size), np.uint8)
    network.unfreeze(None)
    classifier = network.classifier(config.dropout)
    trainer = training_model(classifier, build_augmentation(config.augment))
    optimizer = keras.optimizers.AdamW(1e-4, weight_decay=config.weight_decay)
    compile_for_training(trainer, optimizer, config.label_smoothing)
    pixels = noise.astype(np.float32)[..., None]
    targets = np.eye(len(network.classes), dtype=np.float32)[np.arange(len(noise)) % len(network.classes)][:, None]
    first_s = clock.step(lambda: trainer.train_on_batch(pixels, targets))
    batch_s = min(clock.step(lambda: trainer.train_on_batch(pixels, targets), count=False) for _ in range(BATCHES))
    seen = three_channels(np.resize(noise, (VALIDATION_BATCH, config.size, config.size)))
    classifier.predict_on_batch(seen)
    forward_s = clock.step(lambda: classifier.predict_on_batch(seen)) / VALIDATION_BATCH
    graph: list[bytes] = []
    export_s = clock.step(lambda: graph.append(convert(network.inference(config.size))))
    runner = GraphRunner(graph[0], 1)
    graph_s = clock.step(lambda: runner.run(lambda chosen: noise[chosen], np.arange(len(noise)))) / len(noise)
    return Measured(
        variant=config.variant,
        size=config.size,
        batch_size=config.batch_size,
        threads=config.threads or usable_cores(),
        start_s=start_s,
        read_s=read_s,
        trace_s=max(0.0, first_s - batch_s),
        batch_s=batch_s,
        forward_s=forward_s,
        graph_s=graph_s,
        export_s=export_s,
        peak_bytes=peak_memory(),
    )


def peak_memory() -> int:
    """Return the most memory in bytes that this process had at any time."""
    if sys.platform == "win32":
        import psutil  # elsewhere the system tells it by itself

        return int(psutil.Process().memory_info().peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # kilobytes on Linux


class _Clock:
    """Times steps, tells of them, and stops between them."""

    def __init__(self, report: Report, cancelled: Cancelled) -> None:
        self._report, self._cancelled, self._done = report, cancelled, 0

    def step(self, work: Callable[[], Any], *, count: bool = True) -> float:
        if self._cancelled():
            raise TrainingCancelled
        watch = Stopwatch(self._cancelled)
        work()
        taken = watch.seconds
        self._done += count
        self._report(Progress("measure", self._done, _STEPS))
        return taken


def _read_some(samples: Sequence[Sample], config: TrainConfig) -> None:
    chosen = np.linspace(0, len(samples) - 1, SCANS).astype(int)
    for index in chosen:
        try:
            crop_pair(samples[index].path, samples[index].frame, config.input_spec)
        except ScanError:
            continue  # takes its time, too
