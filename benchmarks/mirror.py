"""What asking also about the mirror image is worth: the mean of both answers against one, on the held-out fold."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.material import labelled_folder, model_folder
from benchmarks.measure import Row, Setting, tell
from training.calibrate import fit_temperature
from training.dataset import Sample, read_dataset
from training.labels import TUMOR_UNSPECIFIED, allowed_classes
from training.metrics import accuracy, confusion_matrix, macro_sensitivity
from training.selection import select_scans
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.render import render_grey
from tumorviewer.inference.bundle import load_bundle
from tumorviewer.inference.predictor import Predictor, Ready

PEER = "without the mirror image"

Floats = NDArray[np.float64]


def run(setting: Setting) -> list[Row]:
    """Ask about every scan with a plain label that the model did not learn from, and about its mirror image."""
    bundle = load_bundle(model_folder(setting))
    real = (setting.scans / "index.csv").is_file() and not setting.quick
    data = setting.scans if real else labelled_folder(setting, setting.count(200, 8))[0]
    dataset = read_dataset(data)
    chosen = select_scans(dataset, bundle.card, dataset.fingerprint())
    tell(f"{chosen.indices.size} scans: {chosen.part.how}")
    predictor = Predictor(bundle, threads=2)
    samples = [dataset.samples[index] for index in chosen.indices if dataset.samples[index].label != TUMOR_UNSPECIFIED]
    asked = [(sample, ready) for sample in samples if (ready := _ready(predictor, sample)) is not None]
    labels = np.array([allowed_classes(sample.label)[0] for sample, _ in asked], dtype=np.int64)
    begun = time.process_time()
    plain = _answers(predictor, [ready for _, ready in asked])
    once = (time.process_time() - begun) / len(labels) * 1000.0
    mirrored = [replace(ready, picture=np.ascontiguousarray(ready.picture[:, ::-1])) for _, ready in asked]
    both = (plain + _answers(predictor, mirrored)) / 2.0
    twice = (time.process_time() - begun) / len(labels) * 1000.0
    rows = compared(labels, plain, both, f"{len(labels)} scans, {chosen.part.how}")
    return [*rows, Row("processor time a scan", f"{twice:.1f} ms", f"{once:.1f} ms", PEER, once / twice)]


def compared(labels: NDArray[np.int64], plain: Floats, both: Floats, note: str) -> list[Row]:
    """Return rows of macro sensitivity, accuracy and the loss at the temperature that fits best.

    Parameters
    ----------
    labels : ndarray, shape (N,)
    plain, both : ndarray, shape (N, C)
        Probabilities without and with the mirror image.
    note : str
    """
    measures: dict[str, Callable[[Floats], float]] = {
        "macro sensitivity": lambda answers: macro_sensitivity(
            confusion_matrix(labels, answers.argmax(axis=1), answers.shape[1])
        ),
        "accuracy": lambda answers: accuracy(labels, answers.argmax(axis=1)).value,
        "loss at its best temperature": lambda answers: _least_loss(labels, answers),
    }
    return [
        Row(what, f"{measure(both):.4f}", f"{measure(plain):.4f}", PEER, 0.0, note=note)
        for what, measure in measures.items()
    ]


def _least_loss(labels: NDArray[np.int64], answers: Floats) -> float:
    """Return the negative log-likelihood after a temperature was fitted to these very scans: sharpness set aside."""
    logits = np.log(np.maximum(answers, 1e-12))
    scaled = logits / fit_temperature(logits, labels)
    return float(np.mean(np.logaddexp.reduce(scaled, axis=1) - scaled[np.arange(len(labels)), labels]))


def _ready(predictor: Predictor, sample: Sample) -> Ready | None:
    try:
        grey = render_grey(load_scan(sample.path, sample.frame))
    except ScanError as error:
        tell(f"{error.path.name}: {error.reason}")
        return None
    return predictor.make_ready(grey, find_brain_box(grey))


def _answers(predictor: Predictor, ready: list[Ready]) -> Floats:
    # In small portions: every answer holds its maps.
    portions = (ready[first : first + 32] for first in range(0, len(ready), 32))
    return np.array(
        [answer.probabilities for portion in portions for answer in predictor.judge(portion)], dtype=np.float64
    )
