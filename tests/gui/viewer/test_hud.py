"""What stands in the corners, and the words where there is no picture."""

from pathlib import Path

import numpy as np
from gui.viewer.desk import Desk, drag, grabbed, key, mouse, wheel, write_dicom, write_png
from PySide6.QtCore import QEvent, QPointF, Qt
from pytestqt.qtbot import QtBot

from tumorviewer import NOTICE
from tumorviewer.gui.viewer.hud import Corner
from tumorviewer.gui.viewer.hud_text import Probe
from tumorviewer.gui.words import reason_line
from tumorviewer.imaging.phantom import draw_head
from tumorviewer.imaging.scan import WindowLevel
from tumorviewer.state.overlays import Level
from tumorviewer.state.view import View

PLAIN = Qt.KeyboardModifier.NoModifier


def lines(desk: Desk, corner: Corner) -> list[str]:
    return desk.view.layers.corners[corner].lines


def numbered(folder: Path, count: int) -> list[Path]:
    pictures = [np.full((40, 60), 10 * n % 256, np.uint8) for n in range(1, count + 1)]
    return [write_png(folder / f"slice {n}.png", picture) for n, picture in enumerate(pictures, 1)]


def test_file_and_slice(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "knee of nobody"
    folder.mkdir()
    ids = desk.open(*numbered(folder, 3))
    desk.session.show(ids[1])
    assert lines(desk, Corner.TOP_LEFT) == ["slice 2.png", "knee of nobody · 2 / 3"]
    assert "slice 2.png" in desk.view.accessibleDescription()


def test_folders_may_hold_names_and_are_hidden(desk: Desk, tmp_path: Path) -> None:
    desk.open(*numbered(tmp_path, 1))
    assert str(tmp_path) not in "".join(lines(desk, Corner.TOP_LEFT))
    desk.overlays.set(patient=True)
    assert lines(desk, Corner.TOP_LEFT)[-1] == str(tmp_path)


def test_window_and_zoom(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_dicom(tmp_path / "a.dcm", np.arange(2400, dtype=np.uint16).reshape(40, 60)))
    desk.session.pane.view.set_window(WindowLevel(401.0, 812.0))
    desk.viewer.actual_size()
    desk.session.pane.view.invert()
    desk.session.pane.view.turn(1)
    assert lines(desk, Corner.TOP_RIGHT) == ["W 812  L 401", "Zoom 100 %", "Inverted", "Turned or mirrored"]


def test_value_under_the_cursor(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    pixels = np.arange(2400, dtype=np.int16).reshape(40, 60) - 1200
    desk.open(write_dicom(tmp_path / "a.dcm", pixels, PixelSpacing=[0.5, 0.25]))
    desk.session.pane.view.turn(1)
    with qtbot.waitSignal(desk.viewer.probed) as told:
        mouse(desk.view, QEvent.Type.MouseMove, desk.view.to_screen(QPointF(31.5, 12.5)))
    assert told.args == [Probe(31, 12, (float(pixels[12, 31]),))]
    assert lines(desk, Corner.BOTTOM_LEFT) == ["x 31  y 12  value -449", "60 × 40 px · 0.25 × 0.5 mm"]
    mouse(desk.view, QEvent.Type.MouseMove, QPointF(2, 2))
    assert lines(desk, Corner.BOTTOM_LEFT) == ["60 × 40 px · 0.25 × 0.5 mm"]


def test_value_follows_the_stack_under_a_cursor_at_rest(desk: Desk, tmp_path: Path) -> None:
    desk.open(*numbered(tmp_path, 3))
    middle = QPointF(500, 300)
    mouse(desk.view, QEvent.Type.MouseMove, middle)
    assert lines(desk, Corner.BOTTOM_LEFT)[0].endswith("value 10")
    wheel(desk.view, -1, middle, PLAIN)
    assert lines(desk, Corner.BOTTOM_LEFT)[0].endswith("value 20")


def test_values_of_colours(desk: Desk, tmp_path: Path) -> None:
    picture = np.zeros((40, 60, 3), np.uint8)
    picture[:] = (10, 20, 200)  # blue, green, red
    desk.open(write_png(tmp_path / "a.png", picture))
    mouse(desk.view, QEvent.Type.MouseMove, QPointF(500, 300))
    assert lines(desk, Corner.BOTTOM_LEFT)[0].endswith("R 200  G 20  B 10")


def test_legible_on_white(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_png(tmp_path / "a.png", np.full((600, 1000), 255, np.uint8)))
    rect = desk.view.layers.corners[Corner.TOP_LEFT].boundingRect().toRect()
    corner = grabbed(desk.view.viewport())[rect.top() : rect.bottom(), rect.left() : rect.right()]
    assert corner.min() < 80  # a dark halo
    assert np.sum(corner.min(axis=2) < 128) > 200


def test_levels_hide_step_by_step(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_png(tmp_path / "a.png", draw_head(1)))
    layers = desk.view.layers
    shown = []
    for _ in Level:
        shown.append((layers.crop.isVisible(), layers.corners[Corner.TOP_LEFT].isVisible()))
        desk.overlays.next_level()
    assert shown == [(True, True), (False, True), (False, False)]


def test_nothing_open(desk: Desk) -> None:
    assert desk.view.layers.message.words[0] == "No scan is open"
    assert not desk.view.layers.crop.isVisible()


def test_unreadable_scans_say_why(desk: Desk, tmp_path: Path) -> None:
    paths = numbered(tmp_path, 2)
    ids = desk.open(*paths)
    paths[1].write_bytes(paths[1].read_bytes()[:60])
    desk.session.show(ids[1])
    title, text = desk.view.layers.message.words
    assert title == "slice 2.png cannot be shown"
    assert text == reason_line(desk.session.pane.error)
    assert "PNG" in text
    assert not desk.view.has_picture
    assert lines(desk, Corner.TOP_LEFT)[0] == "slice 2.png"
    desk.session.show(ids[0])
    assert desk.view.layers.message.words == ("", "")
    assert desk.view.has_picture


def test_slow_scans_say_so_and_the_corner_names_what_is_seen(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    ids = desk.open(*numbered(tmp_path, 2))
    desk.holding = True
    desk.session.show(ids[1])
    assert lines(desk, Corner.TOP_LEFT)[0] == "slice 1.png"  # these are still its pixels
    assert desk.view.layers.message.words == ("", "")
    qtbot.waitUntil(lambda: desk.view.layers.message.words[0] == "Reading slice 2.png …")
    desk.read(ids[1])
    assert desk.view.layers.message.words == ("", "")
    assert lines(desk, Corner.TOP_LEFT)[0] == "slice 2.png"


def test_stack_by_wheel_keys_and_dragging(desk: Desk, tmp_path: Path) -> None:
    ids = desk.open(*numbered(tmp_path, 30))
    place = lambda: ids.index(desk.session.pane.entry_id)  # noqa: E731 - short
    at = QPointF(500, 300)
    wheel(desk.view, -0.5, at, PLAIN)
    assert place() == 0  # half a notch of a fine wheel
    wheel(desk.view, -0.5, at, PLAIN)
    assert place() == 1
    wheel(desk.view, -1, at, Qt.KeyboardModifier.ShiftModifier)
    assert place() == 11
    for code, keys, expected in (
        (Qt.Key.Key_Down, PLAIN, 12),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier, 22),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier, 12),
        (Qt.Key.Key_End, PLAIN, 29),
        (Qt.Key.Key_Home, PLAIN, 0),
    ):
        key(desk.view, code, keys)
        assert place() == expected
    drag(desk.view, at, at + QPointF(0, 40))
    assert place() == 5


def test_page_keys_go_to_other_stacks(desk: Desk, tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    ids = [desk.open(*numbered(folder, 2)) for folder in folders]
    desk.viewer.apply_preset(2)
    desk.viewer.zoom_in()
    key(desk.view, Qt.Key.Key_PageDown)
    assert desk.session.pane.entry_id == ids[1][0]
    assert desk.session.pane.view.view == View()  # the window of one series says nothing about another
    key(desk.view, Qt.Key.Key_PageUp)
    assert desk.session.pane.entry_id == ids[0][0]


def test_a_picture_of_what_is_seen_carries_the_notice(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_png(tmp_path / "a.png", draw_head(1)))
    picture = desk.viewer.grab_picture()
    seen = grabbed(desk.viewer)
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.width(), 4)
    assert picture.height() > seen.shape[0]
    difference = np.abs(rows[: seen.shape[0], :, 2].astype(int) - seen[:, :, 0])
    assert difference.max() <= 1
    assert rows[seen.shape[0] :, :400, :3].max() > 150, NOTICE
