"""A training run from scans to a bundle, a ``model.h5`` and a report; every step goes on where it stopped."""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
from numpy.typing import NDArray

from training.baselines import run_baselines
from training.checkpoint import RunState, SavedState
from training.config import TrainConfig
from training.embeddings import embeddings_name
from training.errors import ConfigError
from training.evaluate import EvaluationOptions, evaluate
from training.evaluation import Evaluation, Part
from training.evaluation_files import write_evaluation
from training.events import Cancelled, EpochEnded, Report, RunFinished, RunStarted
from training.export import calibration_scans, export_bundle
from training.facts import card_metrics, data_facts, training_facts
from training.file_states import still_the_same
from training.finetune import IMAGENET_RATE, SCANS_RATE, FineTuning, Material
from training.finished import STATE, mark_finished, remove_leftovers, run_key
from training.guidance import boxes_in_input
from training.headphase import GRAPH_FROM, Engine, embed, train_head
from training.history_file import HistoryFile
from training.locks import folder_lock
from training.losses import encode_labels
from training.network import Network, build_network
from training.preparing import PreparedData, find_base, graph_of, prepare_data
from training.runs import CONFIG, Asked, note_asked
from training.sampling import balanced_weights, class_weights
from training.soup import average_with
from training.speeds import graph_pays_from, recall
from training.weights import SCRATCH, Base, load_base
from training.weights_file import load_weights, save_weights, weights_digest
from tumorviewer.files import atomic_write
from tumorviewer.inference.bundle import Bundle

MODEL_H5: Final = "model.h5"


@dataclass(frozen=True, slots=True, eq=False)
class TrainResult:
    """What a finished run left in its output folder."""

    bundle: Bundle
    model: Path
    report: Path
    best_epoch: int
    evaluation: Evaluation | None


def train(
    config: TrainConfig,
    data: Path,
    output: Path,
    report: Report,
    cancelled: Cancelled,
    *,
    cache: Path | None = None,
    decisions: Path | None = None,
    command: str = "",
) -> TrainResult:
    """Train, or go on with the unfinished run in `output`.

    Parameters
    ----------
    config : TrainConfig
    data : Path
        Class folders or an index CSV.
    output : Path
        Gets ``model.h5``, the bundle's folder, ``report/``, ``history.json``, ``config.json`` and ``state/``.
    report : callable
        Takes every event.
    cancelled : callable
        Asked after every batch.
    cache : Path, optional
        Folder for crops, to share between runs; default inside `output`.
    decisions : Path, optional
        File of decisions about labels (see `training.decisions`).
    command : str
        Written into the card.

    Raises
    ------
    TrainingError
        One of its kinds, with a sentence for the user; what was done is kept.
    OSError
        If the disk is full; the last good state is kept.
    """
    keras.utils.set_random_seed(config.seed)
    with folder_lock(output / STATE, cancelled):
        remove_leftovers(output)
        note_asked(output, Asked(data.absolute(), cache, decisions))
        prepared = prepare_data(config, data, cache or output / "cache", report, cancelled, decisions=decisions)
        network = build_network(config.variant)
        source = find_base(config)
        base = load_base(network, source)
        graph = graph_of(source, config.size, network.embedding_size)
        run = _Run(config, prepared, network, base, graph, output, report, cancelled)
        run.start()
        run.fit()
        return run.finish(command, run_key(config, decisions))


