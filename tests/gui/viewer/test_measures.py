"""Lengths: in millimetres where the file says how large its pixels are."""

from pathlib import Path

import numpy as np
import pytest
from gui.viewer.desk import Desk, drag, grabbed, key, near, write_dicom, write_png
from PySide6.QtCore import QPointF, Qt

from tumorviewer.gui.viewer import colours
from tumorviewer.gui.viewer.hud import round_length
from tumorviewer.gui.viewer.tool import Tool
from tumorviewer.state.overlays import Level


def measure(desk: Desk, first: tuple[float, float], second: tuple[float, float]) -> None:
    desk.viewer.set_tool(Tool.MEASURE)
    drag(desk.view, desk.view.to_screen(QPointF(*first)), desk.view.to_screen(QPointF(*second)))


def words(desk: Desk) -> list[str]:
    loaded = desk.session.pane.loaded
    return [one.words(loaded.scan.spacing) for one in desk.viewer.book.of(loaded.entry_id)]


def scan(dtype: type = np.uint16) -> np.ndarray:
    return np.full((200, 200), 50, dtype) + np.eye(200, dtype=dtype)


def test_millimetres_where_the_spacing_is_known(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_dicom(tmp_path / "a.dcm", scan(), PixelSpacing=[0.5, 2.0]))
    measure(desk, (20, 30), (50, 110))  # 30 columns of 2 mm, 80 rows of 0.5 mm
    assert words(desk) == ["72.1 mm"]


def test_the_same_length_in_any_turn_and_zoom(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_dicom(tmp_path / "a.dcm", scan(), PixelSpacing=[0.5, 0.5]))
    view = desk.session.pane.view
    for change in (lambda: view.turn(1), lambda: view.flip(across=True), lambda: view.zoom_to(2.5, (90.0, 90.0))):
        change()
        measure(desk, (60, 70), (90, 110))
        assert words(desk) == ["25.0 mm"]
        desk.viewer.clear_measures()


def test_pixels_where_it_is_not(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_png(tmp_path / "a.png", scan(np.uint8)))
    measure(desk, (20, 30), (50, 70))
    assert words(desk) == ["50.0 px"]


def test_ends_can_be_moved_and_measures_deleted(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_png(tmp_path / "a.png", scan(np.uint8)))
    measure(desk, (20, 30), (50, 70))
    measure(desk, (100, 100), (150, 100))
    measure(desk, (150, 100), (160, 100))  # takes the end of the second one
    assert words(desk) == ["50.0 px", "60.0 px"]
    middle = desk.view.to_screen(QPointF(35, 50))
    drag(desk.view, middle, middle)  # a click chooses the first one
    key(desk.view, Qt.Key.Key_Delete)
    assert words(desk) == ["60.0 px"]
    desk.viewer.clear_measures()
    assert words(desk) == []


def test_escape_takes_a_line_back(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_png(tmp_path / "a.png", scan(np.uint8)))
    desk.viewer.set_tool(Tool.MEASURE)
    drag(desk.view, QPointF(400, 300), QPointF(500, 300), release=False)
    assert len(words(desk)) == 1
    key(desk.view, Qt.Key.Key_Escape)
    assert words(desk) == []


def test_they_are_drawn_on_their_scan_only(desk: Desk, tmp_path: Path) -> None:
    first, second = desk.open(*(write_png(tmp_path / f"{n}.png", scan(np.uint8)) for n in (1, 2)))
    measure(desk, (60, 100), (140, 100))
    at = desk.view.to_screen(QPointF(60, 100))
    pixel = (int(at.y()), int(at.x()))
    assert near(grabbed(desk.view.viewport())[pixel], colours.MEASURE)
    desk.session.show(second)
    assert not near(grabbed(desk.view.viewport())[pixel], colours.MEASURE)
    desk.session.show(first)
    assert near(grabbed(desk.view.viewport())[pixel], colours.MEASURE)
    desk.overlays.set(level=Level.CLEAN)
    assert not near(grabbed(desk.view.viewport())[pixel], colours.MEASURE)


def test_closing_all_forgets_them(desk: Desk, tmp_path: Path) -> None:
    entry = desk.open(write_png(tmp_path / "a.png", scan(np.uint8)))[0]
    measure(desk, (20, 30), (50, 70))
    desk.worklist.clear()
    assert desk.viewer.book.of(entry) == []


def test_the_scale_bar_tells_the_truth(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_dicom(tmp_path / "a.dcm", scan(), PixelSpacing=[0.5, 0.5]))
    desk.session.pane.view.zoom_to(4.0, None)
    bar = desk.view.layers.scale_bar
    assert bar.millimetres == 20
    assert bar.length == 160  # 20 mm are 40 pixels of the image
    seen = grabbed(desk.view.viewport())
    base = seen.shape[0] - 12 - 4
    line = np.all(seen[base, seen.shape[1] // 2 :] > 200, axis=1)
    assert abs(int(line.sum()) - 160) <= 4


def test_no_scale_bar_without_spacing(desk: Desk, tmp_path: Path) -> None:
    desk.open(write_png(tmp_path / "a.png", scan(np.uint8)))
    assert desk.view.layers.scale_bar.length == 0


@pytest.mark.parametrize(("longest", "length"), [(9.9, 5), (10, 10), (37, 20), (50, 50), (0.7, 0.5), (420, 200)])
def test_round_lengths(longest: float, length: float) -> None:
    assert round_length(longest) == pytest.approx(length)
