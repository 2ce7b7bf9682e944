"""The head alone: every picture goes through the frozen network once, then seven epochs take less than a second."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import keras
import numpy as np
from numpy.typing import NDArray

from training.batch_teller import BatchTeller
from training.cache import CropCache
from training.config import TrainConfig
from training.control import Stopwatch
from training.embeddings import Compute, embed_once
from training.errors import TrainingCancelled
from training.events import Cancelled, EpochEnded, PhaseStarted, Progress, Report
from training.finetune import Material
from training.graph import GraphRunner, convert, three_channels
from training.linear_head import AdamW, LinearHead, allowed_loss, drop, half_cosine
from training.network import Network
from training.sampling import draw_epoch
from training.validation import Validation, score_logits

HEAD_BATCH: Final = 128
GRAPH_FROM: Final = 2000
"""For so many pictures a graph is made where there is none: it takes seconds, and is then twice as fast as Keras."""

_KERAS_BATCH: Final = 64


@dataclass(frozen=True, slots=True)
class Engine:
    """What computes embeddings.

    Attributes
    ----------
    graph : bytes or None
        LiteRT graph with the same weights, which is faster. None: one is made if there are many pictures, else Keras
        computes.
    threads : int or None
        Of the graph; None: the processor's cores.
    graph_from : int
        Pictures for which a graph is made.
    """

    graph: bytes | None = None
    threads: int | None = None
    graph_from: int = GRAPH_FROM


def embed(
    network: Network,
    engine: Engine,
    cache: CropCache,
    positions: NDArray[np.int64],
    home: Path,
    *,
    report: Report,
    cancelled: Cancelled,
) -> NDArray[np.float32]:
    """Return the pooled features (n, D) of samples, each picture computed once and kept.

    Parameters
    ----------
    positions : ndarray of int64
        Sample numbers in the cache.
    home : Path
        The folder that they are kept in; its name has to tell weights and input settings.

    Raises
    ------
    TrainingCancelled, CacheError
    """

    def start(count: int) -> Compute:
        graph = engine.graph
        if graph is None and count >= engine.graph_from and keras.backend.backend() == "tensorflow":
            graph = convert(network.inference(cache.size))
        if graph is None:
            return _in_keras(network, cache, cancelled)
        runner = GraphRunner(graph, engine.threads)
        return lambda part, tell: runner.run(cache.read, part, report=tell, cancelled=cancelled).embeddings

    def tell(done: int, total: int) -> None:
        report(Progress("embeddings", done, total))

    tell(0, len(positions))
    return embed_once(cache, positions, home, network.embedding_size, start, report=tell, cancelled=cancelled)


def _in_keras(network: Network, cache: CropCache, cancelled: Cancelled) -> Compute:
    model = network.embedder()

    def compute(positions: NDArray[np.int64], tell: Callable[[int, int], None]) -> NDArray[np.float32]:
        rows = []
        for start in range(0, len(positions), _KERAS_BATCH):
            if cancelled():
                raise TrainingCancelled("Training was stopped before its first epoch.")
            crops = cache.read(positions[start : start + _KERAS_BATCH])
            rows.append(np.asarray(model.predict_on_batch(three_channels(crops))))
            tell(min(start + _KERAS_BATCH, len(positions)), len(positions))
        return np.concatenate(rows)

    return compute


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

    Raises
    ------
    TrainingCancelled
        Within one batch after `cancelled` says so; the network is as it was.
    """
    kernel, bias = network.head.get_weights()
    head = LinearHead(kernel[0, 0].copy(), bias.copy())
    count = len(material.train)
    learning, held, labels = embeddings[:count], embeddings[count:], material.masks[material.validation]
    best, best_head = None, head.copy()
    report(PhaseStarted("head", config.head_epochs, config.size, head.kernel.size + head.bias.size))
    training = _HeadTraining(config, head, material, learning, report)
    for epoch in range(config.head_epochs):
        watch = Stopwatch(cancelled)
        means = training.run_epoch(epoch, watch.asked)
        checked = score_logits(head.logits(held), labels)
        better = best is None or checked.score > best.score
        if better:
            best, best_head = checked, head.copy()
        event = EpochEnded(
            phase="head",
            epoch=epoch + 1,
            epochs=config.head_epochs,
            loss=means.loss,
            accuracy=means.accuracy,
            validation_loss=checked.loss,
            validation_accuracy=checked.accuracy,
            macro_sensitivity=checked.macro_sensitivity,
            confusion=checked.confusion,
            learning_rate=training.optimizer.learning_rate,
            seconds=watch.seconds,
            images_per_second=count / max(watch.seconds, 1e-9),
            best=better,
        )
        report(event)
    network.head.set_weights([best_head.kernel[None, None], best_head.bias])
    return best or score_logits(head.logits(held), labels)  # no head epochs: the head as it was given


class _HeadTraining:
    """The epochs of a head on the embeddings (N, D) of the training part."""

    def __init__(
        self,
        config: TrainConfig,
        head: LinearHead,
        material: Material,
        embeddings: NDArray[np.float32],
        report: Report,
    ) -> None:
        self.config, self.head, self.embeddings, self.report = config, head, embeddings, report
        self.draw, self.masks = material.draw, material.masks[material.train]
        given = material.sample_weights
        self.weights = np.ones(len(embeddings), np.float32) if given is None else given[material.train]
        self.batches = -(-len(embeddings) // HEAD_BATCH)
        rate = half_cosine(config.head_learning_rate, config.head_epochs * self.batches)
        self.optimizer = AdamW(rate, config.weight_decay)

    def run_epoch(self, epoch: int, cancelled: Cancelled) -> "_Means":
        """Show as many embeddings as there are, each epoch from a seed of its own."""
        count, seed = len(self.embeddings), self.config.seed
        drawn = draw_epoch(self.draw, count, count, np.random.default_rng((seed, epoch, 1)))
        dropping = np.random.default_rng((seed, epoch, 2))
        teller = BatchTeller("head", epoch + 1, self.batches, HEAD_BATCH, self.report, cancelled)
        means = _Means()
        for batch in range(self.batches):
            rate = self.optimizer.learning_rate
            self._learn(drawn[batch * HEAD_BATCH : (batch + 1) * HEAD_BATCH], dropping, means)
            teller.ended(batch + 1, means.loss, means.accuracy, rate)
        return means

    def _learn(self, chosen: NDArray[np.int64], dropping: np.random.Generator, means: "_Means") -> None:
        shown = drop(self.embeddings[chosen], self.config.dropout, dropping)
        masks, weights = self.masks[chosen], self.weights[chosen]
        logits = self.head.logits(shown)
        losses, gradient = allowed_loss(logits, masks, self.config.label_smoothing)
        gradient *= weights[:, None] / len(chosen)
        self.optimizer.update([self.head.kernel, self.head.bias], [shown.T @ gradient, gradient.sum(axis=0)])
        means.add(losses, masks[np.arange(len(chosen)), logits.argmax(axis=1)] > 0, weights)


@dataclass(slots=True)
class _Means:
    """Loss and accuracy over the epoch so far, weighted as Keras weighs them."""

    shown: int = 0
    lost: float = 0.0
    right: float = 0.0
    weight: float = 0.0

    def add(self, losses: NDArray[np.float32], right: NDArray[np.bool_], weights: NDArray[np.float32]) -> None:
        self.shown += len(losses)
        self.lost += float(losses @ weights)
        self.right += float(weights[right].sum())
        self.weight += float(weights.sum())

    @property
    def loss(self) -> float:
        return self.lost / self.shown

    @property
    def accuracy(self) -> float:
        return self.right / self.weight
