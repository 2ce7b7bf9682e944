"""The crop: dragged with the mouse, moved with keys, drawn anew, taken back."""

from pathlib import Path

import numpy as np
import pytest
from gui.viewer.conftest import MakeDesk
from gui.viewer.desk import CTRL, SHIFT, Desk, drag, grabbed, key, mouse, near, wheel, write_png
from PySide6.QtCore import QEvent, QPointF, Qt

from tumorviewer.gui.viewer import colours
from tumorviewer.gui.viewer.crop_geometry import HANDLES, Grip, between, changed, handle_point, rect_of
from tumorviewer.gui.viewer.hud import Corner
from tumorviewer.gui.viewer.tool import Tool
from tumorviewer.imaging.phantom import draw_head
from tumorviewer.imaging.scan import CropBox
from tumorviewer.state.entries import AUTOMATIC, CropChoice, CropKind
from tumorviewer.state.overlays import Level

SIDE = 256


@pytest.fixture
def head(desk: Desk, tmp_path: Path) -> Desk:
    desk.open(write_png(tmp_path / "head 1.png", draw_head(3, size=SIDE, lesion="glioma")))
    desk.session.pane.view.zoom_to(2.0, None)
    return desk


def handle(desk: Desk, grip: Grip) -> QPointF:
    return desk.view.to_screen(handle_point(rect_of(desk.view.crop_look.frame), grip))


def edited(desk: Desk) -> CropBox:
    assert desk.session.crop.kind is CropKind.EDITED
    return desk.session.box


@pytest.mark.parametrize("grip", HANDLES)
def test_each_handle_moves_its_edges(head: Desk, grip: Grip) -> None:
    box = head.session.box
    start = handle(head, grip)
    drag(head.view, start, start + QPointF(20, 24))
    left, top = box.x + (10 if grip.x < 0 else 0), box.y + (12 if grip.y < 0 else 0)
    right = min(box.x + box.width + (10 if grip.x > 0 else 0), SIDE)
    bottom = min(box.y + box.height + (12 if grip.y > 0 else 0), SIDE)
    assert edited(head) == CropBox(left, top, right - left, bottom - top)


