"""Training the head: every picture through the frozen network once, against `fit` through it in every epoch."""

import time
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from benchmarks.material import crop_cache, labelled_folder, model_folder, random_crops
from benchmarks.measure import Row, Setting, at_least, tell
from training.cache import CropCache
from training.config import TrainConfig
from training.events import Event
from training.finetune import Material, compile_for_training
from training.headphase import HEAD_BATCH, Engine, embed, train_head
from training.network import Network, build_network
from training.preparing import graph_of, prepare_data
from training.weights import load_base
from tumorviewer.inference.bundle import load_bundle

FASTER = 10.0
VALIDATION_SHARE = 0.12
Positions = NDArray[np.int64]


def run(setting: Setting) -> list[Row]:
    """Measure our head phase, quick mode from the files on, and a part of the peer's work, which only repeats."""
    model = model_folder(setting)
    count, part = setting.count(5_000, 100), setting.count(640, 64)
    bundle = load_bundle(model)
    network = build_network(bundle.card.variant)
    load_base(network, model)
    config = TrainConfig(variant=network.variant, size=bundle.spec.size, balance="none", test_share=0.01)
    peer = peer_seconds(network, config, part, setting) * config.head_epochs / part
    engine = Engine(graph_of(model, bundle.spec.size, network.embedding_size))
    ours = our_seconds(network, engine, config, count, setting.temporary)
    folder, kind = labelled_folder(setting, count)
    cold, again = (quick_mode(network, engine, config, folder, setting.temporary / "cache") for _ in range(2))
    return rows(ours, cold, again, peer, f"timed on {part} pictures and scaled", kind)


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of all epochs together, and how many pictures went through the network."""

    seconds: float
    pictures: int


def rows(ours: Taken, cold: Taken, again: Taken, peer: float, timed: str, kind: str) -> list[Row]:
    """Return the rows; `peer` is the seconds that a picture takes in all epochs."""
    against = "keras fit through the same network, frozen, on arrays in memory"
    crops = (
        f"{ours.pictures:,} random crops, on both sides the validation pictures are among them; the peer was {timed}"
    )
    files = f"{cold.pictures:,} {kind} to learn from and to validate; files read, compared, cropped, embedded"

    def ratio(taken: Taken) -> tuple[str, str, str, float]:
        theirs = peer * taken.pictures
        return f"{taken.seconds:.1f} s", f"{theirs:.0f} s", against, theirs / taken.seconds

    return [
        at_least("head phase", *ratio(ours), FASTER, crops),
        at_least("quick mode, nothing cached", *ratio(cold), FASTER, files),
        Row("quick mode, the second time", *ratio(again), note="crops and embeddings are kept, the head is new"),
    ]


def labels(count: int) -> NDArray[np.float32]:
    """Return random allowed classes, shape (count, 4), one each."""
    return np.eye(4, dtype=np.float32)[np.random.default_rng(1).integers(0, 4, count)]


def our_seconds(network: Network, engine: Engine, config: TrainConfig, count: int, temporary: Path) -> Taken:
    """Return how long embeddings and head take, from the crops on disk to the best head."""
    cache = crop_cache(temporary / "crops", count, config.size)
    positions = np.arange(count)
    learned = count - round(VALIDATION_SHARE * count)
    begin = time.perf_counter()
    head_seconds(network, engine, config, cache, (positions[:learned], positions[learned:]), temporary)
    return Taken(time.perf_counter() - begin, count)


def quick_mode(network: Network, engine: Engine, config: TrainConfig, data: Path, cache: Path) -> Taken:
    """Return how long a quick run takes from the folder to the best head, as `training.run` goes about it."""
    begin = time.perf_counter()
    prepared = prepare_data(config, data, cache, _ignore, _never)
    tell(f"ours: read, compared and cropped in {time.perf_counter() - begin:.1f} s")
    parts = prepared.split.train, prepared.split.validation
    head_seconds(network, engine, config, prepared.caches[config.size], parts, cache)
    return Taken(time.perf_counter() - begin, sum(map(len, parts)))


def head_seconds(
    network: Network,
    engine: Engine,
    config: TrainConfig,
    crops: CropCache,
    parts: tuple[Positions, Positions],
    folder: Path,
) -> None:
    """Embed both parts and train the head, and say how long each took."""
    train, validation = parts
    material = Material(
        caches={config.size: crops},
        train=train,
        validation=validation,
        masks=labels(len(crops)),
        draw=None,
        sample_weights=None,
    )
    begin = time.perf_counter()
    home = folder / "embeddings"
    embeddings = embed(network, engine, crops, np.concatenate(parts), home, report=_ignore, cancelled=_never)
    embedded = time.perf_counter()
    train_head(config, network, material, embeddings, report=_ignore, cancelled=_never)
    tell(f"ours: embeddings {embedded - begin:.1f} s, head {time.perf_counter() - embedded:.1f} s")


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
