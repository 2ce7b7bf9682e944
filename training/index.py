"""Reading an index CSV: a row an image, paths relative to the file."""

import csv
import os
from collections import Counter
from pathlib import Path, PurePosixPath, PureWindowsPath

from training.dataset import Dataset, Problem, Sample
from training.errors import DatasetError
from training.labels import LABELS, PublishedSplit, parse_label, parse_split
from tumorviewer.imaging.patients import hashed_block

_BOX = ("box_x", "box_y", "box_w", "box_h")


def read_index(path: Path) -> Dataset:
    """Read an index CSV.

    Columns ``path`` and ``label`` are required; ``source``, ``split``, ``duplicate_group``, ``patient_block``,
    ``fold``, ``frame`` and ``box_x, box_y, box_w, box_h`` (centre and size as fractions of the image) are used where
    they are.

    Raises
    ------
    DatasetError
        If columns are missing, a label is unknown, a file has two labels, or a path leads out of the folder.
    """
    rows = _rows(path)
    root = Path(os.path.abspath(path.parent))
    _check_labels(path, rows)
    samples: dict[tuple[Path, int], Sample] = {}
    problems: list[Problem] = []
    resolver = _Resolver(path, root)
    for line, row in rows:
        file = resolver.file(line, row["path"])
        sample = _sample(path, line, row, file, root)
        known = samples.get((file, sample.frame))
        if known is not None and known.label != sample.label:
            raise DatasetError(
                f"{path.name}, line {line}: {row['path']!r} is labelled {sample.label}, and {known.label} further up. "
                "Keep one of the two rows."
            )
        if known is not None:
            problems.append(Problem(file, f"listed twice in {path.name}; the first row is used"))
        elif not file.is_file():
            problems.append(Problem(file, f"named in {path.name}, line {line}, but not there"))
        else:
            samples[file, sample.frame] = sample
    if not samples:
        raise DatasetError(
            f"None of the {len(rows)} files named in {str(path)!r} is there. Paths are relative to the CSV."
        )
    return Dataset(root, tuple(samples.values()), tuple(problems))


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return (line, cells) of every row, cells stripped and without missing values."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DatasetError(f"{str(path)!r} is not UTF-8 text. Save it as CSV UTF-8.") from error
    except OSError as error:
        raise DatasetError(f"{str(path)!r} cannot be read: {error.strerror}.") from error
    header = text.split("\n", 1)[0]
    # Spreadsheets write semicolons where the comma is the decimal sign.
    delimiter = ";" if ";" in header and "," not in header else ","
    reader = csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter)
    reader.fieldnames = [name.strip().casefold() for name in reader.fieldnames or ()]
    missing = [name for name in ("path", "label") if name not in reader.fieldnames]
    if missing:
        lacking, there = " and no column ".join(missing), ", ".join(reader.fieldnames) or "none"
        raise DatasetError(f"{str(path)!r} has no column {lacking}; it has {there}.")
    try:
        rows = [
            (reader.line_num, {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)})
            for row in reader
        ]
    except csv.Error as error:
        raise DatasetError(f"{str(path)!r}, line {reader.line_num}: {error}.") from error
    if not rows:
        raise DatasetError(f"{str(path)!r} has a header but no rows.")
    return rows


def _check_labels(path: Path, rows: list[tuple[int, dict[str, str]]]) -> None:
    unknown = Counter(row["label"] for _, row in rows if parse_label(row["label"]) is None)
    if unknown:
        named = ", ".join(f"{label!r} ({count} rows)" for label, count in unknown.most_common(8))
        raise DatasetError(f"{path.name} has labels that are not known: {named}. Known labels: {', '.join(LABELS)}.")


class _Resolver:
    """Turns the paths of one index into files, and refuses those that lead out of its folder."""

    def __init__(self, index: Path, root: Path) -> None:
        self._index = index
        self._root = root
        self._real_root = os.path.realpath(root)
        self._inside: dict[Path, bool] = {}

    def file(self, line: int, text: str) -> Path:
        if not text:
            raise DatasetError(f"{self._index.name}, line {line}: the path is empty.")
        file = self._root / text
        if "\\" in text and not file.exists():
            file = self._root / text.replace("\\", "/")  # an index that was written on Windows
        absolute = PurePosixPath(text).is_absolute() or PureWindowsPath(text).drive or "\0" in text
        lexical = Path(os.path.normpath(file))
        if absolute or not lexical.is_relative_to(self._root) or not self._stays_inside(lexical):
            raise DatasetError(
                f"{self._index.name}, line {line}: {text!r} leads out of the folder of the index. "
                "Only files beside or below the index are read."
            )
        return lexical

    def _stays_inside(self, file: Path) -> bool:
        """Follow links: of the folder once, of the file if it is one."""
        folder = file.parent
        if folder not in self._inside:
            self._inside[folder] = Path(os.path.realpath(folder)).is_relative_to(self._real_root)
        if not self._inside[folder]:
            return False
        return not file.is_symlink() or Path(os.path.realpath(file)).is_relative_to(self._real_root)


def _sample(index: Path, line: int, row: dict[str, str], file: Path, root: Path) -> Sample:
    label = parse_label(row["label"])
    assert label is not None  # _check_labels
    block = row.get("patient_block", "")
    return Sample(
        path=file,
        label=label,
        source=row.get("source") or root.name,
        published_split=_split(index, line, row.get("split", "")),
        duplicate_group=row.get("duplicate_group", ""),
        patient_block=hashed_block(block) if block else "",
        fold=_whole(index, line, row, "fold"),
        box=_box(index, line, row),
        frame=_whole(index, line, row, "frame") or 0,
    )


def _split(index: Path, line: int, text: str) -> PublishedSplit | None:
    if not text:
        return None
    split = parse_split(text)
    if split is None:
        raise DatasetError(f"{index.name}, line {line}: split {text!r} is neither train nor test.")
    return split


def _whole(index: Path, line: int, row: dict[str, str], column: str) -> int | None:
    text = row.get(column, "")
    if not text:
        return None
    if not text.isdecimal():
        raise DatasetError(f"{index.name}, line {line}: {column} {text!r} is not a whole number from 0 up.")
    return int(text)


def _box(index: Path, line: int, row: dict[str, str]) -> tuple[float, float, float, float] | None:
    cells = [row.get(name, "") for name in _BOX]
    if not any(cells):
        return None
    try:
        x, y, width, height = (float(cell) for cell in cells)
    except ValueError as error:
        raise DatasetError(
            f"{index.name}, line {line}: {', '.join(_BOX)} must be four numbers, or all empty."
        ) from error
    if not (0 <= x <= 1 and 0 <= y <= 1 and 0 < width <= 1 and 0 < height <= 1):
        raise DatasetError(f"{index.name}, line {line}: the box must be given in fractions of the image, from 0 to 1.")
    return x, y, width, height
