"""``predict --series``: one row for each series, made of the rows of its slices."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tumorviewer import NOTICE
from tumorviewer.cli.common import cannot_write
from tumorviewer.cli.results import Sink
from tumorviewer.cli.rows import PROBABILITY, Row, json_line
from tumorviewer.cli.stacking import Slice, answer_together, use_in_series
from tumorviewer.files import atomic_write
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.stacks import stack_key
from tumorviewer.imaging.survey import Surveyed, survey
from tumorviewer.inference.bundle import Bundle
from tumorviewer.inference.series import LEFT_OUT
from tumorviewer.storage.csv_cells import csv_line, csv_text

COLUMNS: Final[tuple[str, ...]] = (
    "kind", "series_kind", "series", "name", "verdict", "ground", "label", "other", "score", "calibrated", "slices",
    "counted", "first", "last", "peak", "peak_path", "peak_frame", "left_out", "certain", "findings", "spacing", "span",
    "model", "model_sha256", "notice",
)  # fmt: skip


@dataclass(slots=True)
class _Stack:
    """Slices of one series."""

    kind: str
    key: str
    name: str
    slices: list[Slice] = field(default_factory=list)


class SeriesTable:
    """Takes rows of slices and puts them together.

    Parameters
    ----------
    bundle : Bundle
        Whose answers they are.
    folders : bool
        The pictures of a folder are one series as well.
    """

    def __init__(self, bundle: Bundle, *, folders: bool) -> None:
        self._bundle, self._folders = bundle, folders
        self._stacks: dict[tuple[str, str], _Stack] = {}
        self._surveyed: tuple[Path, Surveyed | None] = (Path(), None)

    def take(self, path: Path, row: Row) -> None:
        """Take the row of one slice. A file that is no scan belongs to no series."""
        surveyed = self._survey(path)
        if surveyed is None:
            return
        kind, key, name = stack_key(surveyed)
        if kind == "folder" and not self._folders:
            return
        shares = row["probabilities"] or {}
        values = tuple(float(shares.get(label, 0.0)) for label in self._bundle.classes)
        use = use_in_series(surveyed, row["verdict"] if row["status"] == "ok" else None)
        stack = self._stacks.setdefault((kind, key), _Stack(kind, key, name))
        stack.slices.append(Slice(surveyed, int(row["frame"]), use, values))

    def rows(self) -> Iterator[Row]:
        """Yield a row for each series, in the order in which their first slices came."""
        for stack in self._stacks.values():
            yield self._row(stack)

    def _survey(self, path: Path) -> Surveyed | None:
        if self._surveyed[0] != path:  # the frames of a file come one after the other
            try:
                self._surveyed = (path, survey(path))
            except ScanError:
                self._surveyed = (path, None)
        return self._surveyed[1]

    def _row(self, stack: _Stack) -> Row:
        slices, bundle = sorted(stack.slices, key=lambda one: one.order), self._bundle
        answer, geometry = answer_together(slices, bundle)
        peak = slices[answer.peak] if answer.peak is not None else None
        return {
            "kind": "series",
            "series_kind": stack.kind,
            "series": stack.key,
            "name": stack.name,
            "verdict": answer.verdict,
            "ground": answer.ground.value,
            "label": answer.label or None,
            "other": answer.other or None,
            "score": round(answer.score, 6),
            "calibrated": answer.calibrated,
            "slices": answer.total,
            "counted": answer.counted,
            "first": answer.first,
            "last": answer.last,
            "peak": answer.peak,
            "peak_path": str(peak.surveyed.path) if peak is not None else None,
            "peak_frame": peak.frame if peak is not None else None,
            "left_out": {use.name.lower(): answer.left_out.get(use, 0) for use in LEFT_OUT},
            "certain": answer.certain,
            "findings": {finding.value: number for finding, number in geometry.findings},
            "spacing": round(geometry.spacing, 4) if geometry.spacing is not None else None,
            "span": answer.span,
            "model": bundle.name,
            "model_sha256": bundle.model_sha256,
            "notice": NOTICE,
        }


class WithSeries:
    """A place for rows of slices that shows each of them to a table of series, too."""

    def __init__(self, sink: Sink, table: SeriesTable) -> None:
        self._sink, self._table = sink, table

    def write(self, row: Row) -> None:
        """Write one row."""
        self._sink.write(row)
        self._table.take(Path(row["path"]), row)


def beside(output: Path) -> Path:
    """Return where the rows of the series go: ``answers.csv`` has ``answers.series.csv`` beside it."""
    return output.with_name(f"{output.stem}.series{output.suffix}")


def write_series(path: Path, rows: Sequence[Row]) -> None:
    """Write rows of series as .jsonl or .csv, whole or not at all.

    Raises
    ------
    CommandError
    """
    try:
        with atomic_write(path) as stream:
            if path.suffix.lower() != ".csv":
                stream.writelines(json_line(row) for row in rows)
                return
            stream.write(csv_line(list(COLUMNS)))
            stream.writelines(csv_line([_cell(row[column]) for column in COLUMNS]) for row in rows)
    except OSError as error:
        raise cannot_write("rows of the series", path, error) from error


def parsed(line: str, columns: Sequence[str] | None) -> Row:
    """Return frame, status, verdict and probabilities of a row that stands in a file.

    Parameters
    ----------
    line : str
    columns : sequence of str or None
        The header of a CSV; None for a line of JSON.
    """
    if columns is None:
        row: Row = json.loads(line)
        return row
    cells = dict(zip(columns, next(csv.reader([line])), strict=True))
    shares = {name.removeprefix(PROBABILITY): float(cell) for name, cell in cells.items() if _is_share(name, cell)}
    return {"frame": cells["frame"], "status": cells["status"], "verdict": cells["verdict"], "probabilities": shares}


def _is_share(name: str, cell: str) -> bool:
    return name.startswith(PROBABILITY) and cell != ""


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name}={number}" for name, number in value.items())
    return "" if value is None else csv_text(str(value))
