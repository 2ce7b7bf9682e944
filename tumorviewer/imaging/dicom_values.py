"""The modality and VOI transforms of DICOM (PS3.3 C.11.1 and C.11.2), root and functional groups alike."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.multival import MultiValue

from tumorviewer.imaging.scan import WindowLevel

_FUNCTIONS = frozenset({"LINEAR", "LINEAR_EXACT", "SIGMOID"})
_SMALL = (np.dtype(np.uint8), np.dtype(np.uint16), np.dtype(np.int16))


def functional_group(dataset: Dataset, frame: int, keyword: str) -> Dataset | None:
    """Return the item of a functional group macro for a frame: its own first, else the shared one (PS3.3 C.7.6.16)."""
    own = dataset.get("PerFrameFunctionalGroupsSequence") or []
    shared = dataset.get("SharedFunctionalGroupsSequence") or []
    for groups in ([own[frame]] if frame < len(own) else []) + list(shared[:1]):
        items = groups.get(keyword)
        if items:
            item: Dataset = items[0]
            return item
    return None


def modality_values(dataset: Dataset, frame: int, stored: NDArray[Any]) -> NDArray[Any]:
    """Apply the modality LUT or the rescale (PS3.3 C.11.1).

    Parameters
    ----------
    dataset : Dataset
        The object.
    frame : int
        0-based frame, for its own rescale.
    stored : ndarray, shape (H, W)
        Stored pixel values.

    Returns
    -------
    ndarray, shape (H, W)
        In the smallest of uint8, uint16, int16 that holds every value exactly, else float32.
    """
    tables = dataset.get("ModalityLUTSequence")
    if tables and tables[0].get("LUTData") is not None:
        first, values, _ = _read_table(tables[0], dataset)
        return smallest_exact(values[np.clip(stored.astype(np.int64) - first, 0, len(values) - 1)])
    transformation = functional_group(dataset, frame, "PixelValueTransformationSequence")
    source = transformation if transformation is not None else dataset
    slope = _number(source.get("RescaleSlope"), 1.0) or 1.0  # a slope of zero would erase the picture
    intercept = _number(source.get("RescaleIntercept"), 0.0)
    if stored.dtype.kind in "ui" and slope.is_integer() and intercept.is_integer():
        if slope == 1 and intercept == 0:
            return smallest_exact(stored)
        return smallest_exact(stored.astype(np.int64) * int(slope) + int(intercept))
    return (stored.astype(np.float64) * slope + intercept).astype(np.float32)


def smallest_exact(values: NDArray[Any]) -> NDArray[Any]:
    """Store whole numbers in the smallest type that a scan may have; others, and very large ones, as float32."""
    if values.dtype in _SMALL:
        return values
    if values.dtype.kind not in "uib" or values.size == 0:
        return values.astype(np.float32)
    low, high = int(values.min()), int(values.max())
    for kind in _SMALL:
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return values.astype(kind)
    return values.astype(np.float32)


def windows_of(dataset: Dataset, frame: int) -> tuple[WindowLevel, ...]:
    """List the VOI windows and VOI LUTs of a frame, the file's first window first (PS3.3 C.11.2).

    Windows of no width or without a finite centre are left out.
    """
    group = functional_group(dataset, frame, "FrameVOILUTSequence")
    sources = [source for source in (group, dataset) if source is not None]
    for source in sources:
        found = [*_linear_windows(source), *_table_windows(source, dataset)]
        if found:
            return tuple(found)
    return ()


def _linear_windows(source: Dataset) -> list[WindowLevel]:
    centres, widths = _as_list(source.get("WindowCenter")), _as_list(source.get("WindowWidth"))
    names = _as_list(source.get("WindowCenterWidthExplanation"))
    function = str(source.get("VOILUTFunction") or "LINEAR").upper()
    function = function if function in _FUNCTIONS else "LINEAR"
    windows = []
    for number, (raw_centre, raw_width) in enumerate(zip(centres, widths, strict=False)):
        centre, width = _number(raw_centre, math.nan), _number(raw_width, math.nan)
        if math.isfinite(centre) and math.isfinite(width) and width > 0:
            name = str(names[number]) if number < len(names) else ""
            windows.append(WindowLevel(centre, width, name, function))
    return windows


def _table_windows(source: Dataset, dataset: Dataset) -> list[WindowLevel]:
    windows = []
    for item in source.get("VOILUTSequence") or []:
        if item.get("LUTData") is None:
            continue
        first, values, bits = _read_table(item, dataset)
        greys = np.clip(values / (2.0**bits - 1), 0, 1).astype(np.float32)
        name = str(item.get("LUTExplanation") or "")
        windows.append(WindowLevel(first + len(greys) / 2, float(len(greys)), name, "TABLE", greys))
    return windows


def _read_table(item: Dataset, dataset: Dataset) -> tuple[int, NDArray[np.int64], int]:
    """Return first mapped value, entries and bits an entry of a LUT (PS3.3 C.11.1.1.1 and C.11.2.1.1)."""
    count, first, bits = (int(value) for value in item.LUTDescriptor)
    count = count or 65536  # 65536 does not fit into 16 bits and is written as 0
    if first > 32767 and int(dataset.get("PixelRepresentation") or 0) == 1:
        first -= 65536  # the descriptor's type says unsigned, its meaning is signed
    data = item.LUTData
    if isinstance(data, bytes):
        little = dataset.original_encoding[1] is not False
        wide = "<u2" if little else ">u2"
        values = np.frombuffer(data, np.uint8 if len(data) <= count + count % 2 else wide).astype(np.int64)
    else:
        values = np.asarray(_as_list(data), np.int64)
    if len(values) < count or not 0 < bits <= 16:
        raise ValueError("a lookup table is shorter than it says")
    return first, values[:count], bits


def _as_list(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, MultiValue | list | tuple) else [value]


def _number(value: Any, default: float) -> float:
    """Return a finite number, or the default: text fields of numbers hold surprises."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return default
    return number if math.isfinite(number) else default
