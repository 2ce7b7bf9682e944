"""The list: what is on the screen, headings, scrolling, and what is told about it."""

from pathlib import Path

import numpy as np
import pytest
from gui.viewer.desk import grabbed, mouse, near, write_png
from gui.worklist.desk import LEFT, WorklistDesk, arrivals
from PySide6.QtCore import QEvent, QPoint, QPointF
from PySide6.QtGui import QAccessible, QColor, QFont
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tumorviewer.gui.worklist import delegate
from tumorviewer.gui.worklist.row_layout import lay_out
from tumorviewer.inference.labels import MENINGIOMA
from tumorviewer.state.ordering import Filter, Sort


def test_what_is_on_the_screen_is_told_with_a_page_ahead(desk: WorklistDesk, qtbot: QtBot) -> None:
    told: list[list[int]] = []
    desk.panel.visible_changed.connect(told.append)
    ids = desk.worklist.add(arrivals(500))
    qtbot.waitUntil(lambda: bool(told))
    seen = len(desk.view.rows_on_screen())
    assert 5 < seen < 20
    assert told == [ids[: 2 * seen]]
    bar = desk.view.verticalScrollBar()
    for _ in range(40):
        bar.setValue(bar.value() + 50)
    qtbot.waitUntil(lambda: len(told) == 2)
    first = desk.view.rows_on_screen().start
    assert first > 20
    assert told[1][:seen] == ids[first : first + seen]


def test_order_filter_and_size_change_what_is_on_the_screen(desk: WorklistDesk, qtbot: QtBot) -> None:
    ids = desk.worklist.add(arrivals(500))
    told: list[list[int]] = []
    desk.panel.visible_changed.connect(told.append)
    qtbot.waitUntil(lambda: bool(told))
    desk.model.set_filter(Filter(text="scan 49"))
    found = desk.model.ids()
    assert len(found) < 20 < len(ids)
    qtbot.waitUntil(lambda: told[-1] == found)
    desk.model.set_filter(Filter())
    qtbot.waitUntil(lambda: told[-1][0] == ids[0])
    before = len(told[-1])
    desk.panel.resize(320, 900)
    qtbot.waitUntil(lambda: len(told[-1]) > before)
    desk.worklist.clear()
    qtbot.waitUntil(lambda: told[-1] == [])


def test_headings_stand_above_stacks_and_only_as_opened(six: WorklistDesk) -> None:
    places = six.view.places
    assert list(places.starts) == [0, 5]
    assert places.top(0) == places.heading_height
    assert places.top(5) == 5 * places.row_height + 2 * places.heading_height
    six.bar.set_sort(Sort.NAME)
    assert list(six.view.places.starts) == []
    assert six.view.places.top(0) == 0


def test_a_heading_is_no_row_and_selects_its_stack(six: WorklistDesk) -> None:
    second = six.view.heading_rect(1).center()
    assert not six.view.indexAt(second).isValid()
    QTest.mouseClick(six.view.viewport(), LEFT, pos=six.view.heading_rect(0).center())
    assert six.selected == ["head 2", "head 10", "knee", "later", "words"]
    assert six.current == "head 2"
    QTest.mouseClick(six.view.viewport(), LEFT, pos=second)
    assert six.selected == ["axial"]
    assert six.current == "axial"


def test_the_heading_of_the_topmost_row_stays_and_covers_no_current_row(desk: WorklistDesk) -> None:
    desk.worklist.add(arrivals(100, 2))
    view, bar = desk.view, desk.view.verticalScrollBar()
    bar.setValue(700)
    assert view.heading_rect(0).top() == 0
    assert view.section_under(QPoint(20, 3)) == 0
    row = view.rows_on_screen().start
    view.scrollTo(desk.model.index(row))
    assert view.visualRect(desk.model.index(row)).top() == view.places.heading_height
    bar.setValue(view.places.heading_top(1) - 5)
    assert view.heading_rect(0).bottom() < view.heading_rect(1).top() == 5  # pushed out by the next one


