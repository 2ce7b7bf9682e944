"""Cropped scans as picture files in ``train/<class>/`` and ``test/<class>/``, for looking at and for other programs."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from training.building import Cancelled, Report
from training.cache import CropCache
from training.dataset import Dataset
from training.errors import DatasetError, TrainingCancelled
from training.split import Split
from tumorviewer.files import atomic_write

MARK: Final = ".tumorviewer-crops.json"
"""Lies in a folder of crops: what made it. A folder without it is not written into."""

_BATCH: Final = 64

PictureFormat = Literal["png", "jpg"]


@dataclass(frozen=True, slots=True)
class Export:
    """What was written: pictures made now, pictures that were there from an earlier, stopped export."""

    written: int
    kept: int


def export_crops(
    dataset: Dataset,
    cache: CropCache,
    split: Split,
    folder: Path,
    *,
    made_by: dict[str, object],
    picture_format: PictureFormat = "png",
    report: Report | None = None,
    cancelled: Cancelled | None = None,
) -> Export:
    """Write crops into class folders below ``train``, ``validation`` (if the split has one) and ``test``.

    An export that was stopped goes on where it was. ``crops.csv`` lists which picture came from which file.

    Parameters
    ----------
    dataset : Dataset
    cache : CropCache
        Built for the samples of that data set.
    split : Split
    folder : Path
        Missing, empty, or from the same export.
    made_by : dict
        Settings that decide what is written; an unfinished export goes on only with the same ones.

    Raises
    ------
    DatasetError
        If the folder holds something else.
    TrainingCancelled
        What was written stays.
    OSError
        If the disk is full; no picture is half written.
    """
    _claim(folder, {**made_by, "format": picture_format, "split": split.how, "data": dataset.fingerprint()})
    plan = list(_plan(dataset, cache, split, picture_format))
    written = kept = 0
    for start in range(0, len(plan), _BATCH):
        if cancelled is not None and cancelled():
            raise TrainingCancelled
        part = plan[start : start + _BATCH]
        missing = [(index, name) for index, name in part if not (folder / name).exists()]
        for (_, name), crop in zip(missing, cache.read([index for index, _ in missing]), strict=True):
            _write_picture(folder / name, crop)
        written += len(missing)
        kept += len(part) - len(missing)
        if report is not None:
            report(start + len(part), len(plan))
    _write_list(dataset, cache, plan, folder / "crops.csv")
    return Export(written, kept)


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds something else than crops; cheap, so that it can be asked before the long work.

    Raises
    ------
    DatasetError
    """
    ours = (folder / MARK).is_file()
    if not ours and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DatasetError(f"{str(folder)!r} is not empty and not a folder of crops. Name a new or an empty folder.")


def _claim(folder: Path, made_by: dict[str, object]) -> None:
    mark = folder / MARK
    if mark.is_file():
        try:
            before = json.loads(mark.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            before = None
        if before != json.loads(json.dumps(made_by)):
            raise DatasetError(
                f"{str(folder)!r} holds crops that were made with other settings or from other data. "
                "Name another folder, or remove that one."
            )
        return
    check_folder(folder)
    with atomic_write(mark) as stream:
        json.dump(made_by, stream, indent=1)


def _plan(dataset: Dataset, cache: CropCache, split: Split, picture_format: str) -> Iterator[tuple[int, str]]:
    """Yield (index, path below the folder) of every picture; names differ by more than upper and lower case."""
    for part, indices in (("train", split.train), ("validation", split.validation), ("test", split.test)):
        taken: set[str] = set()
        for index in indices.tolist():
            if not cache.usable[index]:
                continue
            sample = dataset.samples[index]
            stem = _safe(sample.path.stem) + (f"_f{sample.frame}" if sample.frame else "")
            name = f"{part}/{sample.label}/{stem}.{picture_format}"
            number = 2
            while name.casefold() in taken:
                name = f"{part}/{sample.label}/{stem}_{number}.{picture_format}"
                number += 1
            taken.add(name.casefold())
            yield index, name


def _safe(stem: str) -> str:
    """Return a name that every file system takes: letters of any script, digits, ``-``, ``_`` and ``.``."""
    cleaned = re.sub(r"[^\w.\-]+", "_", stem.encode("utf-8", "replace").decode()).strip("._")[:60]
    reserved = re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", cleaned.split(".")[0])
    return f"_{cleaned}" if reserved or not cleaned else cleaned


def _write_picture(file: Path, crop: NDArray[np.uint8]) -> None:
    done, encoded = cv2.imencode(file.suffix, crop, [cv2.IMWRITE_JPEG_QUALITY, 95])
    if not done:
        raise OSError(f"{file.name} could not be encoded")
    with atomic_write(file, "wb") as stream:
        stream.write(encoded.tobytes())


def _write_list(dataset: Dataset, cache: CropCache, plan: list[tuple[int, str]], file: Path) -> None:
    with atomic_write(file) as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(["path", "label", "original", "frame", "crop_x", "crop_y", "crop_w", "crop_h"])
        for index, name in plan:
            sample = dataset.samples[index]
            original = dataset.relative(index)
            rows.writerow([name, sample.label, original, sample.frame, *cache.boxes[index].tolist()])
