"""What a finished run came to, read back from its folder: figures, every answer on the test scans, comparisons."""

import csv
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.labels import allowed_classes
from training.metrics import Estimate
from training.promotion import Promotion
from training.runs import KeptRun, RunStatus
from tumorviewer.inference.bundle import MODEL, read_card
from tumorviewer.inference.card import BundleError, Card
from tumorviewer.inference.labels import CLASSES, NOT_BRAIN_MR, UNCERTAIN

EVALUATION: Final = "evaluation.json"
PREDICTIONS: Final = "predictions.csv"
COMPARISONS: Final = "comparisons"
COMPARISON: Final = "comparison.json"
_NEARLY: Final = 1 - 5e-7
"""What the six digits of the file round to 1."""


@dataclass(frozen=True, slots=True)
class JudgedScan:
    """A test scan and what the model answered.

    Attributes
    ----------
    path : Path
        Where it was when it was judged.
    frame : int
    label, answer, verdict : str
        `answer` is the likeliest class, whatever the verdict.
    probability : float
        Of the answer.
    right : bool
        Whether the answer is one that the label allows.
    """

    path: Path
    frame: int
    label: str
    answer: str
    verdict: str
    probability: float
    right: bool

    @property
    def uncertain(self) -> bool:
        """Whether the model gave no sure answer."""
        return self.verdict in (UNCERTAIN, NOT_BRAIN_MR)


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """The figures of the test part.

    Attributes
    ----------
    how : str
        How the part was chosen, in words.
    leak_free : bool or None
        None where it cannot be known. Without it no figure may be shown.
    scans, patients, unreadable : int
        `patients` are blocks: patients where they are known, else pictures that resemble no other.
    macro_sensitivity, accuracy, auroc : Estimate
    sensitivity : dict of str to Estimate
        Of each class that there are scans of.
    confusion : ndarray of int64, shape (C, C)
        In the fixed order of the classes: rows are labels, columns answers.
    baselines : tuple of (str, float)
        Mean sensitivity that classifiers reach that know no anatomy.
    """

    how: str
    leak_free: bool | None
    scans: int
    patients: int
    unreadable: int
    macro_sensitivity: Estimate
    accuracy: Estimate
    auroc: Estimate
    sensitivity: dict[str, Estimate]
    confusion: NDArray[np.int64]
    baselines: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class RunResult:
    """A finished run.

    Attributes
    ----------
    run : KeptRun
    bundle : Path
    card : Card
        Of its model.
    measures : Measures or None
        None where nothing was measured, or it cannot be read.
    scans : tuple of JudgedScan
    report : Path or None
    data : Path or None
        The data set, if it is still there.
    """

    run: KeptRun
    bundle: Path
    card: Card
    measures: Measures | None
    scans: tuple[JudgedScan, ...]
    report: Path | None
    data: Path | None

    @property
    def model_sha256(self) -> str:
        """Which network it is, whatever it is called."""
        return self.card.files[MODEL]

    @property
    def leak_free(self) -> bool:
        """Whether figures of the test part may be shown."""
        return self.measures is not None and self.measures.leak_free is True


def read_result(run: KeptRun) -> RunResult:
    """Read what a finished run left; what cannot be read of its report is missing.

    Raises
    ------
    BundleError
        If the run has not ended well, or the card of its model cannot be used.
    """
    if run.end is None or run.status is not RunStatus.FINISHED:
        raise BundleError(f"The run {run.folder.name} has no model yet.")
    bundle, report = Path(run.end.bundle), Path(run.end.report)
    data = run.asked.data if run.asked is not None else None
    return RunResult(
        run=run,
        bundle=bundle,
        card=read_card(bundle),
        measures=_measures(report.parent / EVALUATION),
        scans=tuple(_scans(report.parent / PREDICTIONS, data)),
        report=report if report.is_file() else None,
        data=data if data is not None and data.exists() else None,
    )


def comparison_folder(run: Path, new_sha256: str, current_sha256: str) -> Path:
    """Return where the comparison of a run's model with another one is kept."""
    return run / COMPARISONS / f"{new_sha256[:12]}-{current_sha256[:12]}"


def read_comparison(folder: Path) -> Promotion | None:
    """Return what `tumorviewer compare` left in a folder, if it was there before."""
    values = _json(folder / COMPARISON)
    try:
        return Promotion.from_dict(values)
    except (KeyError, TypeError, ValueError):
        return None


def _measures(file: Path) -> Measures | None:
    values = _json(file)
    try:
        classes, headline = list(values["classes"]), values["headline"]
        order = [classes.index(name) for name in CLASSES]
        sensitivity = {name: Estimate.from_dict(values["per_class"][name]["sensitivity"]) for name in CLASSES}
        return Measures(
            how=str(values["split"]["how"]),
            leak_free=values["split"]["leak_free"],
            scans=int(values["data"]["scans"]),
            patients=int(values["data"]["patient_blocks"]),
            unreadable=len(values.get("unreadable", ())),
            macro_sensitivity=Estimate.from_dict(headline["macro_sensitivity"]),
            accuracy=Estimate.from_dict(headline["accuracy"]),
            auroc=Estimate.from_dict(headline["macro_auroc"]),
            sensitivity={name: figure for name, figure in sensitivity.items() if figure.n},
            confusion=np.array(values["confusion"], np.int64)[np.ix_(order, order)],
            baselines=tuple(
                (str(item["name"]), float(item["macro_sensitivity"]))
                for item in values.get("baselines", ())
                if item["macro_sensitivity"] is not None
            ),
        )
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def _scans(file: Path, data: Path | None) -> Iterator[JudgedScan]:
    # A data set is a folder, or an index beside its scans.
    root = Path() if data is None else data.parent if data.suffix.lower() == ".csv" else data
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                scan = _scan(row, root)
                if scan is not None:
                    yield scan
    except (OSError, ValueError, csv.Error):
        return


def _scan(row: dict[str, Any], root: Path) -> JudgedScan | None:
    """Return a scan; None of a row that holds none, as of a file that could not be read."""
    try:
        probability = min(float(row[f"p_{row['answer']}"]), _NEARLY)
        right = CLASSES.index(row["answer"]) in allowed_classes(row["label"])
        frame = int(row["frame"])
    except (KeyError, TypeError, ValueError):
        return None
    if not math.isfinite(probability):
        return None
    path = root / row["path"]
    return JudgedScan(path, frame, row["label"], row["answer"], str(row.get("verdict")), probability, right)


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
