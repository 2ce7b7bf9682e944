"""What the model says of drawn heads, over many seeds, planes and places; and how long one takes to draw.

Drawn heads are no measure of the model. They have to be answered all the same: they are the first scans that a user
sees, and those of the tests.
"""

import statistics
import time
from collections import Counter
from collections.abc import Iterable

import numpy as np

from benchmarks.material import model_folder
from benchmarks.measure import Row, Setting, tell
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.phantom import Lesion, Plane, draw_head
from tumorviewer.inference.bundle import load_bundle
from tumorviewer.inference.labels import CLASSES, NO_TUMOR, NOT_BRAIN_MR, UNCERTAIN
from tumorviewer.inference.prediction import Prediction
from tumorviewer.inference.predictor import Predictor

PLANES: tuple[Plane, ...] = ("axial", "coronal", "sagittal")
LESIONS: tuple[Lesion, ...] = ("glioma", "meningioma", "pituitary")
POSITIONS = (0.2, 0.32, 0.44, 0.56, 0.68, 0.8)  # through the brain, without its ends
ANSWERED, CALLED, MILLISECONDS = 0.90, 0.80, 50.0


def run(setting: Setting) -> list[Row]:
    """Draw, ask and count."""
    predictor = Predictor(load_bundle(model_folder(setting)), threads=1)
    seeds = range(setting.count(16, 1))
    rows = []
    without: list[Prediction] = []
    for plane in PLANES:
        drawn = (draw_head(seed, plane=plane, position=position) for seed in seeds for position in POSITIONS)
        answers = asked(predictor, drawn)
        rows.append(answered(f"no lesion, {plane}: answered", answers, None))
        without += answers
    rows.append(answered("no lesion: answered", without, ANSWERED))
    for lesion in LESIONS:
        for plane in PLANES:
            answers = asked(predictor, (draw_head(seed, plane=plane, lesion=lesion) for seed in seeds))
            rows.append(called(f"{lesion}, {plane}: likeliest", answers, lesion))
    rows.append(drawing(setting.count(30, 2)))
    return rows


def asked(predictor: Predictor, heads: "Iterable[np.ndarray]") -> list[Prediction]:
    """Ask about each head as the program does."""
    return [predictor.predict(head, find_brain_box(head)).without_maps() for head in heads]


def answered(what: str, answers: list[Prediction], least: float | None) -> Row:
    """Return how many heads without a lesion are not refused, and in the note what they are called."""
    verdicts = Counter(answer.verdict for answer in answers)
    share = 1.0 - verdicts[NOT_BRAIN_MR] / len(answers)
    wrong = sum(verdicts[name] for name in CLASSES if name != NO_TUMOR) / len(answers)
    note = (
        f"{len(answers)} slices: {verdicts[NO_TUMOR] / len(answers):.0%} no tumour, "
        f"{verdicts[UNCERTAIN] / len(answers):.0%} uncertain, {wrong:.0%} a tumour that is not there"
    )
    tell(f"{what}: {share:.0%}; {note}")
    if least is None:
        return Row(what, f"{share:.0%}", "", "", 0.0, note=note)
    return Row(what, f"{share:.0%}", "", "", share, f">= {least:.0%}", share >= least, note)


def called(what: str, answers: list[Prediction], lesion: Lesion) -> Row:
    """Return how many slices through a lesion look most like its class, and in the note how many with certainty."""
    share = float(np.mean([answer.label == lesion for answer in answers]))
    certain = float(np.mean([answer.verdict == lesion for answer in answers]))
    refused = float(np.mean([answer.verdict == NOT_BRAIN_MR for answer in answers]))
    note = f"{len(answers)} slices: {certain:.0%} with certainty, {refused:.0%} refused"
    tell(f"{what}: {share:.0%}; {note}")
    return Row(what, f"{share:.0%}", "", "", share, f">= {CALLED:.0%}", share >= CALLED, note)


def drawing(count: int) -> Row:
    """Return how long a slice of 512 x 512 takes, in time of the processor."""
    draw_head(0)
    times = []
    for number in range(count):
        begun = time.process_time()
        draw_head(number, plane=PLANES[number % 3])
        times.append(1000.0 * (time.process_time() - begun))
    median = statistics.median(times)
    target = f"< {MILLISECONDS:g} ms"
    note = f"median of {count} of other heads, processor time"
    return Row("drawing 512 x 512", f"{median:.0f} ms", "", "", 0.0, target, median < MILLISECONDS, note)
