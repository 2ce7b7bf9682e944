"""Vessels and what contrast fills besides: arteries, veins, the great sinuses, and the falx."""

import numpy as np

from tumorviewer.imaging.drawing.anatomy import Levels
from tumorviewer.imaging.drawing.brain import Brain
from tumorviewer.imaging.drawing.canvas import Canvas, overlap
from tumorviewer.imaging.drawing.space import Point


def paint_vessels(canvas: Canvas, brain: Brain, levels: Levels) -> None:
    """Paint falx and vessels over a brain that is painted already."""
    _paint_falx(canvas, brain, levels)
    _paint_sinuses(canvas, levels)
    _paint_arteries(canvas, levels)
    _paint_small_vessels(canvas, brain, levels)


def _paint_falx(canvas: Canvas, brain: Brain, levels: Levels) -> None:
    """Paint the sheet between the halves, and the sinus where it meets the vault."""
    found = canvas.around((-7.0, -72.0, -30.0), (7.0, 102.0, 82.0))
    if found is None:
        return
    canvas, window = found
    cut, cavity = canvas.cut, brain.skull.cavity[window]
    if cut.plane != "sagittal":  # there a slice is thicker than the sheet, and shows the walls beside it
        free = np.maximum(cut.z + 8.0, -28.0 - cut.y)  # it ends over the sella
        sheet = overlap(0.75 - cut.side, -brain.surface[window], cavity, free, brain.skull.over_tentorium[window])
        canvas.paint(sheet, 0.55 * levels.blood + 0.3 * levels.grey, edge=1.0)
    wide = 3.8 * np.clip(0.8 + 0.006 * cut.y, 0.4, 1.1)  # wider towards the back
    sinus = overlap(wide - cut.side - 0.6 * np.maximum(cavity, 0.0), cavity + 1.0, cut.z + 12.0 + 0.1 * cut.y)
    canvas.paint(sinus, 0.85 * levels.blood, edge=1.4)


def _paint_sinuses(canvas: Canvas, levels: Levels) -> None:
    canvas.tube([(0.0, 41.0, 8.0), (0.0, 60.0, 3.0), (0.0, 93.0, -9.0)], [1.3, 1.5, 2.4], 0.9 * levels.blood, edge=1.2)
    transverse = [(0.0, 95.0, -10.0), (34.0, 83.0, -15.0), (52.0, 56.0, -21.0), (49.0, 40.0, -36.0)]
    canvas.tubes(transverse, [2.8, 2.6, 2.8, 2.8], 0.9 * levels.blood)
    canvas.tubes([(2.0, 8.0, 13.0), (2.0, 40.0, 9.0)], [0.8, 1.3], levels.blood)  # inner cerebral veins


def _paint_arteries(canvas: Canvas, levels: Levels) -> None:
    blood = 0.85 * levels.blood
    canvas.tube([(0.0, 4.0, -44.0), (0.0, 4.0, -22.0)], [1.5, 1.5], blood)  # basilar
    canvas.tubes([(0.0, 5.0, -20.0), (13.0, 12.0, -14.0), (17.0, 26.0, -8.0)], [1.2, 1.2, 0.8], blood)
    middle = [(11.0, -4.0, -18.0), (24.0, -6.0, -15.0), (36.0, -8.0, -10.0), (39.0, 10.0, 2.0)]
    canvas.tubes(middle, [1.3, 1.2, 1.1, 0.9], blood)
    turns = np.linspace(-0.2, 2.6, 12)  # the anterior one goes around the corpus callosum
    anterior: list[Point] = [(0.0, 8.0 - 40.0 * float(np.cos(t)), 2.0 + 29.0 * float(np.sin(t))) for t in turns]
    canvas.tube([(0.0, -14.0, -16.0), *anterior], np.linspace(0.9, 0.4, 13).tolist(), blood)


def _paint_small_vessels(canvas: Canvas, brain: Brain, levels: Levels) -> None:
    """Paint those of the surface: they run in sulci and under the dura, where a second noise is zero too."""
    cut, surface = canvas.cut, brain.surface
    crossing = brain.anatomy.veins.at(cut.x, cut.y, cut.z) * 6.0
    line = 0.75 - np.hypot(np.minimum(brain.sulcus, np.abs(surface - 0.5)), crossing)
    canvas.paint(overlap(line, brain.skull.cavity, 20.0 - surface), 0.95 * levels.blood, edge=1.2, share=0.7)
