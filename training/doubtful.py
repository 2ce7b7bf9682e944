"""Which labels are likely wrong: a simple classifier that has not seen a patient disagrees, surely, with the label.

Every scan is judged by a logistic regression on embeddings that was fitted without the scan's patient and its copies
(grouped cross-validation). Confident learning then tells noise from doubt (C. Northcutt, L. Jiang and I. Chuang,
"Confident learning: estimating uncertainty in dataset labels", J. Artif. Intell. Res. 70:1373, 2021; package cleanlab).
The list is for a person to look at: nothing is changed by itself (see `training.decisions`).
"""

import csv
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.cache import CropCache
from training.components import components_of
from training.dataset import Dataset
from training.decisions import writable
from training.embeddings import bundle_embeddings
from training.errors import DatasetError
from training.labels import TUMOR_UNSPECIFIED
from tumorviewer import NOTICE
from tumorviewer.files import atomic_write
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.labels import NO_TUMOR

FOLDS: Final = 5
STRENGTH: Final = 0.5
"""Inverse of the penalty of the regression, times the number of scans, on standardised embeddings.

With 3 % of the labels of 2,527 unseen scans exchanged, 64 of the 75 were found in a list of 92; with a thirtieth of the
penalty 68, in a list of 174.
"""

KEPT_NAME: Final = "doubtful.json"

