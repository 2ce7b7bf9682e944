"""A trained network becomes a bundle: checked against Keras, calibrated on validation scans, whole or not at all."""

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.calibrate import choose_certain_threshold, doubted_labels, fit_temperature
from training.config import TrainConfig
from training.digests import seen_scans
from training.errors import ExportError
from training.events import Cancelled, Progress, Report
from training.graph import GraphRunner, convert, three_channels
from training.guard import fit_guard, guard_threshold, spread
from training.labels import TUMOR_UNSPECIFIED
from training.metrics import UNSPECIFIED
from training.model_card import card_text
from training.network import Network
from training.preparing import PreparedData
from training.weights_file import save_weights
from tumorviewer.files import atomic_write, sync_folder
from tumorviewer.inference.bundle import CARD, DOMAIN, MODEL, READABLE_CARD, WEIGHTS, Bundle, load_bundle
from tumorviewer.inference.card import Card, Golden, Thresholds, card_to_json
from tumorviewer.inference.domain import DomainModel
from tumorviewer.inference.golden import golden_input, make_golden, softmax
from tumorviewer.inference.labels import CLASSES, NO_TUMOR
from tumorviewer.inference.prediction import RawOutputs
from tumorviewer.inference.seen import SEEN, SeenScans

AGREEMENT: Final = 0.01
"""Largest difference of a probability between Keras and LiteRT on real scans; beyond it nothing is exported.

Weights of 16 bits change it by some 0.003; a missing layer or another normalisation by 0.1 and more.
"""
GOLDEN_TOLERANCE: Final = 1e-3
"""Other processors round otherwise."""
_AGREEMENT_SCANS: Final = 64
_SMALLEST_CALIBRATION: Final = 20

ReadCrops = Callable[[NDArray[np.int64]], NDArray[np.uint8]]


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationScans:
    """The scans that set the numbers of a card; positions are sample numbers.

    Attributes
    ----------
    read : callable
        Positions -> crops (n, S, S), uint8, of the exported size.
    train, validation : ndarray of int64
    targets : ndarray of int64, shape (N,)
        Class index of every sample, or `metrics.UNSPECIFIED`.
    seen : SeenScans
        The files of both parts.
    """

    read: ReadCrops
    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    targets: NDArray[np.int64]
    seen: SeenScans


def calibration_scans(data: PreparedData, size: int) -> CalibrationScans:
    """Return the scans of a prepared data set, as crops of `size` pixels."""
    dataset, split = data.dataset, data.split
    targets = np.array(
        [UNSPECIFIED if label == TUMOR_UNSPECIFIED else CLASSES.index(label) for label in dataset.labels], np.int64
    )
    seen = seen_scans(dataset, np.concatenate([split.train, split.validation]), data.cache_folder)
    return CalibrationScans(data.caches[size].read, split.train, split.validation, targets, seen)


def export_bundle(
    network: Network,
    config: TrainConfig,
    scans: CalibrationScans,
    output: Path,
    facts: dict[str, dict[str, Any]],
    *,
    measure: Callable[[Bundle], dict[str, Any]],
    report: Report,
    cancelled: Cancelled,
) -> Bundle:
    """Export, calibrate, measure, and put the bundle into ``output/<name>-<version>``.

    Parameters
    ----------
    facts : dict
        The card's ``data`` and ``training`` sections.
    measure : callable
        Called with the finished bundle, before it gets its name; returns the card's ``metrics``.

    Raises
    ------
    ExportError
        If LiteRT does not answer as Keras does.
    """
    report(Progress("export", 0, 4))
    graph = convert(network.inference(config.size))
    runner = GraphRunner(graph, config.threads)
    checked = check_agreement(network, runner, scans, config.size)
    report(Progress("export", 1, 4))
    classes, first = len(network.classes), network.coarse_size
    domain = fit_guard(
        runner, scans.read, scans.train, scans.targets,
        classes=classes, first=first, seed=config.seed, cancelled=cancelled,
    )  # fmt: skip
    report(Progress("export", 2, 4))
    held = runner.run(scans.read, scans.validation, cancelled=cancelled)
    report(Progress("export", 3, 4))
    guard = guard_threshold(
        domain, held.embeddings, runner, scans.read, scans.validation, keep=config.domain_keep, cancelled=cancelled
    )
    numbers = _calibrate(config, guard, held, scans.targets[scans.validation])
    card = _card(network, config, numbers, golden=_golden(runner, config.size, numbers.temperature), facts=facts)
    told = {"keras_litert_difference": checked, "doubted_in_calibration": numbers.doubted}
    card = replace(card, training={**card.training, **told})
    bundle = _write(network, graph, domain, card, output, seen=scans.seen, measure=measure)
    report(Progress("export", 4, 4))
    return bundle


