"""Answers, own labels and notes as a CSV file."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from tumorviewer import NOTICE
from tumorviewer.files import atomic_write
from tumorviewer.inference.labels import CLASSES
from tumorviewer.storage.csv_cells import csv_line, csv_text
from tumorviewer.storage.export_rows import ExportRow

COLUMNS: Final = (
    *("file", "frame", "sha256", "error", "verdict", "model_label", "confidence"),
    *(f"probability_{name}" for name in CLASSES),
    *("crop_x", "crop_y", "crop_w", "crop_h", "crop_kind", "own_label", "note", "model", "model_sha256", "notice"),
)
_BYTE_ORDER_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"


class ExportStopped(Exception):  # no error: it was asked for
    """The person stopped the export; nothing of it is left."""


def write_table(
    rows: Iterable[ExportRow],
    path: Path,
    *,
    full_paths: bool,
    report: Callable[[int], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
) -> int:
    """Write a line a row, and return how many.

    Parameters
    ----------
    rows : iterable of ExportRow
    path : Path
        There whole or not at all.
    full_paths : bool
        Write the folders too, which may hold names of patients.
    report : callable
        Told how many rows are done.
    stopped : callable
        Asked before each row.

    Raises
    ------
    ExportStopped
    OSError
        If it cannot be written.
    """
    done = 0
    with atomic_write(path) as stream:
        stream.write(_BYTE_ORDER_MARK + csv_line(COLUMNS))  # the mark tells spreadsheets that this is UTF-8
        for done, row in enumerate(rows, 1):
            if stopped():
                raise ExportStopped
            stream.write(csv_line(_cells(row, full_paths=full_paths)))
            report(done)
    return done


def _cells(row: ExportRow, *, full_paths: bool) -> Iterator[str]:
    answer = row.answer
    yield csv_text(str(row.path) if full_paths else row.path.name)
    yield str(row.frame)
    yield row.sha256
    yield csv_text(row.error)
    yield answer.verdict if answer else ""
    yield answer.label if answer else ""
    yield f"{answer.confidence:.6f}" if answer else ""
    yield from (f"{share:.6f}" for share in answer.probabilities) if answer else [""] * len(CLASSES)
    yield from map(str, row.crop.as_list()) if row.crop else [""] * 4
    yield row.crop_kind if answer else ""
    yield csv_text(row.label)
    yield csv_text(row.note)
    yield answer.model if answer else ""
    yield answer.model_sha256 if answer else ""
    yield NOTICE
