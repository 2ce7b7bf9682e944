"""Two scans side by side, and the stack as a film."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gui.viewer.conftest import MakeDesk
from gui.viewer.desk import CTRL, Desk, grabbed, mouse, near, shipped_predictor, wheel, write_png
from PySide6.QtCore import QEvent, QPointF, Qt
from pytestqt.qtbot import QtBot

from tumorviewer.gui.viewer import colours
from tumorviewer.gui.viewer.hud import Corner
from tumorviewer.gui.words import answer_line
from tumorviewer.imaging.phantom import draw_head
from tumorviewer.state.settings import CINE_RATE
from tumorviewer.storage.answers import StoredAnswer

PLAIN = Qt.KeyboardModifier.NoModifier
AT = QPointF(200, 200)


def stack(folder: Path, count: int, shade: int = 0) -> list[Path]:
    folder.mkdir(exist_ok=True)
    return [write_png(folder / f"{n}.png", np.full((40, 60), shade + n, np.uint8)) for n in range(count)]


@pytest.fixture
def pair(desk: Desk, tmp_path: Path) -> tuple[Desk, list[int], list[int]]:
    now, before = desk.open(*stack(tmp_path / "now", 4)), desk.open(*stack(tmp_path / "before", 4, 100))
    desk.session.compare_with(before[0])
    return desk, now, before


def test_two_views_and_back(pair: tuple[Desk, list[int], list[int]]) -> None:
    desk, _, before = pair
    other = desk.viewer.other
    assert other.isVisible()
    assert other.pane.loaded.entry_id == before[0]
    assert not other.layers.crop.isVisible()
    desk.session.compare_with(None)
    assert not other.isVisible()
    assert desk.viewer.active is desk.view


def test_linked_views_move_together(pair: tuple[Desk, list[int], list[int]]) -> None:
    desk, now, before = pair
    other = desk.viewer.other
    wheel(other, -1, AT, PLAIN)
    assert (desk.session.pane.entry_id, desk.session.other.entry_id) == (now[1], before[1])
    wheel(other, 2, AT, CTRL)
    desk.session.pane.view.turn(1)
    assert other.zoom == desk.view.zoom
    assert other.to_screen(QPointF(7, 9)) - other.to_screen(QPointF(0, 0)) == desk.view.to_screen(
        QPointF(7, 9)
    ) - desk.view.to_screen(QPointF(0, 0))


def test_unlinked_views_do_not(pair: tuple[Desk, list[int], list[int]], qtbot: QtBot) -> None:
    desk, now, before = pair
    other = desk.viewer.other
    qtbot.mouseClick(desk.viewer.link_button, Qt.MouseButton.LeftButton)
    assert not desk.session.linked
    zoom = desk.view.zoom
    wheel(other, 2, AT, CTRL)
    assert other.zoom > zoom == desk.view.zoom
    wheel(other, -2, AT, PLAIN)
    assert (desk.session.pane.entry_id, desk.session.other.entry_id) == (now[0], before[2])
    wheel(desk.view, -1, AT, PLAIN)
    assert (desk.session.pane.entry_id, desk.session.other.entry_id) == (now[1], before[2])
    qtbot.mouseClick(desk.viewer.link_button, Qt.MouseButton.LeftButton)
    assert other.zoom == desk.view.zoom


def test_slots_act_on_the_view_with_the_keyboard(pair: tuple[Desk, list[int], list[int]], qtbot: QtBot) -> None:
    desk, _, _ = pair
    desk.session.link(False)
    desk.viewer.activateWindow()
    other = desk.viewer.other
    other.setFocus()
    qtbot.waitUntil(lambda: desk.viewer.active is other)
    zoom = desk.view.zoom
    desk.viewer.zoom_in()
    assert other.zoom > zoom == desk.view.zoom
    assert near(grabbed(other.viewport())[1, 100], colours.ACCENT)
    assert not near(grabbed(desk.view.viewport())[1, 100], colours.ACCENT)


def test_the_second_one_says_what_the_model_said(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk(model=True)
    first, second = desk.open(*(write_png(tmp_path / f"{n}.png", draw_head(n, lesion="glioma")) for n in (1, 2)))
    desk.session.compare_with(second)
    corner = desk.viewer.other.layers.corners[Corner.TOP_LEFT]
    assert len(corner.lines) == 2  # nobody was asked yet
    desk.session.show(second)
    assert corner.lines[2] == answer_line(desk.worklist.entries[second].answer)
    assert len(desk.view.layers.corners[Corner.TOP_LEFT].lines) == 2  # the panel says that
    desk.overlays.next_level()
    assert len(corner.lines) == 2
    desk.session.show(first)


def test_values_are_read_from_the_scan_under_the_cursor(pair: tuple[Desk, list[int], list[int]]) -> None:
    desk, _, _ = pair
    other = desk.viewer.other
    mouse(other, QEvent.Type.MouseMove, QPointF(other.width() / 2, other.height() / 2))
    assert other.layers.corners[Corner.BOTTOM_LEFT].lines[0].endswith("value 100")


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        ("glioma", "Model: Glioma, 94 %"),
        ("uncertain", "Model: uncertain"),
        ("not_brain_mr", "Model: not a brain MR slice"),
    ],
)
def test_answers_in_words(verdict: str, line: str) -> None:
    prediction = replace(
        shipped_predictor().predict(draw_head(1), None), verdict=verdict, label="glioma", confidence=0.94
    )
    assert answer_line(StoredAnswer.from_prediction(prediction)) == line


# ------------------------------------------------------------ film


def tick(desk: Desk) -> int:
    desk.viewer.cine.timer.timeout.emit()
    return desk.session.pane.entry_id


def test_plays_on_and_begins_again(desk: Desk, tmp_path: Path) -> None:
    ids = desk.open(*stack(tmp_path / "a", 3))
    desk.viewer.toggle_cine()
    assert [tick(desk) for _ in range(4)] == [ids[1], ids[2], ids[0], ids[1]]
    desk.viewer.toggle_cine()
    assert not desk.viewer.cine.running


def test_really_plays(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    ids = desk.open(*stack(tmp_path / "a", 3))
    desk.viewer.set_cine_rate(60)
    desk.viewer.toggle_cine()
    qtbot.waitUntil(lambda: desk.session.pane.entry_id == ids[2], timeout=2000)


def test_waits_for_slices_that_are_still_being_read(desk: Desk, tmp_path: Path) -> None:
    ids = desk.open(*stack(tmp_path / "a", 3))
    desk.viewer.toggle_cine()
    desk.holding = True
    assert tick(desk) == ids[1]
    assert tick(desk) == ids[1]
    desk.read(ids[1])
    assert tick(desk) == ids[2]


def test_one_slice_is_no_film(desk: Desk, tmp_path: Path) -> None:
    desk.open(*stack(tmp_path / "a", 1))
    desk.viewer.toggle_cine()
    assert not desk.viewer.cine.running


def test_the_rate_is_remembered_and_bounded(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.open(*stack(tmp_path / "a", 3))
    desk.viewer.set_cine_rate(25)
    with qtbot.waitSignal(desk.viewer.cine_changed):
        desk.viewer.toggle_cine()
    assert desk.viewer.cine.timer.interval() == 40
    assert desk.settings.get(CINE_RATE) == 25
    desk.viewer.set_cine_rate(1000)
    assert desk.settings.get(CINE_RATE) == 60


def test_closing_all_stops_it(desk: Desk, tmp_path: Path) -> None:
    desk.open(*stack(tmp_path / "a", 3))
    desk.viewer.toggle_cine()
    desk.worklist.clear()
    assert not desk.viewer.cine.running
