"""Selected rows and the current scan follow each other, and survive whatever moves the rows."""

from gui.worklist.desk import CTRL, LEFT, SHIFT, WorklistDesk, arrivals
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tumorviewer.inference.labels import GLIOMA, NO_TUMOR, PITUITARY
from tumorviewer.state.ordering import Filter, Sort

Key = Qt.Key


def test_the_first_scan_is_current_and_selected(six: WorklistDesk) -> None:
    assert six.current == "head 2"
    assert six.selected == ["head 2"]


def test_a_click_shows_a_scan_once(six: WorklistDesk, qtbot: QtBot) -> None:
    changes = []
    six.session.current_changed.connect(lambda: changes.append(six.current))
    six.click("knee")
    assert (six.current, six.selected, changes) == ("knee", ["knee"], ["knee"])


def test_arrow_keys_go_from_scan_to_scan_across_headings(six: WorklistDesk) -> None:
    six.key(Key.Key_Down)
    assert six.current == "head 10"
    six.key(Key.Key_End)
    assert six.current == "axial"
    six.key(Key.Key_Up)
    assert six.current == "words"
    six.key(Key.Key_Home)
    assert six.current == "head 2"
    six.key(Key.Key_PageDown)
    assert six.current == "axial"
    six.key(Key.Key_PageUp)
    assert six.current == "head 2"


def test_the_current_scan_is_selected_and_scrolled_to(desk: WorklistDesk) -> None:
    ids = desk.worklist.add(arrivals(300))
    desk.session.show(ids[200])
    assert desk.selected == ["scan 200"]
    assert desk.view.viewport().rect().contains(desk.view.visualRect(desk.view.currentIndex()))
    desk.session.scroll(-1)
    assert desk.selected == ["scan 199"]


def test_a_scan_below_the_screen_comes_to_its_middle_and_the_next_ones_move_nothing(desk: WorklistDesk) -> None:
    ids = desk.worklist.add(arrivals(300))
    view, heading = desk.view, desk.view.places.heading_height
    seen = view.rows_on_screen()
    desk.session.show(ids[seen.stop])
    top = view.verticalOffset()
    assert top > 0
    assert {rect.top() for rect in map(view.visualRect, map(desk.model.index, range(300)))} >= {heading}  # a whole row
    for _ in range(len(seen) // 3):
        desk.session.scroll(1)
        assert view.verticalOffset() == top
        assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))


def test_a_row_that_is_half_seen_stays_under_the_mouse_that_chooses_it(desk: WorklistDesk) -> None:
    desk.worklist.add(arrivals(300))
    half = desk.view.places.row_height // 2
    desk.view.verticalScrollBar().setValue(half)
    last = desk.view.rows_on_screen().stop - 1
    desk.click(f"scan {last}")
    assert desk.current == f"scan {last}"
    assert abs(desk.view.verticalOffset() - half) <= desk.view.places.row_height


def test_several_rows_are_selected_without_showing_another_scan(six: WorklistDesk) -> None:
    six.click("head 10")
    six.click("later", CTRL)
    assert six.selected == ["head 10", "later"]
    six.click("axial", SHIFT)
    assert six.selected == ["head 10", "later", "words", "axial"]
    assert six.current == "head 10"
    six.key(Key.Key_A, CTRL)
    assert len(six.selected) == 6
    assert six.current == "head 10"
    six.click("head 10")
    six.key(Key.Key_Down, SHIFT)
    six.key(Key.Key_Down, SHIFT)
    assert six.selected == ["head 10", "knee", "later"]


def test_one_row_that_is_left_is_shown(six: WorklistDesk) -> None:
    six.click("knee", CTRL)
    assert six.current == "head 2"
    six.click("head 2", CTRL)
    assert six.selected == ["knee"]
    assert six.current == "knee"


def test_a_selection_that_holds_the_current_scan_stays(six: WorklistDesk) -> None:
    six.key(Key.Key_A, CTRL)
    six.session.show(six.model.ids()[3])
    assert len(six.selected) == 6
    six.click("head 2")
    six.click("knee", CTRL)
    six.session.show(six.model.ids()[3])
    assert six.selected == ["later"]


def test_dragging_the_mouse_selects_what_it_touches(six: WorklistDesk) -> None:
    port = six.view.viewport()
    QTest.mousePress(port, LEFT, pos=six.place("head 10"))
    QTest.mouseMove(port, six.place("knee"))
    QTest.mouseMove(port, six.place("later"))
    QTest.mouseRelease(port, LEFT, pos=six.place("later"))
    assert six.selected == ["head 10", "knee", "later"]


def test_selection_and_current_row_survive_another_order(six: WorklistDesk) -> None:
    six.click("head 10")
    six.click("later", CTRL)
    six.click("axial", CTRL)
    for sort in (Sort.SUSPICIOUS, Sort.NAME, Sort.OPENED):
        six.bar.set_sort(sort)
        assert set(six.selected) == {"head 10", "later", "axial"}
        assert six.view.currentIndex().row() == six.names.index("axial")
    assert six.current == "head 10"


