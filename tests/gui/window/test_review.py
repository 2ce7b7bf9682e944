"""Looking, cropping, labelling, comparing: by mouse, keys and menus, with the shipped model."""

from pathlib import Path

import pytest
from gui.viewer.desk import drag, mouse
from gui.window.conftest import MakeScene
from gui.window.scenes import Scene, write_heads
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tumorviewer import NOTICE, paths
from tumorviewer.gui.viewer.tool import Tool
from tumorviewer.gui.window.actions import Act
from tumorviewer.inference.labels import GLIOMA, MENINGIOMA, PITUITARY
from tumorviewer.state.entries import CropKind
from tumorviewer.state.model import ModelStatus
from tumorviewer.state.notices import NoticeKind
from tumorviewer.state.overlays import Level
from tumorviewer.state.session import PanelStatus
from tumorviewer.state.settings import JUDGE_ALL, THEME


@pytest.fixture
def three(scene: Scene, tmp_path: Path) -> Scene:
    """Open three heads of one folder; the first is judged, and the list has counted and shows them all."""
    scene.open(*write_heads(tmp_path / "heads", 3))
    scene.wait_for_answer()
    panel = scene.window.review.worklist
    scene.wait(lambda: panel.counts.total == 3 and panel.bar.isEnabled() and panel.model.rowCount() == 3)
    return scene


