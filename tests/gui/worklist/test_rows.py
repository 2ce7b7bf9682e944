"""Which rows are shown, in which order, and what is said about them."""

import time
from collections.abc import Callable

import pytest
from gui.worklist.desk import WorklistDesk, answer, arrivals
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tumorviewer.inference.labels import CLASSES, GLIOMA, MENINGIOMA, NO_TUMOR
from tumorviewer.state.entries import RowResult
from tumorviewer.state.jobs import JobKind
from tumorviewer.state.ordering import UNREADABLE, WAITING, Filter, Sort, arrange
from tumorviewer.state.settings import SORT

AS_OPENED = ["head 2", "head 10", "knee", "later", "words", "axial"]
Role = Qt.ItemDataRole


def said(desk: WorklistDesk) -> str:
    return desk.panel.summary.text().replace("\N{NO-BREAK SPACE}", " ")


def tick(desk: WorklistDesk, *verdicts: str) -> None:
    for verdict in verdicts:
        desk.bar.verdicts[verdict].trigger()


def test_rows_stand_as_they_were_opened_with_the_stacks_one_after_the_other(six: WorklistDesk) -> None:
    assert six.names == AS_OPENED
    assert [six.model.section(number)[0].name for number in range(2)] == ["first", "second"]
    assert [list(six.model.section(number)[1]) for number in range(2)] == [[0, 1, 2, 3, 4], [5]]


def test_typing_searches(six: WorklistDesk, qtbot: QtBot) -> None:
    qtbot.keyClicks(six.bar.search, "HEAD")
    qtbot.waitUntil(lambda: six.names == ["head 2", "head 10"])
    assert "2 shown" in said(six)
    qtbot.keyClicks(six.bar.search, " 10")
    qtbot.waitUntil(lambda: six.names == ["head 10"])
    six.panel.clear_button.click()
    assert six.names == AS_OPENED
    assert six.bar.search.text() == ""
    assert not six.panel.clear_button.isVisible()


def test_labels_and_notes_are_found(six: WorklistDesk, qtbot: QtBot) -> None:
    ids = six.model.ids()
    six.worklist.review(ids[:1], label=MENINGIOMA)
    six.worklist.review(ids[2:3], note="Second look")
    qtbot.keyClicks(six.bar.search, "second")  # a folder, and a note
    qtbot.waitUntil(lambda: six.names == ["knee", "axial"])
    six.bar.search.clear()
    qtbot.keyClicks(six.bar.search, "mening")
    qtbot.waitUntil(lambda: six.names == ["head 2"])


def test_verdicts_can_be_chosen_with_the_keyboard_while_the_menu_stays(six: WorklistDesk, qtbot: QtBot) -> None:
    menu = six.bar.verdict_button.menu()
    menu.popup(six.panel.mapToGlobal(six.panel.rect().center()))
    menu.setActiveAction(six.bar.verdicts[GLIOMA])
    QTest.keyClick(menu, Qt.Key.Key_Space)
    menu.setActiveAction(six.bar.verdicts[NO_TUMOR])
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(six.bar.verdicts[NO_TUMOR]).center())
    assert menu.isVisible()
    assert six.names == ["head 2", "head 10"]
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    assert not menu.isVisible()
    assert six.bar.filter.verdicts == {GLIOMA, NO_TUMOR}


def test_the_menu_of_verdicts_counts(six: WorklistDesk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: six.panel.counts.verdicts[GLIOMA] == 1)
    assert "(1)" in six.bar.verdicts[GLIOMA].text()
    assert "(0)" in six.bar.verdicts[MENINGIOMA].text()
    assert "(1)" in six.bar.verdicts[UNREADABLE].text()
    assert "(1)" in six.bar.verdicts[WAITING].text()


def test_nothing_passes_says_so_and_offers_to_clear(six: WorklistDesk, qtbot: QtBot) -> None:
    tick(six, MENINGIOMA)
    assert six.names == []
    assert six.panel.empty.isVisible()
    six.panel.empty.button.click()
    assert six.names == AS_OPENED
    assert six.view.isVisible()


