"""Asking the model about every scan of a labelled set, on several threads, and keeping what evaluation needs."""

import os
import queue
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.dataset import Dataset, Sample
from training.errors import TrainingCancelled
from training.halves import without_tumor
from training.labels import TUMOR_UNSPECIFIED, allowed_classes
from training.localisation import Localised, box_in_input, localise
from training.metrics import UNSPECIFIED
from training.robustness import answers_after_changes
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.prepare import place
from tumorviewer.imaging.render import render_grey
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.batch import in_order
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.prediction import Prediction
from tumorviewer.inference.predictor import Predictor, Ready


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What the model said about one scan.

    Attributes
    ----------
    index : int
        Sample number in the data set.
    sample : Sample
    target : int
        Class index of the label, or `UNSPECIFIED`.
    prediction : Prediction
        Without the embedding, which nobody looks at again and which is large.
    localised : Localised or None
        Where the label has a tumour box.
    after_changes : tuple of int
        The classes after each of `training.robustness.CHANGES`; empty for scans that were not drawn for it.
    healthy_half : Prediction or None
        For the half without the tumour, mirrored (`training.halves`); None where there is no such half, or no box.
    """

    index: int
    sample: Sample
    target: int
    prediction: Prediction
    localised: Localised | None
    after_changes: tuple[int, ...] = ()
    healthy_half: Prediction | None = None

    @property
    def called(self) -> int:
        """Index of the likeliest class, whatever the verdict."""
        return int(np.argmax(self.prediction.probabilities))

    @property
    def right(self) -> bool:
        """Whether the likeliest class is one that the label allows."""
        return self.called in allowed_classes(self.sample.label)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A scan that could not be judged, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """All answers, in the order asked for, and the files that gave none."""

    given: tuple[Answer, ...]
    unreadable: tuple[Unreadable, ...]

    @property
    def targets(self) -> NDArray[np.int64]:
        """Label indices, shape (N,)."""
        return np.array([answer.target for answer in self.given], dtype=np.int64)

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """Calibrated probabilities, shape (N, C)."""
        return np.array([answer.prediction.probabilities for answer in self.given], dtype=np.float64)

    @property
    def blocks(self) -> NDArray[np.str_]:
        """Patient block of each scan; else its duplicate group; else the scan stands alone. Shape (N,)."""
        return np.array(
            [
                answer.sample.patient_block or answer.sample.duplicate_group or f"scan {answer.index}"
                for answer in self.given
            ],
            dtype=np.str_,
        )


def ask_all(
    bundle: Bundle,
    dataset: Dataset,
    indices: Sequence[int],
    *,
    changed: frozenset[int] = frozenset(),
    workers: int | None = None,
    on_done: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Answers:
    """Let the model judge scans, as the viewer would, and return its answers.

    Parameters
    ----------
    bundle : Bundle
    dataset : Dataset
    indices : sequence of int
        Which samples.
    changed : frozenset of int
        Samples that are also judged after each of the changes of `training.robustness`.
    workers : int, optional
        Threads, each with a single-threaded interpreter; default: the processor's cores.
    on_done : callable, optional
        Called with the number of finished scans.
    cancelled : callable, optional
        Asked after every scan.

    Raises
    ------
    TrainingCancelled
        If `cancelled` says so.
    """
    threads = workers or os.cpu_count() or 1
    # Interpreters are not thread-safe: a task borrows one and puts it back.
    predictors: queue.SimpleQueue[Predictor] = queue.SimpleQueue()
    for _ in range(threads):
        predictors.put(Predictor(bundle, threads=1))

    def ask(index: int) -> Answer | Unreadable:
        predictor = predictors.get()
        try:
            return _ask(predictor, bundle, index, dataset.samples[index], index in changed)
        except ScanError as error:
            return Unreadable(error.path, error.reason)
        finally:
            predictors.put(predictor)

    given: list[Answer] = []
    unreadable: list[Unreadable] = []
    with ThreadPoolExecutor(threads, thread_name_prefix="evaluate") as pool:
        for done, outcome in enumerate(in_order(pool, ask, map(int, indices), threads * 8), start=1):
            if isinstance(outcome, Answer):
                given.append(outcome)
            else:
                unreadable.append(outcome)
            if on_done is not None:
                on_done(done)
            if cancelled is not None and cancelled():
                pool.shutdown(wait=False, cancel_futures=True)
                raise TrainingCancelled("The evaluation was stopped; nothing was written.")
    return Answers(tuple(given), tuple(unreadable))


def _ask(predictor: Predictor, bundle: Bundle, index: int, sample: Sample, change: bool) -> Answer:
    grey = render_grey(load_scan(sample.path, sample.frame))
    box = find_brain_box(grey)
    ready = predictor.make_ready(grey, box)
    prediction = predictor.judge([ready])[0]

    def call(picture: NDArray[np.uint8], crop: CropBox | None) -> int:
        return int(np.argmax(predictor.predict(picture, crop).probabilities))

    return Answer(
        index=index,
        sample=sample,
        target=UNSPECIFIED if sample.label == TUMOR_UNSPECIFIED else allowed_classes(sample.label)[0],
        prediction=_without_embedding(prediction),
        localised=_localised(sample, prediction, bundle, grey, box),
        # The direction differs from scan to scan, and is the same in every run.
        after_changes=answers_after_changes(grey, box, find_brain_box, call, index) if change else (),
        healthy_half=_healthy_half(predictor, sample, ready),
    )


def _without_embedding(prediction: Prediction) -> Prediction:
    return replace(prediction, embedding=np.zeros(0, np.float32))


def _healthy_half(predictor: Predictor, sample: Sample, ready: Ready) -> Prediction | None:
    if sample.box is None:
        return None
    spec = predictor.bundle.spec
    placement = place(ready.crop, spec, ready.image_shape)
    healthy = without_tumor(ready.picture, box_in_input(sample.box, placement, spec.size, ready.image_shape))
    if healthy is None:
        return None
    return _without_embedding(predictor.judge([replace(ready, picture=healthy)])[0])


def _localised(
    sample: Sample, prediction: Prediction, bundle: Bundle, grey: NDArray[np.uint8], box: CropBox | None
) -> Localised | None:
    if sample.box is None:
        return None
    allowed = list(allowed_classes(sample.label))
    # A tumour of unknown type is looked for in the map of the likeliest tumour class.
    looked_for = max(allowed, key=lambda number: float(prediction.probabilities[number]))
    rows, columns = grey.shape
    return localise(prediction.maps[:, :, looked_for], sample.box, box, bundle.card.input, (rows, columns))
