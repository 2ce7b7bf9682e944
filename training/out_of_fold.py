"""Doubtful labels by out-of-fold answers: of fine-tuned models, each asked about the fold that it was trained without.

They know more than the regression of `training.doubtful`, and take hours instead of minutes.
"""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.dataset import Dataset
from training.decisions import writable
from training.doubtful import DoubtfulLabels, doubtful_label, need_two_classes, rank_issues
from training.errors import DatasetError
from tumorviewer.inference.labels import CLASSES, NO_TUMOR


def doubtful_by_answers(dataset: Dataset, reports: Sequence[Path]) -> DoubtfulLabels:
    """Find the labels that models disagree with which never saw the scans.

    Parameters
    ----------
    dataset : Dataset
    reports : sequence of Path
        ``predictions.csv`` of evaluations, each of a part that its model was not trained on. That they are is for the
        caller to know; a scan that several answer gets the mean of the answers.

    Raises
    ------
    DatasetError
        If a file cannot be read, none of them answers a scan of the data whose class is known, or all these are of one
        class.
    """
    answers: dict[tuple[str, int], list[list[float]]] = {}
    for report in reports:
        for scan, answer in _read(report):
            answers.setdefault(scan, []).append(answer)
    told = [
        (index, np.mean(answers[scan], axis=0))
        for index, sample in enumerate(dataset.samples)
        if sample.label in CLASSES and (scan := (writable(dataset.relative(index)), sample.frame)) in answers
    ]
    if not told:
        raise DatasetError("None of these answers is of a scan of the data whose class is known.")
    probabilities = np.array([row for _, row in told], dtype=np.float64)
    codes = np.array([CLASSES.index(dataset.samples[index].label) for index, _ in told], dtype=np.int64)
    need_two_classes(codes)
    found = [
        doubtful_label(dataset, told[place][0], np.array(CLASSES), int(codes[place]), probabilities[place])
        for place in rank_issues(codes, probabilities, CLASSES.index(NO_TUMOR))
    ]
    return DoubtfulLabels(tuple(found), len(told), len(dataset) - len(told), len(reports), "out-of-fold answers")


def _read(report: Path) -> list[tuple[tuple[str, int], list[float]]]:
    """Return path and frame of each scan that was answered, and its probabilities."""
    try:
        with report.open(encoding="utf-8", newline="") as stream:
            return [
                ((row["path"], int(row["frame"])), [float(row[f"p_{name}"]) for name in CLASSES])
                for row in csv.DictReader(stream)
                if not row["error"]
            ]
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise DatasetError(f"{str(report)!r} is no predictions.csv of an evaluation of these classes.") from error
