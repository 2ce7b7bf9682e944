"""How the window was left, where its screen went, and where nothing can be saved."""

from pathlib import Path

import pytest
from gui.window.conftest import MakeScene
from gui.window.scenes import Scene, write_heads
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication

from tumorviewer.gui.window.actions import Act
from tumorviewer.gui.window.dialogs.settings import SettingsDialog
from tumorviewer.gui.window.layout_memory import bring_back
from tumorviewer.state.notices import NoticeKind
from tumorviewer.state.settings import CINE_RATE, LANGUAGE, THEME


def test_a_restart_finds_everything_as_it_was_left(make_scene: MakeScene, tmp_path: Path) -> None:
    heads = write_heads(tmp_path, 1)
    first = make_scene()
    first.open(*heads)
    first.window.setGeometry(20, 30, 780, 700)
    first.act(Act.PANEL)
    first.act(Act.THEME_DARK)
    first.act(Act.HEAT_MAP)
    first.workspace.settings.set(CINE_RATE, 25)
    splitter = first.window.review.splitter
    splitter.setSizes([340, 440, 0])
    left = splitter.sizes()[0]
    first.act(Act.TRAINING)
    first.close()
    second = make_scene(size=(1, 1))  # its own size is asked for below
    window = second.window
    assert window.pages.currentWidget() is window.training
    assert window.review.panel.isHidden()
    assert not window.review.worklist.isHidden()
    assert second.workspace.settings.get(THEME) == "dark"
    assert QApplication.palette().window().color().lightnessF() < 0.2
    assert second.workspace.overlays.overlays.heat
    assert window.viewer_bar.rate.value() == 25
    window.restoreGeometry(second.workspace.settings.state("geometry"))
    assert window.geometry() == QRect(20, 30, 780, 700)
    second.act(Act.REVIEW)
    second.open(*heads)
    assert abs(window.review.splitter.sizes()[0] - left) <= 2


def test_closed_in_full_screen_it_opens_as_a_window(make_scene: MakeScene, tmp_path: Path) -> None:
    first = make_scene()
    first.open(*write_heads(tmp_path, 1))
    first.act(Act.FULL_SCREEN)
    first.close()
    second = make_scene()
    assert not second.window.isFullScreen()
    assert second.window.header.isVisible()
    assert not second.window.review.panel.isHidden()


@pytest.mark.parametrize("place", [(-5000, -5000), (50_000, 100), (100, -900)])
def test_a_window_whose_screen_is_gone_comes_back(scene: Scene, place: tuple[int, int]) -> None:
    screen = QApplication.primaryScreen().availableGeometry()
    scene.window.setGeometry(*place, 640, 480)
    bring_back(scene.window)
    assert screen.intersects(scene.window.frameGeometry())
    assert scene.window.frameGeometry().top() >= screen.top()


def test_a_window_on_the_screen_stays_where_it_is(scene: Scene) -> None:
    scene.window.setGeometry(60, 40, 640, 480)
    before = scene.window.geometry()
    bring_back(scene.window)
    assert scene.window.geometry() == before


def test_where_nothing_can_be_saved_it_is_said_once_and_all_works(
    make_scene: MakeScene, tmp_path: Path, own_user_folder: Path
) -> None:
    own_user_folder.rmdir()
    own_user_folder.write_text("a file where the folder should be")  # stops root too, unlike permissions
    scene = make_scene()
    scene.open(*write_heads(tmp_path, 1))
    scene.wait_for_answer()
    scene.act(Act.THEME_DARK)
    scene.wait_told(NoticeKind.SETTINGS)
    scene.act(Act.THEME_LIGHT)
    assert scene.workspace.settings.get(THEME) == "light"
    saving = scene.stage._saving
    scene.wait(lambda: not saving.isActive())
    assert len(scene.told(NoticeKind.SETTINGS)) == 1
    scene.workspace.worklist.review([scene.rows[0].id], label="glioma")
    assert scene.rows[0].label == "glioma"


def test_a_file_of_settings_that_is_nonsense_costs_the_choices_only(
    make_scene: MakeScene, own_user_folder: Path
) -> None:
    (own_user_folder / "settings.ini").write_bytes(b"\x00\xff[window\ngeometry=@ByteArray(nonsense)\nparts=3\n")
    scene = make_scene()
    assert scene.window.isVisible()
    assert scene.workspace.settings.get(THEME) == "system"


def test_another_language_makes_the_window_anew_and_keeps_what_is_open(make_scene: MakeScene, tmp_path: Path) -> None:
    scene = make_scene()
    scene.open(*write_heads(tmp_path, 2))
    scene.wait_for_answer()
    before = scene.window
    scene.workspace.session.show(scene.row("slice 2.png").id)
    scene.workspace.session.use_whole_image()
    scene.act(Act.SETTINGS)
    chosen = scene.dialog(SettingsDialog).language
    chosen.setCurrentIndex(chosen.findData("en"))
    chosen.activated.emit(chosen.currentIndex())
    assert scene.workspace.settings.get(LANGUAGE) == "en"
    scene.wait(lambda: scene.window is not before)
    scene.wait(lambda: scene.window.isVisible() and scene.window.review.viewer.main.has_picture)
    assert scene.dialog(SettingsDialog).language.currentData() == "en"
    assert scene.window.review.currentWidget() is scene.window.review.splitter
    assert scene.workspace.session.entry.name == "slice 2.png"
    assert scene.window.review.worklist.model.rowCount() == 2
    scene.act(Act.UNDO)
    scene.wait_for_answer()
    scene.act(Act.INVERT)
    assert scene.workspace.session.pane.view.view.inverted
