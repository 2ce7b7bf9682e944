"""What is measured on: real scans or drawn ones, the model, and stores of crops."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Setting, tell

if TYPE_CHECKING:
    from training.cache import CropCache

_CHUNK = 500
_LESIONS = (None, "glioma", "meningioma", "pituitary")


def model_folder(setting: Setting) -> Path:
    """Return the folder of the model's bundle."""
    from tumorviewer.inference.catalogue import find  # here, because crops need no model

    folder = find(setting.model).resolve()
    tell(f"model: {folder.name}")
    return folder


def scan_files(setting: Setting, count: int, source: str = "") -> tuple[list[Path], str]:
    """Return `count` files and what they are: real scans, drawn at random from all sources or one, or else phantoms."""
    known = sorted((setting.scans / source).rglob("*.jpg")) if setting.scans.is_dir() else []
    if len(known) >= count:
        chosen = np.random.default_rng(0).choice(len(known), count, replace=False)
        return [known[number] for number in chosen], "real scans"
    tell(f"fewer than {count} real scans in {setting.scans}: drawing heads")
    folder = setting.temporary / "heads"
    folder.mkdir()
    return [_draw(folder / f"{seed}.jpg", seed) for seed in range(count)], "drawn heads"


def labelled_folder(setting: Setting, count: int) -> tuple[Path, str]:
    """Return a data set of `count` scans in class folders, and what they are, as `scan_files`."""
    from training.labels import parse_label  # here, because most benchmarks need no labels

    files, kind = scan_files(setting, count)
    root = setting.temporary / "labelled"
    for number, file in enumerate(files):
        label = parse_label(file.parent.name) or _LESIONS[number % len(_LESIONS)] or "no_tumor"
        folder = root / label
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / f"{number}.jpg")
    return root, kind


def _draw(path: Path, seed: int) -> Path:
    import cv2  # with the next: only where there are no scans

    from tumorviewer.imaging.phantom import Lesion, Plane, draw_head

    lesions: tuple[Lesion | None, ...] = _LESIONS
    planes: tuple[Plane, ...] = ("axial", "coronal", "sagittal")
    head = draw_head(seed, lesion=lesions[seed % 4], plane=planes[seed % 3])
    path.write_bytes(cv2.imencode(".jpg", head)[1].tobytes())
    return path


def read_grey(path: Path) -> NDArray[np.uint8]:
    """Return a scan as it is judged."""
    from tumorviewer.imaging.load import load_scan  # with the next: the other benchmarks read no scans
    from tumorviewer.imaging.render import render_grey

    return render_grey(load_scan(path))


def random_crops(count: int, size: int, seed: int = 0) -> NDArray[np.uint8]:
    """Return crops of noise (count, size, size): networks and disks take as long for them as for heads."""
    generator = np.random.default_rng(seed)
    return generator.integers(0, 256, (count, size, size), np.uint8)


def crop_cache(folder: Path, count: int, size: int) -> "CropCache":
    """Return a crop cache on disk with `count` random crops, as `build_cache` leaves one."""
    from training.cache import CropCache  # with the next: only three benchmarks need training's code
    from training.row_store import KEY_BYTES, RowStore

    store = RowStore(folder, size * size)
    keys = [number.to_bytes(KEY_BYTES, "big") for number in range(count)]
    for start in range(0, count, _CHUNK):
        part = keys[start : start + _CHUNK]
        crops = random_crops(len(part), size, seed=start).reshape(len(part), -1)
        store.append(part, crops, np.zeros((len(part), 8), np.int64))
    return CropCache(store, size, keys, {})
