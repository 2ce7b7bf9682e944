"""What the page of the data asks of the disk."""

import csv
import hashlib
import os
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Final

from training.crops import MARK
from training.dataset import INDEX_NAME
from training.decisions import FILE_NAME, Decision, load_decisions
from training.errors import DatasetError
from training.labels import parse_split
from tumorviewer.state.training.data_opened import DataTrouble, Opened, Trouble

_DEPTH: Final = 4
"""Folders below each other in which parts are looked for."""


def examine(path: Path, places: Path) -> Opened | DataTrouble:
    """Look what was dropped or chosen.

    Parameters
    ----------
    path : Path
    places : Path
        Where data sets have their homes.
    """
    path = Path(os.path.abspath(path))
    if not path.exists():
        return DataTrouble(Trouble.GONE, str(path))
    if not path.is_dir() and path.suffix.lower() != ".csv":
        return DataTrouble(Trouble.NO_DATA_SET, str(path))
    home = places / hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    try:
        home.mkdir(parents=True, exist_ok=True)
        decisions, trouble = _decisions_of(home / FILE_NAME)
        return Opened(path, home, brings_split(path), decisions, trouble)
    except OSError as error:
        return DataTrouble(Trouble.UNREADABLE, error.filename or str(path), error.strerror or str(error))


def brings_split(path: Path) -> bool:
    """Tell whether folders or an index name a train and a test part."""
    index = path / INDEX_NAME if path.is_dir() else path
    names = _cells(index) if index.is_file() else _folder_names(path)
    return {"train", "test"} <= {parse_split(name) for name in names}


def place_for_crops(chosen: Path, data: Path) -> Path | DataTrouble:
    """Return where cropped pictures of a data set go: into the chosen folder, or a new one in it if it holds others.

    Raises
    ------
    OSError
        If the chosen folder cannot be looked at.
    """
    # Without an index all that lies below the data set's folder belongs to it.
    if data.is_dir() and not (data / INDEX_NAME).is_file() and chosen.resolve().is_relative_to(data.resolve()):
        return DataTrouble(Trouble.CROPS_INSIDE, str(chosen))
    if _is_free(chosen) or (chosen / MARK).is_file():
        return chosen
    name = f"{data.stem} cropped"
    return next(
        place for number in count(1) if _is_free(place := chosen / (name if number == 1 else f"{name} {number}"))
    )


def _is_free(folder: Path) -> bool:
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def _decisions_of(file: Path) -> tuple[tuple[Decision, ...], DataTrouble | None]:
    if not file.is_file():
        return (), None
    try:
        return load_decisions(file), None
    except DatasetError:
        kept = file.with_name(f"{file.stem}-damaged{file.suffix}")
        os.replace(file, kept)
        return (), DataTrouble(Trouble.DECISIONS, detail=str(kept))


def _folder_names(root: Path) -> Iterable[str]:
    for folder, inside, _ in os.walk(root):
        inside[:] = [name for name in inside if not name.startswith(".")]
        yield from inside
        if len(Path(folder).relative_to(root).parts) >= _DEPTH - 1:
            inside.clear()


def _cells(index: Path) -> set[str]:
    """Return what the column of parts says; nothing of an index that cannot be read, which looking it over will say."""
    try:
        with index.open(encoding="utf-8-sig", newline="") as stream:
            header = stream.readline()
            delimiter = ";" if ";" in header and "," not in header else ","
            columns = [name.strip().casefold() for name in next(csv.reader([header], delimiter=delimiter), [])]
            if "split" not in columns:
                return set()
            place = columns.index("split")
            return {row[place] for row in csv.reader(stream, delimiter=delimiter) if len(row) > place}
    except (UnicodeDecodeError, csv.Error):
        return set()
