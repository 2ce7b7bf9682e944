"""Where a DICOM file says that it belongs: series, place and plane of its slices."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.geometry import Plane, plane_of
from tumorviewer.imaging.patients import hashed_block

if TYPE_CHECKING:
    from pydicom import Dataset

ELEMENTS: Final = (
    "SeriesInstanceUID",
    "StudyInstanceUID",
    "SeriesDescription",
    "SeriesNumber",
    "InstanceNumber",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "NumberOfFrames",
    "Rows",
    "Columns",
    "SpecificCharacterSet",
    "ImageType",
    "PatientID",
    "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
)
"""What has to be read of a file for it."""


_SCOUT = re.compile(r"(?<![a-z])(scout|locali[sz]er|survey|topogram|3[ -]?pl(ane)?[ -]?loc)(?![a-z])", re.IGNORECASE)
"""What makers of scanners call the series that others are planned on."""
_PARALLEL: Final = 0.999
"""Cosine between the normals of frames that are slices of one stack: 2.5 degrees."""


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """Where a DICOM file says that it belongs. What is missing or makes no sense is empty or None.

    Attributes
    ----------
    key : str
        Series Instance UID (0020,000E), or "".
    study : str
        Study Instance UID (0020,000D), or "".
    description : str
        Series Description (0008,103E), or "".
    number : int or None
        Series Number (0020,0011).
    instance : int or None
        Instance Number (0020,0013).
    along : float or None
        Position of the slice along its normal, in mm (PS3.3 C.7.6.2.1.1); of several frames, that of the first.
    places : tuple of float
        The same for each frame of a file of several, where it is told; else ().
    plane : Plane
        How the slices lie.
    scout : bool
        A localizer, by Image Type (0008,0008) or by its description.
    patient : str
        Stands for Patient ID (0010,0020) and does not show it; "" without.
    size : tuple of int
        Rows and columns.
    volumes : int
        How many volumes the file holds; only the first one is shown.
    """

    key: str
    study: str
    description: str
    number: int | None
    instance: int | None
    along: float | None
    plane: Plane = Plane.UNKNOWN
    places: tuple[float, ...] = ()
    scout: bool = False
    patient: str = ""
    size: tuple[int, int] = (0, 0)
    volumes: int = 1


def series_facts(dataset: "Dataset") -> SeriesFacts:
    """Return what a DICOM file says of its series; `ELEMENTS` of it are enough."""
    frames = whole(dataset, "NumberOfFrames") or 1
    normal, places = _frames_of_one_stack(dataset, frames) if frames > 1 else (None, ())
    if normal is None:
        normal = _normal(dataset)
    description, patient = _text(dataset, "SeriesDescription"), _text(dataset, "PatientID")
    return SeriesFacts(
        key=_text(dataset, "SeriesInstanceUID"),
        study=_text(dataset, "StudyInstanceUID"),
        description=description,
        number=whole(dataset, "SeriesNumber"),
        instance=whole(dataset, "InstanceNumber"),
        along=places[0] if places else _along(dataset, normal),
        plane=plane_of(normal),
        places=places,
        scout="LOCALIZER" in _words(dataset, "ImageType") or _SCOUT.search(description) is not None,
        patient=hashed_block(f"PatientID {patient}") if patient else "",
        size=(whole(dataset, "Rows") or 0, whole(dataset, "Columns") or 0),
    )


def whole(dataset: "Dataset", keyword: str) -> int | None:
    """Return a whole number, or None: text fields of numbers hold surprises."""
    try:
        return int(dataset.get(keyword))
    except (TypeError, ValueError, LookupError, OverflowError):
        return None


def _frames_of_one_stack(dataset: "Dataset", frames: int) -> tuple[NDArray[np.float64] | None, tuple[float, ...]]:
    """Return normal and places of an enhanced object's frames (PS3.3 C.7.6.16.2.3 and .4), if all of them are told.

    Frames of several planes, as of a localizer, are no stack: nothing is said of them then.
    """
    from tumorviewer.imaging.dicom_values import functional_group  # which imports pydicom

    normal: NDArray[np.float64] | None = None
    places = []
    for frame in range(frames):
        orientation = functional_group(dataset, frame, "PlaneOrientationSequence")
        position = functional_group(dataset, frame, "PlanePositionSequence")
        own = _normal(orientation) if orientation is not None else None
        if own is None or position is None:
            return None, ()
        normal = own if normal is None else normal
        place = _along(position, normal)
        if place is None or float(own @ normal) < _PARALLEL:
            return None, ()
        places.append(place)
    return normal, tuple(places)


def _normal(dataset: "Dataset") -> NDArray[np.float64] | None:
    """Return the normal, of length 1, of the slice's plane: the cross product of its row and column direction."""
    directions = _numbers(dataset, "ImageOrientationPatient", 6)
    if directions is None:
        return None
    normal = np.cross(directions[:3], directions[3:])
    length = float(np.linalg.norm(normal))
    # Two unit vectors at a right angle have a normal of length 1: anything far from it is no orientation.
    return np.asarray(normal / length, np.float64) if 0.5 < length < 2.0 else None


def _along(dataset: "Dataset", normal: NDArray[np.float64] | None) -> float | None:
    """Project the slice's position on the normal of its plane."""
    position = _numbers(dataset, "ImagePositionPatient", 3)
    return float(normal @ position) if normal is not None and position is not None else None


def _numbers(dataset: "Dataset", keyword: str, count: int) -> NDArray[np.float64] | None:
    """Return `count` finite numbers, or None."""
    try:
        values = np.asarray(dataset.get(keyword), np.float64)
    except (TypeError, ValueError, LookupError):
        return None
    return values if values.shape == (count,) and bool(np.isfinite(values).all()) else None


def _words(dataset: "Dataset", keyword: str) -> list[str]:
    """Return the words of a text of several values, in capitals."""
    try:
        value = dataset.get(keyword)
        return [str(word).strip().upper() for word in ([value] if isinstance(value, str) else value or [])]
    except (TypeError, ValueError, LookupError):
        return []


def _text(dataset: "Dataset", keyword: str) -> str:
    """Return a line of text without control characters, or ""."""
    try:
        value = dataset.get(keyword)
    except (TypeError, ValueError, LookupError):
        return ""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in str(value or "")).split())
