"""Fine-tuning: our epochs with reading, events and augmentation, against bare `fit` of the same model on arrays."""

import time
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from benchmarks.head import labels
from benchmarks.material import crop_cache, model_folder
from benchmarks.measure import Row, Setting, at_least, tell
from training.augment import build_augmentation
from training.cache import CropCache
from training.checkpoint import RunState
from training.config import TrainConfig
from training.events import EpochEnded, Event
from training.finetune import FineTuning, Material, compile_for_training, training_model
from training.network import Network, build_network
from training.weights import load_base
from tumorviewer.inference.bundle import load_bundle

OF_BARE = 0.95
Arrays = tuple[NDArray[np.float32], NDArray[np.float32]]


def run(setting: Setting) -> list[Row]:
    """Measure in turns: after each of our epochs comes one of the peer's."""
    model = model_folder(setting)
    count, rounds = setting.count(960, 64), setting.count(2, 1)
    bundle = load_bundle(model)
    config = TrainConfig(
        variant=bundle.card.variant,
        size=bundle.spec.size,
        epochs=rounds + 1,
        frozen_epochs=0,
        epoch_images=count,
        balance="none",
    )
    cache = crop_cache(setting.temporary / "crops", count + 64, config.size)
    arrays = cache.read(np.arange(count)).astype(np.float32)[..., None], labels(count)[:, None, :]
    bare, plain = BareFit(model, config, arrays), BareFit(model, config, arrays, augmented=False)
    ours = our_rates(model, config, cache, setting.temporary, between=bare.epoch)
    plain.epoch()
    plain.epoch()
    note = f"{count} random crops an epoch, best of {rounds} after a first one that traces the network"
    return rows(max(ours[1:]), max(bare.rates[1:]), max(plain.rates[1:]), note)


def rows(ours: float, bare: float, plain: float, note: str) -> list[Row]:
    """Return the rates, images a second."""
    texts = [f"{rate:.1f}/s" for rate in (ours, bare, plain)]
    same = "keras fit on arrays in memory, the same compiled model with the same augmentation layers"
    less = "the same fit without augmentation"
    return [
        at_least("images/s", texts[0], texts[1], same, ours / bare, OF_BARE, note),
        Row("images/s", texts[0], texts[2], less, ours / plain, note="for information"),
    ]


def _network(model: Path) -> Network:
    network = build_network(load_bundle(model).card.variant)
    load_base(network, model)
    return network


class BareFit:
    """`fit`, and nothing else, of a network of its own."""

    def __init__(self, model: Path, config: TrainConfig, arrays: Arrays, *, augmented: bool = True) -> None:
        network = _network(model)
        network.unfreeze(None)
        changes = build_augmentation(config.augment) if augmented else []
        self.model = training_model(network.classifier(config.dropout), changes)
        optimizer = keras.optimizers.AdamW(1e-4, weight_decay=config.weight_decay)
        compile_for_training(self.model, optimizer, config.label_smoothing)
        self.arrays = arrays
        self.batch_size = config.batch_size
        self.rates: list[float] = []

    def epoch(self) -> None:
        """Run one epoch and note its images a second."""
        begin = time.perf_counter()
        self.model.fit(*self.arrays, batch_size=self.batch_size, epochs=1, verbose=0)
        self.rates.append(len(self.arrays[0]) / (time.perf_counter() - begin))
        tell(f"bare fit: {self.rates[-1]:.2f} images/s")


def our_rates(
    model: Path, config: TrainConfig, cache: CropCache, temporary: Path, between: Callable[[], None]
) -> list[float]:
    """Return the images a second of our epochs, as they report it; `between` is called after each."""
    rates: list[float] = []

    def report(event: Event) -> None:
        if isinstance(event, EpochEnded):
            rates.append(event.images_per_second)
            tell(f"ours: {event.images_per_second:.2f} images/s")
            between()

    positions = np.arange(len(cache))
    material = Material(
        caches={config.size: cache},
        train=positions[: config.epoch_images],
        validation=positions[config.epoch_images :],
        masks=labels(len(cache)),
        draw=None,
        sample_weights=None,
    )
    state = RunState("", 0, 0, (-1.0, 0.0), 0, ())
    FineTuning(
        config,
        _network(model),
        material,
        state,
        temporary,
        keep_best=lambda _: None,
        report=report,
        cancelled=lambda: False,
    ).run()
    return rates
