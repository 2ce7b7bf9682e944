"""The protocol: judge labelled scans with a bundle, and measure how well it did."""

import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from training import metrics, scoring
from training.answers import Answer, Answers, ask_all
from training.dataset import Dataset
from training.errors import DatasetError
from training.evaluation import Evaluation, Part, SourceFigures
from training.events import Cancelled, Progress, Report
from training.localisation import LocalisationFigures, localisation_figures
from training.metrics import UNSPECIFIED, Estimate, block_bootstrap, confusion_matrix, wilson_of
from training.refusal import pages_refused
from training.robustness import robustness_figures
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.labels import NO_TUMOR, NOT_BRAIN_MR, UNCERTAIN

if TYPE_CHECKING:
    from training.baselines import BaselineResult

MOST_MISTAKES: Final = 24
"""Wrong answers that are listed and shown."""


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """How thoroughly to measure.

    Attributes
    ----------
    fingerprint : str
        Of the data set, if it is known already; "" reads all its files once more.
    robustness_scans : int
        How many scans, drawn by `seed`, are also judged after changes; 0 leaves that out.
    rounds : int
        Repetitions of the patient bootstrap.
    seed : int
    workers : int or None
        Threads; None takes all cores.
    doubted : frozenset of int
        Samples whose labels are doubted: the figures of the whole set are also given without them.
    """

    fingerprint: str = ""
    robustness_scans: int = 200
    rounds: int = 300
    seed: int = 0
    workers: int | None = None
    doubted: frozenset[int] = frozenset()


def evaluate(
    bundle: Bundle,
    dataset: Dataset,
    indices: Sequence[int] | NDArray[np.int64],
    *,
    part: Part,
    baselines: "Sequence[BaselineResult]" = (),
    options: EvaluationOptions | None = None,
    report: Report | None = None,
    cancelled: Cancelled | None = None,
) -> Evaluation:
    """Judge scans with a bundle as the viewer would, and measure all that the protocol asks for.

    Parameters
    ----------
    bundle : Bundle
    dataset : Dataset
    indices : sequence of int
        Samples to judge; none of them may have been trained on if the figures are to mean anything.
    part : Part
        Which scans these are, in words; goes into the report.
    baselines : sequence of training.baselines.BaselineResult
        Measured on the same scans, printed beside the model.
    options : EvaluationOptions, optional
    report, cancelled : callable, optional
        Progress, and the question whether to stop.

    Raises
    ------
    DatasetError
        If none of the scans could be read.
    TrainingCancelled
        If `cancelled` says so.
    """
    began = time.perf_counter()
    options = options or EvaluationOptions()
    rounds = options.rounds
    chosen = [int(index) for index in indices]
    drawn = np.random.default_rng(options.seed).permutation(np.array(chosen, dtype=np.int64))[
        : options.robustness_scans
    ]
    answers = ask_all(
        bundle,
        dataset,
        chosen,
        changed=frozenset(drawn.tolist()),
        workers=options.workers,
        on_done=None if report is None else lambda done: report(Progress("evaluation", done, len(chosen))),
        cancelled=cancelled,
    )
    if not answers.given:
        raise DatasetError(f"None of the {len(chosen)} scans could be read; there is nothing to measure.")
    classes = bundle.card.classes
    plain = np.flatnonzero(answers.targets != UNSPECIFIED)
    targets, probabilities, blocks = answers.targets[plain], answers.probabilities[plain], answers.blocks[plain]
    called = probabilities.argmax(axis=1) if plain.size else np.zeros(0, dtype=np.int64)
    confusion = confusion_matrix(targets, called, len(classes))
    trusted = np.array([answers.given[place].index not in options.doubted for place in plain], dtype=bool)
    changed = [answer for answer in answers.given if answer.after_changes]
    return Evaluation(
        model=_model(bundle),
        data=_data(dataset, answers, options.fingerprint or dataset.fingerprint()),
        part=part,
        classes=classes,
        headline=_headline(targets, probabilities, blocks, rounds),
        without_doubted={}
        if trusted.all()
        else _headline(targets[trusted], probabilities[trusted], blocks[trusted], rounds),
        confusion=confusion,
        per_class=metrics.class_table(confusion),
        class_auroc=tuple(_class_auroc(targets, probabilities, blocks, place, rounds) for place in range(len(classes))),
        rocs=tuple(metrics.roc_curve(targets == place, probabilities[:, place]) for place in range(len(classes)))
        if plain.size
        else (None,) * len(classes),
        detection=metrics.tumor_detection(answers.targets, answers.probabilities, classes.index(NO_TUMOR)),
        reliability=scoring.reliability_table(targets, probabilities),
        risk=scoring.risk_coverage(called == targets, probabilities.max(axis=1) if plain.size else np.zeros(0)),
        verdicts=_verdicts(answers),
        sources=_sources(answers),
        localisation=_localisation(answers, rounds),
        robustness=robustness_figures([row.called for row in changed], [row.after_changes for row in changed]),
        healthy_halves=_healthy_halves(answers),
        pages_refused=pages_refused(bundle, options.workers),
        mistakes=_worst_mistakes(answers),
        answers=answers,
        baselines=tuple(baselines),
        made=_made(time.perf_counter() - began, options),
    )


