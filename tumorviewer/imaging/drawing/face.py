"""Scalp, skull, and all that hangs below it."""

import numpy as np

from tumorviewer.imaging.drawing.anatomy import Anatomy, Levels, Skull
from tumorviewer.imaging.drawing.canvas import Canvas, ellipsoid, overlap, smooth_union, tube, union
from tumorviewer.imaging.drawing.space import Field

CORD = [(0.0, 33.0, -52.0), (0.0, 42.0, -85.0), (0.0, 50.0, -150.0)]
"""The spinal cord, from where the brain stem ends."""


def paint_outside(canvas: Canvas, anatomy: Anatomy, skull: Skull, levels: Levels) -> None:
    """Paint skin, fat and muscle, the vault with its marrow, and the face; the brain's place is left for it."""
    outline = _outline(canvas, anatomy, skull)
    medium, flesh = canvas.cut.noise(anatomy.medium), canvas.cut.noise(anatomy.flesh)
    canvas.paint(outline, levels.skin, edge=1.4)
    canvas.paint(outline - 1.6, levels.fat + 9.0 * medium, edge=1.4)
    _paint_muscles(canvas, anatomy, outline, flesh, levels)
    _paint_face(canvas, anatomy, levels)
    _paint_vault(canvas, anatomy, skull, medium, levels)
    _paint_base(canvas, skull, flesh, levels)
    _paint_orbits(canvas, levels)
    canvas.paint(-outline, levels.air, edge=1.4)  # nothing reaches out of the skin
    _paint_ears(canvas, levels)


def _outline(canvas: Canvas, anatomy: Anatomy, skull: Skull) -> Field:
    """Return the depth under the skin, mm."""
    cut = canvas.cut
    head = skull.vault + (anatomy.skull + anatomy.scalp) + 0.02 * (cut.y - 10.0)  # thicker at the back
    if float(cut.z.min()) > 25.0:
        return head
    across, back = np.square(cut.x / 60.0), np.square((cut.y - 14.4 + 0.08 * cut.z) / 58.0)
    neck = 56.0 * (1.0 - np.sqrt(np.sqrt(across * across + back * back + across * back)))
    jaw = union(
        ellipsoid(cut, (0.0, -28.0, -58.0), (66.0, 62.0, 62.0)), ellipsoid(cut, (0.0, -34.0, -92.0), (54.0, 54.0, 42.0))
    )
    chin = union(
        ellipsoid(cut, (0.0, -74.0, -112.0), (22.0, 14.0, 16.0)),
        ellipsoid(cut, (0.0, -80.0, -84.0), (26.0, 12.0, 14.0)),
    )
    nose = tube(cut, [(0.0, -80.0, -26.0), (0.0, -95.0, -54.0), (0.0, -90.0, -62.0)], [7.0, 8.0, 9.0])
    face = smooth_union(smooth_union(jaw, chin, 10.0), nose, 8.0)
    return smooth_union(smooth_union(head, face, 12.0), overlap(neck, -20.0 - cut.z), 10.0)


def _paint_muscles(canvas: Canvas, anatomy: Anatomy, outline: Field, patches: Field, levels: Levels) -> None:
    """Paint flesh below the head, muscles with fat between them, and the muscles of temples and nape."""
    cut = canvas.cut
    muscle = levels.muscle + 9.0 * cut.noise(anatomy.fine)
    fat = np.clip(0.6 * patches - 0.15, 0.0, 0.85) * (0.8 * (levels.fat - levels.muscle))
    rim = 5.5 + 2.0 * cut.noise(anatomy.coarse)
    canvas.paint(overlap(outline - rim, -26.0 - 0.18 * cut.y - cut.z), muscle + fat, edge=2.0)
    temples = [ellipsoid(cut, (side * 60.0, -22.0, -14.0), (13.0, 32.0, 34.0)) for side in (-1.0, 1.0)]
    canvas.paint(overlap(union(*temples), outline - 4.0), muscle, edge=1.6)
    nape = [ellipsoid(cut, (side * 22.0, 76.0, -88.0), (20.0, 19.0, 44.0)) for side in (-1.0, 1.0)]
    canvas.paint(overlap(union(*nape), outline - 5.0), muscle + 0.5 * fat, edge=1.6)


def _paint_vault(canvas: Canvas, anatomy: Anatomy, skull: Skull, medium: Field, levels: Levels) -> None:
    """Paint the skull: two dark tables, with marrow between them."""
    vault, above = skull.vault, canvas.cut.z + 40.0 + 0.26 * canvas.cut.y
    canvas.paint(overlap(vault + anatomy.skull, above), levels.bone, edge=1.4)
    between = overlap(vault + (anatomy.skull - 1.9), -1.7 - vault, above - 3.0)
    canvas.paint(between, np.maximum(levels.marrow * (0.8 + 0.28 * medium), levels.bone), edge=1.6)


