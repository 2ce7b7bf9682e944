"""The pixels that are seen: window, inversion, mirrors, turns, zoom, and the fineness of the screen."""

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from gui.viewer.desk import (
    CTRL,
    LEFT,
    MIDDLE,
    RIGHT,
    Desk,
    drag,
    grabbed,
    mouse,
    wheel,
    write_dicom,
    write_png,
)
from PySide6.QtCore import QEvent, QPointF

from tumorviewer.gui.viewer.tool import Tool
from tumorviewer.imaging.render import render
from tumorviewer.imaging.scan import WindowLevel
from tumorviewer.state.overlays import Level

ROOT = Path(__file__).resolve().parents[3]


def steps(height: int = 40, width: int = 60, dtype: type = np.uint16, low: int = 1000) -> np.ndarray:
    """Return a picture in which no two pixels are alike."""
    return (np.arange(height * width).reshape(height, width) + low).astype(dtype)


def bare(desk: Desk, zoom: float) -> None:
    """Show the picture alone, each pixel as a square of `zoom` pixels of the screen."""
    desk.overlays.set(level=Level.CLEAN)
    desk.session.pane.view.zoom_to(zoom, None)


def centres(desk: Desk, shape: tuple[int, int], zoom: int) -> np.ndarray:
    """Return what is seen in the middle of every pixel of a picture that lies in the middle of the view."""
    seen = grabbed(desk.view.viewport())
    top, left = (seen.shape[0] - shape[0] * zoom) // 2, (seen.shape[1] - shape[1] * zoom) // 2
    return seen[top + zoom // 2 :: zoom, left + zoom // 2 :: zoom][: shape[0], : shape[1]]


def test_every_pixel_is_shown_through_the_default_window(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_dicom(tmp_path / "a.dcm", steps()))
    bare(desk, 10)
    seen = centres(desk, (40, 60), 10)
    assert np.array_equal(seen[:, :, 0], desk.session.pane.loaded.grey)
    assert np.array_equal(seen[:, :, 0], seen[:, :, 2])


def test_colour_stays_colour(desk: Desk, tmp_path: Path) -> None:
    picture = np.zeros((40, 60, 3), np.uint8)
    picture[:, :30] = (10, 20, 200)  # blue, green, red
    desk.open(write_png(tmp_path / "a.png", picture))
    bare(desk, 10)
    assert centres(desk, (40, 60), 10)[20, 10].tolist() == [200, 20, 10]


def test_windows_act_on_full_depth(desk: Desk, tmp_path: Path) -> None:
    pixels = np.full((40, 60), 1000, np.uint16)
    pixels[:, 30:], pixels[0, 0] = 1001, 4095
    desk.open(write_dicom(tmp_path / "a.dcm", pixels))
    desk.session.pane.view.set_window(WindowLevel(1000.5, 1.0, "", "LINEAR_EXACT"))
    bare(desk, 10)
    seen = centres(desk, (40, 60), 10)
    assert (seen[20, 10, 0], seen[20, 50, 0]) == (0, 255)  # one of 4096 values apart


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_inversion_comes_after_the_window(desk: Desk, tmp_path: Path, photometric: str) -> None:
    desk.open(write_dicom(tmp_path / "a.dcm", steps(), photometric=photometric))
    window = WindowLevel(1500.0, 400.0)
    desk.session.pane.view.set_window(window)
    desk.session.pane.view.invert()
    bare(desk, 10)
    expected = 255 - render(desk.session.pane.loaded.scan, window)
    assert np.array_equal(centres(desk, (40, 60), 10)[:, :, 0], expected)


def test_default_window_is_inverted_too(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_dicom(tmp_path / "a.dcm", steps()))
    desk.session.pane.view.invert()
    bare(desk, 10)
    assert np.array_equal(centres(desk, (40, 60), 10)[:, :, 0], 255 - desk.session.pane.loaded.grey)


def test_turns_and_mirrors(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_dicom(tmp_path / "a.dcm", steps()))
    view, grey = desk.session.pane.view, desk.session.pane.loaded.grey
    bare(desk, 10)
    view.turn(1)
    assert np.array_equal(centres(desk, (60, 40), 10)[:, :, 0], np.rot90(grey, -1))
    view.flip(across=True)
    assert np.array_equal(centres(desk, (60, 40), 10)[:, :, 0], np.rot90(grey, -1)[:, ::-1])
    view.turn(1)  # as seen, whatever came before
    assert np.array_equal(centres(desk, (40, 60), 10)[:, :, 0], np.rot90(np.rot90(grey, -1)[:, ::-1], -1))
    view.reset()
    bare(desk, 10)
    view.flip(across=False)
    assert np.array_equal(centres(desk, (40, 60), 10)[:, :, 0], grey[::-1])


def test_pixels_that_are_not_square_keep_their_proportions(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_dicom(tmp_path / "a.dcm", steps(), PixelSpacing=[1.0, 0.5]))
    across = desk.view.to_screen(QPointF(60, 0)) - desk.view.to_screen(QPointF(0, 0))
    down = desk.view.to_screen(QPointF(0, 40)) - desk.view.to_screen(QPointF(0, 0))
    assert across.x() / down.y() == pytest.approx(60 * 0.5 / 40)


def test_fits_at_first_and_after_a_turn(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_dicom(tmp_path / "a.dcm", steps(40, 120)))
    size = desk.view.size_of_view
    for _ in range(2):
        corners = [desk.view.to_screen(QPointF(x, y)) for x in (0, 120) for y in (0, 40)]
        assert all(0 <= c.x() <= size.width() and 0 <= c.y() <= size.height() for c in corners)
        assert (
            max(c.x() for c in corners) > size.width() - 10 or max(c.y() for c in corners) > size.height() - 10
        )  # and fills it
        desk.session.pane.view.turn(1)


def test_shrunk_pictures_are_averaged_and_not_thinned_out(desk: Desk, tmp_path: Path) -> None:
    board = (np.indices((2400, 2400)).sum(axis=0) % 2 * 255).astype(np.uint8)
    desk.open(write_png(tmp_path / "a.png", board))
    desk.overlays.set(level=Level.CLEAN)
    seen = grabbed(desk.view.viewport())[200:400, 400:600, 0]
    assert abs(float(seen.mean()) - 127.5) < 3
    assert int(seen.max()) - int(seen.min()) < 20


def test_large_pictures_are_windowed_only_where_they_are_seen(desk: Desk, tmp_path: Path) -> None:
    large = cv2.resize(steps(dtype=np.uint16).astype(np.float32), (6000, 4000)).astype(np.uint16)
    desk.open(write_dicom(tmp_path / "a.dcm", large))
    desk.overlays.set(level=Level.CLEAN)
    view = desk.session.pane.view
    view.set_window(WindowLevel(2000.0, 1500.0))
    view.zoom_to(1.0, (3000.0, 2000.0))
    seen = grabbed(desk.view.viewport())
    expected = render(desk.session.pane.loaded.scan, view.view.window)
    top, left = 2000 - seen.shape[0] // 2, 3000 - seen.shape[1] // 2
    assert np.array_equal(seen[:, :, 0], expected[top : top + seen.shape[0], left : left + seen.shape[1]])
    pixels = desk.view.layers.picture.pixels
    part = pixels.part(1.0, desk.view.layers.sheet.mapRectFromScene(desk.view.sceneRect()))
    assert part.image.width() * part.image.height() < 4 << 20


def test_right_drag_sets_the_window(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_dicom(tmp_path / "a.dcm", steps()))
    before = desk.session.pane.loaded.window
    drag(desk.view, QPointF(300, 300), QPointF(360, 260), RIGHT)
    window = desk.session.pane.view.view.window
    assert window.width > before.width  # to the right: wider
    assert window.centre < before.centre  # up: brighter
    bare(desk, 10)
    expected = render(desk.session.pane.loaded.scan, window)
    assert np.array_equal(centres(desk, (40, 60), 10)[:, :, 0], expected)
    mouse(desk.view, QEvent.Type.MouseButtonDblClick, QPointF(300, 300), LEFT, CTRL)
    assert desk.session.pane.view.view.window is None


def test_window_tool_takes_the_left_button(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_dicom(tmp_path / "a.dcm", steps()))
    drag(desk.view, QPointF(300, 300), QPointF(360, 300))
    assert desk.session.pane.view.view.window is None
    desk.viewer.set_tool(Tool.WINDOW)
    drag(desk.view, QPointF(300, 300), QPointF(360, 300))
    assert desk.session.pane.view.view.window.width > desk.session.pane.loaded.window.width


def test_a_window_never_gets_too_narrow(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_dicom(tmp_path / "a.dcm", steps()))
    drag(desk.view, QPointF(900, 300), QPointF(-4000, 300), RIGHT)
    assert desk.session.pane.view.view.window.width == 1.0


def test_presets_of_sixteen_bits(desk: Desk, tmp_path: Path) -> None:
    ramp = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    path = write_dicom(
        tmp_path / "a.dcm",
        ramp,
        WindowCenter=[600, 100],
        WindowWidth=[400, 50],
        WindowCenterWidthExplanation=["BRAIN", "NARROW"],
    )
    desk.open(path)
    presets = desk.viewer.window_presets()
    assert presets[0][1] is None
    wide, narrow, percentile, full = (window for _, window in presets[2:6])
    assert (wide.centre, wide.width) == (600, 800)
    assert (narrow.centre, narrow.width) == (600, 200)
    assert (percentile.centre, percentile.width) == pytest.approx((2047.5, 0.98 * 4095))
    assert (full.centre, full.width) == (2047.5, 4095)
    assert [(name, window.centre) for name, window in presets[6:]] == [("BRAIN", 600), ("NARROW", 100)]

    desk.viewer.apply_preset(5)
    bare(desk, 8)
    seen = centres(desk, (64, 64), 8)[:, :, 0]
    assert (seen[0, 0], seen[-1, -1]) == (0, 255)
    assert abs(int(seen[32, 0]) - 128) <= 1
    desk.viewer.apply_preset(0)
    assert desk.session.pane.view.view.window is None
    desk.viewer.apply_preset(99)
    assert desk.session.pane.view.view.window is None


def test_ctrl_wheel_zooms_at_the_cursor(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_dicom(tmp_path / "a.dcm", steps()))
    at = QPointF(420.0, 260.0)
    before, zoom = desk.view.to_image(at), desk.view.zoom
    for _ in range(5):
        wheel(desk.view, 1, at, CTRL)
    after = desk.view.to_image(at)
    assert desk.view.zoom > 2 * zoom
    assert abs(after.x() - before.x()) * desk.view.zoom < 1
    assert abs(after.y() - before.y()) * desk.view.zoom < 1
    desk.viewer.fit()
    assert desk.view.zoom == pytest.approx(zoom)


def test_middle_drag_pans_with_the_mouse(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_dicom(tmp_path / "a.dcm", steps()))
    desk.session.pane.view.zoom_to(20.0, None)
    held = desk.view.to_image(QPointF(400, 300))
    drag(desk.view, QPointF(400, 300), QPointF(460, 330), MIDDLE)
    now = desk.view.to_image(QPointF(460, 330))
    assert abs(now.x() - held.x()) * 20 < 1
    assert abs(now.y() - held.y()) * 20 < 1


TWICE_AS_FINE = """
import sys
from pathlib import Path
import numpy as np
from PySide6.QtWidgets import QApplication
app = QApplication([])
from gui.viewer.desk import Desk, grabbed, write_png
from tumorviewer.state.overlays import Level
folder = Path(sys.argv[1])
desk = Desk(folder)
desk.viewer.resize(500, 400)
desk.viewer.show()
board = (np.indices((300, 300)).sum(axis=0) % 2 * 255).astype(np.uint8)
desk.open(write_png(folder / "board.png", board))
desk.overlays.set(level=Level.CLEAN)
desk.viewer.actual_size()
seen = grabbed(desk.view.viewport())
assert desk.view.devicePixelRatioF() == 2.0, desk.view.devicePixelRatioF()
assert desk.view.zoom == 0.5, desk.view.zoom
assert seen.shape[:2] == (800, 1000), seen.shape
assert np.array_equal(seen[250:550, 350:650, 0], board), "blurred"
print("sharp")
"""


def test_sharp_on_a_screen_with_twice_the_pixels(tmp_path: Path) -> None:
    code = f"import sys; sys.path[:0] = {sys.path!r}\n{TWICE_AS_FINE}"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "QT_SCALE_FACTOR": "2"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "sharp", done.stderr
