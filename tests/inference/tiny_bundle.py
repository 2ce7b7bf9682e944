"""A whole bundle of some kilobytes around ``assets/tiny.tflite``: the brighter quadrant of the crop is the class."""

import dataclasses
import functools
import hashlib
from pathlib import Path

import numpy as np

from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.phantom import draw_head
from tumorviewer.imaging.prepare import InputSpec, to_model_input
from tumorviewer.inference.bundle import CARD, DOMAIN, MODEL, READABLE_CARD, WEIGHTS, Bundle
from tumorviewer.inference.card import Card, Golden, Thresholds, card_to_json
from tumorviewer.inference.domain import DomainModel, fit_domain
from tumorviewer.inference.golden import golden_input, make_golden
from tumorviewer.inference.labels import CLASSES
from tumorviewer.inference.predictor import Predictor
from tumorviewer.inference.seen import SEEN, SeenScans

TINY = Path(__file__).resolve().parent.parent / "assets" / "tiny.tflite"
SPEC = InputSpec(size=64)
LEARNT = "ab" * 32
"""SHA-256 of the one file that it says it was trained on."""
QUADRANTS = {"glioma": (0, 0), "meningioma": (1, 0), "pituitary": (0, 1), "no_tumor": (1, 1)}
"""Which half across and down the model looks at for each class."""


def head_with_bright_quadrant(label: str, seed: int = 1, size: int = 256) -> np.ndarray:
    """Return a drawn head (uint8, size x size) whose quadrant of `label` is lit up."""
    head = draw_head(seed, size=size, tilt=0.0).astype(np.float32)
    box = find_brain_box(head.astype(np.uint8))
    assert box is not None
    across, down = QUADRANTS[label]
    rows = slice(box.y + down * (box.height // 2), box.y + (1 + down) * (box.height // 2))
    columns = slice(box.x + across * (box.width // 2), box.x + (1 + across) * (box.width // 2))
    lit = head[rows, columns]
    lit[lit > 20] = lit[lit > 20] * 0.5 + 110
    return np.clip(head, 0, 255).astype(np.uint8)


def make_bundle(
    folder: Path, *, name: str = "tiny", version: str = "1.0", created: str = "2026-01-02T03:04:05Z"
) -> Path:
    """Write a bundle into `folder` / name-version and return that; domain and golden pair are the model's own."""
    target = folder / f"{name}-{version}"
    target.mkdir(parents=True)
    model = TINY.read_bytes()
    draft = Card(
        name=name, version=version, variant="lite0", created=created, classes=CLASSES, input=SPEC, temperature=0.5,
        thresholds=Thresholds(certain=0.6, domain=12.0), golden=Golden((0.25,) * 4, 1.0, 1e9),
        files={MODEL: hashlib.sha256(model).hexdigest()}, metrics={"note": "made for tests"},
    )  # fmt: skip
    width = 12
    any_domain = DomainModel(np.zeros((4, width), "f4"), np.eye(width, 2, dtype="f4"), np.ones(2, "f4"), 1.0)
    predictor = Predictor(Bundle(target, draft, model, any_domain, SeenScans.of(())), threads=1)
    domain = _domain(predictor)
    files = {
        MODEL: model,
        DOMAIN: domain.to_bytes(),
        SEEN: SeenScans.of([LEARNT]).to_bytes(),
        WEIGHTS: b"stands for the weights, which prediction does not read",
        READABLE_CARD: b"# Tiny\n\nLooks at the brightness of quadrants. Made for tests.\n",
    }
    for file, content in files.items():
        (target / file).write_bytes(content)
    golden = make_golden(predictor.run(golden_input(SPEC.size)), draft.temperature, 1e-3)
    hashes = {file: hashlib.sha256(content).hexdigest() for file, content in files.items()}
    card = dataclasses.replace(draft, golden=golden, files=hashes)
    (target / CARD).write_text(card_to_json(card), encoding="utf-8")
    return target


def _domain(predictor: Predictor) -> DomainModel:
    inputs, labels = _heads()
    return fit_domain(predictor.run(inputs).embeddings, labels, 4)


@functools.cache
def _heads() -> tuple[np.ndarray, np.ndarray]:
    """Draw the heads that the domain is fitted to; once, since drawing takes longer than anything else here."""
    labels = np.repeat(np.arange(4), 12)
    heads = [head_with_bright_quadrant(CLASSES[label], seed) for seed, label in enumerate(labels)]
    inputs = np.stack([to_model_input(head, find_brain_box(head), SPEC) for head in heads])
    return inputs, labels