def press(scene: Scene, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the keyboard is, as the system tells Qt, so that shortcuts take part."""
    QTest.keyClick(QApplication.focusWidget() or scene.window, key, keys)


def test_a_dragged_crop_is_judged_again_and_can_be_undone(three: Scene) -> None:
    session, view = three.workspace.session, three.window.review.viewer.main
    before, box = session.prediction, session.box
    assert box is not None
    three.wait(lambda: view.grip_at(view.to_screen(QPointF(box.x + box.width, box.y + box.height))) is not None)
    corner = view.to_screen(QPointF(box.x + box.width, box.y + box.height))
    middle = view.to_screen(QPointF(box.x + box.width / 2, box.y + box.height / 2))
    drag(view, corner, middle)
    assert session.crop.kind is CropKind.EDITED
    three.wait(lambda: session.prediction is not None and session.prediction is not before)
    three.wait(lambda: session.prediction is not None and session.prediction.crop == session.box)
    assert session.box.width < box.width
    assert list(session.prediction.probabilities) != list(before.probabilities)
    assert three.can(Act.UNDO)
    press(three, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.crop.kind is CropKind.AUTOMATIC
    three.wait(lambda: session.prediction is not None and session.prediction.crop == box)
    assert three.can(Act.REDO)
    press(three, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert session.crop.kind is CropKind.EDITED
    three.act(Act.AUTOMATIC_CROP)
    assert session.box == box


def test_keys_of_the_viewer_work_from_the_first_scan_on(three: Scene) -> None:
    session, view = three.workspace.session, three.workspace.session.pane.view
    press(three, Qt.Key.Key_Down)
    assert session.entry.name == "slice 2.png"
    for key, shown in (
        (Qt.Key.Key_I, lambda: view.view.inverted),
        (Qt.Key.Key_H, lambda: view.view.flipped_h),
        (Qt.Key.Key_V, lambda: view.view.flipped_v),
        (Qt.Key.Key_R, lambda: view.view.turns != 0),
        (Qt.Key.Key_Plus, lambda: view.view.zoom is not None),
        (Qt.Key.Key_3, lambda: view.view.window is not None),
    ):
        assert not shown(), key
        press(three, key)
        assert shown(), key
    press(three, Qt.Key.Key_Space)
    assert view.view.zoom is None
    assert not view.view.inverted
    press(three, Qt.Key.Key_M)
    assert three.workspace.overlays.overlays.heat
    press(three, Qt.Key.Key_O)
    assert three.workspace.overlays.overlays.level is Level.NO_MODEL


def test_letters_that_are_written_into_a_field_stay_there(three: Scene) -> None:
    search = three.window.review.worklist.bar.search
    search.setFocus()
    for key in (Qt.Key.Key_I, Qt.Key.Key_H, Qt.Key.Key_3, Qt.Key.Key_Space, Qt.Key.Key_M):
        press(three, key)
    assert search.text() == "ih3 m"
    assert not three.workspace.session.pane.view.view.inverted
    note = three.window.review.panel.review.note
    press(three, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert note.hasFocus()
    press(three, Qt.Key.Key_W)
    assert three.workspace.session.entry.note == "w"
    assert three.window.review.viewer.tool is Tool.NAVIGATE


def test_the_space_key_still_presses_buttons(three: Scene) -> None:
    box = three.window.review.panel.heat.box
    box.setFocus()
    assert not box.isChecked()
    press(three, Qt.Key.Key_Space)
    assert box.isChecked()


def test_tools_and_buttons_go_with_each_other(three: Scene) -> None:
    viewer = three.window.review.viewer
    for act, tool in ((Act.WINDOW, Tool.WINDOW), (Act.MEASURE, Tool.MEASURE), (Act.CROP, Tool.CROP)):
        three.act(act)
        assert viewer.tool is tool
        assert three.is_on(act)
        assert not three.is_on(Act.NAVIGATE)
    viewer.set_tool(Tool.PAN)
    assert three.is_on(Act.PAN)


def test_own_labels_are_given_by_key_to_the_rows_that_are_selected(three: Scene) -> None:
    panel = three.window.review.worklist
    panel.view.setFocus()
    press(three, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(three, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert [entry.label for entry in three.rows] == [GLIOMA] * 3
    assert three.is_on(Act.GLIOMA)
    assert three.can(Act.EXPORT_DATASET)
    three.act(Act.NO_LABEL)
    assert [entry.label for entry in three.rows] == [""] * 3
    assert not three.can(Act.EXPORT_DATASET)


def test_labels_are_there_again_after_a_restart(make_scene: MakeScene, tmp_path: Path) -> None:
    heads = write_heads(tmp_path, 2)
    first = make_scene()
    first.open(*heads)
    first.workspace.worklist.review([first.row("slice 1.png").id], label=MENINGIOMA, note="left side")
    first.workspace.worklist.review([first.row("slice 2.png").id], label=PITUITARY)
    first.close()
    moved = tmp_path / "moved" / "other name.png"
    moved.parent.mkdir()
    heads[0].rename(moved)
    second = make_scene()
    second.open(moved, heads[1])
    second.wait(lambda: second.row("other name.png").label == MENINGIOMA)
    assert second.row("other name.png").note == "left side"
    second.wait(lambda: second.row("slice 2.png").label == PITUITARY)


def test_the_worklist_is_filtered_and_comparing_takes_the_other_selected_row(three: Scene) -> None:
    panel, session = three.window.review.worklist, three.workspace.session
    press(three, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert panel.bar.search.hasFocus()
    QTest.keyClicks(panel.bar.search, "slice 2")
    three.wait(lambda: panel.model.rowCount() == 1)
    panel.bar.clear()
    three.wait(lambda: panel.model.rowCount() == 3)
    session.show(three.row("slice 1.png").id)
    three.act(Act.COMPARE)
    assert session.comparing
    assert session.other.entry_id == three.row("slice 2.png").id
    assert three.is_on(Act.COMPARE)
    three.act(Act.LINK)
    assert not session.linked
    three.act(Act.COMPARE)
    assert not session.comparing
    assert not three.can(Act.LINK)


def test_parts_are_put_away_by_key_and_the_keyboard_goes_round(three: Scene) -> None:
    review = three.window.review
    press(three, Qt.Key.Key_F7)
    assert review.worklist.isHidden()
    assert not three.is_on(Act.WORKLIST)
    press(three, Qt.Key.Key_F8)
    assert review.panel.isHidden()
    press(three, Qt.Key.Key_F7)
    press(three, Qt.Key.Key_F8)
    review.viewer.setFocus()
    press(three, Qt.Key.Key_F6)
    assert review.panel.isAncestorOf(QApplication.focusWidget())
    press(three, Qt.Key.Key_F6)
    assert review.worklist.isAncestorOf(QApplication.focusWidget())


def test_full_screen_shows_the_scan_and_the_notice(three: Scene) -> None:
    window = three.window
    press(three, Qt.Key.Key_F11)
    assert window.isFullScreen()
    assert not window.header.isVisible()
    assert not window.review.panel.isVisible()
    assert window.status.notice.isVisible()
    press(three, Qt.Key.Key_I)
    assert three.workspace.session.pane.view.view.inverted, "keys work without menus"
    press(three, Qt.Key.Key_Escape)
    assert not window.isFullScreen()
    assert window.header.isVisible()
    assert window.review.panel.isVisible()


def test_what_lies_under_the_cursor_stands_below(three: Scene) -> None:
    view, status = three.window.review.viewer.main, three.window.status
    mouse(view, QEvent.Type.MouseMove, view.to_screen(QPointF(200.5, 100.5)))
    assert status.probe.text().startswith("x 200  y 100  value ")
    assert status.probe.isVisible()
    assert status.notice.text() == NOTICE


def test_training_has_a_tab_of_its_own(three: Scene) -> None:
    three.act(Act.TRAINING)
    assert three.window.pages.currentWidget() is three.window.training
    assert three.window.header.tabs.currentIndex() == 1
    assert not three.can(Act.INVERT)
    three.window.header.tabs.setCurrentIndex(0)
    assert three.window.pages.currentWidget() is three.window.review
    assert three.can(Act.INVERT)


def test_the_theme_changes_at_once(three: Scene) -> None:
    palette = QApplication.palette
    three.act(Act.THEME_DARK)
    dark = palette().window().color().lightnessF()
    three.act(Act.THEME_LIGHT)
    assert palette().window().color().lightnessF() > 0.8 > 0.2 > dark
    assert three.workspace.settings.get(THEME) == "light"
    assert three.is_on(Act.THEME_LIGHT)
    assert not three.is_on(Act.THEME_DARK)


def test_without_a_usable_model_scans_are_shown_and_it_is_said_once(
    make_scene: MakeScene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "models" / "broken-1.0"
    broken.mkdir(parents=True)
    shipped = next(paths.shipped_models().glob("*/card.json")).parent
    for file in shipped.iterdir():
        (broken / file.name).write_bytes(file.read_bytes()[:-1] if file.name == "model.tflite" else file.read_bytes())
    monkeypatch.setattr(paths, "shipped_models", lambda: broken.parent)
    scene = make_scene()
    scene.open(*write_heads(tmp_path / "heads", 2))
    scene.wait_for_model()
    scene.wait(lambda: scene.workspace.session.pane.up_to_date)
    assert scene.workspace.model.status is ModelStatus.MISSING
    assert scene.workspace.session.status is PanelStatus.NO_MODEL
    assert len(scene.told(NoticeKind.MODEL)) == 1
    assert scene.window.toast.message.is_trouble
    assert scene.can(Act.INVERT)
    assert not scene.can(Act.CARD)
    press(scene, Qt.Key.Key_Down)
    assert scene.workspace.session.entry.name == "slice 2.png"


def test_the_rest_is_judged_when_it_is_asked_for(make_scene: MakeScene, tmp_path: Path) -> None:
    first = make_scene()
    first.workspace.settings.set(JUDGE_ALL, False)
    first.open(*write_heads(tmp_path, 4))
    first.wait_for_answer()
    first.wait_until_quiet()
    assert sum(entry.answer is not None for entry in first.rows) == 1
    first.act(Act.JUDGE_REST)
    first.wait(lambda: all(entry.answer is not None for entry in first.rows))


def test_the_stack_is_played(three: Scene) -> None:
    three.workspace.settings.set(THEME, "dark")
    viewer = three.window.review.viewer
    viewer.set_cine_rate(60)
    assert three.window.viewer_bar.rate.value() == 60
    press(three, Qt.Key.Key_C)
    assert three.is_on(Act.CINE)
    seen = {three.workspace.session.entry.name}

    def all_seen() -> bool:
        seen.add(three.workspace.session.entry.name)
        return len(seen) == 3

    three.wait(all_seen)
    press(three, Qt.Key.Key_C)
    assert not three.is_on(Act.CINE)
