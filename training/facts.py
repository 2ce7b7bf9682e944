"""What a card says of the data, of the making and of the results."""

import importlib.metadata
import os
import platform
from collections.abc import Sequence
from typing import Any

from training.config import TrainConfig
from training.decisions import Applied
from training.evaluation import SUREST, Evaluation
from training.preparing import PreparedData

_PACKAGES = ("tensorflow", "keras", "numpy", "opencv-python-headless", "ai-edge-litert")


def data_facts(data: PreparedData) -> dict[str, Any]:
    """Return the card's section on the data: counts, split and fingerprint, no paths."""
    labels = data.dataset.labels
    decisions = data.decisions.to_dict() | ({"drew_the_split": True} if data.split.as_decided else {})
    return {
        "fingerprint": data.fingerprint,
        "sources": sorted({sample.source for sample in data.dataset.samples}),
        "counts": {label: labels.count(label) for label in sorted(set(labels))},
        "train": len(data.split.train),
        "validation": len(data.split.validation),
        "test": len(data.split.test),
        "split": data.split.how,
        "leak_free": data.split.leak_free,
        **({"decisions": decisions} if data.decisions != Applied() else {}),
    }


def training_facts(
    config: TrainConfig,
    *,
    command: str,
    base: str,
    base_digest: str,
    best_epoch: int,
    history: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """Return the card's section on the making; `duration_s` is that of all fine-tuning epochs, interruptions left out.

    `base` is a name and no path: a card is given away, and folders may name people.
    """
    return {
        "command": command,
        "config": {**config.to_dict(), "base": base},
        "seed": config.seed,
        "base": base,
        "base_digest": base_digest,
        "best_epoch": best_epoch,
        "duration_s": round(sum(row["seconds"] for row in history)),
        "processor": f"{platform.machine()}, {os.cpu_count()} cores",
        "versions": {name: _version(name) for name in _PACKAGES},
    }


def _version(package: str) -> str:
    """Return the version of a package; TensorFlow without what graphics cards need comes under a name of its own."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return importlib.metadata.version(f"{package}-cpu")


def card_metrics(evaluation: Evaluation) -> dict[str, Any]:
    """Return the figures that a card holds; the report has all of them."""
    told = evaluation.to_dict()
    figures: dict[str, Any] = {"part": evaluation.part.how, "standing": evaluation.part.standing}
    figures |= {name: figure.to_dict() for name, figure in evaluation.headline.items()}
    for name, row in zip(evaluation.classes, evaluation.per_class, strict=True):
        figures[f"sensitivity_{name}"] = row.sensitivity.to_dict()
        figures[f"specificity_{name}"] = row.specificity.to_dict()
    figures["tumor_sensitivity_at_0.97_specificity"] = evaluation.detection.sensitivity_at.to_dict()
    figures["unspecified_tumors_not_called_no_tumor"] = evaluation.detection.unspecified.to_dict()
    figures |= {f"share_{name}": figure.to_dict() for name, figure in evaluation.verdicts.items()}
    figures[f"share_right_of_the_{SUREST:.0%}_surest"] = evaluation.surest_right.to_dict()
    figures |= {f"peak_in_tumor_box_{row.source}": row.pointing.to_dict() for row in evaluation.localisation}
    figures |= {f"same_class_{row.change}": row.kept.to_dict() for row in evaluation.robustness}
    figures |= {f"healthy_half_{name}": figure.to_dict() for name, figure in evaluation.healthy_halves.items()}
    figures["drawn_pictures_of_other_things_refused"] = evaluation.pages_refused.to_dict()
    return figures | {name: told[name] for name in ("confusion", "per_source", "baselines")}
