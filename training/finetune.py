"""Fine-tuning: epochs of augmented pictures through the whole network, checked and saved one by one."""

import math
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from training.augment import RandomAffine, RandomChange, build_augmentation, reseed
from training.averaging import WeightAverage
from training.batch_teller import BatchTeller
from training.cache import CropCache
from training.checkpoint import RunState, SavedState, save_state
from training.config import Phase, TrainConfig
from training.control import Stopwatch
from training.errors import TrainingCancelled
from training.events import Cancelled, EpochEnded, PhaseStarted, Report
from training.graph import three_channels
from training.guidance import BoxGuide
from training.losses import AllowedClassesLoss, allowed_accuracy
from training.network import Network
from training.sampling import EpochBatches, Mixing, draw_epoch
from training.validation import Validation, score_logits

VALIDATION_BATCH = 64
IMAGENET_RATE = 3e-4
SCANS_RATE = 1e-4
"""Highest learning rates where the settings name none: from ImageNet or from scratch, and from a model of scans."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What the epochs are made of; positions are numbers into the caches.

    Attributes
    ----------
    caches : dict of int to CropCache
        By picture size.
    train, validation : ndarray of int64
    masks : ndarray of float32, shape (N, C)
        Allowed classes of each sample.
    draw : ndarray of float64, shape (len(train),), or None
        How often each training sample is shown.
    sample_weights : ndarray of float32, shape (N,), or None
    boxes : dict of int to ndarray of float32, shape (N, 4), or None
        Tumour boxes in the input, by picture size; None where they do not teach.
    """

    caches: dict[int, CropCache]
    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    masks: NDArray[np.float32]
    draw: NDArray[np.float64] | None
    sample_weights: NDArray[np.float32] | None
    boxes: dict[int, NDArray[np.float32]] | None = None


class WarmCosine(keras.optimizers.schedules.LearningRateSchedule):
    """A rate that rises over the first steps, then falls to zero along half a cosine (Loshchilov and Hutter 2017)."""

    def __init__(self, peak: float, steps: int, warmup: int, offset: int = 0) -> None:
        super().__init__()
        self.peak, self.steps, self.warmup, self.offset = peak, max(steps, 1), warmup, offset

    def __call__(self, step: keras.KerasTensor) -> keras.KerasTensor:
        """Return the rate at a step of the phase."""
        ops = keras.ops
        here = ops.cast(step, "float32") + float(self.offset)
        rising = (here + 1.0) / max(self.warmup, 1)
        share = (here - self.warmup) / max(self.steps - self.warmup, 1)
        falling = 0.5 * (1.0 + ops.cos(math.pi * ops.clip(share, 0.0, 1.0)))
        return self.peak * ops.where(here < self.warmup, ops.minimum(rising, 1.0), falling)

    def get_config(self) -> dict[str, float]:
        """Return the settings, for Keras."""
        return {"peak": self.peak, "steps": self.steps, "warmup": self.warmup, "offset": self.offset}


