"""The picture of all slices: a lane for each class, in it a column for each slice, as high as its probability.

Which class it is, the place of the lane says, with its mark beside it; colour repeats it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from tumorviewer.gui.look.tokens import DARK, blend
from tumorviewer.gui.look.verdicts import verdict_colour
from tumorviewer.gui.viewer import colours
from tumorviewer.inference.series import Use
from tumorviewer.state.series import SliceAnswers

ROOMY: Final = 4.0
"""Pixels of the screen from which columns have a line between them."""
_DIM: Final = 0.5
_HATCH: Final = 4

Pixels = NDArray[np.uint32]
"""0xffRRGGBB, shape (rows, columns): as Qt has them, and a third of the work of three bytes a pixel."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Sizes in pixels of the screen: of the picture, and of the space between lanes."""

    width: int
    lane: int
    gap: int

    def height(self, lanes: int) -> int:
        """Return that of all lanes."""
        return lanes * self.lane + (lanes - 1) * self.gap


def lanes_image(slices: SliceAnswers, certain: float, grid: Grid) -> QImage:
    """Draw the lanes.

    Parameters
    ----------
    slices : SliceAnswers
    certain : float
        Columns below it are dim.
    grid : Grid
    """
    shares, uses = _squeezed(slices, grid.width)
    column = np.arange(grid.width) * len(uses) // grid.width
    shares, uses = shares[column], uses[column]
    height = grid.height(len(slices.classes))
    picture = np.full((height, grid.width), colours.GROUND.rgb(), np.uint32)
    counted = uses == Use.COUNTED
    for number, name in enumerate(slices.classes):
        top = number * (grid.lane + grid.gap)
        _draw_lane(picture[top : top + grid.lane], np.where(counted, shares[:, number], 0.0), certain, name)
    _draw_left_out(picture, uses)
    if grid.width / max(len(slices.ids), 1) >= ROOMY:
        picture[:, np.flatnonzero(np.diff(column)) + 1] = colours.GROUND.rgb()
    return QImage(picture.data, grid.width, height, grid.width * 4, QImage.Format.Format_RGB32).copy()


def _squeezed(slices: SliceAnswers, width: int) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Put slices together where there are more than pixels: what is highest in any of them is what must be seen."""
    count = len(slices.uses)
    shares = np.where((slices.uses == Use.COUNTED)[:, None], slices.shares, 0.0)
    if count <= width:
        return shares, slices.uses
    begins = np.arange(width) * count // width
    counted = np.logical_or.reduceat(slices.uses == Use.COUNTED, begins)
    return np.maximum.reduceat(shares, begins), np.where(counted, np.uint8(Use.COUNTED), slices.uses[begins])


def _draw_lane(lane: Pixels, heights: NDArray[np.float64], certain: float, name: str) -> None:
    """Draw the columns of one class; what is above zero is at least a pixel high."""
    rows = lane.shape[0]
    empty = rows - np.ceil(heights * rows - 0.5 / rows).astype(np.intp)
    colour = verdict_colour(name, DARK)
    filled = np.where(heights >= certain, colour.rgb(), blend(colour, colours.GROUND, _DIM).rgb()).astype(np.uint32)
    ground = np.uint32(blend(colours.RAISED, colours.GROUND, 0.55).rgb())
    lane[:] = np.where(np.arange(rows)[:, None] >= empty, filled, ground)


def _draw_left_out(picture: Pixels, uses: NDArray[np.uint8]) -> None:
    """Hatch the slices that do not count, and dot those that wait."""
    rows = np.arange(picture.shape[0])[:, None]
    out = np.flatnonzero((uses != Use.COUNTED) & (uses != Use.WAITING))
    hatch = np.uint32(blend(colours.QUIET, colours.GROUND, 0.75).rgb())
    picture[:, out] = np.where((rows + out) % _HATCH == 0, hatch, picture[:, out])
    waiting = np.flatnonzero(uses == Use.WAITING)
    waiting = waiting[waiting % _HATCH == 0]
    picture[::_HATCH, waiting] = blend(colours.QUIET, colours.GROUND, 0.35).rgb()
