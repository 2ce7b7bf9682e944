"""What can be done with rows through menu, keys and buttons."""

from gui.worklist.desk import CTRL, RIGHT, WorklistDesk
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from tumorviewer.gui.worklist.menu import RowMenu
from tumorviewer.gui.worklist.note_dialog import NoteDialog
from tumorviewer.inference.labels import GLIOMA, PITUITARY


def menu_on(desk: WorklistDesk, *names: str) -> RowMenu:
    return desk.panel.menu_for([desk.names.index(name) for name in names])


def open_menu(desk: WorklistDesk, at: QPoint, reason: QContextMenuEvent.Reason) -> RowMenu:
    port = desk.view.viewport()
    QApplication.sendEvent(port, QContextMenuEvent(reason, at, port.mapToGlobal(at)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, RowMenu)
    return menu


def test_the_menu_of_a_row_selects_nothing_and_marks_it_while_it_is_open(six: WorklistDesk, qtbot: QtBot) -> None:
    QTest.mouseClick(six.view.viewport(), RIGHT, pos=six.place("knee"))
    menu = open_menu(six, six.place("knee"), QContextMenuEvent.Reason.Mouse)
    assert [entry.path.stem for entry in menu.facts.entries] == ["knee"]
    assert six.selected == ["head 2"]
    assert six.current == "head 2"
    menu.close()


def test_the_menu_on_a_selected_row_is_about_all_of_them(six: WorklistDesk, qtbot: QtBot) -> None:
    six.click("knee", CTRL)
    menu = open_menu(six, six.place("knee"), QContextMenuEvent.Reason.Mouse)
    assert [entry.path.stem for entry in menu.facts.entries] == ["head 2", "knee"]
    menu.close()
    by_key = open_menu(six, QPoint(), QContextMenuEvent.Reason.Keyboard)
    assert [entry.path.stem for entry in by_key.facts.entries] == ["head 2", "knee"]
    by_key.close()


def test_show(six: WorklistDesk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(six.panel.scan_activated) as told:
        menu_on(six, "knee").show_scan.trigger()
    assert six.current == "knee"
    assert told.args == [six.session.pane.entry_id]
    assert not menu_on(six, "knee", "later").show_scan.isEnabled()


def test_enter_and_double_click_show(six: WorklistDesk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(six.panel.scan_activated) as told:
        six.key(Qt.Key.Key_Return)
    assert told.args == [six.model.ids()[0]]
    with qtbot.waitSignal(six.panel.scan_activated) as told:
        six.click("later")
        QTest.mouseDClick(six.view.viewport(), Qt.MouseButton.LeftButton, pos=six.place("later"))
    assert told.args == [six.model.ids()[3]]


def test_compare(six: WorklistDesk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(six.panel.compare_wanted) as told:
        menu_on(six, "knee").compare.trigger()
    assert told.args == [six.model.ids()[2]]
    assert menu_on(six, "head 2", "later").compare.isEnabled()  # the current one and another
    assert not menu_on(six, "head 2").compare.isEnabled()
    assert not menu_on(six, "knee", "later").compare.isEnabled()


def test_own_label(six: WorklistDesk) -> None:
    menu = menu_on(six, "knee", "later")
    menu.labels.actions()[0].trigger()
    entries = six.worklist.entries
    assert [entry.path.stem for entry in entries.values() if entry.label == GLIOMA] == ["knee", "later"]
    menu = menu_on(six, "knee", "later")
    assert [action.isChecked() for action in menu.labels.actions()] == [True, False, False, False, False]
    assert not any(action.isChecked() for action in menu_on(six, "knee", "axial").labels.actions())
    menu.labels.actions()[-1].trigger()
    assert {entry.label for entry in entries.values()} == {""}


def test_note(six: WorklistDesk, qtbot: QtBot) -> None:
    six.worklist.review(six.model.ids()[2:3], note="First look")

    def opened() -> NoteDialog:
        menu_on(six, "knee").note.trigger()
        shown = next(dialog for dialog in six.panel.findChildren(NoteDialog) if dialog.isVisible())
        qtbot.waitUntil(shown.isActiveWindow)
        return shown

    dialog = opened()
    assert dialog.editor.toPlainText() == "First look"
    QTest.keyClicks(dialog.editor, "Second look ")
    saved = []
    six.worklist.reviewed.connect(saved.extend)
    QTest.keyClick(dialog.editor, Qt.Key.Key_Return, CTRL)
    assert six.model.entry(2).note == "Second look"
    assert saved == six.model.ids()[2:3]
    dialog = opened()
    dialog.editor.clear()
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Cancel).click()
    assert six.model.entry(2).note == "Second look"


def test_a_note_to_a_scan_that_was_closed_meanwhile_is_let_go(six: WorklistDesk) -> None:
    six.panel.edit_note(six.model.ids()[0])
    dialog = six.panel.findChildren(NoteDialog)[-1]
    six.worklist.clear()
    dialog.accept()
    assert len(six.worklist) == 0


def test_exports(six: WorklistDesk, qtbot: QtBot) -> None:
    ids = six.model.ids()
    with qtbot.waitSignal(six.panel.export_csv_wanted) as told:
        menu_on(six, "knee", "axial").export_csv.trigger()
    assert told.args == [[ids[2], ids[5]]]
    assert not menu_on(six, "knee").export_dataset.isEnabled()
    six.worklist.review([ids[5], ids[1]], label=PITUITARY)
    qtbot.waitUntil(lambda: six.panel.counts.labelled == 2)
    with qtbot.waitSignal(six.panel.export_dataset_wanted) as told:
        menu_on(six, "knee").export_dataset.trigger()
    assert told.args == [[ids[1], ids[5]]]


def test_names_are_copied(six: WorklistDesk) -> None:
    menu_on(six, "knee", "axial").copy.trigger()
    assert QApplication.clipboard().text() == "knee.png\naxial.png"
    six.click("head 10")
    six.key(Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == "head 10.png"


def test_close_all_is_asked_for_and_not_done(six: WorklistDesk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(six.panel.clear_wanted):
        menu_on(six).close_all.trigger()
    assert len(six.worklist) == 6
    assert not menu_on(six).note.isEnabled()
    assert not menu_on(six).labels.isEnabled()


def test_find_goes_to_the_search_and_back(six: WorklistDesk, qtbot: QtBot) -> None:
    six.panel.activateWindow()
    six.view.setFocus()
    QTest.keyClick(six.view, Qt.Key.Key_F, CTRL)
    assert six.bar.search.hasFocus()
    QTest.keyClicks(six.bar.search, "head")
    QTest.keyClick(six.bar.search, Qt.Key.Key_Escape)
    assert six.bar.search.text() == ""
    QTest.keyClick(six.bar.search, Qt.Key.Key_Escape)
    assert six.view.hasFocus()
    QTest.keyClick(six.view, Qt.Key.Key_F, CTRL)
    QTest.keyClick(six.bar.search, Qt.Key.Key_Down)
    assert six.view.hasFocus()
