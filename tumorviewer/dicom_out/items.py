"""Which frames are to be written, without the libraries that write them."""

from dataclasses import dataclass
from pathlib import Path

from tumorviewer.imaging.scan import CropBox


@dataclass(frozen=True, slots=True)
class DicomItem:
    """One frame of one file.

    Attributes
    ----------
    path : Path
    frame : int
    automatic : bool
        Find the head; otherwise `crop` is judged.
    crop : CropBox or None
        None is the whole image.
    label : str
        The person's own, or "".
    """

    path: Path
    frame: int = 0
    automatic: bool = True
    crop: CropBox | None = None
    label: str = ""
