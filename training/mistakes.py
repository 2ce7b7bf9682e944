"""The gallery of wrong answers: what the model saw, and where it looked."""

import base64
from collections.abc import Callable, Sequence
from html import escape

import cv2
import numpy as np
from numpy.typing import NDArray

from training.answers import Answer
from training.wording import percent
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.prepare import InputSpec, place, prepare
from tumorviewer.imaging.render import render_grey
from tumorviewer.inference.bundle import Bundle

SIDE = 176
"""Pixels a side of a thumbnail."""


def mistake_gallery(mistakes: Sequence[Answer], bundle: Bundle, words: Callable[[str], str]) -> str:
    """Return a list of thumbnails with label, answer and file name as HTML.

    Parameters
    ----------
    mistakes : sequence of Answer
    bundle : Bundle
        Says how a crop becomes the model's input.
    words : callable
        Writes a class or label for a reader.
    """
    items = []
    for answer in mistakes:
        label, called = words(answer.sample.label), words(answer.prediction.label)
        said = (
            ""
            if answer.prediction.verdict == answer.prediction.label
            else f" ({words(answer.prediction.verdict).lower()})"
        )
        items.append(
            f"<li>{_picture(answer, bundle.card.input, f'{label}, called {called}')}"
            f"<div>is <b>{escape(label)}</b></div>"
            f"<div>called <b>{escape(called)}</b>, {percent(answer.prediction.confidence, 0)}{escape(said)}</div>"
            f'<div class="name">{escape(answer.sample.path.name)}</div></li>'
        )
    return f'<ul class="mistakes">{"".join(items)}</ul>'


def _picture(answer: Answer, spec: InputSpec, words: str) -> str:
    try:
        grey = render_grey(load_scan(answer.sample.path, answer.sample.frame))
        seen = prepare(grey, answer.prediction.crop, spec)
    except (ScanError, ValueError):
        # The file has changed since it was judged; the words beside it still hold.
        return '<div class="soft">The picture is no longer there.</div>'
    rows, columns = answer.prediction.image_shape
    x, y = place(answer.prediction.crop, spec, (rows, columns)).to_input(*answer.prediction.focus)
    scale = SIDE / spec.size
    ring = f'cx="{(x + 0.5) * scale:.1f}" cy="{(y + 0.5) * scale:.1f}" r="9"'
    return (
        f'<svg viewBox="0 0 {SIDE} {SIDE}" role="img" aria-label="{escape(words)}">'
        f'<image width="{SIDE}" height="{SIDE}" href="{_data_uri(seen)}"/>'
        f'<circle class="peak under" {ring}/><circle class="peak" {ring}/></svg>'
    )


def _data_uri(seen: NDArray[np.uint8]) -> str:
    small = cv2.resize(seen, (SIDE, SIDE), interpolation=cv2.INTER_AREA if seen.shape[0] > SIDE else cv2.INTER_CUBIC)
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 85])
    return "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode("ascii")
