"""What a person takes out of the program: a table of answers, and labelled scans as a data set."""

import csv
import errno
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2

from tumorviewer import NOTICE
from tumorviewer.files import atomic_write
from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.load import open_source
from tumorviewer.imaging.render import render_grey
from tumorviewer.imaging.scan import CropBox
from tumorviewer.inference.labels import CLASSES
from tumorviewer.storage.answers import StoredAnswer
from tumorviewer.storage.csv_cells import csv_line, csv_text

INDEX: Final = "index.csv"
_INDEX_COLUMNS: Final = ("path", "label", "source", "patient_block")
PROBABILITY: Final = "probability_"


@dataclass(frozen=True, slots=True)
class Exported:
    """One row as it is taken out.

    Attributes
    ----------
    path : Path
    frame : int
    sha256 : str
        "" where the file was not read yet.
    error : str
        Why it cannot be read, or "".
    answer : StoredAnswer or None
    crop_kind : str
        ``automatic``, ``edited`` or ``whole``.
    label, note : str
        The person's own.
    """

    path: Path
    frame: int
    sha256: str
    error: str
    answer: StoredAnswer | None
    crop_kind: str
    label: str
    note: str


def write_table(rows: Sequence[Exported], path: Path, *, full_paths: bool) -> None:
    """Write answers, own labels and notes as CSV.

    Parameters
    ----------
    rows : sequence of Exported
    path : Path
    full_paths : bool
        Write the folders too, which may hold names of patients.

    Raises
    ------
    OSError
        If it cannot be written; what stood there is untouched.
    """
    # The byte order mark tells spreadsheets that this is UTF-8.
    with atomic_write(path) as stream:
        stream.write("\N{ZERO WIDTH NO-BREAK SPACE}" + csv_line(_COLUMNS))
        for row in rows:
            stream.write(csv_line(_cells(row, full_paths=full_paths)))


_COLUMNS: Final = (
    *("file", "frame", "sha256", "error", "verdict", "model_label", "confidence"),
    *(PROBABILITY + name for name in CLASSES),
    *("crop_x", "crop_y", "crop_w", "crop_h", "crop_kind", "own_label", "note", "model", "model_sha256", "notice"),
)


def _cells(row: Exported, *, full_paths: bool) -> Iterator[str]:
    answer = row.answer
    yield csv_text(str(row.path) if full_paths else row.path.name)
    yield str(row.frame)
    yield row.sha256
    yield csv_text(row.error)
    yield answer.verdict if answer else ""
    yield answer.label if answer else ""
    yield f"{answer.confidence:.6f}" if answer else ""
    yield from (f"{share:.6f}" for share in answer.probabilities) if answer else ("" for _ in CLASSES)
    box = answer.crop if answer else None
    yield from map(str, box.as_list()) if box else ("",) * len(CropBox.__dataclass_fields__)
    yield ("whole" if box is None else row.crop_kind) if answer else ""
    yield row.label
    yield csv_text(row.note)
    yield answer.model if answer else ""
    yield answer.model_sha256 if answer else ""
    yield NOTICE


@dataclass(frozen=True, slots=True)
class DataSetWritten:
    """What became of an export as a data set: pictures written, and files that could not be."""

    written: int
    failed: tuple[ScanError, ...]
    stopped: bool = False


def write_data_set(
    rows: Iterable[Exported],
    folder: Path,
    block_of: Callable[[Path], str],
    *,
    report: Callable[[int], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
) -> DataSetWritten:
    """Write labelled scans as grey PNG pictures into class folders, with an index that training reads.

    The pictures are what the program shows with the default window, so they hold no header and no patient data; they
    are named by content. An index that is there already is gone on with, so that a data set can grow.

    Parameters
    ----------
    rows : iterable of Exported
        Those without a label are left out.
    folder : Path
    block_of : callable
        From a file to a name that stands for its patient without showing it; "" where that is not known.
    report : callable
        Told how many rows are done.
    stopped : callable
        Asked before each.

    Raises
    ------
    OSError
        If the folder cannot be written, holds a data set of another kind, or the disk is full; what was written is
        listed in the index.
    """
    index = _Index(folder)
    failed: list[ScanError] = []
    written = 0
    try:
        for done, row in enumerate(rows, 1):
            if stopped():
                return DataSetWritten(written, tuple(failed), stopped=True)
            if row.label:
                try:
                    index.add(row.label, _write_picture(row, folder), block_of(row.path))
                    written += 1
                except ScanError as error:
                    failed.append(error)
            report(done)
    finally:
        index.save()
    return DataSetWritten(written, tuple(failed))


def _write_picture(row: Exported, folder: Path) -> Path:
    source = open_source(row.path)
    scan = source.read(row.frame)
    name = f"{scan.sha256[:16]}-{row.frame}.png" if source.frames > 1 else f"{scan.sha256[:16]}.png"
    path = folder / row.label / name
    # A scan that was relabelled leaves its former folder.
    for label in CLASSES:
        if label != row.label:
            (folder / label / name).unlink(missing_ok=True)
    if not path.exists():
        _, encoded = cv2.imencode(".png", render_grey(scan))
        with atomic_write(path, "wb") as stream:
            stream.write(encoded.tobytes())
    return path


class _Index:
    """The table beside the class folders; see docs/data-folders.md."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: dict[str, dict[str, str]] = {}
        if not (folder / INDEX).exists():
            return
        with (folder / INDEX).open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            if tuple(reader.fieldnames or ()) != _INDEX_COLUMNS:
                raise FileExistsError(
                    errno.EEXIST, f"there is an {INDEX} of another kind; choose an empty folder", str(folder)
                )
            self._rows = {Path(row["path"]).name: row for row in reader}

    def add(self, label: str, path: Path, block: str) -> None:
        # Without a patient a slice stands for itself: better than one block of all strangers.
        stem = path.stem.split("-")[0]
        own = hashlib.blake2b(stem.encode(), digest_size=8).hexdigest()
        self._rows[path.name] = {
            "path": path.relative_to(self._folder).as_posix(),
            "label": label,
            "source": "own",
            "patient_block": block or f"s{own}",
        }

    def save(self) -> None:
        with atomic_write(self._folder / INDEX) as stream:
            stream.write(csv_line(_INDEX_COLUMNS))
            for row in self._rows.values():
                stream.write(csv_line(row[name] for name in _INDEX_COLUMNS))
