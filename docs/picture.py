"""Draws docs/picture.png: drawn heads, what was cropped, where the model looked, what it says.

Run ``.venv/bin/python docs/picture.py`` after the shipped model has changed.
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tumorviewer import NOTICE
from tumorviewer.files import atomic_write
from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.phantom import draw_head
from tumorviewer.imaging.phantom_pages import draw_page
from tumorviewer.inference.bundle import load_bundle
from tumorviewer.inference.catalogue import active
from tumorviewer.inference.prediction import Prediction
from tumorviewer.inference.predictor import Predictor

Picture = NDArray[np.uint8]
SIDE, BAR, LEFT = 296, 26, 14
INK, PAPER, FAINT = (235, 235, 235), (32, 30, 28), (170, 165, 160)
# Okabe and Ito's colours, BGR, in the order of the classes.
COLOURS = ((0, 94, 213), (178, 114, 0), (167, 121, 204), (115, 158, 0))
WORDS = {"glioma": "Glioma", "meningioma": "Meningioma", "pituitary": "Pituitary", "no_tumor": "No tumour"}
VERDICTS = {**WORDS, "uncertain": "Uncertain", "not_brain_mr": "Not a brain MR slice"}


def main() -> None:
    """Draw and write the picture."""
    predictor = Predictor(load_bundle(active()))
    cases = [
        draw_head(3, lesion="meningioma", plane="coronal"),
        draw_head(2, lesion="glioma"),
        draw_head(5, contrast="T1"),
        draw_head(4, lesion="pituitary", plane="sagittal"),
        draw_page("text", 3),
    ]
    columns = [column(predictor, grey) for grey in cases]
    gap = np.full((columns[0].shape[0], 12, 3), PAPER, np.uint8)
    rows = np.hstack([part for picture in columns for part in (gap, picture)] + [gap])
    foot = np.full((40, rows.shape[1], 3), PAPER, np.uint8)
    write(foot, f"Drawn phantoms, {predictor.bundle.name}. {NOTICE}", 24, FAINT)
    head = np.full((12, rows.shape[1], 3), PAPER, np.uint8)
    data = cv2.imencode(".png", np.vstack([head, rows, foot]))[1]
    with atomic_write(Path(__file__).with_name("picture.png"), "wb") as stream:
        stream.write(data.tobytes())


def column(predictor: Predictor, grey: Picture) -> Picture:
    """Return one scan with its crop and heat map, above its verdict and its bars."""
    box = find_brain_box(grey)
    answer = predictor.predict(grey, box)
    shown = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR).astype(np.float32)
    if answer.verdict != "not_brain_mr":
        heat = predictor.heat_map(answer, answer.label)
        area = (slice(heat.box.y, heat.box.y + heat.box.height), slice(heat.box.x, heat.box.x + heat.box.width))
        share = heat.values[..., None] * 0.45
        shown[area] = shown[area] * (1 - share) + np.array((40, 140, 255), np.float32) * share
        cv2.rectangle(shown, (heat.box.x, heat.box.y, heat.box.width, heat.box.height), (180, 180, 60), 2)
    picture = cv2.resize(np.clip(shown, 0, 255).astype(np.uint8), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.vstack([picture.astype(np.uint8), bars(answer)])


def bars(answer: Prediction) -> Picture:
    """Return the verdict in words and a bar a class; without an answer there are no bars."""
    panel = np.full((40 + 4 * BAR, SIDE, 3), PAPER, np.uint8)
    named = answer.verdict in WORDS
    write(panel, VERDICTS[answer.verdict] + (f", {answer.confidence:.0%}" if named else ""), 28, INK, 0.65)
    if answer.verdict == "not_brain_mr":
        write(panel, "no prediction", 28 + BAR, FAINT)
        return panel
    for place, (name, share) in enumerate(zip(answer.classes, answer.probabilities, strict=True)):
        line = 36 + BAR * place
        write(panel, WORDS[name], line + 18, FAINT)
        cv2.rectangle(panel, (116, line + 6, max(2, round(128 * float(share))), 14), COLOURS[place], cv2.FILLED)
        cv2.putText(panel, f"{share:.0%}", (252, line + 18), cv2.FONT_HERSHEY_SIMPLEX, 0.42, INK, 1, cv2.LINE_AA)
    return panel


def write(panel: Picture, text: str, line: int, colour: tuple[int, int, int], size: float = 0.45) -> None:
    """Put a line of text at the left of a panel."""
    cv2.putText(panel, text, (LEFT, line), cv2.FONT_HERSHEY_SIMPLEX, size, colour, 1, cv2.LINE_AA)


if __name__ == "__main__":
    main()