def check_agreement(network: Network, runner: GraphRunner, scans: CalibrationScans, size: int) -> float:
    """Return the largest difference of a probability between the network in Keras and its graph in LiteRT.

    Raises
    ------
    ExportError
        If it is not below `AGREEMENT` on real scans.
    """
    positions = spread(scans.validation, _AGREEMENT_SCANS, 0)
    here = softmax(runner.run(scans.read, positions).logits)
    pixels = three_channels(scans.read(positions))
    # One batch, so called as it is: to trace the network first would take longer than all the rest.
    there = softmax(np.asarray(network.inference(size)(pixels, training=False)["logits"]))
    difference = float(np.abs(here - there).max())
    # "not <" so that a NaN is refused too.
    if not difference < AGREEMENT:
        raise ExportError(
            f"The exported graph answers differently from the trained network: a probability is off by "
            f"{difference:.2g}, {AGREEMENT:g} is allowed. Nothing was exported; the trained weights are kept."
        )
    return difference


@dataclass(frozen=True, slots=True)
class _Numbers:
    temperature: float
    thresholds: Thresholds
    doubted: int


def _calibrate(config: TrainConfig, guard: float, held: RawOutputs, targets: NDArray[np.int64]) -> _Numbers:
    """Set temperature and thresholds on the validation scans; with too few of them, stay with the plain softmax."""
    plain = int((targets != UNSPECIFIED).sum())
    enough = plain >= _SMALLEST_CALIBRATION
    logits = held.logits.astype(np.float64)
    temperature = fit_temperature(logits, targets) if enough else 1.0
    doubted = doubted_labels(softmax(logits, temperature), targets, CLASSES.index(NO_TUMOR))
    if doubted.any():
        targets = np.where(doubted, UNSPECIFIED, targets)
        temperature = fit_temperature(logits, targets)
    probabilities = softmax(held.logits, temperature)
    # With a handful of scans a threshold of 0 would only say that none of them happened to be wrong.
    certain = choose_certain_threshold(probabilities, targets, config.wrong_share) if plain else 0.5
    certain = min(max(certain, 0.5), 0.99)
    return _Numbers(temperature, Thresholds(certain, guard), int(doubted.sum()))


def _golden(runner: GraphRunner, size: int, temperature: float) -> Golden:
    return make_golden(runner.run_pixels(golden_input(size)), temperature, GOLDEN_TOLERANCE)


def _card(
    network: Network, config: TrainConfig, numbers: _Numbers, *, golden: Golden, facts: dict[str, dict[str, Any]]
) -> Card:
    return Card(
        name=config.name,
        version=config.version,
        variant=config.variant,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        classes=network.classes,
        input=config.input_spec,
        temperature=numbers.temperature,
        thresholds=numbers.thresholds,
        golden=golden,
        files={},
        data=facts["data"],
        training=facts["training"],
    )


def _write(
    network: Network,
    graph: bytes,
    domain: DomainModel,
    card: Card,
    output: Path,
    *,
    seen: SeenScans,
    measure: Callable[[Bundle], dict[str, Any]],
) -> Bundle:
    """Write into a folder beside the final one, measure there, then rename."""
    folder, draft = output / card.full_name, output / f".{card.full_name}.part"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    _write_bytes(draft / MODEL, graph)
    _write_bytes(draft / DOMAIN, domain.to_bytes())
    _write_bytes(draft / SEEN, seen.to_bytes())
    save_weights(network, draft / WEIGHTS)
    card = _write_card(draft, card)
    card = replace(card, metrics=measure(load_bundle(draft)))
    _write_card(draft, card)
    sync_folder(draft)
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(draft, folder)
    sync_folder(output)
    return load_bundle(folder)


def _write_card(folder: Path, card: Card) -> Card:
    """Write both cards, with the hashes of all other files; return the card that was written."""
    _write_bytes(folder / READABLE_CARD, card_text(card).encode())
    names = (MODEL, WEIGHTS, DOMAIN, SEEN, READABLE_CARD)
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    card = replace(card, files=hashes)
    _write_bytes(folder / CARD, card_to_json(card).encode())
    return card


def _write_bytes(path: Path, content: bytes) -> None:
    with atomic_write(path, "wb") as stream:
        stream.write(content)