Report = Callable[[str, int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class DoubtfulLabel:
    """A scan whose label is likely wrong.

    Attributes
    ----------
    path : str
        Below the data set's root, with forward slashes.
    frame : int
    given, suggested : str
        Labels: of the data, and the likeliest to somebody who did not know it.
    given_probability, suggested_probability : float
        Of both, from cross-validation.
    """

    path: str
    frame: int
    given: str
    suggested: str
    given_probability: float
    suggested_probability: float


@dataclass(frozen=True, slots=True)
class DoubtfulLabels:
    """The list, the most doubtful first.

    Attributes
    ----------
    labels : tuple of DoubtfulLabel
    judged : int
        Scans that were looked at.
    not_judged : int
        Scans that cannot be read, or whose label leaves the class open.
    folds : int
    model : str
        Whose embeddings were used.
    """

    labels: tuple[DoubtfulLabel, ...]
    judged: int
    not_judged: int
    folds: int
    model: str

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "DoubtfulLabels":
        """Read what `to_dict` wrote."""
        return cls(**{**values, "labels": tuple(DoubtfulLabel(**item) for item in values["labels"])})


def doubtful_labels(
    dataset: Dataset,
    crops: CropCache,
    bundle: Bundle,
    folder: Path,
    *,
    threads: int | None = None,
    seed: int = 0,
    stage: Report | None = None,
    cancelled: Cancelled | None = None,
) -> DoubtfulLabels:
    """Find the labels of a data set that are likely wrong.

    Parameters
    ----------
    dataset : Dataset
        With duplicate groups.
    crops : CropCache
        Of its samples, prepared as the bundle wants them.
    bundle : Bundle
        Best a model that these labels did not teach: it would have learned the wrong ones, too.
    folder : Path
        Cache folder, where embeddings are kept.
    stage, cancelled : callable, optional

    Raises
    ------
    DatasetError
        If some class has too few independent patients or pictures to judge one by the others.
    TrainingCancelled
    """
    labels = np.array(dataset.labels)
    typed = set(dataset.labels) - {TUMOR_UNSPECIFIED, NO_TUMOR}
    judged = np.flatnonzero(crops.usable & ((labels != TUMOR_UNSPECIFIED) | (not typed)))
    embeddings = bundle_embeddings(bundle, crops, judged, folder, threads=threads, stage=stage, cancelled=cancelled)
    if stage is not None:
        stage("comparing labels", 0, 1)
    groups = components_of(dataset)[judged]
    names, codes = np.unique(labels[judged], return_inverse=True)
    folds = _folds(names, codes, groups)
    probabilities = cross_validated(embeddings, codes, groups, folds, seed)
    found = [
        doubtful_label(dataset, int(judged[place]), names, int(codes[place]), probabilities[place])
        for place in rank_issues(codes, probabilities, names.tolist().index(NO_TUMOR) if NO_TUMOR in names else None)
    ]
    if stage is not None:
        stage("comparing labels", 1, 1)
    return DoubtfulLabels(tuple(found), len(judged), len(dataset) - len(judged), folds, bundle.name)


def cross_validated(
    embeddings: NDArray[np.float32], codes: NDArray[np.int64], groups: NDArray[np.int64], folds: int, seed: int
) -> NDArray[np.float64]:
    """Return probabilities (n, C), each scan's from a regression that saw neither the scan nor its group."""
    # scikit-learn takes a second to import.
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    classes, strength = int(codes.max()) + 1, STRENGTH / len(codes)
    probabilities = np.full((len(codes), classes), 1.0 / classes)
    spread = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    for learned, held in spread.split(embeddings, codes, groups):
        judge = make_pipeline(
            StandardScaler(), LogisticRegression(C=strength, class_weight="balanced", max_iter=500, random_state=seed)
        )
        judge.fit(embeddings[learned], codes[learned])
        # A fold may lack a class whose patients all lie in the held part.
        probabilities[held] = 0.0
        probabilities[np.ix_(held, judge.classes_)] = judge.predict_proba(embeddings[held])
    return probabilities


def rank_issues(
    codes: NDArray[np.int64], probabilities: NDArray[np.float64], no_tumor: int | None = None
) -> NDArray[np.int64]:
    """Return the places of the labels that are likely wrong, the least likely label first.

    With `no_tumor`, the code of that class, the question whether there is a tumour at all is asked as well: of a scan
    whose tumour may be of any type no single type is likely, and the whole question would pass it over.
    """
    # Loads pandas with it.
    from cleanlab.filter import find_label_issues

    wrong = find_label_issues(codes, probabilities, n_jobs=1)
    tumor = codes != no_tumor
    if no_tumor is not None and tumor.any() and not tumor.all():
        without = probabilities[:, no_tumor]
        wrong |= find_label_issues(tumor.astype(np.int64), np.stack([without, 1.0 - without], axis=1), n_jobs=1)
    places = np.flatnonzero(wrong)
    places = places[np.argsort(probabilities[places, codes[places]], kind="stable")]
    # Confident learning may name a scan that the regression gives its own label: there is nothing to suggest.
    return places[probabilities[places].argmax(axis=1) != codes[places]].astype(np.int64)


def write_doubtful(found: DoubtfulLabels, path: Path) -> None:
    """Write the list as CSV.

    Raises
    ------
    OSError
    """
    with atomic_write(path) as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(["path", "frame", "given", "suggested", "given_probability", "suggested_probability", "notice"])
        for item in found.labels:
            shares = (f"{item.given_probability:.4f}", f"{item.suggested_probability:.4f}")
            rows.writerow([item.path, item.frame, item.given, item.suggested, *shares, NOTICE])


def read_listed(path: Path, dataset: Dataset) -> frozenset[int]:
    """Return the samples that a list of doubtful labels names; what the data set does not have is passed over.

    Parameters
    ----------
    path : Path
        CSV with the columns ``path`` and ``frame``, as `write_doubtful` makes it.
    dataset : Dataset

    Raises
    ------
    DatasetError
        If it cannot be read.
    """
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            named = {(row["path"], int(row["frame"])) for row in csv.DictReader(stream)}
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise DatasetError(f"{str(path)!r} is no list of doubtful labels: it needs the columns path, frame.") from error
    told = (writable(dataset.relative(index)) for index in range(len(dataset)))
    return frozenset(index for index, name in enumerate(told) if (name, dataset.samples[index].frame) in named)


def keep_doubtful(found: DoubtfulLabels, contents: str, path: Path) -> None:
    """Keep the list for another day, together with the data that it is of (`training.digests.contents_of`).

    Raises
    ------
    OSError
    """
    with atomic_write(path) as stream:
        json.dump({"contents": contents, "found": found.to_dict()}, stream)


def kept_doubtful(path: Path, contents: str) -> DoubtfulLabels | None:
    """Return the list that was kept; None if there is none of these data as they are now."""
    try:
        kept = json.loads(path.read_text("utf-8"))
        return DoubtfulLabels.from_dict(kept["found"]) if kept["contents"] == contents else None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # not there, or damaged: it can be made again


def need_two_classes(codes: NDArray[np.int64]) -> None:
    """Refuse labels that are all the same.

    Raises
    ------
    DatasetError
    """
    if np.unique(codes).size < 2:
        raise DatasetError("Labels can only be judged where there are at least two classes.")


def _folds(names: NDArray[np.str_], codes: NDArray[np.int64], groups: NDArray[np.int64]) -> int:
    need_two_classes(codes)
    independent = [len(np.unique(groups[codes == code])) for code in range(len(names))]
    fewest = min(independent)
    if fewest < 2:
        raise DatasetError(
            f"{names[int(np.argmin(independent))]} has only one independent patient or picture: its labels cannot be "
            "judged by others. Add scans of other patients."
        )
    return min(FOLDS, fewest)


def doubtful_label(
    dataset: Dataset, index: int, names: NDArray[np.str_], given: int, probabilities: NDArray[np.float64]
) -> DoubtfulLabel:
    """Return what is told of sample `index`, whose label is the name with the code `given`."""
    suggested = int(probabilities.argmax())
    return DoubtfulLabel(
        dataset.relative(index),
        dataset.samples[index].frame,
        str(names[given]),
        str(names[suggested]),
        float(probabilities[given]),
        float(probabilities[suggested]),
    )
