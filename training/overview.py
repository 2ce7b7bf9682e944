"""The first page of training: what a data set holds, what is wrong with it, what mends it. JSON-able."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final

import numpy as np

from training.audit import Leak
from training.config import TrainConfig
from training.findings import Finding, FindingKind, Weight

PARTS: Final = ("train", "validation", "test", "left_out")


class Verdict(StrEnum):
    """Whether training may begin."""

    READY = "ready"
    """The split is leak-free, as far as pictures and known patients tell."""
    LEAKY = "leaky"
    """The chosen split tears pictures or patients apart: no test accuracy may be shown, and `mended` mends it."""
    BLOCKED = "blocked"
    """Nothing can be trained; `DataOverview.reason` says why and what to do."""


@dataclass(frozen=True, slots=True)
class ScanRef:
    """A scan of the data set: path below its root, with forward slashes; frame, label and part."""

    path: str
    frame: int
    label: str
    part: str


@dataclass(frozen=True, slots=True)
class CopyPair:
    """Two scans that show the same slice; `kind` is one of `training.duplicates.KINDS`."""

    first: ScanRef
    second: ScanRef
    kind: str
    conflicting: bool


@dataclass(frozen=True, slots=True)
class Patients:
    """Who tells the patients: scans by source of their block, and how many patients (or series) there are.

    Attributes
    ----------
    by_index, by_dicom, by_name, unknown : int
        Scans whose patient the index, the DICOM header, the pattern on file names, or nothing tells.
    patients : int
    """

    by_index: int
    by_dicom: int
    by_name: int
    unknown: int
    patients: int


@dataclass(frozen=True, slots=True)
class DataOverview:
    """Everything that the page of the data shows.

    Attributes
    ----------
    name : str
        Of the folder.
    scans : int
    counts : dict of str to dict of str to int
        Label -> part (`PARTS`) -> scans, under the split that the settings choose; labels in their fixed order.
    verdict : Verdict
    reason : str
        Why not, where nothing can be trained.
    split : str
        How the scans are split, in words.
    mend : dict or None
        Settings to change so that the split is leak-free; see `mended`.
    findings : tuple of Finding
        The gravest first.
    patients : Patients
    baselines : dict of str to float or None
        Mean sensitivity that each no-anatomy baseline reaches on the split.
    leaks : tuple of Leak
        Of every split that the data bring along.
    pool : tuple of ScanRef
        Some hundred readable scans a label, distinct pictures first; `draw` takes samples from it.
    copies : tuple of CopyPair
        Conflicting pairs first.
    problems : tuple of (str, str)
        Path below the root and reason of files that cannot be read.
    sizes, formats, sources : dict of str to int
    contents : str
        Hash over the files and the labels that they give (`training.digests.contents_of`); "" where it was not asked.
    """

    name: str
    scans: int
    counts: dict[str, dict[str, int]]
    verdict: Verdict
    reason: str
    split: str
    mend: dict[str, Any] | None
    findings: tuple[Finding, ...]
    patients: Patients
    baselines: dict[str, float | None]
    leaks: tuple[Leak, ...]
    pool: tuple[ScanRef, ...]
    copies: tuple[CopyPair, ...]
    problems: tuple[tuple[str, str], ...]
    sizes: dict[str, int]
    formats: dict[str, int]
    sources: dict[str, int]
    contents: str = ""

    @property
    def shows_test_accuracy(self) -> bool:
        """Whether a test accuracy may be shown at all."""
        return self.verdict is Verdict.READY

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "DataOverview":
        """Read what `to_dict` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is something else.
        """
        return cls(
            **{
                **values,
                "verdict": Verdict(values["verdict"]),
                "findings": tuple(_finding(item) for item in values["findings"]),
                "patients": Patients(**values["patients"]),
                "leaks": tuple(Leak(**item) for item in values["leaks"]),
                "pool": tuple(ScanRef(**item) for item in values["pool"]),
                "copies": tuple(_pair(item) for item in values["copies"]),
                "problems": tuple((path, reason) for path, reason in values["problems"]),
            }
        )


def mended(config: TrainConfig, overview: DataOverview) -> TrainConfig:
    """Return the settings with what mends the split: whole pictures and patients."""
    return replace(config, **(overview.mend or {}))


def draw(pool: Sequence[ScanRef], each: int, seed: int) -> dict[str, tuple[ScanRef, ...]]:
    """Return `each` scans of every label (fewer where there are fewer), drawn by `seed`; another seed shuffles."""
    drawn: dict[str, tuple[ScanRef, ...]] = {}
    for label in dict.fromkeys(scan.label for scan in pool):
        here = [scan for scan in pool if scan.label == label]
        order = np.random.default_rng((seed, len(drawn))).permutation(len(here))[:each]
        drawn[label] = tuple(here[number] for number in order)
    return drawn


def _finding(values: dict[str, Any]) -> Finding:
    kind, weight = FindingKind(values["kind"]), Weight(values["weight"])
    return Finding(**{**values, "kind": kind, "weight": weight, "names": tuple(values["names"])})


def _pair(values: dict[str, Any]) -> CopyPair:
    return CopyPair(**{**values, "first": ScanRef(**values["first"]), "second": ScanRef(**values["second"])})
