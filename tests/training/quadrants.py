"""Heads whose class is the quadrant that shines, and a real bundle around the tiny model that reads them."""

import csv
import hashlib
import json
from pathlib import Path

import cv2
import numpy as np

from tumorviewer.files import atomic_write
from tumorviewer.imaging.prepare import InputSpec
from tumorviewer.inference.bundle import load_bundle
from tumorviewer.inference.card import Card, Golden, Thresholds, card_to_json
from tumorviewer.inference.domain import fit_domain
from tumorviewer.inference.golden import golden_input, softmax
from tumorviewer.inference.labels import CLASSES

TINY = Path(__file__).parent.parent / "assets" / "tiny.tflite"
PATCHES = {"glioma": (0.36, 0.36), "meningioma": (0.64, 0.36), "pituitary": (0.36, 0.64), "no_tumor": (0.64, 0.64)}
"""Centre of the shining patch of each class, as fractions of the picture."""
PATCH = 0.16


def draw(name: str, seed: int, size: int = 160) -> np.ndarray:
    """Draw an oval head with a bright patch in the quadrant of its class; shade and noise differ by seed."""
    generator = np.random.default_rng(seed)
    picture = np.zeros((size, size), np.float32)
    shade = float(generator.uniform(70, 100))
    cv2.ellipse(picture, (size // 2, size // 2), (int(size * 0.40), int(size * 0.44)), 0, 0, 360, shade, -1)
    x, y = (int(part * size) for part in PATCHES[name])
    half = int(PATCH * size / 2)
    picture[y - half : y + half, x - half : x + half] = 230
    head = picture > 0
    picture[head] += generator.normal(0, 4, int(head.sum()))
    return np.clip(picture, 0, 255).astype(np.uint8)


def save(picture: np.ndarray, path: Path) -> None:
    with atomic_write(path, "wb") as stream:
        stream.write(cv2.imencode(".png", picture)[1].tobytes())


def write_set(root: Path, each: int = 6, folds: int = 2) -> Path:
    """Write an index with folds, patients, boxes and two sources; one glioma in each fold is labelled pituitary."""
    rows = []
    for number in range(each * 4):
        name, turn = CLASSES[number % 4], number // 4
        path = f"scans/{name} {turn}.png"
        save(draw(name, number), root / path)
        label = "pituitary" if name == "glioma" and turn < folds else name
        unspecified = name == "meningioma" and turn >= each - folds
        x, y = PATCHES[name]
        boxed = label != "no_tumor"
        rows.append(
            {
                "path": path,
                "label": "tumor_unspecified" if unspecified else label,
                "source": "north" if number % 3 else "south",
                "duplicate_group": f"g{number}",
                "patient_block": f"p{number // 2}{turn % folds}",
                "fold": turn % folds,
                "box_x": x if boxed else "",
                "box_y": y if boxed else "",
                "box_w": PATCH if boxed else "",
                "box_h": PATCH if boxed else "",
            }
        )
    with atomic_write(root / "index.csv") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return root


def write_bundle(folder: Path, *, domain: float = 1e9, certain: float = 0.5) -> Path:
    """Write a bundle around the tiny model, its golden answer taken from the model itself."""
    from ai_edge_litert.interpreter import Interpreter

    spec = InputSpec(size=64)
    interpreter = Interpreter(model_path=str(TINY))
    interpreter.allocate_tensors()
    runner = interpreter.get_signature_runner()
    name = next(iter(runner.get_input_details()))
    answer = runner(**{name: golden_input(64)})
    generator = np.random.default_rng(0)
    model = fit_domain(generator.normal(0.1, 0.05, (80, answer["embedding"].shape[1])), np.arange(80) % 4, 6)
    folder.mkdir(parents=True)
    files = {"model.tflite": TINY.read_bytes(), "domain.npz": model.to_bytes(), "weights.weights.h5": b"not read here"}
    for file, content in files.items():
        (folder / file).write_bytes(content)
    card = Card(
        name="quadrants",
        version="1.0",
        variant="lite0",
        created="2026-01-01T00:00:00+00:00",
        classes=CLASSES,
        input=spec,
        temperature=1.0,
        thresholds=Thresholds(certain, domain),
        golden=Golden(tuple(softmax(answer["logits"][0]).tolist()), float(np.linalg.norm(answer["embedding"])), 1e-3),
        files={file: hashlib.sha256(content).hexdigest() for file, content in files.items()},
    )
    (folder / "card.json").write_text(card_to_json(card), encoding="utf-8")
    assert json.loads((folder / "card.json").read_text("utf-8"))["name"] == "quadrants"
    load_bundle(folder)
    return folder