def _paint_base(canvas: Canvas, skull: Skull, patches: Field, levels: Levels) -> None:
    """Paint the bone under the brain, with the cells of air in it."""
    cut = canvas.cut
    under, within = -skull.floor, skull.vault + 2.0
    plate = overlap(under + 1.0, 10.0 - under, within, -10.0 - cut.z)
    canvas.paint(plate, levels.marrow * 0.75 * (1.0 + 0.4 * patches), edge=3.0)
    canvas.paint(overlap(under + 1.0, 2.2 - under, within), levels.bone, edge=1.4)
    canvas.tubes(
        [(18.0, 8.0, -40.0), (34.0, 20.0, -40.0), (52.0, 28.0, -40.0)], [6.0, 8.5, 11.0], levels.bone + 8.0, edge=3.0
    )
    canvas.pair((54.0, 32.0, -46.0), (9.0, 13.0, 15.0), levels.air + 5.0, edge=4.0)  # mastoid cells
    canvas.tube(
        [(0.0, 2.0, -38.0), (0.0, 13.0, -52.0), (0.0, 22.0, -64.0)], [5.0, 4.5, 3.0], levels.bone + 15.0
    )  # clivus
    canvas.tube([(0.0, 2.0, -38.0), (0.0, 13.0, -52.0), (0.0, 21.0, -63.0)], [4.0, 3.5, 2.0], levels.marrow * 1.2)
    # The sella: gland, and on each side the venous sinus with the artery in it, which flows too fast to be seen.
    uneven = ellipsoid(cut, (0.0, -16.0, -40.0), (14.0, 12.0, 10.0)) + 1.6 * patches  # the sphenoid sinus
    canvas.paint(uneven, levels.blood * 0.6)
    canvas.paint(uneven - 1.4, levels.air)
    canvas.pair((12.0, -2.0, -31.0), (5.5, 9.0, 7.0), levels.blood * 0.85)
    canvas.pair((12.5, -2.0, -32.0), (2.7, 6.0, 2.7), levels.bone)
    canvas.blob((0.0, -2.0, -31.0), (6.5, 5.0, 3.2), levels.blood * 0.8)


def _paint_face(canvas: Canvas, anatomy: Anatomy, levels: Levels) -> None:
    """Paint sinuses and nose, mouth and throat, jaw and spine."""
    if float(canvas.cut.z.min()) > 0.0:
        return
    mucosa, air, bone, marrow = levels.blood * 0.8, levels.air, levels.bone, levels.marrow
    canvas.pair((10.0, -73.0, -12.0), (11.0, 4.5, 10.0), bone)
    canvas.pair((10.0, -73.0, -12.0), (9.0, 3.0, 8.5), air)  # frontal sinus
    canvas.pair((30.0, -40.0, -60.0), (15.0, 18.0, 16.0), mucosa)
    canvas.pair((30.0, -40.0, -60.0), (12.5, 15.5, 13.5), air)  # maxillary sinus
    _paint_nose(canvas, anatomy, mucosa, air)
    canvas.blob((0.0, -50.0, -80.0), (26.0, 34.0, 3.0), bone + 30.0)  # palate
    canvas.blob((0.0, -38.0, -102.0), (24.0, 36.0, 19.0), levels.muscle + 14.0, edge=2.0)  # tongue
    canvas.tube([(0.0, -82.0, -88.0), (0.0, -40.0, -84.0), (0.0, -8.0, -86.0)], [1.0, 1.6, 3.0], air)
    for x, y in ((8.0, -80.0), (20.0, -74.0), (28.0, -60.0), (31.0, -46.0)):
        canvas.pair((x, y, -86.0), (4.0, 4.5, 9.0), bone)  # teeth
    canvas.tube(
        [(0.0, -18.0, -58.0), (0.0, -4.0, -76.0), (0.0, -2.0, -104.0), (0.0, -6.0, -150.0)], [6.0, 4.5, 4.0, 5.5], air
    )
    canvas.tube([(0.0, -22.0, -78.0), (0.0, -8.0, -92.0)], [3.5, 3.0], levels.muscle)  # soft palate
    canvas.tubes(
        [(47.0, -2.0, -58.0), (47.0, -6.0, -90.0), (40.0, -36.0, -112.0), (8.0, -78.0, -118.0)],
        [4.0, 5.5, 6.0, 6.5],
        bone,
    )
    canvas.tubes(
        [(47.0, -2.0, -60.0), (47.0, -6.0, -90.0), (40.0, -36.0, -112.0), (8.0, -78.0, -118.0)],
        [2.2, 3.5, 3.8, 4.0],
        marrow * 1.4,
    )
    canvas.pair((55.0, -18.0, -86.0), (7.0, 15.0, 27.0), levels.muscle + 4.0, edge=1.6)  # masseter
    canvas.pair((36.0, -12.0, -74.0), (8.0, 15.0, 20.0), levels.muscle + 2.0, edge=1.6)  # pterygoids
    _paint_spine(canvas, levels)


