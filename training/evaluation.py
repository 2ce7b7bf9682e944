"""The outcome of an evaluation: every figure with its interval and its number of cases, ready for JSON."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from training.answers import Answer, Answers
from training.localisation import LocalisationFigures
from training.metrics import UNSPECIFIED, ClassFigures, Detection, Estimate, RocCurve, wilson_of
from training.robustness import RobustnessFigures
from training.scoring import ReliabilityBin, RiskCoverage
from tumorviewer import NOTICE

if TYPE_CHECKING:
    from training.baselines import BaselineResult

LEAKY: Final = "leaky: same patients in both halves"
"""What is said of every split that does not keep patients whole."""
SUREST: Final = 0.85
"""Share of the answers, the most confident ones, whose accuracy the protocol asks for."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which scans were judged, in words, and whether the model can have seen their patients.

    Attributes
    ----------
    how : str
        For a reader: "fold 0 of 5, whole patient blocks".
    leak_free : bool or None
        None where it cannot be known.
    note : str
        A sentence that has to stand beside the figures.
    """

    how: str
    leak_free: bool | None
    note: str = ""

    @property
    def standing(self) -> str:
        """Return in words whether the figures hold for new patients."""
        if self.leak_free is None:
            return "not known whether the model has seen these patients"
        return "leak-free: no patient of these scans was in training" if self.leak_free else LEAKY


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """What the scans of one collection scored; `right` counts any answer that the label allows."""

    source: str
    right: Estimate
    tumors_found: Estimate
    no_tumor_kept: Estimate
    uncertain: Estimate
    refused: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """All that was measured on one set of scans.

    Attributes
    ----------
    model : dict
        Name, version, variant, SHA-256 and input size.
    data : dict
        Name of the folder, fingerprint, numbers of scans, distinct pictures, patient blocks and labels.
    part : Part
    headline : dict of str to Estimate
        ``macro_sensitivity``, ``accuracy``, ``macro_f1``, ``macro_auroc``, ``ece``, ``brier``, ``nll``, ``aurc``.
    without_doubted : dict of str to Estimate
        The same without the scans whose labels are doubted; empty where none are.
    confusion : ndarray, shape (C, C)
        Rows are labels; the likeliest class counts, whatever the verdict.
    per_class, class_auroc, rocs
        One entry a class.
    verdicts : dict of str to Estimate
        Shares ``certain``, ``uncertain``, ``not_brain_mr`` of all scans, and ``wrong_among_certain``.
    healthy_halves : dict of str to Estimate
        Of the halves without their slice's tumour, mirrored to whole heads (`training.halves`): the shares
        ``called_no_tumor`` and ``certainly_a_tumor``; empty where no scan has a box.
    pages_refused : Estimate
        Share of drawn pictures of other things that get no answer (`training.refusal`).
    mistakes : tuple of Answer
        Wrong answers, the surest first, each distinct picture once.
    baselines : tuple
        `training.baselines.BaselineResult` of the baselines that need no anatomy.
    """

    model: dict[str, Any]
    data: dict[str, Any]
    part: Part
    classes: tuple[str, ...]
    headline: dict[str, Estimate]
    without_doubted: dict[str, Estimate]
    confusion: NDArray[np.int64]
    per_class: tuple[ClassFigures, ...]
    class_auroc: tuple[Estimate, ...]
    rocs: tuple[RocCurve | None, ...]
    detection: Detection
    reliability: tuple[ReliabilityBin, ...]
    risk: RiskCoverage
    verdicts: dict[str, Estimate]
    sources: tuple[SourceFigures, ...]
    localisation: tuple[LocalisationFigures, ...]
    robustness: tuple[RobustnessFigures, ...]
    healthy_halves: dict[str, Estimate]
    pages_refused: Estimate
    mistakes: tuple[Answer, ...]
    answers: Answers
    baselines: "tuple[BaselineResult, ...]" = ()
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def surest_right(self) -> Estimate:
        """Share of right answers among the `SUREST` most confident ones, of the scans whose class is told."""
        told = self.answers.targets != UNSPECIFIED
        right = np.array([answer.right for answer in self.answers.given], dtype=bool)[told]
        confidence = self.answers.probabilities.max(axis=1)[told]
        order = np.argsort(-confidence, kind="stable")[: math.ceil(SUREST * right.size)]
        return wilson_of(right[order])

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the single answers, for JSON; figures that do not exist are None."""
        return {
            "notice": NOTICE,
            "model": self.model,
            "data": self.data,
            "split": {
                "how": self.part.how,
                "leak_free": self.part.leak_free,
                "standing": self.part.standing,
                "note": self.part.note,
            },
            "classes": list(self.classes),
            "headline": {name: figure.to_dict() for name, figure in self.headline.items()},
            "without_doubted_labels": {name: figure.to_dict() for name, figure in self.without_doubted.items()},
            "baselines": [baseline.to_dict() for baseline in self.baselines],
            "confusion": self.confusion.tolist(),
            "per_class": {name: self._class_dict(number) for number, name in enumerate(self.classes)},
            "tumor_detection": _detection_dict(self.detection),
            "verdicts": {name: figure.to_dict() for name, figure in self.verdicts.items()},
            "surest": {"share": SUREST, "right": self.surest_right.to_dict()},
            "per_source": {row.source: _source_dict(row) for row in self.sources},
            "reliability": [
                {
                    "low": row.low,
                    "high": row.high,
                    "n": row.n,
                    "confidence": number(row.confidence),
                    "accuracy": number(row.accuracy),
                }
                for row in self.reliability
            ],
            "risk_coverage": [
                {"coverage": share / 20, "risk": number(self.risk.risk_at(share / 20))} for share in range(1, 21)
            ],
            "localisation": [row.to_dict() for row in self.localisation],
            "robustness": [row.to_dict() for row in self.robustness],
            "healthy_halves": {name: figure.to_dict() for name, figure in self.healthy_halves.items()},
            "pages_refused": self.pages_refused.to_dict(),
            "mistakes": [mistake_dict(answer, self.classes) for answer in self.mistakes],
            "unreadable": [{"file": row.path.name, "reason": row.reason} for row in self.answers.unreadable],
            "made": self.made,
        }

    def _class_dict(self, place: int) -> dict[str, Any]:
        figures = self.per_class[place]
        return {
            "sensitivity": figures.sensitivity.to_dict(),
            "specificity": figures.specificity.to_dict(),
            "precision": figures.precision.to_dict(),
            "f1": number(figures.f1),
            "auroc": self.class_auroc[place].to_dict(),
        }


