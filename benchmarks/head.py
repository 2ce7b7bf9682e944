"""Training the head: every picture through the frozen network once, against `fit` through it in every epoch."""

import time
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from benchmarks.material import crop_cache, model_folder, random_crops
from benchmarks.measure import Row, Setting, at_least, tell
from training.config import TrainConfig
from training.events import Event
from training.finetune import Material, compile_for_training
from training.headphase import HEAD_BATCH, embed, train_head
from training.network import Network, build_network
from training.preparing import graph_of
from training.weights import load_base
from tumorviewer.inference.bundle import load_bundle

FASTER = 10.0
VALIDATION_SHARE = 0.12


def run(setting: Setting) -> list[Row]:
    """Measure our whole phase, and a part of the peer's, which is the same work again and again."""
    model = model_folder(setting)
    count, part = setting.count(5_000, 100), setting.count(640, 64)
    bundle = load_bundle(model)
    network = build_network(bundle.card.variant)
    load_base(network, model)
    config = TrainConfig(variant=network.variant, size=bundle.spec.size, balance="none")
    peer = peer_seconds(network, config, part, setting) * count * config.head_epochs / part
    graph = graph_of(model, bundle.spec.size, network.embedding_size)
    ours = our_seconds(network, graph, config, count, setting.temporary)
    return rows(ours, peer, count, config.head_epochs, part)


def rows(ours: float, peer: float, count: int, epochs: int, part: int) -> list[Row]:
    """Return the row; seconds for all epochs."""
    note = (
        f"{count:,} random crops, {epochs} epochs, on both sides the validation pictures are among them; "
        f"the peer was timed on {part} pictures and scaled"
    )
    against = "keras fit through the same network, frozen, on arrays in memory"
    return [at_least("head phase", f"{ours:.1f} s", f"{peer:.0f} s", against, peer / ours, FASTER, note)]


def labels(count: int) -> NDArray[np.float32]:
    """Return random allowed classes, shape (count, 4), one each."""
    return np.eye(4, dtype=np.float32)[np.random.default_rng(1).integers(0, 4, count)]


def our_seconds(network: Network, graph: bytes | None, config: TrainConfig, count: int, temporary: Path) -> float:
    """Return how long embeddings and head take, from the crops on disk to the best head."""
    cache = crop_cache(temporary / "crops", count, config.size)
    positions = np.arange(count)
    learned = count - round(VALIDATION_SHARE * count)
    material = Material(
        caches={config.size: cache},
        train=positions[:learned],
        validation=positions[learned:],
        masks=labels(count),
        draw=None,
        sample_weights=None,
    )
    begin = time.perf_counter()
    embeddings = embed(network, graph, cache, positions, temporary / "embeddings.npz", report=_ignore, cancelled=_never)
    embedded = time.perf_counter() - begin
    train_head(config, network, material, embeddings, report=_ignore, cancelled=_never)
    seconds = time.perf_counter() - begin
    tell(f"ours: embeddings {embedded:.1f} s, head {seconds - embedded:.1f} s")
    return seconds


def _ignore(_: Event) -> None:
    """Take an event that nobody wants to see."""


def _never() -> bool:
    return False


def peer_seconds(network: Network, config: TrainConfig, count: int, setting: Setting) -> float:
    """Return how long an epoch of `fit` takes on `count` pictures in memory, once the network is traced."""
    network.unfreeze(0)
    model = network.classifier(config.dropout)
    compile_for_training(model, keras.optimizers.AdamW(config.head_learning_rate), config.label_smoothing)
    pixels = np.repeat(random_crops(count, config.size).astype(np.float32)[..., None], 3, axis=3)
    targets = labels(count)[:, None, :]
    warm = min(count, 2 * HEAD_BATCH)
    model.fit(pixels[:warm], targets[:warm], batch_size=HEAD_BATCH, epochs=1, verbose=0)
    times = []
    for _ in range(setting.count(2, 1)):
        begin = time.perf_counter()
        model.fit(pixels, targets, batch_size=HEAD_BATCH, epochs=1, verbose=0)
        times.append(time.perf_counter() - begin)
        tell(f"peer: {count / times[-1]:.1f} images/s through the frozen network")
    return min(times)
