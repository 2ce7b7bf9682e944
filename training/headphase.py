"""The head alone: every picture goes through the frozen network once, then seven epochs take seconds."""

from collections.abc import Callable
from pathlib import Path
from zipfile import BadZipFile

import keras
import numpy as np
from numpy.typing import NDArray

from training.cache import CropCache
from training.config import TrainConfig
from training.errors import TrainingCancelled
from training.events import Cancelled, PhaseStarted, Progress, Report
from training.finetune import BatchWatch, Material, Validation, compile_for_training, score_logits
from training.graph import GraphRunner, three_channels
from training.network import Network
from training.sampling import draw_epoch
from tumorviewer.files import atomic_write

HEAD_BATCH = 128
_KERAS_BATCH = 64


def embed(
    network: Network,
    graph: bytes | None,
    cache: CropCache,
    positions: NDArray[np.int64],
    kept: Path,
    *,
    threads: int | None = None,
    report: Report,
    cancelled: Cancelled,
) -> NDArray[np.float32]:
    """Return the pooled features (n, D) of samples, computed once and kept in a file.

    Parameters
    ----------
    graph : bytes or None
        LiteRT graph with the same weights, which is faster; None: Keras computes.
    positions : ndarray of int64
        Sample numbers in the cache.
    kept : Path
        The file; its name has to tell weights, data and input settings.
    threads : int, optional
        Of the graph; default: the processor's cores.
    """
    try:
        with np.load(kept, allow_pickle=False) as archive:
            if np.array_equal(archive["positions"], positions):
                return np.asarray(archive["embeddings"], np.float32)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        pass  # not there, of other samples, or torn: computed again below

    def tell(done: int, total: int) -> None:
        report(Progress("embeddings", done, total))

    if graph is not None:
        embeddings = GraphRunner(graph, threads).run(cache.read, positions, report=tell, cancelled=cancelled).embeddings
    else:
        embeddings = _embed_with_keras(network, cache, positions, tell, cancelled)
    with atomic_write(kept, "wb") as stream:
        np.savez(stream, positions=positions, embeddings=embeddings)
    return embeddings


def _embed_with_keras(
    network: Network,
    cache: CropCache,
    positions: NDArray[np.int64],
    tell: Callable[[int, int], None],
    cancelled: Cancelled,
) -> NDArray[np.float32]:
    pooled = keras.layers.GlobalAveragePooling2D()(network.features.output)
    model = keras.Model(network.features.input, pooled)
    rows = []
    for start in range(0, len(positions), _KERAS_BATCH):
        if cancelled():
            raise TrainingCancelled("Training was stopped before its first epoch.")
        crops = cache.read(positions[start : start + _KERAS_BATCH])
        rows.append(np.asarray(model.predict_on_batch(three_channels(crops))))
        tell(min(start + _KERAS_BATCH, len(positions)), len(positions))
    return np.concatenate(rows)


def train_head(
    config: TrainConfig,
    network: Network,
    material: Material,
    embeddings: NDArray[np.float32],
    *,
    report: Report,
    cancelled: Cancelled,
) -> Validation:
    """Train the network's head on embeddings of the training part followed by the validation part.

    Returns
    -------
    Validation
        Of the best epoch, whose head the network then has.
    """
    count = len(material.train)
    model = network.head_classifier(config.dropout)
    total = config.head_epochs * -(-count // HEAD_BATCH)
    rate = keras.optimizers.schedules.CosineDecay(config.head_learning_rate, total)
    compile_for_training(model, keras.optimizers.AdamW(rate, weight_decay=config.weight_decay), config.label_smoothing)
    report(
        PhaseStarted("head", config.head_epochs, config.size, sum(int(np.prod(v.shape)) for v in network.head.weights))
    )
    targets = material.masks[material.train][:, None, :]
    weights = None if material.sample_weights is None else material.sample_weights[material.train]
    best, best_head = None, network.head.get_weights()
    for epoch in range(config.head_epochs):
        drawn = draw_epoch(material.draw, count, count, np.random.default_rng((config.seed, epoch, 1)))
        watch = BatchWatch("head", epoch + 1, -(-count // HEAD_BATCH), HEAD_BATCH, report, cancelled)
        model.fit(
            embeddings[:count][drawn],
            targets[drawn],
            sample_weight=None if weights is None else weights[drawn],
            batch_size=HEAD_BATCH,
            epochs=1,
            shuffle=False,
            verbose=0,
            callbacks=[watch],
        )
        checked = _check_head(network, embeddings[count:], material)
        if best is None or checked.score > best.score:
            best, best_head = checked, network.head.get_weights()
    network.head.set_weights(best_head)
    if best is None:  # no head epochs: the head as it was given
        best = _check_head(network, embeddings[count:], material)
    return best


def _check_head(network: Network, embeddings: NDArray[np.float32], material: Material) -> Validation:
    """Judge the validation part by the head alone, which is one matrix product."""
    kernel, bias = network.head.get_weights()
    return score_logits(embeddings @ kernel[0, 0] + bias, material.masks[material.validation])
