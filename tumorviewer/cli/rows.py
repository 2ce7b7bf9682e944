r"""One row of results a frame, and how it is written as a line of JSON or of CSV.

Every row is one line of valid UTF-8. File names are written so that nothing of them is lost and nothing of them
acts: bytes that are no UTF-8 (which Python holds as lone surrogates) and the characters that some readers take for
the end of a line are written as JSON escapes; in CSV, where there are no escapes, such bytes become ``\udcXX``, and
a cell that a spreadsheet would take for a formula gets an apostrophe in front.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from tumorviewer import NOTICE
from tumorviewer.inference.batch import Answer
from tumorviewer.storage.csv_cells import csv_text

Row = dict[str, Any]

COLUMNS: Final[tuple[str, ...]] = (
    "path", "frame", "status", "error", "verdict", "label", "confidence",
    "crop_x", "crop_y", "crop_w", "crop_h", "crop_kind", "focus_x", "focus_y",
    "model", "model_sha256", "frames", "sha256", "notice",
)  # fmt: skip
PROBABILITY: Final = "probability_"

_NEEDS_ESCAPE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def make_row(answer: Answer, model: str, model_sha256: str) -> Row:
    """Return the row of one answer.

    `crop` is the part that was judged; `crop_kind` says whether it is an outlined `head` or, where there was none to
    outline, the `whole` image. `label`, `confidence` and
    `probabilities` are those of the network even where the verdict is "uncertain" or "not_brain_mr": the verdict is
    what counts. `frames` and `sha256` (of the scan's file) are what `--resume` goes by.
    """
    found = answer.prediction
    row: Row = {
        "path": str(answer.path),
        "frame": answer.frame,
        "status": "ok" if found else "error",
        "error": answer.error.reason if answer.error else None,
        "verdict": None,
        "label": None,
        "confidence": None,
        "probabilities": None,
        "crop": None,
        "crop_kind": None,
        "focus": None,
        "model": model,
        "model_sha256": model_sha256,
        "frames": answer.frames or None,
        "sha256": answer.sha256 or None,
        "notice": NOTICE,
    }
    if found:
        row |= {
            "verdict": found.verdict,
            "label": found.label,
            "confidence": round(found.confidence, 6),
            "probabilities": {
                name: round(float(share), 6) for name, share in zip(found.classes, found.probabilities, strict=True)
            },
            "crop": found.crop.as_list() if found.crop else [0, 0, found.image_shape[1], found.image_shape[0]],
            "crop_kind": "head" if found.crop else "whole",
            "focus": [round(found.focus[0], 1), round(found.focus[1], 1)],
        }
    return row


def json_line(row: Row) -> str:
    """Return the row as one line with its end."""
    text = json.dumps(row, ensure_ascii=False, allow_nan=False)
    return _NEEDS_ESCAPE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def csv_columns(classes: Iterable[str]) -> list[str]:
    """Return the header: probabilities stand after the confidence, in the model's order."""
    place = COLUMNS.index("confidence") + 1
    return [*COLUMNS[:place], *(PROBABILITY + name for name in classes), *COLUMNS[place:]]


def csv_cells(row: Row, columns: Iterable[str]) -> list[str]:
    """Return the row's cells in the order of `columns`; what a row does not have is empty."""
    flat = {key: row.get(key) for key in COLUMNS}
    flat |= {PROBABILITY + name: share for name, share in (row["probabilities"] or {}).items()}
    for name, values in (("crop", "xywh"), ("focus", "xy")):
        flat |= {f"{name}_{axis}": value for axis, value in zip(values, row[name] or (), strict=False)}
    return [_cell(flat.get(column)) for column in columns]


def _cell(value: object) -> str:
    if value is None:
        return ""
    return csv_text(value) if isinstance(value, str) else str(value)
