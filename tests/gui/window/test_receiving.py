"""Watching and receiving as a person meets them: menu, question, settings, and the line at the lower edge."""

import socket
from pathlib import Path

import pytest
from gui.window.scenes import Scene
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from receiving.peers import instances, statuses

from tumorviewer.gui.receiving_words import refused_line, why_words
from tumorviewer.gui.window.actions import Act
from tumorviewer.gui.window.dialogs.settings import SettingsDialog
from tumorviewer.gui.window.dialogs.watch import WatchDialog
from tumorviewer.receiving.events import FailedWhy, Refused, RefusedWhy
from tumorviewer.receiving.options import Wrong
from tumorviewer.state.notices import NoticeKind
from tumorviewer.state.settings import RECEIVE, RECEIVE_PORT, RECEIVE_TITLES, WATCH_FOLDER
from tumorviewer.workers import arrivals


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "LOOK_MS", 50)
    monkeypatch.setattr(arrivals, "SETTLE_SECONDS", 0.2)
    monkeypatch.setattr(arrivals, "SETTING_MS", 20)


def test_a_folder_is_watched_until_the_person_stops_it(scene: Scene, tmp_path: Path) -> None:
    row = scene.window.status.arrivals
    assert row.isHidden()
    assert not scene.can(Act.STOP_WATCHING)
    folder = tmp_path / "Export & co"
    folder.mkdir()
    instances(1)[0].save_as(folder / "old.dcm", enforce_file_format=True)
    scene.act(Act.WATCH)
    scene.choose(folder)
    dialog = scene.dialog(WatchDialog)
    assert dialog.only_new.isChecked()
    dialog.existing.click()
    dialog.confirm.click()
    scene.wait(lambda: len(scene.rows) == 1)
    scene.wait(lambda: row.watch.accessibleName() == "Watching Export & co · 1 new")
    assert row.watch.isVisible()
    assert not row.receive.isVisible()
    scene.window.resize(640, 600)
    scene.wait(lambda: row.watch.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly)
    assert scene.window.status.notice.isVisible()
    (stop,) = row.watch.menu().actions()
    scene.window.actions_.refresh()
    stop.trigger()
    assert row.isHidden()
    assert scene.workspace.settings.get(WATCH_FOLDER) == ""
    assert not scene.can(Act.STOP_WATCHING)
    assert len(scene.rows) == 1, "what was opened stays"


def test_the_receiver_is_switched_on_and_off_in_the_settings(scene: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings, row = scene.workspace.settings, scene.window.status.arrivals
    scene.act(Act.SETTINGS)
    fields = scene.dialog(SettingsDialog).receiving
    assert not fields.on.isChecked()
    assert "Nothing on this computer can be reached" in fields.state.text()
    fields.port.setValue(port)
    fields.on.click()
    scene.wait(lambda: row.receive.accessibleName() == f"Listening on 127.0.0.1:{port}")
    assert fields.state.text() == f"Listening on 127.0.0.1:{port}"
    assert statuses(port, instances(2)) == [0, 0]
    scene.wait(lambda: len(scene.rows) == 2)
    assert row.receive.accessibleName().endswith("2 received")
    row.stop_receiving.trigger()
    assert not settings.get(RECEIVE)
    assert not fields.on.isChecked(), "bound both ways"
    scene.wait(row.isHidden)
    scene.window.files.close_all()
    scene.act(Act.RECEIVED)
    scene.wait(lambda: len(scene.rows) == 2)


def test_what_cannot_be_is_not_taken_and_said_below(scene: Scene) -> None:
    settings = scene.workspace.settings
    scene.act(Act.SETTINGS)
    dialog = scene.dialog(SettingsDialog)
    scene.wait(dialog.isActiveWindow)
    fields = dialog.receiving
    fields.titles.setFocus()
    QTest.keyClicks(fields.titles, "CT1, " + "X" * 17)
    assert fields.state.text() == why_words("SENDERS")
    assert fields.state.property("role") == "danger"
    fields.addresses.setFocus()
    scene.wait(fields.addresses.hasFocus)
    assert settings.get(RECEIVE_TITLES) == ""
    fields.titles.setFocus()
    for _ in range(15):
        QTest.keyClick(fields.titles, Qt.Key.Key_Backspace)
    fields.addresses.setFocus()
    scene.wait(lambda: settings.get(RECEIVE_TITLES) == "CT1, XX")
    assert fields.state.property("role") == "quiet"


def test_a_taken_port_is_said_calmly(scene: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        scene.workspace.settings.set(RECEIVE_PORT, taken.getsockname()[1])
        scene.workspace.settings.set(RECEIVE, True)
        scene.wait_told(NoticeKind.NOT_RECEIVING)
    assert scene.window.toast.text.text() == f"No scans are received from other machines. {why_words('PORT_TAKEN')}"
    row = scene.window.status.arrivals
    assert row.receive.accessibleName() == "Not receiving"
    assert why_words("PORT_TAKEN") in row.receive.toolTip()


def test_every_reason_has_words(qapp: object) -> None:
    sentences = {why_words(why.name) for kind in (FailedWhy, Wrong) for why in kind}
    assert len(sentences) == len(FailedWhy) + len(Wrong)
    refusals = {refused_line(Refused(why, "CT", "10.0.0.1")) for why in RefusedWhy}
    assert len(refusals) == len(RefusedWhy)
    assert all("CT · 10.0.0.1" in line for line in refusals)