def test_nothing_open_says_so(desk: WorklistDesk, qtbot: QtBot) -> None:
    assert desk.panel.empty.isVisible()
    assert not desk.panel.empty.button.isVisible()
    before = desk.panel.empty.title.text()
    desk.workspace.jobs.begin(JobKind.OPENING)
    qtbot.waitUntil(lambda: desk.panel.empty.title.text() != before)


def test_counts(six: WorklistDesk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: six.panel.counts.total == 6)
    assert six.panel.counts.unreadable == 1
    assert "6 scan" in said(six)
    assert "1 unreadable" in said(six)
    assert "shown" not in said(six)
    six.bar.search.setText("head")
    qtbot.waitUntil(lambda: "2 shown" in said(six))
    six.worklist.clear()
    qtbot.waitUntil(lambda: said(six) == "")
    assert six.model.filter.passes_all  # what is opened next is not hidden
    assert not six.bar.isEnabled()
    assert six.names == []
    assert six.panel.empty.isVisible()


def test_the_order_is_remembered(six: WorklistDesk, make_desk: Callable[[], WorklistDesk]) -> None:
    six.bar.order.setCurrentIndex(six.bar.order.findData(Sort.SUSPICIOUS))
    assert six.names == ["head 10", "axial", "head 2", "knee", "later", "words"]
    assert six.workspace.settings.get(SORT) == "SUSPICIOUS"
    six.workspace.settings.save()
    again = make_desk()
    assert again.model.order is Sort.SUSPICIOUS
    assert again.bar.order.currentData() is Sort.SUSPICIOUS


@pytest.mark.parametrize("sort", list(Sort))
def test_rows_that_arrive_and_change_come_where_a_new_arrangement_would_put_them(
    desk: WorklistDesk, qtbot: QtBot, sort: Sort
) -> None:
    desk.bar.set_sort(sort)
    files = arrivals(60, 4)
    for first in (40, 10, 0, 30, 50, 20):  # not in their order
        ids = desk.worklist.add(files[first : first + 10])
        said = [(GLIOMA, 0.5 + first / 200, 0.2, 0.1, 0.1), (NO_TUMOR, 0.1, 0.1, 0.1, 0.7 + first / 200)]
        desk.judge_all({entry_id: said[entry_id % 2] for entry_id in ids[::2]})
        desk.worklist.review(ids[::3], label=CLASSES[first % 4])
    arranged = [entry.path.stem for entry in arrange(desk.worklist.in_order(), Filter(), sort)]
    assert len(arranged) == 60
    if sort is Sort.OPENED:
        assert desk.names == arranged
    qtbot.waitUntil(lambda: desk.names == arranged)  # in other orders the last ones came too soon after the others


def test_rows_that_arrive_while_a_filter_is_set_are_shown_if_they_pass(desk: WorklistDesk, qtbot: QtBot) -> None:
    desk.model.set_filter(Filter(text="scan 1"))
    desk.worklist.add(arrivals(20))
    assert desk.names == ["scan 1", *(f"scan {number}" for number in range(10, 20))]


def test_a_row_whose_answer_no_longer_passes_leaves_and_comes_back(six: WorklistDesk, qtbot: QtBot) -> None:
    tick(six, GLIOMA)
    assert six.names == ["head 10"]
    entry_id = six.model.ids()[0]
    six.judge(entry_id, NO_TUMOR, 0.1, 0.1, 0.1, 0.7)
    qtbot.waitUntil(lambda: six.names == [])
    six.judge(entry_id, GLIOMA, 0.7, 0.1, 0.1, 0.1)
    qtbot.waitUntil(lambda: six.names == ["head 10"])


def test_no_row_moves_while_the_mouse_is_down(six: WorklistDesk, qtbot: QtBot) -> None:
    six.bar.set_sort(Sort.SUSPICIOUS)
    before = six.names
    QTest.mousePress(six.view.viewport(), Qt.MouseButton.LeftButton, pos=six.place("knee"))
    later = six.model.ids()[before.index("later")]
    six.judge(later, GLIOMA, 0.99, 0.0, 0.0, 0.01)
    assert six.names == before
    QTest.mouseRelease(six.view.viewport(), Qt.MouseButton.LeftButton, pos=six.place("knee"))
    qtbot.waitUntil(lambda: six.names[0] == "later")


