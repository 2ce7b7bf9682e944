"""Two classifiers that know no anatomy: what they score is what a data set gives away for free.

(a) the label of the most similar thumbnail in training (1-nearest-neighbour, 32 x 32); high scores mean copies or
neighbours of test pictures in training. (b) a classifier on image width, height, channels and file size only; high
scores mean that the label follows from where a file came from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.building import Cancelled, Report
from training.dataset import Dataset
from training.duplicates import standardise
from training.fingerprint_worker import SIDE
from training.fingerprints import Fingerprints, build_fingerprints
from training.labels import TUMOR_UNSPECIFIED
from training.metrics import Estimate, confusion_matrix, macro_sensitivity, wilson_of
from training.split import Split

NEIGHBOUR: Final = "nearest neighbour on 32 x 32 thumbnails"
FILE_FACTS: Final = "image size, channels and file size only"

_BLOCK: Final = 1024


@dataclass(frozen=True, slots=True)
class BaselineResult:
    """What a baseline scored on the test part.

    Attributes
    ----------
    name : str
    macro_sensitivity : float
        Mean sensitivity over the classes that the test part holds; NaN without test scans.
    accuracy : Estimate
        With its Wilson interval.
    per_class : dict of str to Estimate
        Sensitivity of each class of the test part.
    trained_on : int
        Scans it learned from.
    """

    name: str
    macro_sensitivity: float
    accuracy: Estimate
    per_class: dict[str, Estimate]
    trained_on: int

    def to_dict(self) -> dict[str, Any]:
        """Return the result for JSON."""
        macro = self.macro_sensitivity
        return {
            "name": self.name,
            "macro_sensitivity": None if np.isnan(macro) else macro,
            "accuracy": self.accuracy.to_dict(),
            "sensitivity": {name: estimate.to_dict() for name, estimate in self.per_class.items()},
            "trained_on": self.trained_on,
        }


def run_baselines(
    dataset: Dataset,
    split: Split,
    *,
    fingerprints: Fingerprints | None = None,
    folder: Path | None = None,
    report: Report | None = None,
    cancelled: Cancelled | None = None,
) -> tuple[BaselineResult, ...]:
    """Train both baselines on the train part and judge them on the test part.

    Scans with a tumour of unknown type are left out, unless they are the only tumours there are.

    Parameters
    ----------
    dataset : Dataset
    split : Split
        Of that data set; the validation part is not used.
    fingerprints : Fingerprints, optional
        Of its samples; made (in `folder`, if given) where they are missing.
    report, cancelled
        As for `training.fingerprints.build_fingerprints`.

    Returns
    -------
    tuple of BaselineResult
        Nearest neighbour, then file facts; empty if a part has no usable scan or training has one class only.
    """
    prints = fingerprints or build_fingerprints(dataset.samples, folder, report=report, cancelled=cancelled)
    labels = np.array(dataset.labels)
    typed = set(dataset.labels) - {TUMOR_UNSPECIFIED, "no_tumor"}
    judged = prints.usable & ((labels != TUMOR_UNSPECIFIED) | (not typed))
    train, test = split.train[judged[split.train]], split.test[judged[split.test]]
    if not test.size or len(set(labels[train])) < 2:
        return ()
    answers = (
        (NEIGHBOUR, nearest_neighbour(prints.whole, labels, train, test)),
        (FILE_FACTS, _from_file_facts(prints, labels, train, test)),
    )
    return tuple(_score(name, labels[test], answer, len(train)) for name, answer in answers)


def nearest_neighbour(
    pictures: NDArray[np.uint8], labels: NDArray[np.str_], train: NDArray[np.int64], test: NDArray[np.int64]
) -> NDArray[np.str_]:
    """Return for each test picture the label of the train picture that correlates best with it."""
    known = _thumbnails(pictures[train]).T
    best = [
        np.argmax(_thumbnails(pictures[test[start : start + _BLOCK]]) @ known, axis=1)
        for start in range(0, len(test), _BLOCK)
    ]
    return labels[train[np.concatenate(best)]]


def _thumbnails(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    half = SIDE // 2
    return standardise(pictures.reshape(-1, half, 2, half, 2).mean(axis=(2, 4), dtype=np.float32))


def _from_file_facts(
    prints: Fingerprints, labels: NDArray[np.str_], train: NDArray[np.int64], test: NDArray[np.int64]
) -> NDArray[np.str_]:
    # scikit-learn takes a second to import, and only this needs it.
    from sklearn.ensemble import RandomForestClassifier

    facts = np.column_stack([prints.sizes, prints.channels, prints.file_bytes])
    forest = RandomForestClassifier(200, min_samples_leaf=3, class_weight="balanced", random_state=0)
    forest.fit(facts[train], labels[train])
    return np.asarray(forest.predict(facts[test]))


def _score(
    name: str, truth: NDArray[np.str_], answer: Sequence[str] | NDArray[np.str_], trained_on: int
) -> BaselineResult:
    classes = sorted(set(truth) | set(answer))
    codes, given = (np.searchsorted(classes, values).astype(np.int64) for values in (truth, answer))
    return BaselineResult(
        name=name,
        macro_sensitivity=macro_sensitivity(confusion_matrix(codes, given, len(classes))),
        accuracy=wilson_of(codes == given),
        per_class={str(label): wilson_of(np.asarray(answer)[truth == label] == label) for label in sorted(set(truth))},
        trained_on=trained_on,
    )
