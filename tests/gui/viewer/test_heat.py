"""The heat map lies on the pixels that it was made for, however the scan is turned, mirrored and enlarged."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from gui.viewer.conftest import MakeDesk
from gui.viewer.desk import Desk, grabbed, shipped_predictor, write_png
from PySide6.QtCore import QPointF

from tumorviewer.imaging.phantom import draw_head
from tumorviewer.imaging.phantom_pages import draw_page
from tumorviewer.imaging.scan import CropBox
from tumorviewer.presentation.heat_colours import colour_table, cover_table
from tumorviewer.state.entries import CropChoice, CropKind
from tumorviewer.state.overlays import Level

BOX = CropBox(18, 10, 52, 61)
ZOOM = 7


@pytest.fixture
def head(make_desk: MakeDesk, tmp_path: Path) -> Desk:
    """A small head that is higher than wide, in a view that holds it seven times enlarged."""
    desk = make_desk(model=True, size=(1200, 760))
    picture = draw_head(3, size=96, lesion="meningioma")[:, 4:90]
    desk.open(write_png(tmp_path / "head.png", picture))
    desk.session.edit_crop(CropChoice(CropKind.EDITED, BOX))
    desk.session.pane.view.zoom_to(ZOOM, None)
    return desk


def expected(desk: Desk, opacity: float) -> np.ndarray:
    """Return grey with the evidence over it, put together here: shape (H, W, 3)."""
    label = desk.session.prediction.label
    heat = shipped_predictor().heat_map(desk.session.prediction, label)
    steps = np.rint(heat.values * 255).astype(int)
    cover = cover_table()[steps][:, :, None] * opacity
    made = np.repeat(desk.session.pane.loaded.grey[:, :, None].astype(float), 3, axis=2)
    inside = made[BOX.y : BOX.y + BOX.height, BOX.x : BOX.x + BOX.width]
    inside[:] = inside * (1 - cover) + colour_table()[steps] * cover
    return made


def seen_pixels(desk: Desk, shape: tuple[int, ...]) -> np.ndarray:
    seen = grabbed(desk.view.viewport())
    top, left = (seen.shape[0] - shape[0] * ZOOM) // 2, (seen.shape[1] - shape[1] * ZOOM) // 2
    return seen[top + ZOOM // 2 :: ZOOM, left + ZOOM // 2 :: ZOOM][: shape[0], : shape[1]].astype(float)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize(("across", "down"), [(False, False), (True, False), (False, True)])
def test_each_pixel_has_its_evidence(head: Desk, turns: int, across: bool, down: bool) -> None:
    head.overlays.set(heat=True, opacity=0.6)
    view = head.session.pane.view
    view.turn(turns)
    if across:
        view.flip(across=True)
    if down:
        view.flip(across=False)
    inner = np.zeros(head.session.pane.loaded.grey.shape, bool)  # without the frame and its handles
    inner[BOX.y + 2 : BOX.y + BOX.height - 2, BOX.x + 2 : BOX.x + BOX.width - 2] = True
    wanted, inner = np.rot90(expected(head, 0.6), -turns), np.rot90(inner, -turns)
    wanted, inner = (part[:, ::-1] if across else part for part in (wanted, inner))
    wanted, inner = (part[::-1] if down else part for part in (wanted, inner))
    difference = np.abs(seen_pixels(head, wanted.shape) - wanted)[inner]
    assert np.median(difference) <= 1
    assert difference.max() <= 6  # steps of colour between neighbouring cells


def test_nothing_is_drawn_outside_the_crop(head: Desk) -> None:
    plain = grabbed(head.view.viewport())
    head.overlays.set(heat=True, opacity=1.0)
    coloured = grabbed(head.view.viewport())
    rows, columns = np.nonzero(np.any(plain != coloured, axis=2))
    bar = head.view.layers.heat_bar.sceneBoundingRect()
    changed = [
        head.view.to_image(QPointF(x + 0.5, y + 0.5))
        for y, x in zip(rows, columns, strict=True)
        if not bar.contains(QPointF(x, y))
    ]
    assert len(changed) > 1000
    assert all(BOX.x <= p.x() <= BOX.x + BOX.width and BOX.y <= p.y() <= BOX.y + BOX.height for p in changed)


def test_no_evidence_is_no_colour(head: Desk) -> None:
    assert cover_table()[0] == 0
    assert np.all(np.diff(cover_table()) >= 0)
    plain = seen_pixels(head, (96, 86))
    heat = shipped_predictor().heat_map(head.session.prediction, head.session.prediction.label)
    none = np.zeros((96, 86), bool)
    none[BOX.y + 2 : BOX.y + BOX.height - 2, BOX.x + 2 : BOX.x + BOX.width - 2] = heat.values[2:-2, 2:-2] < 0.02
    assert none.sum() > 50
    head.overlays.set(heat=True, opacity=1.0)
    assert np.array_equal(seen_pixels(head, (96, 86))[none], plain[none])


def test_follows_class_opacity_and_crop(head: Desk) -> None:
    layer = head.view.layers.heat
    head.overlays.set(heat=True)
    pictures = [seen_pixels(head, (96, 86))]
    assert head.session.prediction.label == "meningioma"
    for change in ({"label": "glioma"}, {"label": "meningioma"}, {"opacity": 1.0}):
        head.overlays.set(**change)
        pictures.append(seen_pixels(head, (96, 86)))
    for first, second in pairwise(pictures):
        assert np.abs(first - second).max() > 10
    other = CropBox(BOX.x - 1, BOX.y - 2, BOX.width + 3, BOX.height + 4)
    head.session.edit_crop(CropChoice(CropKind.EDITED, other))
    target = layer.target
    assert [target.x(), target.y(), target.width(), target.height()] == other.as_list()


def test_is_only_made_while_it_is_shown(head: Desk) -> None:
    layer = head.view.layers.heat
    assert layer.target.isEmpty()
    head.overlays.set(heat=True)
    assert not layer.target.isEmpty()
    assert head.view.layers.heat_bar.isVisible()
    head.overlays.set(level=Level.NO_MODEL)
    assert layer.target.isEmpty()
    assert not head.view.layers.heat_bar.isVisible()


def test_none_for_what_the_model_cannot_judge(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk(model=True)
    desk.overlays.set(heat=True)
    desk.open(write_png(tmp_path / "page.png", draw_page("text")))
    assert desk.session.prediction.verdict == "not_brain_mr"
    assert desk.view.layers.heat.target.isEmpty()
    assert not desk.view.layers.heat_bar.isVisible()


def test_lightness_rises_evenly() -> None:
    linear = (colour_table() / 255.0) ** 2.2
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    lightness = np.cbrt(luminance)
    steps = np.diff(lightness[::16])
    assert np.all(steps > 0)
    assert steps.max() < 3 * steps.min()