class _Run:
    """One run: its data, its network and its output folder."""

    def __init__(
        self,
        config: TrainConfig,
        data: PreparedData,
        network: Network,
        base: Base,
        graph: bytes | None,
        output: Path,
        report: Report,
        cancelled: Cancelled,
    ) -> None:
        self.config, self.data, self.network, self.base = config, data, network, base
        self.output, self.report, self.cancelled = output, report, cancelled
        self.digest = weights_digest(network)
        asked = f"{config.key()} {data.fingerprint} {self.digest}{data.decisions.digest}"
        self.key = hashlib.sha256(asked.encode()).hexdigest()[:16]
        self.material = self._material()
        self.state = RunState(self.key, 0, 0, (-1.0, 0.0), 0, ())
        self.history = HistoryFile(output)
        self.graph = graph

    def start(self) -> None:
        """Find out where to go on, and say so."""
        state_file = self.output / STATE / "state.npz"
        if state_file.is_file():
            self.state = SavedState(state_file).state
            if self.state.key != self.key:
                raise ConfigError(
                    f"{str(self.output)!r} holds an unfinished run with other settings or other data. "
                    "Give the same command again, choose another --output, or add --restart to begin anew."
                )
        self.history.go_on(self.state.history)
        with atomic_write(self.output / CONFIG) as stream:
            json.dump(self.config.to_dict(), stream, indent=2)
        split = self.data.split
        labels = self.data.dataset.labels
        self.report(
            RunStarted(
                output=str(self.output),
                train=len(split.train),
                validation=len(split.validation),
                test=len(split.test),
                leak_free=split.leak_free,
                split=split.how,
                counts={label: labels.count(label) for label in sorted(set(labels))},
                resumed_epochs=self.state.epoch,
            )
        )

    def fit(self) -> None:
        """Train the head, then fine-tune; afterwards the network has the best epoch's weights."""
        if self.state.epoch == 0:
            self._fit_head()
        rate = self.config.learning_rate or (SCANS_RATE if self.base.head_loaded else IMAGENET_RATE)
        tuning = FineTuning(
            replace(self.config, learning_rate=rate),
            self.network,
            self.material,
            self.state,
            self.output / STATE,
            keep_best=self._keep_best,
            report=self._keep_history,
            cancelled=self.cancelled,
        )
        self.state = tuning.run()
        load_weights(self.network, self._best_file(self.state.best_epoch))

    def finish(self, command: str, key: str) -> TrainResult:
        """Write ``model.h5``, the bundle and the report."""
        averaged = average_with(self.network, self.config, self.data.fingerprint, as_decided=self.data.split.as_decided)
        changed = still_the_same(self.data.files, self.data.dataset.root, self.report)
        self._write_model_h5()
        outcome: list[Evaluation] = []

        def measure(bundle: Bundle) -> dict[str, Any]:
            if not len(self.data.split.test):
                return {}
            outcome.append(self._evaluate(bundle))
            return card_metrics(outcome[0])

        facts = {
            "data": data_facts(self.data) | ({"changed_during_the_run": changed} if changed else {}),
            "training": training_facts(
                self.config,
                command=command,
                base=self.base.source,
                base_digest=self.digest,
                best_epoch=self.state.best_epoch,
                history=self.history.epochs,
            )
            | averaged,
        }
        bundle = export_bundle(
            self.network,
            self.config,
            calibration_scans(self.data, self.config.size),
            self.output,
            facts,
            measure=measure,
            report=self.report,
            cancelled=self.cancelled,
        )
        evaluation = outcome[0] if outcome else None
        report = self.output / "report" / "report.html"
        if evaluation is not None:
            report = write_evaluation(evaluation, bundle, self.data.dataset, self.output / "report")
        reached = evaluation.headline.get("macro_sensitivity") if evaluation else None
        model = self.output / MODEL_H5
        best = self.state.best_epoch
        end = RunFinished(str(bundle.folder), str(model), str(report), best, reached.value if reached else None)
        mark_finished(self.output, key, end)
        self.report(end)
        return TrainResult(bundle, model, report, best, evaluation)

    def _material(self) -> Material:
        dataset, split = self.data.dataset, self.data.split
        chosen = [dataset.samples[index] for index in split.train]
        weights = None
        if self.config.balance == "weights":
            weights = np.ones(len(dataset), np.float32)
            weights[split.train] = class_weights(chosen)
        return Material(
            caches=self.data.caches,
            train=split.train,
            validation=split.validation,
            masks=encode_labels(dataset.labels),
            draw=balanced_weights(chosen) if self.config.balance == "sampling" else None,
            sample_weights=weights,
            boxes=self._boxes() if self.config.box_weight else None,
        )

    def _boxes(self) -> dict[int, NDArray[np.float32]]:
        samples = self.data.dataset.samples
        return {
            size: boxes_in_input(samples, cache, self.config.spec_at(size)) for size, cache in self.data.caches.items()
        }

    def _fit_head(self) -> None:
        size, threads = self.config.size, self.config.threads
        positions = np.concatenate([self.material.train, self.material.validation])
        name = embeddings_name(weights_digest(self.network, head=False), self.config.input_spec.key())
        # Weights made by chance are of no use to other runs.
        home = self.output / STATE if self.config.base == SCRATCH else self.data.cache_folder
        embeddings = embed(
            self.network,
            Engine(self.graph, threads, graph_pays_from(recall(self.config), threads, GRAPH_FROM)),
            self.data.caches[size],
            positions,
            home / name,
            report=self.report,
            cancelled=self.cancelled,
        )
        checked = train_head(
            self.config, self.network, self.material, embeddings, report=self._keep_history, cancelled=self.cancelled
        )
        self.state = replace(self.state, best_score=checked.score)
        self._keep_best(0)

    def _keep_best(self, epoch: int) -> None:
        """Save the weights of the best epoch, then drop older ones; a state on disk may still name the one before."""
        save_weights(self.network, self._best_file(epoch))
        for file in (self.output / STATE).glob("best-*.weights.h5"):
            if file not in (self._best_file(epoch), self._best_file(self.state.best_epoch)):
                file.unlink(missing_ok=True)

    def _best_file(self, epoch: int) -> Path:
        return self.output / STATE / f"best-{epoch:04d}.weights.h5"

    def _keep_history(self, event: Any) -> None:
        self.report(event)
        if isinstance(event, EpochEnded):
            self.history.add(event)

    def _write_model_h5(self) -> None:
        """Keep the best model as one HDF5 file, as the course did; written beside, then renamed."""
        draft = self.output / ".model.part.h5"
        try:
            self.network.probabilities().save(draft, include_optimizer=False)
            draft.replace(self.output / MODEL_H5)
        finally:
            draft.unlink(missing_ok=True)

    def _evaluate(self, bundle: Bundle) -> Evaluation:
        split, dataset = self.data.split, self.data.dataset
        part = Part(split.how, split.leak_free)
        return evaluate(
            bundle,
            dataset,
            split.test,
            part=part,
            baselines=run_baselines(dataset, split, folder=self.data.cache_folder),
            options=EvaluationOptions(
                fingerprint=self.data.fingerprint, seed=self.config.seed, workers=self.config.threads
            ),
            report=self.report,
            cancelled=self.cancelled,
        )
