"""Scans that come by themselves become rows and are read: from a watched folder, from other machines, after a kill."""

import os
import signal
import socket
from pathlib import Path

import psutil
import pytest
from receiving.peers import instances, statuses, storescu
from workers.conftest import MakeDesk
from workers.desk import Desk, heads, png

from tumorviewer.receiving.events import Failed, FailedWhy
from tumorviewer.state.notices import NoticeKind
from tumorviewer.state.receiving import ReceiverStatus
from tumorviewer.state.settings import RECEIVE, RECEIVE_BIND, RECEIVE_PORT, RECEIVE_TITLES, WATCH_FOLDER
from tumorviewer.state.worklist import REPLACED
from tumorviewer.workers import arrivals


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look more often, and wait less, than there is reason to for a person."""
    monkeypatch.setattr(arrivals, "LOOK_MS", 50)
    monkeypatch.setattr(arrivals, "SETTLE_SECONDS", 0.2)
    monkeypatch.setattr(arrivals, "SETTING_MS", 20)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def receivers() -> list[psutil.Process]:
    """Return the processes that listen for this one; those that others left for the end of the tests are not."""
    return [child for child in psutil.Process().children() if "receive" in child.cmdline()]


def receiving_desk(desk: Desk, port: int) -> Desk:
    settings = desk.workspace.settings
    settings.set(RECEIVE_PORT, port)
    settings.set(RECEIVE, True)
    desk.wait(lambda: desk.workspace.receiving.status is ReceiverStatus.LISTENING)
    return desk


def test_by_default_nothing_is_watched_and_nothing_listens(quiet_desk: Desk) -> None:
    quiet_desk.wait_for_model()
    assert quiet_desk.workspace.watching.folder is None
    assert quiet_desk.workspace.receiving.status is ReceiverStatus.OFF
    assert not receivers()
    assert not [one for one in psutil.Process().net_connections("tcp") if one.status == psutil.CONN_LISTEN]


def test_files_that_come_are_rows_and_are_read_by_themselves(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    heads(folder, 2)
    watching = desk.workspace.watching
    watching.begin(folder, existing=False)
    desk.wait(lambda: watching.since > 0)
    assert not desk.rows
    with (folder / "new.png").open("wb") as stream:  # as a scanner writes: bit by bit
        whole = png(tmp_path / "whole.png", 5).read_bytes()
        stream.write(whole[:100])
        stream.flush()
        desk.wait(lambda: watching.waiting == 1)
        assert not desk.rows
        stream.write(whole[100:])
    desk.wait(lambda: bool(desk.rows))
    assert [row.name for row in desk.rows] == ["new.png"]
    desk.wait_for_answers()
    assert desk.rows[0].answer is not None
    assert (watching.come, watching.waiting) == (1, 0)
    assert not desk.told(NoticeKind.OPENED), "what comes by itself is no news for a pop-up"


def test_a_file_that_takes_the_name_of_another_gets_a_row_of_its_own(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    png(folder / "IM1.png", 1)
    desk.workspace.watching.begin(folder, existing=True)
    desk.wait(lambda: len(desk.rows) == 1)
    desk.wait_for_answers()
    (old,) = desk.rows
    whole = png(tmp_path / "x.png", 2, size=128)
    os.replace(whole, folder / "IM1.png")  # the next patient
    desk.wait(lambda: len(desk.rows) == 2)
    desk.wait_for_answers()
    new, gone = desk.rows
    assert gone is old
    assert gone.answer is None
    assert gone.error is not None
    assert REPLACED in str(gone.error)
    assert new.answer is not None
    assert new.sha256 != old.sha256
    assert desk.worklist.step(new.id, 1) == old.id
    assert desk.session.pane.error is not None, "also where it was looked at"


def test_what_is_looked_at_stays_when_something_comes(quiet_desk: Desk, tmp_path: Path) -> None:
    heads(tmp_path / "mine", 2)
    quiet_desk.open(tmp_path / "mine")
    shown = quiet_desk.session.entry
    folder = tmp_path / "export"
    heads(folder, 1)
    quiet_desk.workspace.watching.begin(folder, existing=True)
    quiet_desk.wait(lambda: len(quiet_desk.rows) == 3)
    assert quiet_desk.session.entry is shown
    quiet_desk.workspace.watching.stop()
    assert quiet_desk.workspace.settings.get(WATCH_FOLDER) == ""


def test_the_watch_goes_on_after_a_restart_and_says_when_its_folder_is_away(
    make_desk: MakeDesk, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    heads(folder, 1)
    desk = make_desk(judging=False)
    desk.workspace.watching.begin(folder, existing=False)
    desk.wait(lambda: desk.workspace.watching.since > 0)
    desk.workspace.settings.save()
    desk.close()
    (folder / "while closed.png").write_bytes(png(tmp_path / "x.png", 3).read_bytes())
    again = make_desk(judging=False)
    again.wait(lambda: [row.name for row in again.rows] == ["while closed.png"])
    folder.rename(tmp_path / "unplugged")
    again.wait(lambda: bool(again.told(NoticeKind.WATCH_AWAY)))
    assert not again.workspace.watching.there
    (tmp_path / "unplugged").rename(folder)
    again.wait(lambda: bool(again.told(NoticeKind.WATCH_BACK)))
    assert len(again.rows) == 1


def test_what_is_sent_is_shown_and_shown_again_after_the_program_was_killed(make_desk: MakeDesk) -> None:
    port, sent = free_port(), instances(5)
    desk = receiving_desk(make_desk(judging=False), port)
    assert statuses(port, sent[:3]) == [0, 0, 0]
    desk.wait(lambda: len(desk.rows) == 3)
    assert [row.name[:8] for row in desk.rows] == ["MR-0001-", "MR-0002-", "MR-0003-"]
    desk.workspace.settings.save()
    (receiver,) = receivers()
    assert statuses(port, sent[3:4]) == [0]
    os.kill(receiver.pid, signal.SIGKILL)
    desk.wait(lambda: desk.workspace.receiving.failed == Failed(FailedWhy.DIED))
    assert [notice.detail for notice in desk.told(NoticeKind.NOT_RECEIVING)] == ["DIED"]
    desk.close()
    again = make_desk(judging=False)
    again.wait(lambda: len(again.rows) == 4)
    again.wait(lambda: again.workspace.receiving.status is ReceiverStatus.LISTENING)
    assert statuses(port, sent) == [0] * 5
    again.wait(lambda: len(again.rows) == 5)
    assert again.workspace.receiving.stored == 1
    again.workspace.receiving.switch_off()
    again.wait(lambda: not receivers())
    assert again.workspace.receiving.status is ReceiverStatus.OFF


def test_choices_hold_at_once_and_wrong_ones_are_said(quiet_desk: Desk, tmp_path: Path) -> None:
    receiving, settings = quiet_desk.workspace.receiving, quiet_desk.workspace.settings
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.set(RECEIVE_PORT, taken.getsockname()[1])
        settings.set(RECEIVE, True)
        quiet_desk.wait(lambda: bool(quiet_desk.told(NoticeKind.NOT_RECEIVING)))
        assert quiet_desk.told(NoticeKind.NOT_RECEIVING)[-1].detail == "PORT_TAKEN"
        assert receiving.status is ReceiverStatus.FAILED
    settings.set(RECEIVE_BIND, "0.0.0.0")
    quiet_desk.wait(lambda: quiet_desk.told(NoticeKind.NOT_RECEIVING)[-1].detail == "NOBODY_NAMED")
    settings.set(RECEIVE_BIND, "127.0.0.1")
    settings.set(RECEIVE_TITLES, "CT1, MR ROOM 2")
    quiet_desk.wait(lambda: receiving.status is ReceiverStatus.LISTENING)
    port = settings.get(RECEIVE_PORT)
    (tmp_path / "sent").mkdir()
    instances(1)[0].save_as(tmp_path / "sent" / "1.dcm", enforce_file_format=True)
    assert storescu(port, tmp_path / "sent" / "1.dcm", calling="CT2") != 0
    quiet_desk.wait(lambda: receiving.refused is not None and receiving.refused.title == "CT2")
    assert storescu(port, tmp_path / "sent" / "1.dcm", calling="MR ROOM 2") == 0
    quiet_desk.wait(lambda: len(quiet_desk.rows) == 1)
