"""What an evaluation leaves behind: the report, the figures for machines, and every single answer."""

import csv
import json
from pathlib import Path

from training.answers import Answer
from training.dataset import Dataset
from training.evaluation import Evaluation
from training.report import render_report
from tumorviewer.files import atomic_write
from tumorviewer.inference.bundle import Bundle


def write_evaluation(evaluation: Evaluation, bundle: Bundle, dataset: Dataset, folder: Path) -> Path:
    """Write ``report.html``, ``evaluation.json`` and ``predictions.csv`` into a folder; return the report's path.

    Each file is there whole or not at all.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    write_predictions(evaluation, dataset, folder / "predictions.csv")
    with atomic_write(folder / "evaluation.json") as stream:
        json.dump(evaluation.to_dict(), stream, indent=2, ensure_ascii=False, allow_nan=False)
        stream.write("\n")
    page = render_report(evaluation, bundle)
    with atomic_write(folder / "report.html") as stream:
        stream.write(page)
    return folder / "report.html"


def write_predictions(evaluation: Evaluation, dataset: Dataset, path: Path) -> None:
    """Write a row a scan: path below the data set's root, label, verdict, calibrated probabilities, crop and focus."""
    with atomic_write(path) as stream:
        writer = csv.writer(stream)
        writer.writerow(
            ["path", "frame", "source", "label", "verdict", "answer", *(f"p_{name}" for name in evaluation.classes),
             "crop_x", "crop_y", "crop_w", "crop_h", "focus_x", "focus_y", "error"]
        )  # fmt: skip
        for answer in evaluation.answers.given:
            writer.writerow(_row(answer, dataset, evaluation.classes))
        blank = [""] * (len(evaluation.classes) + 6)
        for lost in evaluation.answers.unreadable:
            name = (
                lost.path.relative_to(dataset.root).as_posix()
                if lost.path.is_relative_to(dataset.root)
                else lost.path.name
            )
            writer.writerow([name, "", "", "", "", "", *blank, lost.reason])


def _row(answer: Answer, dataset: Dataset, classes: tuple[str, ...]) -> list[object]:
    prediction, crop = answer.prediction, answer.prediction.crop
    return [
        dataset.relative(answer.index),
        answer.sample.frame,
        answer.sample.source,
        answer.sample.label,
        prediction.verdict,
        classes[answer.called],
        *(f"{value:.6f}" for value in prediction.probabilities),
        *(crop.as_list() if crop is not None else [""] * 4),
        *(f"{value:.1f}" for value in prediction.focus),
        "",
    ]