def test_rows_that_a_filter_hid_come_back_selected(six: WorklistDesk) -> None:
    six.click("head 2")
    six.click("knee", CTRL)
    six.model.set_filter(Filter(text="head"))
    assert six.selected == ["head 2"]
    six.model.set_filter(Filter(text="later"))
    assert six.selected == []
    six.model.set_filter(Filter())
    assert six.selected == ["head 2", "knee"]


def test_rows_that_a_filter_hid_stay_away_when_another_was_chosen_since(six: WorklistDesk) -> None:
    six.click("head 2")
    six.click("knee", CTRL)
    six.model.set_filter(Filter(text="head"))
    six.click("head 10")
    six.model.set_filter(Filter())
    assert six.selected == ["head 10"]
    assert six.current == "head 10"


def test_hiding_the_current_scan_keeps_it_current_and_selects_nothing_else(six: WorklistDesk) -> None:
    six.click("knee")
    six.model.set_filter(Filter(text="head"))
    assert six.selected == []
    assert six.current == "knee"
    six.model.set_filter(Filter())
    assert six.selected == ["knee"]


def test_a_hidden_scan_that_becomes_current_leaves_no_other_row_selected(six: WorklistDesk) -> None:
    knee = six.model.ids()[2]
    six.model.set_filter(Filter(text="head"))
    six.session.show(knee)
    assert six.selected == []
    six.model.set_filter(Filter())
    assert six.selected == ["knee"]


def test_labels_go_to_the_selection_or_else_to_the_current_scan(six: WorklistDesk) -> None:
    entries = six.worklist.entries
    six.click("head 2")
    six.click("knee", CTRL)
    saved = []
    six.worklist.reviewed.connect(saved.extend)
    six.panel.label_selected(GLIOMA)
    assert [entry.path.stem for entry in entries.values() if entry.label == GLIOMA] == ["head 2", "knee"]
    assert sorted(saved) == six.panel.selected_ids()
    six.click("later")
    six.model.set_filter(Filter(text="head"))
    assert six.selected == []
    six.panel.label_selected(PITUITARY)
    assert [entry.path.stem for entry in entries.values() if entry.label == PITUITARY] == ["later"]
    six.panel.label_selected("")
    assert PITUITARY not in {entry.label for entry in entries.values()}


def test_what_is_looked_at_stays_where_it_is_while_rows_arrive_above_it(desk: WorklistDesk, qtbot: QtBot) -> None:
    files = arrivals(400, 1)
    ids = desk.worklist.add(files[100:])
    desk.session.show(ids[150])
    before = desk.view.visualRect(desk.view.currentIndex())
    desk.worklist.add(files[:100])
    assert desk.names[250] == "scan 250"
    assert desk.view.visualRect(desk.view.currentIndex()) == before
    assert desk.selected == ["scan 250"]


def test_what_is_looked_at_stays_where_it_is_while_answers_move_the_rows(desk: WorklistDesk, qtbot: QtBot) -> None:
    desk.bar.set_sort(Sort.SUSPICIOUS)
    ids = desk.worklist.add(arrivals(400))
    desk.session.show(ids[200])
    before = desk.view.visualRect(desk.view.currentIndex())
    desk.judge_all(dict.fromkeys(ids[300:], (GLIOMA, 0.9, 0.0, 0.0, 0.1)))
    qtbot.waitUntil(lambda: desk.model.row(ids[200]) == 300)
    assert desk.view.visualRect(desk.view.currentIndex()) == before


def test_at_the_top_the_most_suspicious_are_seen_as_they_come(desk: WorklistDesk, qtbot: QtBot) -> None:
    desk.bar.set_sort(Sort.SUSPICIOUS)
    ids = desk.worklist.add(arrivals(400))
    desk.judge_all({ids[0]: (NO_TUMOR, 0.0, 0.0, 0.0, 1.0), ids[300]: (GLIOMA, 0.9, 0.0, 0.0, 0.1)})
    qtbot.waitUntil(lambda: desk.names[0] == "scan 300")
    assert desk.view.verticalOffset() == 0
    assert desk.selected == ["scan 0"]


def test_closing_all_leaves_nothing_selected(six: WorklistDesk) -> None:
    six.key(Key.Key_A, CTRL)
    six.worklist.clear()
    assert six.selected == []
    assert six.current is None


def test_letters_and_figures_are_left_to_the_window(six: WorklistDesk) -> None:
    heard: list[str] = []
    six.panel.keyPressEvent = lambda event: heard.append(event.text())  # type: ignore[method-assign]
    for key in (Key.Key_C, Key.Key_1, Key.Key_Equal):
        six.key(key)
    assert heard == ["c", "1", "="]
    assert six.selected == ["head 2"]
