"""A labelled data set: which files, with which labels, and what must not be torn apart."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.errors import DatasetError
from training.labels import PublishedSplit

INDEX_NAME = "index.csv"


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled slice.

    Attributes
    ----------
    path : Path
        The file, absolute.
    label : str
        One of ``training.labels.LABELS``.
    source : str
        The collection that it came from.
    published_split : {"train", "test"} or None
        Which part of a published split its folder names.
    duplicate_group : str
        Samples that show the same slice share it; "" = not known (see `training.duplicates.ensure_groups`).
    patient_block : str
        Samples that may come from one patient share it; never an identifier in clear. "" = not known.
    fold : int or None
        A given cross-validation fold.
    box : tuple of float or None
        Tumour box as fractions of the image: centre x, centre y, width, height.
    frame : int
        Frame of a multi-frame file, from 0.
    """

    path: Path
    label: str
    source: str = ""
    published_split: PublishedSplit | None = None
    duplicate_group: str = ""
    patient_block: str = ""
    fold: int | None = None
    box: tuple[float, float, float, float] | None = None
    frame: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that is named or found but cannot be used, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Given:
    """What a data set held before a person's decisions about its labels.

    Attributes
    ----------
    samples : tuple of Sample
    kept : tuple of int
        For each sample of the data set its place among these.
    """

    samples: tuple[Sample, ...]
    kept: tuple[int, ...]


@dataclass(frozen=True)
class Dataset:
    """Samples under one folder.

    Attributes
    ----------
    root : Path
        The folder; every sample lies in it.
    samples : tuple of Sample
        In a stable order.
    problems : tuple of Problem
        Files that are left out, each with its reason.
    skipped : int
        Files that neither claim nor turn out to be images.
    empty_classes : tuple of str
        Labels that have a class folder without any image.
    given : Given or None
        The samples before a person's decisions about labels; None where nothing was decided.
    """

    root: Path
    samples: tuple[Sample, ...]
    problems: tuple[Problem, ...] = ()
    skipped: int = 0
    empty_classes: tuple[str, ...] = ()
    given: Given | None = None

    def __len__(self) -> int:
        return len(self.samples)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The label of each sample."""
        return tuple(sample.label for sample in self.samples)

    @property
    def has_groups(self) -> bool:
        """Whether every sample knows its duplicate group."""
        return all(sample.duplicate_group for sample in self.as_given().samples)

    def relative(self, index: int) -> str:
        """Return the path of a sample below the root, with forward slashes."""
        return self.below(self.samples[index].path)

    def below(self, path: Path) -> str:
        """Return a path as it lies below the root, with forward slashes; the name alone if it lies elsewhere."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name

    def subset(self, indices: Sequence[int]) -> "Dataset":
        """Return the data set of the chosen samples, in the order given; problems stay with the whole."""
        chosen = tuple(self.samples[int(index)] for index in indices)
        return replace(self, samples=chosen, problems=(), skipped=0, given=None)

    def as_given(self) -> "Dataset":
        """Return the data set as it was before a person's decisions about its labels."""
        return self if self.given is None else replace(self, samples=self.given.samples, given=None)

    def regrouped(self, given: "Dataset") -> "Dataset":
        """Return the data set with the groups and patients of `given`, which holds what `as_given` does."""
        if self.given is None:
            return given
        grouped = tuple(
            replace(given.samples[place], label=sample.label)
            for place, sample in zip(self.given.kept, self.samples, strict=True)
        )
        return replace(self, samples=grouped, given=replace(self.given, samples=given.samples))

    def places(self) -> NDArray[np.int64]:
        """Return for each sample its place in `as_given`, ascending, shape (N,)."""
        return np.array(range(len(self)) if self.given is None else self.given.kept, np.int64)

    def fingerprint(self) -> str:
        """Return a SHA-256 over contents, labels and groups: equal data give equal text wherever they lie.

        Labels count as they were given: a person's decisions about some of them make no other data of it. Reads every
        file once. Files that cannot be read count by name only.
        """
        if self.given is not None:
            return self.as_given().fingerprint()
        lines = []
        digests: dict[Path, str] = {}
        for index, sample in enumerate(self.samples):
            if sample.path not in digests:
                digests[sample.path] = _content_digest(sample.path)
            fields = (
                self.relative(index),
                digests[sample.path],
                sample.label,
                sample.frame,
                sample.duplicate_group,
                sample.patient_block,
                sample.fold,
                sample.published_split,
            )
            lines.append(repr(fields))
        return hashlib.sha256("\n".join(sorted(lines)).encode("utf-8", "surrogateescape")).hexdigest()


def read_dataset(path: Path, *, patient_pattern: str | None = None) -> Dataset:
    """Read class folders, or the index CSV that is given or that lies in the folder.

    Parameters
    ----------
    path : Path
        A folder or a CSV file.
    patient_pattern : str, optional
        Regular expression on file names (then on paths below the root); its first group, or the whole match, names the
        patient. Only used where nothing else tells the patient. The match is hashed.

    Raises
    ------
    DatasetError
        If there is nothing that can be used; the sentence lists what was found. If the pattern is no regular
        expression, or takes too long.
    """
    # They import the types of this module.
    from training.patients import check_pattern, with_named_patients

    if not patient_pattern:
        return _read(path)
    check_pattern(patient_pattern)
    return with_named_patients(_read(path), patient_pattern)


def _read(path: Path) -> Dataset:
    # They import the types of this module.
    from training.folders import read_folders
    from training.index import read_index

    if path.is_dir():
        index = path / INDEX_NAME
        return read_index(index) if index.is_file() else read_folders(path)
    if path.is_file() and path.suffix.lower() == ".csv":
        return read_index(path)
    if path.exists():
        raise DatasetError(
            f"{str(path)!r} is neither a folder nor a .csv index. Name the folder that holds the classes."
        )
    raise DatasetError(f"{str(path)!r} is not there. Check the spelling, or that the drive is connected.")


def _content_digest(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return "unreadable"
