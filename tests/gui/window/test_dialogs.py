"""Settings, keys, card, log, messages, about; and the lines that tell what happened."""

import sqlite3
from pathlib import Path

from gui.window.conftest import MakeScene
from gui.window.scenes import Scene
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog
from shiboken6 import isValid

from training.events import Checked, Checking, Found
from tumorviewer import NOTICE, __version__, paths
from tumorviewer.gui.window.action_table import ACTIONS
from tumorviewer.gui.window.actions import Act
from tumorviewer.gui.window.dialogs.about import AboutDialog
from tumorviewer.gui.window.dialogs.audit_log import AuditLogDialog
from tumorviewer.gui.window.dialogs.self_test import SelfTestDialog
from tumorviewer.gui.window.dialogs.settings import SettingsDialog
from tumorviewer.gui.window.dialogs.shortcuts import ShortcutsDialog
from tumorviewer.gui.window.dialogs.texts import CardDialog, LogDialog, MessagesDialog
from tumorviewer.inference.catalogue import shipped
from tumorviewer.state.model import ModelStatus
from tumorviewer.state.notices import Notice, NoticeKind
from tumorviewer.state.settings import CINE_RATE, EXPORT_PATHS, JUDGE_ALL, MODEL, THEME
from tumorviewer.state.training.task import TaskStatus


def test_settings_hold_from_the_moment_they_are_chosen(scene: Scene) -> None:
    settings = scene.workspace.settings
    scene.act(Act.SETTINGS)
    dialog = scene.dialog(SettingsDialog)
    assert not dialog.isModal()
    dialog.theme.setCurrentIndex(dialog.theme.findData("dark"))
    dialog.theme.activated.emit(dialog.theme.currentIndex())
    assert settings.get(THEME) == "dark"
    assert QApplication.palette().window().color().lightnessF() < 0.2
    dialog.judge_all.click()
    dialog.full_paths.click()
    dialog.rate.setValue(30)
    dialog.heat.click()
    assert not settings.get(JUDGE_ALL)
    assert settings.get(EXPORT_PATHS)
    assert settings.get(CINE_RATE) == 30 == scene.window.viewer_bar.rate.value()
    assert scene.workspace.overlays.overlays.heat
    settings.set(CINE_RATE, 7)
    assert dialog.rate.value() == 7, "bound both ways"


def test_a_model_is_chosen_and_what_is_damaged_cannot_be(scene: Scene) -> None:
    scene.wait_for_model()
    damaged = paths.user_models() / "mine-1.0"
    damaged.mkdir(parents=True)
    (damaged / "card.json").write_text("{}")
    scene.act(Act.SETTINGS)
    dialog = scene.dialog(SettingsDialog)
    name = shipped()[0].name
    scene.wait(lambda: dialog.model.findData(name) > 0)
    assert "came with the program" in dialog.model.itemText(dialog.model.findData(name))
    own = dialog.model.model().item(dialog.model.findData("mine-1.0"))
    assert not own.isEnabled()
    assert own.toolTip()
    dialog.model.setCurrentIndex(dialog.model.findData(name))
    dialog.model.activated.emit(dialog.model.currentIndex())
    assert scene.workspace.settings.get(MODEL) == name
    scene.wait(lambda: scene.workspace.model.status is ModelStatus.READY)
    assert scene.workspace.model.name == name


def test_the_page_of_keys_lists_the_whole_table(scene: Scene) -> None:
    scene.act(Act.SHORTCUTS)
    dialog = scene.dialog(ShortcutsDialog)
    tree = dialog.tree

    def seen() -> str:
        tops = [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]
        rows = [top.child(row) for top in tops for row in range(top.childCount())]
        return "\n".join(f"{row.text(0)} {row.text(1)}" for row in rows if not row.isHidden())

    for spec in ACTIONS:
        if spec.keys:
            assert scene.window.actions_[spec.act].iconText() in seen(), spec.act
    dialog.search.setText("zoom")
    assert "Zoom in" in seen()
    assert "Invert" not in seen()


def test_the_card_of_the_model_opens_from_the_panel(scene: Scene) -> None:
    scene.wait_for_model()
    scene.window.review.panel.model.click()
    dialog = scene.dialog(CardDialog)
    scene.wait(lambda: "Intended use" in dialog.page.toPlainText())
    assert NOTICE in dialog.page.toPlainText()
    assert scene.workspace.model.name in dialog.windowTitle()


def test_a_card_that_is_gone_is_said(scene: Scene, tmp_path: Path) -> None:
    scene.wait_for_model()
    model = scene.workspace.model
    model.ready(model.card, tmp_path, model.sha256)
    scene.act(Act.CARD)
    assert "cannot be read" in scene.dialog(CardDialog).page.toPlainText()


def test_the_log_is_shown_copied_and_read_again(scene: Scene, own_user_folder: Path) -> None:
    log = own_user_folder / "logs" / "tumorviewer.log"
    log.parent.mkdir()
    log.write_text("2026-01-01 INFO first line\n", encoding="utf-8")
    scene.act(Act.LOG)
    dialog = scene.dialog(LogDialog)
    scene.wait(lambda: "first line" in dialog.field.toPlainText())
    dialog.copy.click()
    assert "first line" in QGuiApplication.clipboard().text()
    log.write_text("2026-01-01 INFO second line\n", encoding="utf-8")
    dialog.reload.click()
    scene.wait(lambda: "second line" in dialog.field.toPlainText())


