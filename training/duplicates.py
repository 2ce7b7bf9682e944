"""Which samples show the same slice: copied, re-encoded, resized, mirrored left to right or with other brightness.

Thumbnails are standardised (mean 0, norm 1), so that their inner product is Pearson's correlation and does not see
brightness or contrast. All pairs are compared at 32 x 32 by matrix products, a block at a time; what looks alike is
looked at again at 64 x 64. Whole pictures and crops are both compared, since some copies were padded or cut.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.building import Cancelled, Report
from training.components import Forest
from training.dataset import Dataset
from training.errors import TrainingCancelled
from training.fingerprint_worker import SIDE
from training.fingerprints import Fingerprints, build_fingerprints
from tumorviewer.files import atomic_write

COARSE: Final = 0.955
SAME_PICTURE: Final = 0.975
"""Least correlation of whole pictures at 64 x 64. Neighbouring slices of one patient mostly lie below 0.96."""
SAME_CROP: Final = 0.985
"""The same for crops, which lack the outline of the head that tells slices apart."""

KINDS: Final = ("same file", "same pixels", "nearly the same", "mirrored")

_BLOCK: Final = 2048
_MOST_PAIRS: Final = 2_000_000
_FORMAT: Final = 1

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Duplicates:
    """Pairs of samples that show the same slice.

    Attributes
    ----------
    pairs : ndarray of int64, shape (P, 2)
        First index below the second. Copies of one file or of the same pixels are paired with their first only.
    kinds : ndarray of int8, shape (P,)
        Index into ``KINDS``.
    similarity : ndarray of float32, shape (P,)
        Correlation of the thumbnails, 1 for equal ones.
    groups : ndarray of int64, shape (N,)
        Smallest index that is connected to the sample.
    """

    pairs: NDArray[np.int64]
    kinds: NDArray[np.int8]
    similarity: Floats
    groups: NDArray[np.int64]

    def among(self, places: NDArray[np.int64]) -> "Duplicates":
        """Return what is left of them among some of the samples, given by ascending numbers, numbered anew.

        What hung together through a sample that is not among them still does.
        """
        number = np.full(len(self.groups), -1, np.int64)
        number[places] = np.arange(len(places))
        pairs = number[self.pairs]
        inside = (pairs >= 0).all(axis=1)
        _, first, members = np.unique(self.groups[places], return_index=True, return_inverse=True)
        return Duplicates(pairs[inside], self.kinds[inside], self.similarity[inside], first[members])


def find_duplicates(
    fingerprints: Fingerprints, *, report: Report | None = None, cancelled: Cancelled | None = None
) -> Duplicates:
    """Compare every sample with every other.

    Parameters
    ----------
    fingerprints : Fingerprints
    report : callable, optional
        Called with (blocks compared, blocks).
    cancelled : callable, optional

    Raises
    ------
    TrainingCancelled
    """
    found = _Found(len(fingerprints))
    distinct = _pair_equals(fingerprints, found)
    for block in _near_pairs(fingerprints, distinct, report, cancelled):
        found.add(*block)
    return found.result()


def group_duplicates(dataset: Dataset, fingerprints: Fingerprints, duplicates: Duplicates | None = None) -> Dataset:
    """Return the data set with a duplicate group, and a patient block, for every sample.

    Groups and blocks that are told stay; a found group takes a told name where it has one. Where no patient is told,
    the group stands for the patient.
    """
    duplicates = duplicates or find_duplicates(fingerprints)
    told: dict[int, str] = {}
    for sample, root in zip(dataset.samples, duplicates.groups.tolist(), strict=True):
        if sample.duplicate_group:
            told.setdefault(root, sample.duplicate_group)
    samples = []
    for sample, root in zip(dataset.samples, duplicates.groups.tolist(), strict=True):
        group = sample.duplicate_group or told.get(root) or f"d{root:06d}"
        samples.append(replace(sample, duplicate_group=group, patient_block=sample.patient_block or group))
    return replace(dataset, samples=tuple(samples))


def ensure_groups(
    dataset: Dataset,
    folder: Path | None = None,
    *,
    workers: int | None = None,
    report: Report | None = None,
    cancelled: Cancelled | None = None,
) -> Dataset:
    """Return the data set with groups, searching for duplicates only if some sample lacks its group.

    What a person left out is searched, too: groups, and so the parts of a split, stay the same whatever was decided.

    Parameters
    ----------
    dataset : Dataset
    folder : Path, optional
        Cache folder; with it the second call takes a second. None = keep nothing.
    workers, report, cancelled
        As for `training.cache.build_cache`.
    """
    if dataset.has_groups:
        return dataset
    given = dataset.as_given()
    prints = build_fingerprints(given.samples, folder, workers=workers, report=report, cancelled=cancelled)
    return dataset.regrouped(group_duplicates(given, prints, cached_duplicates(prints, folder, cancelled=cancelled)))


def cached_duplicates(
    fingerprints: Fingerprints,
    folder: Path | None,
    *,
    report: Report | None = None,
    cancelled: Cancelled | None = None,
) -> Duplicates:
    """Find duplicates, or read them back where the same files were compared before."""
    if folder is None:
        return find_duplicates(fingerprints, report=report, cancelled=cancelled)
    what = repr((_FORMAT, COARSE, SAME_PICTURE, SAME_CROP, fingerprints.contents, fingerprints.usable.tolist()))
    name = hashlib.sha256(what.encode()).hexdigest()[:24]
    file = folder / "duplicates" / f"{name}.npz"
    known = _read_back(file, len(fingerprints))
    if known is not None:
        return known
    fresh = find_duplicates(fingerprints, report=report, cancelled=cancelled)
    try:
        with atomic_write(file, "wb") as stream:
            np.savez(stream, pairs=fresh.pairs, kinds=fresh.kinds, similarity=fresh.similarity, groups=fresh.groups)
    except OSError:
        return fresh  # no room to remember it: the next call compares again
    return fresh


def _read_back(file: Path, count: int) -> Duplicates | None:
    try:
        with np.load(file, allow_pickle=False) as stored:
            known = Duplicates(stored["pairs"], stored["kinds"], stored["similarity"], stored["groups"])
    except (OSError, ValueError, KeyError, EOFError):
        return None
    return known if known.groups.shape == (count,) else None


class _Found:
    """Collects pairs; beyond a limit only those that join two groups, so that memory stays bounded."""

    def __init__(self, count: int) -> None:
        self._forest = Forest(count)
        self._parts: list[tuple[NDArray[np.int64], NDArray[np.int8], Floats]] = []
        self._kept = 0

    def add(self, pairs: NDArray[np.int64], kinds: NDArray[np.int8], similarity: Floats) -> None:
        joins = np.zeros(len(pairs), bool)
        for number, (first, second) in enumerate(pairs.tolist()):
            joins[number] = self._forest.root(first) != self._forest.root(second)
            self._forest.join(first, second)
        keep = joins if self._kept > _MOST_PAIRS else slice(None)
        self._parts.append((np.sort(pairs[keep], axis=1), kinds[keep], similarity[keep]))
        self._kept += len(self._parts[-1][0])

    def result(self) -> Duplicates:
        pairs = np.concatenate([part[0] for part in self._parts] or [np.zeros((0, 2), np.int64)])
        kinds = np.concatenate([part[1] for part in self._parts] or [np.zeros(0, np.int8)])
        similarity = np.concatenate([part[2] for part in self._parts] or [np.zeros(0, np.float32)])
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        return Duplicates(pairs[order], kinds[order], similarity[order], self._forest.numbers())


def _pair_equals(prints: Fingerprints, found: _Found) -> NDArray[np.int64]:
    """Pair copies with their first, and return the samples that differ in pixels from all before them."""
    first_content: dict[str, int] = {}
    first_pixels: dict[int, int] = {}
    pairs, kinds, distinct = [], [], []
    for index in np.flatnonzero(prints.usable).tolist():
        by_content = first_content.setdefault(prints.contents[index], index)
        by_pixels = first_pixels.setdefault(int(prints.pixel_hashes[index]), index)
        if by_content != index:
            pairs.append((by_content, index))
            kinds.append(0)
        elif by_pixels != index:
            pairs.append((by_pixels, index))
            kinds.append(1)
        else:
            distinct.append(index)
    if pairs:
        found.add(np.array(pairs, np.int64), np.array(kinds, np.int8), np.ones(len(pairs), np.float32))
    return np.array(distinct, np.int64)


def _near_pairs(
    prints: Fingerprints, distinct: NDArray[np.int64], report: Report | None, cancelled: Cancelled | None
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int8], Floats]]:
    blocks = [distinct[start : start + _BLOCK] for start in range(0, len(distinct), _BLOCK)]
    total = len(blocks) * (len(blocks) + 1) // 2
    done = 0
    for number, rows in enumerate(blocks):
        views = [
            (standardise(_half(pictures[rows])), standardise(_half(pictures[rows])[:, :, ::-1]))
            for pictures in (prints.whole, prints.crop)
        ]
        for columns in blocks[number:]:
            if cancelled is not None and cancelled():
                raise TrainingCancelled
            candidates = _candidates(prints, rows, columns, views)
            if len(candidates):
                yield _look_closer(prints, candidates)
            done += 1
            if report is not None:
                report(done, total)


def _candidates(
    prints: Fingerprints, rows: NDArray[np.int64], columns: NDArray[np.int64], views: list[tuple[Floats, Floats]]
) -> NDArray[np.int64]:
    """Return pairs (row below column) that are alike at 32 x 32 in any of the four views, shape (P, 2)."""
    alike = np.zeros((len(rows), len(columns)), bool)
    for pictures, (plain, mirrored) in zip((prints.whole, prints.crop), views, strict=True):
        others = standardise(_half(pictures[columns])).T
        for view in (plain, mirrored):
            alike |= view @ others > COARSE
    first, second = np.nonzero(alike)
    pairs = np.stack([rows[first], columns[second]], axis=1)
    return pairs[pairs[:, 0] < pairs[:, 1]]


def _look_closer(prints: Fingerprints, pairs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int8], Floats]:
    """Keep the pairs that are alike at 64 x 64, and say how."""
    best = np.zeros(len(pairs), np.float32)
    kinds = np.zeros(len(pairs), np.int8)
    keep = np.zeros(len(pairs), bool)
    for start in range(0, len(pairs), _BLOCK):
        part = slice(start, start + _BLOCK)
        for pictures, least in ((prints.whole, SAME_PICTURE), (prints.crop, SAME_CROP)):
            first = standardise(pictures[pairs[part, 0]])
            for kind, second in ((2, pictures[pairs[part, 1]]), (3, pictures[pairs[part, 1]][:, :, ::-1])):
                likeness = np.einsum("ij,ij->i", first, standardise(second))
                better = (likeness >= least) & (likeness > best[part])
                best[part] = np.where(better, likeness, best[part])
                kinds[part] = np.where(better, kind, kinds[part])
                keep[part] |= better
    return pairs[keep], kinds[keep], best[keep]


def standardise(pictures: NDArray[np.generic]) -> Floats:
    """Return rows of mean 0 and norm 1, shape (n, pixels); a blank picture becomes zeros and is like nothing."""
    flat = pictures.reshape(len(pictures), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(flat, axis=1, keepdims=True)
    # Below one grey level of deviation there is noise, not a picture.
    blank = norm < np.sqrt(flat.shape[1])
    return np.where(blank, np.float32(0), flat / np.maximum(norm, np.float32(1e-6))).astype(np.float32)


def _half(pictures: NDArray[np.uint8]) -> Floats:
    half = SIDE // 2
    return pictures.reshape(-1, half, 2, half, 2).mean(axis=(2, 4), dtype=np.float32)
