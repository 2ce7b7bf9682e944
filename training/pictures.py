"""What is done to a scan before a network sees it, as pictures: the original, the crop box, the prepared input."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tumorviewer.imaging.crop import find_brain_box
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.prepare import InputSpec, prepare
from tumorviewer.imaging.render import render_grey
from tumorviewer.imaging.scan import CropBox


@dataclass(frozen=True, slots=True, eq=False)
class CropPair:
    """A scan before and after.

    Attributes
    ----------
    before : ndarray of uint8, shape (H, W)
        As it is shown in its default window.
    box : CropBox or None
        Where the head was found; None: the whole picture is taken.
    after : ndarray of uint8, shape (S, S)
        What the network is given.
    """

    before: NDArray[np.uint8]
    box: CropBox | None
    after: NDArray[np.uint8]


def crop_pair(path: Path, frame: int, spec: InputSpec) -> CropPair:
    """Read a scan and prepare it as training does (`training.crop_worker`).

    Parameters
    ----------
    path : Path
    frame : int
        From 0.
    spec : InputSpec
        `TrainConfig.input_spec`.

    Raises
    ------
    ScanError
        If the file cannot be read.
    """
    grey = render_grey(load_scan(path, frame))
    box = find_brain_box(grey)
    return CropPair(grey, box, prepare(grey, box, spec))