def test_the_self_test_begins_and_ends_with_its_dialog(scene: Scene) -> None:
    """What it tells line by line is tried with the frozen program: its process needs seconds to start."""
    scene.act(Act.SELF_TEST)
    dialog = scene.dialog(SelfTestDialog)
    assert isinstance(dialog, SelfTestDialog)
    task = scene.stage.workers.self_test().task
    assert task.busy
    assert dialog.bar.isVisible()
    assert not dialog.save.isEnabled()
    assert not dialog.again.isEnabled()
    dialog.close()
    scene.wait(lambda: task.status is TaskStatus.STOPPED)


def test_the_page_of_the_self_test_says_what_failed_and_is_kept(scene: Scene, tmp_path: Path) -> None:
    test = scene.stage.workers.self_test()
    dialog = SelfTestDialog(test, lambda: None, scene.window)
    dialog.save_wanted.connect(scene.window.helps._save_self_test)
    dialog.open()
    bad, good = Checked("FAIL", "read PNG", "off by 9", 0.1), Checked("ok", "read BMP", "exact", 0.1)
    test.task.take([Checking("read PNG", 0, 2), bad, good, Found("self-test", {"failed": 1, "page": "<h1>页</h1>"})])
    assert dialog.verdict.text().startswith("1 check failed. Save the page")
    assert dialog.lines.topLevelItem(0).text(1) == "Failed: off by 9"
    assert not dialog.bar.isVisible()
    dialog.save.click()
    scene.choose(tmp_path / "page.html")
    scene.wait_told(NoticeKind.EXPORTED)
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == "<h1>页</h1>"


def test_about_names_versions_and_licences(scene: Scene) -> None:
    scene.act(Act.ABOUT)
    dialog = scene.dialog(AboutDialog)
    dialog.copy.click()
    copied = QGuiApplication.clipboard().text()
    for part in (f"Tumor Viewer {__version__}", "Qt 6.", "Python 3.", "opencv-python-headless", "ai-edge-litert"):
        assert part in copied
    texts = "\n".join(dialog.tabs.widget(place).toPlainText() for place in (2, 3))
    assert "Apache License" in texts
    assert "EfficientNet-Lite0" in texts
    licences = [dialog.licences.topLevelItem(row).text(1) for row in range(dialog.licences.topLevelItemCount())]
    assert all(licences)
    assert any("LGPL" in licence for licence in licences)


def test_messages_are_short_stay_out_of_the_way_and_are_kept(scene: Scene) -> None:
    toast, tell = scene.window.toast, scene.workspace.notices.tell
    tell(Notice(NoticeKind.OPENED, count=2))
    assert toast.isVisible()
    assert toast.text.text() == "2 scans opened."
    assert not toast.isWindow()
    tell(Notice(NoticeKind.FAULT, detail="ValueError"))
    assert toast.show_log.isVisible()
    tell(Notice(NoticeKind.OPENED, count=1))
    assert toast.message.notice.kind is NoticeKind.FAULT, "good news does not push trouble away"
    assert scene.window.status.inbox.text() == "3"
    scene.act(Act.MESSAGES)
    dialog = scene.dialog(MessagesDialog)
    lines = dialog.field.toPlainText().split("\n\n")
    assert [line.split(" ", 1)[1] for line in lines][::2] == ["  1 scan opened.", "  2 scans opened."]
    assert "⚠ Something went wrong" in lines[1]
    assert scene.window.status.inbox.text() == ""
    toast.show_log.click()
    scene.dialog(LogDialog)
    toast.dismiss.click()
    assert not toast.isVisible()


def test_a_dialog_is_there_once(scene: Scene) -> None:
    for _ in range(2):
        scene.act(Act.SHORTCUTS)
    assert len([one for one in scene.window.findChildren(ShortcutsDialog) if one.isVisible()]) == 1
    scene.dialog(ShortcutsDialog).close()
    scene.act(Act.SHORTCUTS)
    scene.wait(scene.dialog(ShortcutsDialog).search.hasFocus)


def test_the_window_waits_visibly_for_its_threads(make_scene: MakeScene) -> None:
    scene = make_scene()
    window = scene.window
    window.close()
    assert window.isVisible()
    assert window.status.jobs.text.text() == "Stopping …"
    assert not window.pages.isEnabled()
    scene.wait(lambda: scene.ended)
    assert not isValid(window) or not window.isVisible()


def test_the_audit_log_is_looked_through_and_saved(scene: Scene, own_user_folder: Path, tmp_path: Path) -> None:
    scene.act(Act.AUDIT_LOG)
    dialog = scene.dialog(AuditLogDialog)
    scene.wait(lambda: dialog.list.topLevelItemCount() > 0)
    assert "all in order" in dialog.state.text()
    assert dialog.list.topLevelItem(dialog.list.topLevelItemCount() - 1).text(1) == "Program started"
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == dialog.head.text() != ""
    dialog.save.click()
    asked = scene.window.findChild(QFileDialog)
    asked.selectFile(str(tmp_path / "copy.jsonl"))
    asked.accept()
    scene.wait((tmp_path / "copy.jsonl").is_file)
    assert dialog.head.text() in (tmp_path / "copy.jsonl").read_text("utf-8")
    connection = sqlite3.connect(own_user_folder / "audit.sqlite")
    connection.executescript("DROP TRIGGER entries_stay; UPDATE entries SET at = '2020' WHERE number = 1;")
    connection.close()
    dialog.check.click()
    scene.wait(lambda: "was changed" in dialog.state.text())
