"""The scan with what the model saw in it, as one picture: crop, heat map, verdict, bars, model and disclaimer.

It is painted with Pillow, whose own typeface needs no font of the system: the same picture everywhere, in English, as
reports of machines to machines are.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tumorviewer import NOTICE, __version__
from tumorviewer.dicom_out.codes import english
from tumorviewer.dicom_out.judged import Judged
from tumorviewer.imaging.render import render
from tumorviewer.inference.labels import NOT_BRAIN_MR, UNCERTAIN
from tumorviewer.presentation.heat_colours import colour_table, cover_table

SIDE: Final = 768
"""Pixels of the longer side of the scan; a larger one stays as it is."""
_WIDEST_TEXT: Final = 640
_OPACITY: Final = 0.5
_FRAME: Final = (120, 200, 255)
_INK, _QUIET, _TRACK, _BAR, _BEST = (235, 235, 235), (170, 170, 170), (60, 60, 60), (130, 150, 170), (255, 190, 90)
_MARGIN, _LINE = 16, 26


def paint(judged: Judged) -> NDArray[np.uint8]:
    """Return the picture.

    Parameters
    ----------
    judged : Judged

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        RGB. The scan as it lies in its file, nothing of it hidden by text: that stands below.
    """
    scan, scale = _scaled(_with_heat(judged))
    height, width = scan.shape[:2]
    whole = Image.new("RGB", (max(width, _WIDEST_TEXT), height + _text_height(judged)))
    left = (whole.width - width) // 2
    whole.paste(Image.fromarray(scan), (left, 0))
    draw = ImageDraw.Draw(whole)
    _draw_crop(draw, judged, scale, left)
    _draw_text(draw, judged, height + _MARGIN, whole.width)
    return np.asarray(whole, np.uint8)


def verdict_line(judged: Judged) -> str:
    """Return the verdict in words."""
    answer = judged.prediction
    if answer.verdict == UNCERTAIN:
        return f"Uncertain: below {judged.card.thresholds.certain:.0%}, so no answer"
    if answer.verdict == NOT_BRAIN_MR:
        return "Not a brain MR slice, so no answer"
    return f"{english(answer.verdict)}, {answer.confidence:.0%}"


def _with_heat(judged: Judged) -> NDArray[np.uint8]:
    """Return the scan in colour, with the evidence for the likeliest class over the crop."""
    shown = render(judged.scan)
    colour = shown if shown.ndim == 3 else cv2.cvtColor(shown, cv2.COLOR_GRAY2RGB)
    if judged.prediction.verdict == NOT_BRAIN_MR:
        return np.asarray(colour, np.uint8)
    box, evidence = judged.heat.box, np.rint(judged.heat.values * 255).astype(np.uint8)
    rows, columns = slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)
    cover = cover_table()[evidence][..., None] * _OPACITY
    mixed = colour[rows, columns] * (1 - cover) + colour_table()[evidence] * cover
    painted = np.array(colour, np.uint8)
    painted[rows, columns] = np.rint(mixed).astype(np.uint8)
    return painted


def _scaled(picture: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], float]:
    scale = max(1.0, SIDE / max(picture.shape[:2]))
    if scale == 1.0:
        return picture, scale
    size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.uint8), scale


def _draw_crop(draw: ImageDraw.ImageDraw, judged: Judged, scale: float, left: int) -> None:
    box = judged.prediction.crop
    if box is not None:
        corners = (box.x, box.y, box.x + box.width, box.y + box.height)
        x0, y0, x1, y1 = (round(value * scale) for value in corners)
        draw.rectangle((left + x0, y0, left + x1 - 1, y1 - 1), outline=_FRAME, width=2)


def _text_height(judged: Judged) -> int:
    return 2 * _MARGIN + 44 + (len(_bars(judged)) + len(_lines(judged)) + 1) * _LINE


def _bars(judged: Judged) -> dict[str, float]:
    """Return the probabilities that are drawn: none where they mean nothing."""
    return {} if judged.prediction.verdict == NOT_BRAIN_MR else dict(judged.shares)


def _lines(judged: Judged) -> list[str]:
    card, digest = judged.card, judged.prediction.model_sha256
    lines = [f"Label given by a person: {english(judged.label)}"] if judged.label else []
    lines.append(f"Model {card.full_name}, SHA-256 {digest[:16]}, Tumor Viewer {__version__}")
    if judged.prediction.verdict != NOT_BRAIN_MR:
        frame = "Frame: what the model was given. " if judged.prediction.crop is not None else ""
        lines.append(f"{frame}Colours: what spoke for {english(judged.prediction.label).lower()}.")
    return lines


def _draw_text(draw: ImageDraw.ImageDraw, judged: Judged, top: int, width: int) -> None:
    large, usual, small = (ImageFont.load_default(size) for size in (30, 18, 15))
    draw.text((_MARGIN, top), verdict_line(judged), _INK, large)
    y = top + 44
    best = judged.prediction.label
    for name, share in _bars(judged).items():
        draw.text((_MARGIN, y), english(name), _INK, usual)
        begin, end = _MARGIN + 190, width - _MARGIN - 70
        draw.rectangle((begin, y + 6, end, y + 16), fill=_TRACK)
        if round((end - begin) * share) > 0:
            colour = _BEST if name == best else _BAR
            draw.rectangle((begin, y + 6, begin + round((end - begin) * share), y + 16), fill=colour)
        draw.text((width - _MARGIN, y), f"{share:.1%}", _INK, usual, anchor="ra")
        y += _LINE
    for line in _lines(judged):
        draw.text((_MARGIN, y + 4), line, _QUIET, small)
        y += _LINE
    draw.text((_MARGIN, y), NOTICE, _BEST, usual)