def _headline(
    targets: NDArray[np.int64], probabilities: NDArray[np.float64], blocks: NDArray[np.str_], rounds: int
) -> dict[str, Estimate]:
    """Return the figures of the whole set; all but the accuracy with intervals over patients."""
    if targets.size == 0:
        return {}
    classes = probabilities.shape[1]
    called, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)

    def matrix(cases: NDArray[np.int64]) -> NDArray[np.int64]:
        return confusion_matrix(targets[cases], called[cases], classes)

    def macro_auroc(cases: NDArray[np.int64]) -> float:
        areas = [metrics.auroc(targets[cases] == place, probabilities[cases, place]) for place in range(classes)]
        known = [area for area in areas if np.isfinite(area)]
        return float(np.mean(known)) if known else float("nan")

    statistics: dict[str, Callable[[NDArray[np.int64]], float]] = {
        "macro_sensitivity": lambda cases: metrics.macro_sensitivity(matrix(cases)),
        "macro_f1": lambda cases: metrics.macro_f1(matrix(cases)),
        "macro_auroc": macro_auroc,
        "ece": lambda cases: scoring.expected_calibration_error(targets[cases], probabilities[cases]),
        "brier": lambda cases: scoring.brier_score(targets[cases], probabilities[cases]),
        "nll": lambda cases: scoring.negative_log_likelihood(targets[cases], probabilities[cases]),
        "aurc": lambda cases: scoring.risk_coverage(called[cases] == targets[cases], confidence[cases]).area,
    }
    figures = {name: block_bootstrap(statistic, blocks, rounds=rounds) for name, statistic in statistics.items()}
    return {
        "macro_sensitivity": figures.pop("macro_sensitivity"),
        "accuracy": metrics.accuracy(targets, called),
        **figures,
    }


def _class_auroc(
    targets: NDArray[np.int64], probabilities: NDArray[np.float64], blocks: NDArray[np.str_], place: int, rounds: int
) -> Estimate:
    if targets.size == 0:
        return wilson_of(np.zeros(0, dtype=bool))
    return block_bootstrap(
        lambda cases: metrics.auroc(targets[cases] == place, probabilities[cases, place]), blocks, rounds=rounds
    )


def _verdicts(answers: Answers) -> dict[str, Estimate]:
    verdicts = np.array([row.prediction.verdict for row in answers.given])
    wrong = np.array([not row.right for row in answers.given])
    certain = (verdicts != UNCERTAIN) & (verdicts != NOT_BRAIN_MR)
    return {
        "certain": wilson_of(certain),
        "uncertain": wilson_of(verdicts == UNCERTAIN),
        "not_brain_mr": wilson_of(verdicts == NOT_BRAIN_MR),
        "wrong_among_certain": wilson_of(wrong[certain]),
    }


