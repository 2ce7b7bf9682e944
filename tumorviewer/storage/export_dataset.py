"""Labelled scans as a class-folder data set that training reads: grey pictures and an index, without patient data.

It is made in a hidden folder inside the one that was chosen, and moved into place when all of it is there: an export
that is stopped, or meets a full disk, changes nothing.
"""

import csv
import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2

from tumorviewer.files import atomic_write
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import Source, open_source
from tumorviewer.imaging.patients import dicom_block_and_frames, hashed_block
from tumorviewer.imaging.render import render_grey
from tumorviewer.inference.labels import CLASSES
from tumorviewer.storage.csv_cells import csv_line
from tumorviewer.storage.export_rows import ExportRow
from tumorviewer.storage.export_table import ExportStopped

INDEX: Final = "index.csv"
_COLUMNS: Final = ("path", "label", "source", "patient_block")
_SOURCE: Final = "labelled"

IndexRow = dict[str, str]


@dataclass(frozen=True, slots=True)
class DatasetWritten:
    """What became of it: pictures written, and the errors of files that could not be read."""

    written: int
    failed: tuple[ScanError, ...]


def write_dataset(
    rows: Iterable[ExportRow],
    folder: Path,
    secret: str,
    *,
    report: Callable[[int], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
) -> DatasetWritten:
    """Write the labelled scans among some rows.

    Each becomes a PNG of what the program shows with the default window, named by the content of its file; the same
    scan is written once. A folder that was exported to before is gone on with: scans are added, and those that were
    labelled anew change their class folder.

    Parameters
    ----------
    rows : iterable of ExportRow
        Those without a label are left out.
    folder : Path
        Missing, empty, or exported to before.
    secret : str
        Goes into the names that stand for patients, so that nobody else can find out who they are.
    report : callable
        Told how many rows are done.
    stopped : callable
        Asked before each row.

    Raises
    ------
    ExportStopped
    OSError
        If the folder is another one, cannot be written, or the disk is full.
    """
    index = _read_index(folder)
    was_there = folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".export-", dir=folder))
    try:
        writer = _Writer(made, secret)
        for done, row in enumerate(rows, 1):
            if stopped():
                raise ExportStopped
            if row.label in CLASSES:
                writer.add(row)
            report(done)
        _move_into_place(made, folder, index, writer.index)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        if not was_there and not any(folder.iterdir()):
            folder.rmdir()
        raise
    shutil.rmtree(made, ignore_errors=True)
    return DatasetWritten(len(writer.index), tuple(writer.failed))


class _Writer:
    """Writes pictures below a folder, and keeps account."""

    def __init__(self, folder: Path, secret: str) -> None:
        self.index: dict[str, IndexRow] = {}
        self.failed: list[ScanError] = []
        self._folder, self._secret = folder, secret
        self._open: tuple[Path, Source, str] | None = None

    def add(self, row: ExportRow) -> None:
        try:
            source, block = self._opened(row.path)
            scan = source.read(row.frame)
        except ScanError as error:
            self.failed.append(error)
            return
        name = f"{scan.sha256[:16]}-{row.frame}.png" if source.frames > 1 else f"{scan.sha256[:16]}.png"
        if source.frames > 1 and not block:
            block = f"file {scan.sha256}"  # frames of one file show one patient
        picture = self._folder / row.label / name
        picture.parent.mkdir(exist_ok=True)
        picture.write_bytes(cv2.imencode(".png", render_grey(scan))[1].tobytes())
        self.index[name] = {
            "path": f"{row.label}/{name}",
            "label": row.label,
            "source": _SOURCE,
            "patient_block": hashed_block(f"{self._secret} {block}") if block else "",
        }

    def _opened(self, path: Path) -> tuple[Source, str]:
        """Open a file, or go on with the one that is open: its frames mostly follow each other."""
        if self._open is None or self._open[0] != path:
            self._open = None
            self._open = (path, open_source(path), dicom_block_and_frames(path)[0])
        return self._open[1:]


def _read_index(folder: Path) -> dict[str, IndexRow]:
    """Return the rows of an export before, by the name of the picture.

    Raises
    ------
    FileExistsError
        If there is something else in the folder.
    """
    if not folder.exists() or not any(folder.iterdir()):
        return {}
    try:
        with (folder / INDEX).open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            if tuple(reader.fieldnames or ()) == _COLUMNS:
                return {row["path"].rpartition("/")[2]: row for row in reader}
    except (FileNotFoundError, UnicodeDecodeError, csv.Error):
        pass  # not ours
    raise FileExistsError(errno.EEXIST, "it holds other files; choose an empty folder", str(folder))


def _move_into_place(made: Path, folder: Path, before: dict[str, IndexRow], new: dict[str, IndexRow]) -> None:
    """Move the pictures, then the index; a picture whose label has changed leaves its former place last."""
    index = before | new
    with atomic_write(made / INDEX) as stream:  # takes its room on the disk before anything is moved
        stream.write(csv_line(_COLUMNS))
        for row in index.values():
            stream.write(csv_line(row[column] for column in _COLUMNS))
    for row in new.values():
        target = folder / row["path"]
        target.parent.mkdir(exist_ok=True)
        os.replace(made / row["path"], target)
    os.replace(made / INDEX, folder / INDEX)
    for name, row in new.items():
        if name in before and before[name]["label"] != row["label"] and before[name]["label"] in CLASSES:
            (folder / before[name]["label"] / name).unlink(missing_ok=True)