def test_every_move_is_judged_and_the_drag_is_one_step(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk(model=True)
    desk.open(write_png(tmp_path / "head 1.png", draw_head(3, size=SIDE, lesion="glioma")))
    automatic, asked = desk.session.box, len(desk.asked)
    start = handle(desk, Grip(1, 1))
    drag(desk.view, start, start - QPointF(60, 40), steps=6)
    assert len(desk.asked) == asked + 6
    assert desk.session.undo.count() == 1
    assert desk.session.prediction.crop == edited(desk) != automatic
    desk.session.undo.undo()
    assert desk.session.crop is AUTOMATIC
    assert desk.session.prediction.crop == automatic
    desk.session.undo.redo()
    assert edited(desk).width < automatic.width


def test_escape_takes_a_drag_back(head: Desk) -> None:
    before = head.session.box
    start = handle(head, Grip(-1, -1))
    drag(head.view, start, start + QPointF(40, 40), release=False)
    assert head.session.box != before
    key(head.view, Qt.Key.Key_Escape)
    assert head.session.crop is AUTOMATIC
    assert head.session.box == before
    assert head.session.undo.count() == 0


def test_a_click_is_no_edit(head: Desk) -> None:
    start = handle(head, Grip(1, 0))
    drag(head.view, start, start)
    assert head.session.crop is AUTOMATIC
    assert head.session.undo.count() == 0


def test_the_wheel_waits_for_the_end_of_a_drag(head: Desk, tmp_path: Path) -> None:
    head.open(write_png(tmp_path / "head 2.png", draw_head(4, size=SIDE)))
    current = head.session.pane.entry_id
    start = handle(head, Grip(1, 0))
    drag(head.view, start, start - QPointF(10, 0), release=False)
    wheel(head.view, -1, start, Qt.KeyboardModifier.NoModifier)
    assert head.session.pane.entry_id == current


def test_a_drag_that_another_scan_ended_leaves_that_scan_alone(head: Desk, tmp_path: Path) -> None:
    first = head.session.pane.entry_id
    second = head.open(write_png(tmp_path / "head 2.png", draw_head(4, size=SIDE)))[0]
    start = handle(head, Grip(1, 0))
    drag(head.view, start, start - QPointF(40, 0), release=False)
    head.session.show(second)
    drag(head.view, start, start - QPointF(60, 0))
    assert head.worklist.entries[first].crop is AUTOMATIC
    assert head.worklist.entries[second].crop is AUTOMATIC
    assert head.session.pane.entry_id == second


def test_the_frame_moves_the_box_in_any_turn(head: Desk) -> None:
    head.session.pane.view.turn(1)
    head.session.pane.view.flip(across=True)
    box = head.session.box
    frame = head.view.layers.sheet.mapRectToScene(rect_of(box))
    start = QPointF(frame.left() + 40, frame.top())
    drag(head.view, start, start + QPointF(0, 20))  # 10 pixels down the screen, mirrored and turned: to the right
    assert edited(head) == CropBox(box.x + 10, box.y, box.width, box.height)


def test_inside_the_box_the_plain_tool_leaves_it_alone(head: Desk) -> None:
    drag(head.view, QPointF(500, 300), QPointF(520, 310))
    assert head.session.crop is AUTOMATIC
    head.viewer.set_tool(Tool.CROP)
    box = head.session.box
    drag(head.view, QPointF(500, 300), QPointF(510, 306))
    assert edited(head) == CropBox(box.x + 5, box.y + 3, box.width, box.height)


def test_the_crop_tool_draws_a_new_box(head: Desk) -> None:
    head.viewer.set_tool(Tool.CROP)
    first, second = head.view.to_screen(QPointF(40, 50)), head.view.to_screen(QPointF(140, 120))
    drag(head.view, first, second, keys=CTRL)
    assert edited(head) == CropBox(40, 50, 100, 70)
    assert head.session.undo.count() == 1


def test_on_the_whole_image_the_first_drag_makes_a_crop(head: Desk) -> None:
    head.session.use_whole_image()
    start = handle(head, Grip(-1, -1))
    drag(head.view, start, start + QPointF(40, 60))
    assert edited(head) == CropBox(20, 30, SIDE - 20, SIDE - 30)
    head.session.undo.undo()
    assert head.session.crop.kind is CropKind.WHOLE


def test_arrow_keys(head: Desk) -> None:
    head.viewer.set_tool(Tool.CROP)
    box = CropBox(40, 40, 100, 80)
    head.session.edit_crop(CropChoice(CropKind.EDITED, box))
    key(head.view, Qt.Key.Key_Right)
    key(head.view, Qt.Key.Key_Up, SHIFT)
    assert head.session.box == CropBox(41, 30, 100, 80)
    key(head.view, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    key(head.view, Qt.Key.Key_Up, CTRL)
    assert head.session.box == CropBox(41, 30, 101, 79)
    assert head.session.undo.count() == 5


def test_arrow_keys_follow_the_screen(head: Desk) -> None:
    head.viewer.set_tool(Tool.CROP)
    head.session.edit_crop(CropChoice(CropKind.EDITED, CropBox(40, 40, 100, 80)))
    head.session.pane.view.turn(1)  # what was on the left is now at the top
    key(head.view, Qt.Key.Key_Up)
    assert head.session.box == CropBox(39, 40, 100, 80)
    key(head.view, Qt.Key.Key_Right, CTRL)  # the edge at the right of the screen: the upper one of the image
    assert head.session.box == CropBox(39, 39, 100, 81)


def test_a_held_key_is_one_step(head: Desk) -> None:
    head.viewer.set_tool(Tool.CROP)
    box = head.session.box
    for _ in range(5):
        key(head.view, Qt.Key.Key_Left, release=False)
    key(head.view, Qt.Key.Key_Left)
    assert edited(head).x == max(box.x - 6, 0)
    assert head.session.undo.count() == 1


def test_arrow_keys_scroll_where_the_crop_is_not_held(head: Desk, tmp_path: Path) -> None:
    first = head.session.pane.entry_id
    second = head.open(write_png(tmp_path / "head 2.png", draw_head(4, size=SIDE)))[0]
    key(head.view, Qt.Key.Key_Down)
    assert head.session.pane.entry_id == second
    key(head.view, Qt.Key.Key_Up)
    assert head.session.pane.entry_id == first
    start = handle(head, Grip(1, 0))
    drag(head.view, start, start)  # a click on it holds it
    key(head.view, Qt.Key.Key_Down)
    assert head.session.pane.entry_id == first
    assert head.session.crop.kind is CropKind.EDITED
    key(head.view, Qt.Key.Key_Escape)
    key(head.view, Qt.Key.Key_Down)
    assert head.session.pane.entry_id == second


def test_kinds_differ_in_words_colour_and_stroke(head: Desk) -> None:
    looks = {}
    frame = head.session.box
    for kind, choice in (
        ("automatic", AUTOMATIC),
        ("edited", CropChoice(CropKind.EDITED, frame)),
        ("whole", CropChoice(CropKind.WHOLE)),
    ):
        head.session.edit_crop(choice)
        rect = head.view.layers.sheet.mapRectToScene(rect_of(head.view.crop_look.frame))
        column = grabbed(head.view.viewport())[int(rect.top()) + 20 : int(rect.bottom()) - 20, int(rect.left())]
        looks[kind] = (head.view.crop_look.tag, column)
    assert len({tag.split(" · ")[0] for tag, _ in looks.values()}) == 3
    bright = {kind: column.max(axis=1) > 120 for kind, (_, column) in looks.items()}
    runs = {kind: int(np.abs(np.diff(line.astype(int))).sum()) for kind, line in bright.items()}
    assert runs["whole"] > runs["edited"] + 10 > runs["automatic"] + 20  # dots, dashes, one line
    yellow = looks["edited"][1].astype(int)
    assert (yellow[:, 0] - yellow[:, 2]).max() > 80  # the only one with a hue
    assert all(np.ptp(looks[kind][1].astype(int), axis=1).max() < 40 for kind in ("automatic", "whole"))


def test_outside_is_dimmed_and_inside_is_not(head: Desk) -> None:
    head.session.edit_crop(CropChoice(CropKind.EDITED, CropBox(100, 100, 60, 60)))
    dimmed = grabbed(head.view.viewport())
    head.overlays.set(level=Level.NO_MODEL)
    plain = grabbed(head.view.viewport())
    inside, outside = head.view.to_screen(QPointF(130, 130)), head.view.to_screen(QPointF(70, 128))
    same = (int(inside.y()), int(inside.x()))
    darker = (int(outside.y()), int(outside.x()))
    assert np.array_equal(dimmed[same], plain[same])
    assert dimmed[darker].sum() < 0.7 * plain[darker].sum()


def test_hidden_crops_cannot_be_dragged(head: Desk) -> None:
    start = handle(head, Grip(1, 1))
    head.overlays.set(level=Level.NO_MODEL)
    drag(head.view, start, start - QPointF(30, 30))
    assert head.session.crop is AUTOMATIC


def test_where_no_head_is_found_the_whole_image_is_framed(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_png(tmp_path / "blank.png", np.full((64, 64), 7, np.uint8)))
    assert desk.session.box is None
    assert desk.view.crop_look.frame == CropBox(0, 0, 64, 64)
    assert "no head" in desk.view.crop_look.tag


def test_the_handle_under_the_cursor_lights_up(head: Desk) -> None:
    at = handle(head, Grip(1, 1))
    mouse(head.view, QEvent.Type.MouseMove, QPointF(500, 300))
    pixel = (int(at.y()), int(at.x()))
    assert not near(grabbed(head.view.viewport())[pixel], colours.ACCENT)
    mouse(head.view, QEvent.Type.MouseMove, at)
    assert near(grabbed(head.view.viewport())[pixel], colours.ACCENT)
    assert head.view.cursor().shape() == Qt.CursorShape.SizeFDiagCursor


@pytest.mark.parametrize("zoom", [None, 9.0])
def test_the_tag_covers_no_other_words(head: Desk, zoom: float | None) -> None:
    head.viewer.resize(420, 420)  # the frame begins under the corner with the file's name
    head.session.edit_crop(CropChoice(CropKind.EDITED, CropBox(4, 20, 200, 200)))
    if zoom is not None:
        head.session.pane.view.zoom_to(zoom, (100.0, 100.0))
    tag = head.view.layers.crop.tag_rect()
    assert head.view.sceneRect().contains(tag)
    assert not tag.intersects(head.view.layers.corners[Corner.TOP_LEFT].boundingRect())
    area = grabbed(head.view.viewport())[int(tag.top()) : int(tag.bottom()), int(tag.left()) : int(tag.right())]
    assert np.sum(area[:, :, 0].astype(int) - area[:, :, 2] > 60) > 100  # and it is there, in yellow


def test_boxes_stay_inside_and_large_enough() -> None:
    box, size = CropBox(10, 10, 50, 50), (100, 80)
    assert changed(box, Grip(0, 0), 500, -500, size) == CropBox(50, 0, 50, 50)
    assert changed(box, Grip(1, 1), 500, 500, size) == CropBox(10, 10, 90, 70)
    assert changed(box, Grip(1, 1), -500, -500, size) == CropBox(10, 10, 16, 16)
    assert changed(box, Grip(-1, -1), 500, 500, size) == CropBox(44, 44, 16, 16)
    assert between(QPointF(95, 5), QPointF(96, 6), size) == CropBox(84, 5, 16, 16)
    assert between(QPointF(50, 50), QPointF(45, 45), size) == CropBox(34, 34, 16, 16)
    assert between(QPointF(-30, 20), QPointF(300, 60), size) == CropBox(0, 20, 100, 40)
    assert changed(CropBox(0, 0, 8, 8), Grip(1, 1), -500, -500, (8, 8)) == CropBox(0, 0, 8, 8)