def test_many_changed_rows_are_told_once(desk: WorklistDesk, qtbot: QtBot) -> None:
    ids = desk.worklist.add(arrivals(500))
    told = []
    desk.model.dataChanged.connect(lambda first, last, _roles: told.append((first.row(), last.row())))
    desk.judge_all(dict.fromkeys(ids[10:400:3], (GLIOMA, 0.7, 0.1, 0.1, 0.1)))
    assert told == [(10, 397)]


def test_the_model_keeps_the_rules_of_qt(desk: WorklistDesk, qtbot: QtBot) -> None:
    QAbstractItemModelTester(desk.model, QAbstractItemModelTester.FailureReportingMode.Warning)  # a warning fails
    desk.worklist.add(arrivals(30)[10:])
    desk.worklist.add(arrivals(30)[:10])
    desk.model.set_filter(Filter(text="scan 2"))
    desk.model.set_order(Sort.NAME)
    desk.model.set_filter(Filter())
    desk.worklist.clear()
    assert desk.model.rowCount() == 0


def test_a_row_says_all_in_words(six: WorklistDesk) -> None:
    def told(name: str, role: Role) -> str:
        return six.model.index(six.names.index(name)).data(role)

    six.worklist.review(six.model.ids([1]), label=MENINGIOMA, note="Ask <b>Ann</b>")
    aloud = told("head 10", Role.AccessibleTextRole)
    assert aloud.startswith("head 10.png, Glioma")
    for part in ("90 %", "Meningioma", "note"):
        assert part in aloud
    described = told("head 10", Role.AccessibleDescriptionRole)
    assert "2 of 5" in described
    assert "first" in described
    assert "Ask <b>Ann</b>" in described
    assert "Ask &lt;b&gt;Ann" in told("head 10", Role.ToolTipRole)
    reason = six.worklist.entries[six.model.ids()[4]].error.reason
    assert reason in told("words", Role.AccessibleTextRole)
    assert "axial.png, Uncertain" in told("axial", Role.AccessibleTextRole)
    assert "50 %" in told("axial", Role.AccessibleTextRole)
    assert "%" not in told("knee", Role.AccessibleTextRole)


def thread_time(work: Callable[[], object]) -> float:
    """Return how long the window would be busy: with the work itself, and with the turn of the loop after it."""
    begun = time.thread_time()
    work()
    QApplication.sendPostedEvents()
    return time.thread_time() - begun


@pytest.mark.parametrize("sort", [Sort.OPENED, Sort.SUSPICIOUS, Sort.NAME])
def test_ten_thousand_rows_never_keep_the_window_waiting(desk: WorklistDesk, qtbot: QtBot, sort: Sort) -> None:
    desk.bar.set_sort(sort)
    files, ids, took = arrivals(10_000), [], []
    for first in range(0, 10_000, 200):
        took.append(thread_time(lambda first=first: ids.extend(desk.worklist.add(files[first : first + 200]))))
    results = [
        RowResult(entry_id, "", answer(GLIOMA, share := (entry_id * 7919 % 997) / 1000, 0.0, 0.0, 1.0 - share))
        for entry_id in ids
    ]
    for first in range(0, 10_000, 500):
        took.append(thread_time(lambda first=first: desk.worklist.take(results[first : first + 500])))
    for other in Sort:
        took.append(thread_time(lambda other=other: desk.bar.set_sort(other)))
    took.append(thread_time(lambda: desk.model.set_filter(Filter(frozenset({GLIOMA}), "scan 99"))))
    assert len(desk.names) == sum("99" in str(number) for number in range(10_000))
    took.append(thread_time(lambda: desk.model.set_filter(Filter())))
    took.append(thread_time(desk.view.selectAll))
    took.append(thread_time(lambda: desk.bar.set_sort(Sort.SUSPICIOUS)))
    assert len(desk.panel.selected_ids()) == 10_000
    took.append(thread_time(desk.worklist.clear))
    # The slowest one is let off: a garbage collection of the test run may fall on it.
    assert sorted(took)[-2] < 0.05
