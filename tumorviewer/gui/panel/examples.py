"""The longest answers that there can be: room is kept for them, so that nothing moves from one answer to the next."""

from collections.abc import Sequence
from itertools import product

from tumorviewer.gui.panel.reading import explain
from tumorviewer.gui.words import class_name, verdict_line
from tumorviewer.inference.labels import NOT_BRAIN_MR, UNCERTAIN
from tumorviewer.state.entries import CropKind
from tumorviewer.storage.answers import StoredAnswer


def longest_answers(classes: Sequence[str], threshold: float) -> list[tuple[str, str]]:
    """Return headlines with their explanations.

    Parameters
    ----------
    classes : sequence of str
        At least two.
    threshold : float
        Of the model's card.
    """
    first, second = sorted(classes, key=lambda label: -len(class_name(label)))[:2]
    probabilities = tuple({first: 0.48, second: 0.44}.get(label, 0.0) for label in classes)
    answers = [
        StoredAnswer(verdict, first, 0.48, probabilities, None, (0.0, 0.0), 0.0, "", "")
        for verdict in (first, UNCERTAIN, NOT_BRAIN_MR)
    ]
    return [
        (verdict_line(answer, classes), explain(answer.verdict, threshold, crop))
        for answer, crop in product(answers, (CropKind.AUTOMATIC, CropKind.EDITED))
    ]