def _paint_nose(canvas: Canvas, anatomy: Anatomy, mucosa: float, air: float) -> None:
    """Paint the turbinates with air between them, beside the septum, and the cells over them."""
    found = canvas.around((-16.0, -92.0, -80.0), (16.0, -14.0, -26.0))
    if found is None:
        return
    canvas, _ = found
    cut, medium = canvas.cut, canvas.cut.noise(anatomy.medium)
    cavity = ellipsoid(cut, (0.0, -52.0, -58.0), (15.0, 36.0, 20.0))
    canvas.paint(cavity, 0.65 * mucosa + 7.0 * medium, edge=2.0)
    bands = np.cos((cut.z + 0.12 * cut.y) * 0.62 + 0.9 * medium)
    canvas.paint(overlap(cavity - 2.5, cut.side - 1.5, 2.4 * bands - 0.8), air + 6.0, edge=1.6)
    cells = union(*(ellipsoid(cut, (side * 8.0, -42.0, -35.0), (7.0, 22.0, 8.0)) for side in (-1.0, 1.0)))
    canvas.paint(cells, 0.6 * mucosa)
    canvas.paint(overlap(cells - 1.0, 2.0 * cut.noise(anatomy.fine) + 0.8), air + 6.0, edge=1.4)


def _paint_spine(canvas: Canvas, levels: Levels) -> None:
    bone, marrow = levels.bone, levels.marrow * 1.15
    canvas.blob((0.0, 8.0, -72.0), (6.0, 4.0, 5.0), marrow)  # arch of the atlas
    column = [(0.0, 18.0, -67.0), (0.0, 20.0, -88.0), (0.0, 25.0, -125.0), (0.0, 32.0, -155.0)]
    canvas.tube(column, [5.5, 8.4, 8.4, 8.4], bone)
    canvas.tube(column, [4.4, 7.4, 7.4, 7.4], marrow)
    for number in range(4):
        height, back = -98.0 - 16.5 * number, 21.5 + 2.5 * number
        canvas.blob((0.0, back, height), (9.0, 8.0, 2.6), levels.muscle - 20.0)  # disc
        canvas.pair((22.0, back + 14.0, height - 8.0), (8.0, 7.0, 6.5), bone + 20.0, edge=2.0)
        canvas.blob((0.0, back + 44.0, height - 12.0), (3.5, 11.0, 5.0), marrow, edge=2.0)
    canvas.pair((26.0, 24.0, -68.0), (13.0, 11.0, 6.0), bone + 8.0)
    canvas.pair((26.0, 24.0, -68.0), (10.0, 8.0, 4.0), marrow)
    canvas.blob((0.0, 66.0, -76.0), (9.0, 8.0, 4.5), marrow)
    canvas.tube(CORD, [11.0, 8.5, 8.5], levels.fluid, edge=1.5)
    canvas.tube(CORD, [8.0, 5.0, 5.0], levels.white - 2.0, edge=1.6)


def _paint_orbits(canvas: Canvas, levels: Levels) -> None:
    """Paint the eyes in their fat, with muscles and nerve, and the bone around."""
    cone = [(31.0, -58.0, -36.0), (28.0, -46.0, -35.0), (14.0, -20.0, -29.0)]
    canvas.tubes(cone, [17.5, 16.5, 5.0], levels.bone, edge=2.0)
    canvas.tubes(cone, [15.5, 14.5, 3.5], levels.fat - 25.0, edge=1.6)
    canvas.pair((31.0, -72.0, -36.0), (15.0, 9.0, 13.0), levels.muscle + 20.0, edge=2.0)  # the lids
    apex, muscle = (14.0, -22.0, -30.0), levels.muscle + 0.5 * (levels.blood - levels.muscle)
    for start in ((18.5, -54.0, -36.0), (43.0, -54.0, -36.0), (31.0, -54.0, -25.5), (31.0, -54.0, -47.0)):
        canvas.tubes([start, apex], [2.4, 1.6], muscle)
    canvas.tubes(
        [(31.0, -52.0, -36.0), (22.0, -36.0, -33.0), (11.0, -14.0, -26.0), (3.0, -8.0, -22.0)],
        [2.2, 2.0, 1.8, 1.8],
        levels.grey,
    )
    canvas.pair((31.0, -64.0, -36.0), (12.4, 12.4, 12.4), levels.muscle + 18.0)
    canvas.pair((31.0, -64.0, -36.0), (11.2, 11.2, 11.2), levels.fluid + 6.0)
    canvas.pair((31.0, -73.0, -36.0), (4.6, 2.0, 4.6), levels.muscle - 6.0)


def _paint_ears(canvas: Canvas, levels: Levels) -> None:
    canvas.pair((76.0, 20.0, -42.0), (5.0, 12.0, 25.0), levels.skin)
    canvas.pair((76.0, 20.0, -42.0), (2.0, 8.0, 20.0), levels.muscle)
    canvas.tubes([(71.0, 16.0, -45.0), (52.0, 17.0, -43.0)], [2.6, 2.2], levels.air)