def test_a_filtered_heading_tells_how_many_of_its_rows_are_shown(six: WorklistDesk) -> None:
    before = grabbed(six.view)[: six.view.places.heading_height]
    six.model.set_filter(Filter(text="head"))
    stack, rows = six.model.section(0)
    assert (len(rows), len(stack.ids)) == (2, 5)
    assert (grabbed(six.view)[: six.view.places.heading_height] != before).any()


def test_thumbnails_are_asked_for_and_drawn_when_they_are_there(
    desk: WorklistDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    words = tmp_path / "words.png"
    words.write_text("no picture")
    head, unreadable = desk.open(write_png(tmp_path / "head.png", np.full((60, 60), 255, np.uint8)), words)

    def middle() -> np.ndarray:
        rect = lay_out(desk.view.visualRect(desk.model.index(0)), desk.view.fontMetrics()).thumbnail
        return grabbed(desk.view.viewport())[rect.center().y(), rect.center().x()]

    qtbot.waitUntil(lambda: desk.thumbnails.image(head) is not None)
    assert near(middle(), QColor("white"), 1)
    assert unreadable not in desk.wanted


def test_a_row_shows_label_note_selection_and_hover(six: WorklistDesk) -> None:
    head_10 = six.model.ids()[1]

    def row() -> bytes:
        rect = six.view.visualRect(six.model.index(1))
        return grabbed(six.view.viewport())[rect.top() : rect.bottom() + 1].tobytes()

    looks = [row()]
    six.worklist.review([head_10], label=MENINGIOMA)
    looks.append(row())
    six.worklist.review([head_10], note="Look again")
    looks.append(row())
    mouse(six.view, QEvent.Type.MouseMove, QPointF(six.place("head 10")))
    looks.append(row())
    six.view.mark_menu([1])
    looks.append(row())
    six.view.mark_menu([])
    six.click("head 10")
    looks.append(row())
    assert len(set(looks)) == len(looks)


def test_rows_grow_with_the_font(six: WorklistDesk) -> None:
    before = six.view.places.row_height
    font = QFont(six.view.font())
    font.setPointSizeF(font.pointSizeF() * 2)
    six.view.setFont(font)
    assert 1.4 * before < six.view.places.row_height < 2.2 * before


def test_only_what_is_seen_is_drawn(desk: WorklistDesk) -> None:
    desk.worklist.add(arrivals(10_000))
    desk.wanted.clear()
    grabbed(desk.view)
    assert 0 < len(set(desk.wanted)) <= len(desk.view.rows_on_screen())


def test_rows_are_not_drawn_again_because_their_stack_grows(
    desk: WorklistDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    draw = delegate._draw_answer
    monkeypatch.setattr(delegate, "_draw_answer", lambda *said: (drawn.append(said[2].name), draw(*said)))
    desk.worklist.add(arrivals(70, folders=1))
    before, seen = grabbed(desk.view.viewport()), len(set(drawn))
    desk.worklist.add(arrivals(90, folders=1)[70:])
    drawn.clear()
    after = grabbed(desk.view.viewport())
    assert seen > 3
    assert not drawn
    assert (before != after).any(), "but each says how many there are now"


def test_a_screen_reader_hears_rows(six: WorklistDesk) -> None:
    spoken = QAccessible.queryAccessibleInterface(six.view)
    assert spoken.text(QAccessible.Text.Name)
    assert spoken.childCount() == 6
    cell = spoken.child(1)
    assert cell.text(QAccessible.Text.Name).startswith("head 10.png, Glioma")
    assert "2 of 5" in cell.text(QAccessible.Text.Description)
    assert cell.rect().height() == six.view.places.row_height


def test_the_wheel_scrolls(desk: WorklistDesk) -> None:
    desk.worklist.add(arrivals(100))
    bar = desk.view.verticalScrollBar()
    assert bar.maximum() == desk.view.places.height - desk.view.viewport().height()
    assert bar.pageStep() == desk.view.viewport().height()
    assert bar.singleStep() > 10
