"""A row of the worklist as it is taken out of the program."""

from dataclasses import dataclass
from pathlib import Path

from tumorviewer.imaging.scan import CropBox
from tumorviewer.storage.answers import StoredAnswer


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One frame of one file.

    Attributes
    ----------
    path : Path
    frame : int
    sha256 : str
        "" where the file was not read yet.
    error : str
        Why it cannot be read, or "".
    answer : StoredAnswer or None
        To the crop of `crop_kind`.
    crop_kind : str
        ``automatic``, ``edited`` or ``whole``.
    label, note : str
        The person's own.
    """

    path: Path
    frame: int
    sha256: str
    error: str
    answer: StoredAnswer | None
    crop_kind: str
    label: str
    note: str

    @property
    def crop(self) -> CropBox | None:
        """The rectangle that was judged; None is the whole image."""
        return self.answer.crop if self.answer is not None else None
