"""The brain: its surfaces, grey and white matter, ventricles, and what lies behind and below."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tumorviewer.imaging.drawing.anatomy import Anatomy, Levels, Skull
from tumorviewer.imaging.drawing.canvas import Canvas, ellipsoid, overlap, union
from tumorviewer.imaging.drawing.face import CORD
from tumorviewer.imaging.drawing.space import Cut, Field, Point

_RADIAL = 0.65  # how strongly sulci point to the middle of their hemisphere; 0 is not at all
_FOLD = 4.3  # mm: the noise whose zeros are the sulci is 1 so far from them
_RIBBON = 3.2  # thickness of the cortex, mm
_MIXED = 0.3  # share of grey matter in the fluid of a sulcus
_GAP = 2.2  # fluid between skull and brain, mm

# Places and radii, on one side.
_HORNS: tuple[tuple[Point, float], ...] = (  # the lateral ventricle, from its frontal to its occipital horn
    ((7.0, -29.0, 6.0), 3.0),
    ((8.5, -20.0, 11.0), 5.0),
    ((9.0, -6.0, 18.0), 4.6),
    ((11.0, 12.0, 21.5), 4.4),
    ((17.0, 28.0, 20.0), 5.0),
    ((24.0, 40.0, 13.0), 6.8),
    ((26.0, 52.0, 8.0), 4.4),
    ((24.0, 66.0, 6.0), 2.0),
)
_LOWER_HORN: tuple[tuple[Point, float], ...] = (  # in the temporal lobe
    ((25.0, 40.0, 10.0), 5.0),
    ((32.0, 30.0, -4.0), 3.2),
    ((34.0, 14.0, -15.0), 2.4),
    ((31.0, 2.0, -18.0), 2.0),
)


@dataclass(frozen=True, eq=False)
class Brain:
    """The cerebrum on a cut: how deep in it each pixel lies, in mm, negative outside.

    Attributes
    ----------
    anatomy : Anatomy
    cut : Cut
        Pushed aside where a mass does that.
    skull : Skull
        On the same pixels, never pushed.
    """

    anatomy: Anatomy
    cut: Cut
    skull: Skull

    @cached_property
    def surface(self) -> Field:
        """Depth under the outer surface and the walls of the cleft between the halves; sulci are not counted."""
        gap = _GAP * (0.5 + 0.5 * self.anatomy.sulci)
        outer = overlap(self.skull.cavity - gap, self.skull.over_tentorium - 1.5)
        if self.cut.plane == "sagittal":  # a slice is thicker than the cleft is wide: it shows the walls
            return outer
        return overlap(outer, self._medial - (0.9 + 0.7 * self.anatomy.sulci))

    @cached_property
    def arch(self) -> Field:
        """Depth under the upper surface of the corpus callosum, which joins the halves."""
        out: Field = np.hypot((self.cut.y - 8.0) / 37.0, (self.cut.z - 2.0) / 26.0)
        return 30.0 * (1.0 - out)

    @cached_property
    def _medial(self) -> Field:
        """Depth under the wall of the cleft between the halves; large where they are joined."""
        return np.maximum(self.cut.side, np.where(self.cut.z > -16.0, self.arch, -99.0))

    @cached_property
    def sulcus(self) -> Field:
        """Distance from the nearest sulcus; large below the depth that sulci reach."""
        cut = self.cut
        middle = np.copysign(21.0, cut.x)
        away = np.maximum(self.skull.out, 0.3) ** -_RADIAL
        folds = self.anatomy.folds.at((cut.x - middle) * away + middle, (cut.y - 14.0) * away, (cut.z - 10.0) * away)
        reach = 15.0 + 6.0 * cut.noise(self.anatomy.coarse)
        below = np.maximum(np.minimum(self.surface, self._medial) - reach, 0.0)
        return overlap(np.abs(folds) * _FOLD / away + below, self._lateral_fissure)

    @cached_property
    def _lateral_fissure(self) -> Field:
        """Distance from the cleft over the temporal lobe, and from the sheet of fluid on the insula within it."""
        cut = self.cut
        over = cut.z + 2.0 - 0.5 * cut.y
        beyond = np.maximum(np.abs(cut.y - 4.0) - 26.0, 0.0)
        sheet = cut.side - 38.0 - 2.0 * cut.noise(self.anatomy.medium)
        cleft = np.hypot(over, np.minimum(sheet, 0.0))
        insula = np.hypot(sheet, np.maximum(np.abs(over - 4.0) - 9.0, 0.0) * 0.5)
        distance: Field = np.hypot(np.minimum(cleft, insula), beyond)
        return distance

    @cached_property
    def depth(self) -> Field:
        """Depth under the cortex, sulci counted."""
        width = (0.35 + 0.75 * self.anatomy.sulci) * np.clip(1.3 - self.surface * 0.05, 0.35, 1.3)
        return overlap(self.surface, self.sulcus - width)


def paint_brain(canvas: Canvas, brain: Brain, levels: Levels) -> None:
    """Paint what lies within the skull, but for the vessels."""
    cavity = brain.skull.cavity
    canvas.paint(cavity + 0.7, 0.35 * levels.blood + 0.1 * levels.grey, edge=1.2)  # the dura
    # A slice is thicker than a sulcus is wide: fluid is mixed with what lies beside it.
    canvas.paint(cavity - 0.5, levels.fluid + _MIXED * (levels.grey - levels.fluid), edge=1.2)
    _paint_cerebrum(canvas, brain, levels)
    _paint_deep_grey(canvas, levels)
    _paint_ventricles(canvas, brain.anatomy, levels)
    _paint_cerebellum(canvas, brain, levels)
    _paint_stem(canvas, levels)


def _paint_cerebrum(canvas: Canvas, brain: Brain, levels: Levels) -> None:
    fine, medium = canvas.cut.noise(brain.anatomy.fine), canvas.cut.noise(brain.anatomy.medium)
    grey = levels.white + (levels.grey - levels.white) * brain.anatomy.ribbon
    canvas.paint(brain.depth, grey + 1.6 * fine, edge=1.3)
    canvas.paint(brain.depth - _RIBBON, levels.white + 1.7 * medium + 1.0 * fine, edge=2.2)
    ends = np.hypot(0.45 * np.maximum(canvas.cut.side - 12.0, 0.0), np.maximum(2.0 - canvas.cut.z, 0.0))
    canvas.paint(3.4 - np.hypot(brain.arch - 4.4, ends), levels.white + 5.0, edge=1.6)  # corpus callosum


def _paint_deep_grey(canvas: Canvas, levels: Levels) -> None:
    canvas.pair((11.0, 16.0, 8.0), (9.0, 15.0, 9.0), levels.deep, edge=3.0)  # thalamus
    canvas.pair((14.0, -17.0, 10.0), (6.5, 13.0, 9.0), levels.deep, edge=2.5)  # caudate nucleus
    canvas.pair((15.0, 4.0, 21.0), (4.0, 16.0, 5.0), levels.deep, edge=2.5)
    canvas.pair((26.0, -2.0, 3.0), (6.5, 18.0, 11.0), levels.deep, edge=2.5)  # putamen
    canvas.pair((19.0, 2.0, 0.0), (4.5, 10.0, 7.0), 0.5 * (levels.deep + levels.white), edge=2.5)  # pallidum
    canvas.pair((30.0, 12.0, -20.0), (6.0, 14.0, 6.0), levels.deep, edge=2.5, share=0.7)  # hippocampus


def _paint_ventricles(canvas: Canvas, anatomy: Anatomy, levels: Levels) -> None:
    wide = anatomy.ventricles
    for line in (_HORNS, _LOWER_HORN):
        places = [(x * (0.8 + 0.2 * wide), y, z) for (x, y, z), _ in line]
        canvas.tubes(places, [radius * wide for _, radius in line], levels.fluid, edge=1.4)
    canvas.blob((0.0, 10.0, -1.0), (1.6 + 1.2 * wide, 15.0, 10.0), levels.fluid)  # third ventricle
    canvas.blob((0.0, -12.0, 12.0), (1.3, 18.0, 9.0), levels.white)  # septum
    canvas.blob((0.0, 10.0, 16.5), (3.5, 15.0, 2.8), levels.white)  # fornix
    choroid = levels.grey + 0.6 * (levels.blood - levels.grey)
    canvas.pair((22.0, 38.0, 14.0), (2.6, 6.0, 3.6), choroid, edge=1.5)
    canvas.pair((9.0, 14.0, 19.0), (1.4, 9.0, 1.2), choroid, edge=1.5, share=0.7)


def _paint_cerebellum(canvas: Canvas, brain: Brain, levels: Levels) -> None:
    """Paint two halves and the vermis between: lobules of leaves that lie like shells around the ventricle."""
    found = canvas.around((-58.0, 20.0, -68.0), (58.0, 102.0, 6.0))
    if found is None:
        return
    canvas, window = found
    cut = canvas.cut
    halves = [ellipsoid(cut, (side * 24.0, 58.0, -34.0), (32.0, 33.0, 27.0)) for side in (-1.0, 1.0)]
    lobes = union(*halves, ellipsoid(cut, (0.0, 58.0, -26.0), (15.0, 31.0, 29.0)))
    notch = np.hypot(cut.x, (cut.y - 96.0) * 0.45) - 4.5  # between the halves, behind
    depth = overlap(lobes, notch, -2.0 - brain.skull.over_tentorium[window], brain.skull.cavity[window] - 2.5)
    shell = np.hypot(np.hypot(cut.x * 0.8, cut.y - 40.0), (cut.z + 32.0) * 1.1)
    waver = cut.noise(brain.anatomy.medium)
    cleft = np.abs(np.cos(shell * float(np.pi / 12.0) + 0.4 * waver)) * float(12.0 / np.pi)  # mm, every 12 mm
    leaf = np.clip(np.cos(shell * float(2.0 * np.pi / 4.6) + waver) - 0.3, 0.0, 0.7)
    shade = 0.35 * leaf * np.clip(1.2 - depth / 14.0, 0.0, 1.0)
    folded = overlap(depth, cleft - 0.55 + np.maximum(depth - 9.0, 0.0))
    canvas.paint(folded, levels.grey + (levels.fluid - levels.grey) * shade, edge=1.4)
    core = overlap(depth - 7.0, cleft * 1.5 - 1.6 + np.maximum(depth - 13.0, 0.0))
    canvas.paint(core, levels.white, edge=2.5)


def _paint_stem(canvas: Canvas, levels: Levels) -> None:
    """Paint the brain stem in its fluid, with aqueduct and fourth ventricle."""
    fluid, white = levels.fluid, levels.white
    canvas.blob((0.0, -3.0, -17.0), (13.0, 12.0, 8.0), fluid)  # over the sella
    canvas.tube([(0.0, 20.0, -6.0), (0.0, 20.0, -30.0), *CORD[:2]], [15.0, 16.5, 12.0, 8.5], fluid, edge=2.0)
    canvas.pair((9.0, 14.0, -9.0), (6.0, 9.0, 10.0), white, edge=2.0)  # peduncles
    canvas.blob((0.0, 24.0, -9.0), (12.0, 9.5, 12.0), white - 2.0, edge=2.0)
    canvas.blob((0.0, 18.0, -30.0), (17.0, 12.5, 14.0), white, edge=1.6)  # pons
    canvas.tube([(0.0, 24.0, -4.0), (0.0, 27.0, -30.0), *CORD[:2]], [9.0, 10.5, 8.0, 5.0], white - 2.0, edge=1.6)
    canvas.pair((22.0, 32.0, -32.0), (10.0, 9.0, 7.0), white, edge=2.5)  # to the cerebellum
    canal = [(0.0, 31.0, -6.0), (0.0, 34.0, -20.0), (0.0, 39.0, -32.0), (0.0, 40.0, -46.0)]
    canvas.tube(canal, [0.8, 1.0, 4.6, 1.5], fluid)
    canvas.pair((5.0, 40.0, -32.0), (5.0, 3.5, 5.0), fluid)
    canvas.pair((2.5, 33.0, -3.0), (3.2, 3.4, 4.5), levels.grey, edge=1.5)  # colliculi