class FineTuning:
    """All fine-tuning epochs of a run; `run` starts at the first one that is not done.

    Parameters
    ----------
    network : Network
        With the weights of the head phase; the saved state replaces them where there is one.
    state : RunState
        What is done so far.
    folder : Path
        Holds the state and the best weights.
    """

    def __init__(
        self,
        config: TrainConfig,
        network: Network,
        material: Material,
        state: RunState,
        folder: Path,
        *,
        keep_best: Callable[[int], None],
        report: Report,
        cancelled: Cancelled,
    ) -> None:
        self.config = config
        self.network = network
        self.material = material
        self.state = state
        self.state_file = folder / "state.npz"
        self.keep_best = keep_best
        self.report = report
        self.cancelled = cancelled
        self.images = epoch_images(config, len(material.train))
        self.steps = -(-self.images // config.batch_size)
        self.learner = network.classifier(config.dropout, with_maps=material.boxes is not None)
        self.classifier = keras.Model(self.learner.input, self.learner.outputs[0])
        self.changes = build_augmentation(config.augment)
        self.drops = [layer for layer in self.learner.layers if isinstance(layer, keras.layers.Dropout)]
        self.average = WeightAverage(self.classifier.weights, config.averaging) if config.averaging else None

    def run(self) -> RunState:
        """Train what is left.

        Raises
        ------
        TrainingCancelled
            Within one batch after `cancelled` says so; the last finished epoch is saved.
        """
        saved = SavedState(self.state_file) if self.state.epoch > 0 else None
        for phase in self.config.phases():
            if self.state.epoch >= phase.first_epoch + phase.epochs or self._waited_enough():
                continue
            trainer = self._start_phase(phase, saved)
            saved = None
            for epoch in range(self.state.epoch, phase.first_epoch + phase.epochs):
                self._run_epoch(trainer, phase, epoch)
                if self._waited_enough():
                    break
        return self.state

    def _waited_enough(self) -> bool:
        return self.config.patience is not None and self.state.waited >= self.config.patience

    def _start_phase(self, phase: Phase, saved: SavedState | None) -> keras.Model:
        if saved is not None:
            saved.restore_network(self.classifier)
            if self.average is not None:
                saved.restore_average(self.average.variables)
        self.network.unfreeze(self._learning_blocks(phase))
        trainer = training_model(self.learner, self.changes, self.config.box_weight)
        total, before = self.config.epochs * self.steps, phase.first_epoch * self.steps
        rate = WarmCosine(
            self.config.learning_rate or IMAGENET_RATE, total, round(self.config.warmup * total), offset=before
        )
        optimizer = keras.optimizers.AdamW(rate, weight_decay=self.config.weight_decay)
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        compile_for_training(trainer, optimizer, self.config.label_smoothing)
        optimizer.build(trainer.trainable_variables)
        if saved is not None and self.state.epoch > phase.first_epoch:
            saved.restore_optimizer(optimizer)
        learning = sum(int(np.prod(v.shape)) for v in trainer.trainable_variables)
        self.report(PhaseStarted(phase.name, phase.epochs, phase.size, learning))
        return trainer

    def _learning_blocks(self, phase: Phase) -> int | None:
        return None if phase.blocks is None else max(0, self.network.block_count - phase.blocks)

    def _run_epoch(self, trainer: keras.Model, phase: Phase, epoch: int) -> None:
        watch = Stopwatch(self.cancelled)
        self._reseed(epoch)
        batches = self._batches(phase, epoch)
        teller = BatchWatch(phase.name, epoch + 1, len(batches), self.config.batch_size, self.report, watch.asked)
        callbacks = [teller] if self.average is None else [self.average, teller]
        history = trainer.fit(batches, epochs=1, verbose=0, shuffle=False, callbacks=callbacks).history
        trained = watch.seconds
        with self.average.in_place() if self.average is not None else nullcontext():
            checked = validate(self.classifier, self.material, phase.size, watch.asked)
            best = checked.score > self.state.best_score or self.config.keep == "last"
            # The best weights before the state: a state never names weights that are not there.
            if best:
                self.keep_best(epoch + 1)
        event = EpochEnded(
            phase=phase.name,
            epoch=epoch + 1,
            epochs=self.config.epochs,
            loss=float(history["loss"][0]),
            accuracy=float(history["accuracy"][0]),
            validation_loss=checked.loss,
            validation_accuracy=checked.accuracy,
            macro_sensitivity=checked.macro_sensitivity,
            confusion=checked.confusion,
            learning_rate=float(trainer.optimizer.learning_rate),
            seconds=watch.seconds,
            images_per_second=len(batches.positions) / trained,
            best=best,
        )
        self._save(trainer, event, checked, epoch + 1)
        self.report(event)

    def _reseed(self, epoch: int) -> None:
        """Draw in every epoch from its own seed, so that a resumed run draws what the uninterrupted one would."""
        reseed(self.changes, self.config.seed, epoch)
        for drop in self.drops:
            mixed = np.random.SeedSequence((self.config.seed, epoch, 1000)).generate_state(2, np.uint32)
            drop.seed_generator.state.assign(mixed)

    def _batches(self, phase: Phase, epoch: int) -> EpochBatches:
        generator = np.random.default_rng((self.config.seed, epoch))
        drawn = draw_epoch(self.material.draw, self.images, len(self.material.train), generator)
        return EpochBatches(
            self.material.caches[phase.size],
            self.material.train[drawn],
            self.material.masks,
            self.config.batch_size,
            mixing=Mixing(self.config.mixup, self.config.cutmix, self.config.healthy_halves),
            sample_weights=self.material.sample_weights,
            boxes=self.material.boxes[phase.size] if self.material.boxes is not None else None,
            seed=(self.config.seed, epoch),
        )

    def _save(self, trainer: keras.Model, event: EpochEnded, checked: Validation, epoch: int) -> None:
        self.state = replace(
            self.state,
            epoch=epoch,
            best_epoch=epoch if event.best else self.state.best_epoch,
            best_score=checked.score if event.best else self.state.best_score,
            waited=0 if event.best else self.state.waited + 1,
            history=(*self.state.history, asdict(event)),
        )
        averages = self.average.variables if self.average is not None else ()
        save_state(self.state_file, self.state, self.classifier, trainer.optimizer, averages)


class BatchWatch(keras.callbacks.Callback):
    """Tells of the batches of a `fit`: Keras' own `stop_training` would still finish the epoch's last steps."""

    def __init__(
        self, phase: str, epoch: int, batches: int, batch_size: int, report: Report, cancelled: Cancelled
    ) -> None:
        super().__init__()
        self.teller = BatchTeller(phase, epoch, batches, batch_size, report, cancelled)

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Report the means so far, then look whether to stop."""
        figures = logs or {}
        loss, accuracy = float(figures.get("loss", math.nan)), float(figures.get("accuracy", math.nan))
        self.teller.ended(batch + 1, loss, accuracy, float(self.model.optimizer.learning_rate))


def epoch_images(config: TrainConfig, available: int) -> int:
    """Return how many pictures an epoch shows."""
    return config.epoch_images or min(available, 4200)


def training_model(learner: keras.Model, changes: list[RandomChange], box_weight: float = 0.0) -> keras.Model:
    """Put augmentation and the step from one channel to three before a network: float32 (N, S, S, 1) -> logits.

    A learner with maps takes the tumour boxes too, which move with the picture; see `EpochBatches`.
    """
    grey = keras.Input((None, None, 1), name="grey")
    guided = len(learner.outputs) > 1
    marks = keras.Input((None, None, 1), name="marks") if guided else None
    x, moved = grey, marks
    for change in changes:
        if guided and isinstance(change, RandomAffine):
            both = change(keras.layers.Concatenate(name="grey_and_marks")([x, moved]))
            x, moved = both[..., :1], both[..., 1:]
        else:
            x = change(x)
    answers = learner(keras.layers.Concatenate(name="three_channels")([x, x, x]))
    if not guided:
        return keras.Model(grey, answers, name="training")
    allowed = keras.Input((learner.outputs[0].shape[-1],), name="allowed")
    logits = BoxGuide(box_weight)(*answers, moved, allowed)
    return keras.Model({"grey": grey, "marks": marks, "allowed": allowed}, logits, name="training")


def compile_for_training(model: keras.Model, optimizer: keras.Optimizer, label_smoothing: float) -> None:
    """Compile with the loss of allowed classes; without XLA, which is twenty times slower on a CPU."""
    model.compile(
        optimizer,
        AllowedClassesLoss(label_smoothing),
        weighted_metrics=[keras.metrics.MeanMetricWrapper(allowed_accuracy, name="accuracy")],
        jit_compile=False if keras.backend.backend() == "tensorflow" else "auto",
    )


def validate(classifier: keras.Model, material: Material, size: int, cancelled: Cancelled) -> Validation:
    """Judge the validation part with the network as it is, on crops of `size` pixels."""
    logits = []
    for start in range(0, len(material.validation), VALIDATION_BATCH):
        if cancelled():
            raise TrainingCancelled("Training was stopped; the last finished epoch is saved.")
        chosen = material.validation[start : start + VALIDATION_BATCH]
        crops = material.caches[size].read(chosen)
        logits.append(classifier.predict_on_batch(three_channels(crops)))
    return score_logits(np.concatenate(logits), material.masks[material.validation])
