"""Reading class folders, in whatever naming and nesting collections use."""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from training.dataset import Dataset, Problem, Sample
from training.errors import DatasetError
from training.labels import TUMOR_UNSPECIFIED, PublishedSplit, parse_label, parse_split
from tumorviewer.imaging.discover import discover
from tumorviewer.imaging.patients import dicom_block_and_frames


@dataclass(frozen=True, slots=True)
class _Place:
    """What the folders between the root and a file say."""

    label: str | None
    split: PublishedSplit | None
    source: str


def read_folders(root: Path) -> Dataset:
    """Read a tree whose folders name the classes.

    Split folders (``Training``, ``test`` ...) may lie above or below the class folders. When several collections lie
    side by side, the first folder that names neither a class nor a split is the source. Each frame of a DICOM file is
    a sample.

    Raises
    ------
    DatasetError
        If no folder names a class, a folder with images names none, or nested folders contradict each other.
    """
    root = Path(os.path.abspath(root))
    files, problems, skipped = _find(root)
    places = {folder: _place(folder, root) for folder in {file.parent for file in files}}
    _check_places(places, files, root)
    samples: list[Sample] = []
    for file in files:
        place = places[file.parent]
        if place.label is None:
            problems.append(Problem(file, "lies outside every class folder"))
        else:
            samples.extend(_samples(file, place))
    return Dataset(root, tuple(samples), tuple(problems), skipped, _empty_classes(root, samples))


def _find(root: Path) -> tuple[list[Path], list[Problem], int]:
    found = discover([root])
    files: list[Path] = []
    problems: list[Problem] = []
    for item in found:
        if item.error is None:
            files.append(item.path)
        else:
            problems.append(Problem(item.path, item.error.reason))
    if not files:
        seen = f"; {len(problems)} could not be read, the first: {problems[0].reason}" if problems else ""
        raise DatasetError(f"There is no image in {str(root)!r}{seen}. Name the folder that holds the class folders.")
    return files, problems, found.skipped


def _place(folder: Path, root: Path) -> _Place:
    label: str | None = None
    split: PublishedSplit | None = None
    others: list[str] = []
    for name in folder.relative_to(root).parts:
        here, part = parse_label(name), parse_split(name)
        if here is not None:
            label = _more_telling(label, here, folder)
        elif part is not None:
            split = part
        elif label is None:
            others.append(name)
    return _Place(label, split, others[0] if others else root.name)


def _more_telling(outer: str | None, inner: str, folder: Path) -> str:
    """Return the inner label, unless it contradicts a definite outer one."""
    if outer is None or outer in (TUMOR_UNSPECIFIED, inner):
        return inner
    if inner == TUMOR_UNSPECIFIED:
        return outer
    raise DatasetError(f"{str(folder)!r} lies in a folder for {outer} and names {inner}. Move it to where it belongs.")


def _check_places(places: dict[Path, _Place], files: list[Path], root: Path) -> None:
    """Refuse a tree that holds images in folders that name no class."""
    counts = Counter(file.parent for file in files)
    labelled = [folder for folder, place in places.items() if place.label is not None]
    # A stray preview above the classes is a problem of that file; a folder full of images beside them is a question.
    unknown = {
        folder: counts[folder]
        for folder, place in places.items()
        if place.label is None and not any(other.is_relative_to(folder) for other in labelled)
    }
    if not labelled and set(unknown) == {root}:
        raise DatasetError(
            f"The {counts[root]} images in {str(root)!r} lie in no class folder. Sort them into glioma, meningioma, "
            "pituitary and no_tumor, or put an index.csv beside them with the columns path and label."
        )
    if unknown:
        listed = ", ".join(
            f"{folder.relative_to(root).as_posix()!r} ({count} images)" for folder, count in _largest(unknown)
        )
        known = ", ".join(sorted({folder.name for folder in labelled})) or "none"
        raise DatasetError(
            f"These folders in {str(root)!r} name no class: {listed}. Class folders that were "
            f"understood: {known}. Rename them to "
            "glioma, meningioma, pituitary, no_tumor or tumor_unspecified, move them out, or "
            "give them a name that begins with a dot."
        )


def _largest(counts: dict[Path, int], limit: int = 8) -> list[tuple[Path, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))[:limit]


def _samples(file: Path, place: _Place) -> list[Sample]:
    block, frames = dicom_block_and_frames(file)
    assert place.label is not None
    return [
        Sample(
            path=file,
            label=place.label,
            source=place.source,
            published_split=place.split,
            patient_block=block,
            frame=frame,
        )
        for frame in range(frames)
    ]


def _empty_classes(root: Path, samples: list[Sample]) -> tuple[str, ...]:
    """Return the labels that have a folder but no sample."""
    named: set[str] = set()
    for _, folders, _ in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        named.update(label for name in folders if (label := parse_label(name)) is not None)
    # A folder "tumor" that only holds folders of types is no class of its own.
    named.discard(TUMOR_UNSPECIFIED)
    return tuple(sorted(named - {sample.label for sample in samples}))