def _sources(answers: Answers) -> tuple[SourceFigures, ...]:
    return tuple(
        _source(name, [row for row in answers.given if row.sample.source == name])
        for name in sorted({row.sample.source for row in answers.given})
    )


def _source(name: str, rows: list[Answer]) -> SourceFigures:
    right = np.array([row.right for row in rows])
    tumor = np.array([row.sample.label != NO_TUMOR for row in rows])
    called_tumor = np.array([row.prediction.label != NO_TUMOR for row in rows])
    verdicts = np.array([row.prediction.verdict for row in rows])
    return SourceFigures(
        source=name,
        right=wilson_of(right),
        tumors_found=wilson_of(called_tumor[tumor]),
        no_tumor_kept=wilson_of(~called_tumor[~tumor]),
        uncertain=wilson_of(verdicts == UNCERTAIN),
        refused=wilson_of(verdicts == NOT_BRAIN_MR),
    )


def _localisation(answers: Answers, rounds: int) -> tuple[LocalisationFigures, ...]:
    blocks, figures = answers.blocks, []
    for name in sorted({row.sample.source for row in answers.given if row.localised is not None}):
        places = [n for n, row in enumerate(answers.given) if row.localised is not None and row.sample.source == name]
        cases = [case for n in places if (case := answers.given[n].localised) is not None]
        figures.append(localisation_figures(name, cases, blocks[places], rounds))
    return tuple(figures)


def _healthy_halves(answers: Answers) -> dict[str, Estimate]:
    halves = [row.healthy_half for row in answers.given if row.healthy_half is not None]
    if not halves:
        return {}
    called_none = np.array([half.label == NO_TUMOR for half in halves])
    certain = np.array([half.verdict not in (NO_TUMOR, UNCERTAIN, NOT_BRAIN_MR) for half in halves])
    return {"called_no_tumor": wilson_of(called_none), "certainly_a_tumor": wilson_of(certain)}


def _worst_mistakes(answers: Answers) -> tuple[Answer, ...]:
    wrong = [row for row in answers.given if not row.right]
    wrong.sort(key=lambda row: -float(row.prediction.probabilities[row.called]))
    seen: set[str] = set()
    worst = []
    for row in wrong:
        picture = row.sample.duplicate_group or f"scan {row.index}"
        if picture not in seen:
            seen.add(picture)
            worst.append(row)
    return tuple(worst[:MOST_MISTAKES])


def _model(bundle: Bundle) -> dict[str, Any]:
    return {
        "name": bundle.card.name,
        "version": bundle.card.version,
        "variant": bundle.card.variant,
        "sha256": bundle.model_sha256,
        "input_size": bundle.card.input.size,
        "temperature": bundle.card.temperature,
        "certain_from": bundle.card.thresholds.certain,
    }


def _data(dataset: Dataset, answers: Answers, fingerprint: str) -> dict[str, Any]:
    labels = [row.sample.label for row in answers.given]
    groups = [row.sample.duplicate_group for row in answers.given]
    known_blocks = all(row.sample.patient_block for row in answers.given)
    return {
        "name": dataset.root.name,
        "fingerprint": fingerprint,
        "scans": len(labels),
        "distinct_pictures": len(set(groups)) if all(groups) else None,
        "patient_blocks": len(set(answers.blocks.tolist())) if known_blocks else None,
        "labels": {label: labels.count(label) for label in sorted(set(labels))},
        "unreadable": len(answers.unreadable),
        "left_out": len(dataset.problems),
    }


def _made(seconds: float, options: EvaluationOptions) -> dict[str, Any]:
    packages = ("numpy", "opencv-python-headless", "ai-edge-litert", "pydicom")
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "seed": options.seed,
        "bootstrap_rounds": options.rounds,
        "python": platform.python_version(),
        "versions": {name: version(name) for name in packages},
    }
