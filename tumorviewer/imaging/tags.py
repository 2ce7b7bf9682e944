"""The elements of a DICOM header as rows for a person to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tumorviewer.imaging.errors import ScanError
from tumorviewer.imaging.limits import DEFAULT_LIMITS, Limits
from tumorviewer.imaging.load import format_of, read_bytes
from tumorviewer.imaging.sniff import HEAD_BYTES, Format

if TYPE_CHECKING:
    from pydicom import Dataset
    from pydicom.dataelem import DataElement

MOST_ROWS: Final = 5000
LONGEST: Final = 400
"""Characters of a value that are shown; a person looks for names and numbers, not for tables."""
_DEEPEST: Final = 12
_BYTES: Final = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})


@dataclass(frozen=True, slots=True)
class Tag:
    """One element.

    Attributes
    ----------
    depth : int
        0 for the data set itself, one more inside each sequence.
    number : int
        Group and element, such as 0x00100010.
    name : str
        Of the dictionary (PS3.6); the creator's of a private one where it is known, else "".
    kind : str
        Value representation (PS3.5 6.2).
    value : str
        In one line, cut at `LONGEST` characters; how many bytes or items where it is no text.
    """

    depth: int
    number: int
    name: str
    kind: str
    value: str

    @property
    def is_private(self) -> bool:
        """Whether it is a manufacturer's own (odd group, PS3.5 7.8)."""
        return bool(self.number >> 16 & 1)

    @property
    def place(self) -> str:
        """``(0010,0020)``."""
        return f"({self.number >> 16:04X},{self.number & 0xFFFF:04X})"


def read_tags(path: Path, limits: Limits = DEFAULT_LIMITS) -> list[Tag]:
    """Return the elements of a file, those of its meta information first; at most `MOST_ROWS`; none of other pictures.

    Raises
    ------
    ScanError
        If it cannot be read.
    """
    data = read_bytes(path, limits)
    if format_of(path, data[:HEAD_BYTES]) is not Format.DICOM:
        return []
    # Only DICOM pays for this import.
    from tumorviewer.imaging.dicom_parse import parse_whole, translated

    dataset = parse_whole(path, data, limits)
    rows: list[Tag] = []
    with translated(path, "its header is broken"):
        for part in (getattr(dataset, "file_meta", None), dataset):
            if part is not None:
                for row in _rows(path, part, 0):
                    rows.append(row)
                    if len(rows) == MOST_ROWS:
                        return rows
    return rows


def _rows(path: Path, dataset: "Dataset", depth: int) -> Iterator[Tag]:
    from tumorviewer.imaging.dicom_parse import translated  # as above

    for number in sorted(dataset.keys()):
        try:
            with translated(path, "an element is broken"):
                element = dataset[number]
        except ScanError:
            yield Tag(depth, int(number), "", "", "?")
            continue
        yield Tag(depth, int(number), _name(element), str(element.VR), _value(element))
        if element.VR == "SQ" and depth < _DEEPEST:
            for item in element.value:
                yield from _rows(path, item, depth + 1)


def _name(element: "DataElement") -> str:
    name = str(element.name)
    return "" if name.startswith(("Private tag data", "[Unknown", "Unknown")) else name.strip("[]")


def _value(element: "DataElement") -> str:
    if element.VR == "SQ":
        return f"× {len(element.value)}"
    if element.VR in _BYTES or isinstance(element.value, bytes):
        return f"{len(element.value or b''):,} bytes"
    values = element.value if element.VM > 1 else [element.value]
    text = " \\ ".join("" if value is None else str(value) for value in list(values)[:64])
    shown = "".join(letter if letter.isprintable() else " " for letter in text[: LONGEST + 1])
    return shown if len(shown) <= LONGEST else shown[:LONGEST] + "…"