def number(value: float) -> float | None:
    """Return a figure for JSON, which has no NaN."""
    return float(value) if math.isfinite(value) else None


def mistake_dict(answer: Answer, classes: tuple[str, ...]) -> dict[str, Any]:
    """Return a wrong answer for JSON: the file's name, never its folder."""
    return {
        "file": answer.sample.path.name,
        "source": answer.sample.source,
        "label": answer.sample.label,
        "answer": classes[answer.called],
        "probability": float(answer.prediction.probabilities[answer.called]),
        "verdict": answer.prediction.verdict,
    }


def _detection_dict(detection: Detection) -> dict[str, Any]:
    return {
        "sensitivity": detection.sensitivity.to_dict(),
        "specificity": detection.specificity.to_dict(),
        "auroc": number(detection.auroc),
        "at_specificity": detection.at_specificity,
        "threshold": number(detection.threshold),
        "sensitivity_at_specificity": detection.sensitivity_at.to_dict(),
        "unspecified_tumors_not_called_no_tumor": detection.unspecified.to_dict(),
    }


def _source_dict(row: SourceFigures) -> dict[str, Any]:
    return {
        "right": row.right.to_dict(),
        "tumors_not_called_no_tumor": row.tumors_found.to_dict(),
        "no_tumor_called_so": row.no_tumor_kept.to_dict(),
        "uncertain": row.uncertain.to_dict(),
        "not_brain_mr": row.refused.to_dict(),
    }
