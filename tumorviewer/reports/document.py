"""What stands in a report: plain values that can be drawn, printed and written as JSON."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.geometry import Geometry
from tumorviewer.imaging.person import Patient
from tumorviewer.inference.labels import CLASSES, NOT_BRAIN_MR, UNCERTAIN, UNREADABLE, WAITING
from tumorviewer.inference.series import SeriesAnswer
from tumorviewer.storage.answers import StoredAnswer

MOST_DETAILED: Final = 50
"""Scans that may have a page of their own: more are a list."""


@dataclass(frozen=True, slots=True)
class ReportChoice:
    """What a person chooses for one report; the attributes are those of `Report`."""

    detailed: bool = False
    with_patient: bool = False


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who reports.

    Attributes
    ----------
    text : str
        Lines; the first is the name.
    logo : Path or None
        A picture file.
    """

    text: str = ""
    logo: Path | None = None


@dataclass(frozen=True, slots=True)
class ReportedModel:
    """Which model answered.

    Attributes
    ----------
    name, version : str
    sha256 : str
        Of its ``model.tflite``.
    threshold : float
        Below this calibrated probability no class is called.
    classes : tuple of str
        In the order of an answer's probabilities.
    folder : Path or None
        Where its bundle lies, for heat maps; stands in no report.
    """

    name: str
    version: str
    sha256: str
    threshold: float
    classes: tuple[str, ...] = CLASSES
    folder: Path | None = None

    @property
    def full_name(self) -> str:
        """``name-version``."""
        return f"{self.name}-{self.version}"


@dataclass(frozen=True, slots=True)
class ReportedScan:
    """One frame of one file.

    Attributes
    ----------
    path : Path
        Of which a report has the name only, unless it has paths.
    frame, frames : int
        Which (0-based) of how many.
    series : str
        Name of the stack that it belongs to, or "".
    sha256 : str
        Of the file's content; "" where it was not read yet.
    error : ScanError or None
        Why it cannot be read.
    answer : StoredAnswer or None
        To the crop of `crop_kind`.
    crop_kind : str
        ``automatic``, ``edited`` or ``whole``.
    label, note : str
        The reviewer's own.
    patient : Patient or None
        Only where that was asked for.
    """

    path: Path
    frame: int = 0
    frames: int = 1
    series: str = ""
    sha256: str = ""
    error: ScanError | None = None
    answer: StoredAnswer | None = None
    crop_kind: str = "automatic"
    label: str = ""
    note: str = ""
    patient: Patient | None = None

    @property
    def name(self) -> str:
        """The file, and the frame where there are several."""
        return f"{self.path.name} · {self.frame + 1}" if self.frames > 1 else self.path.name

    @property
    def verdict(self) -> str:
        """The verdict, or what stands in its place: ``unreadable`` or ``waiting``."""
        if self.error is not None:
            return UNREADABLE
        return WAITING if self.answer is None else self.answer.verdict


@dataclass(frozen=True, slots=True)
class ReportedSeries:
    """What the slices of one series say together; they are all in the report."""

    answer: SeriesAnswer
    geometry: Geometry


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report.

    Attributes
    ----------
    created : datetime
        With its time zone.
    program : str
        Version of the program.
    scans : tuple of ReportedScan
        In the order in which they stand.
    model : ReportedModel or None
        None where no model is in use.
    letterhead : Letterhead
    together : ReportedSeries or None
        None where the scans are not just one series.
    detailed : bool
        A page for each scan, with picture and heat map; else a list.
    with_patient : bool
        Patient data were asked for.
    with_paths : bool
        Folders were asked for, too.
    """

    created: datetime
    program: str
    scans: tuple[ReportedScan, ...]
    model: ReportedModel | None = None
    letterhead: Letterhead = Letterhead()
    together: ReportedSeries | None = None
    detailed: bool = False
    with_patient: bool = False
    with_paths: bool = False

    @property
    def classes(self) -> tuple[str, ...]:
        """Of the answers, in the order of their probabilities."""
        return self.model.classes if self.model is not None else CLASSES

    @property
    def counts(self) -> dict[str, int]:
        """How many scans have each verdict (or what stands in its place), in a fixed order; none of them is 0."""
        found = Counter(scan.verdict for scan in self.scans)
        order = (*self.classes, UNCERTAIN, NOT_BRAIN_MR, UNREADABLE, WAITING)
        return {name: found[name] for name in dict.fromkeys([*order, *sorted(found)]) if found[name]}

    def shares(self, scan: ReportedScan) -> list[tuple[str, float]]:
        """Return the classes with their probabilities; none where the verdict gives none to go by."""
        answer = scan.answer if scan.error is None else None
        if answer is None or answer.verdict == NOT_BRAIN_MR:
            return []
        return list(zip(self.classes, answer.probabilities, strict=True))

    @property
    def series(self) -> str:
        """The name of the series that all scans are of, or ""."""
        names = {scan.series for scan in self.scans}
        return names.pop() if len(names) == 1 else ""
