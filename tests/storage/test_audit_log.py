"""Every change to the audit log shows."""

import io
import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tumorviewer.cli import main
from tumorviewer.storage.audit_log import AuditEvent, AuditKind, AuditLog


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    log = AuditLog(tmp_path / "audit.sqlite")
    log.append(AuditEvent(AuditKind.OPENED, {"scan": f"{number:064x}", "frame": 0}) for number in range(5))
    log.append([AuditEvent(AuditKind.LABELLED, {"scan": "ab" * 32, "label": "glioma", "wörter": "später"})])
    log.close()
    return tmp_path / "audit.sqlite"


def tampered(path: Path, script: str) -> AuditLog:
    """Change the file as somebody would who knows SQLite."""
    connection = sqlite3.connect(path)
    connection.executescript(f"DROP TRIGGER entries_stay; DROP TRIGGER entries_last; {script}")
    connection.close()
    return AuditLog(path)


def test_an_untouched_log_is_whole_and_goes_on_after_a_restart(path: Path) -> None:
    log = AuditLog(path)
    before = log.verify()
    assert before.is_whole
    assert before.entries == 6
    log.append([AuditEvent(AuditKind.EXPORTED, {"scans": ["ab" * 32]})])
    after = log.verify(noted=before.head)
    assert after.is_whole
    assert after.entries == 7


@pytest.mark.parametrize(
    ("script", "in_order", "fault"),
    [
        ("UPDATE entries SET facts = replace(facts, 'glioma', 'no_tumor') WHERE number = 6;", 5, "6 was changed"),
        ("UPDATE entries SET at = '2020-01-01T00:00:00.000+00:00' WHERE number = 2;", 1, "2 was changed"),
        ("DELETE FROM entries WHERE number = 3;", 2, "3 is missing"),
        ("DELETE FROM entries WHERE number = 1;", 0, "1 is missing"),
        ("DELETE FROM entries WHERE number > 4;", 4, "5 to 6 were cut off"),
        ("INSERT INTO entries SELECT 7, at, what, facts, hash FROM entries WHERE number = 6;", 6, "7 was changed"),
        ("INSERT INTO entries SELECT 0, at, what, facts, hash FROM entries WHERE number = 1;", 0, "1 is missing"),
        (
            "UPDATE entries SET number = 99 WHERE number = 2; UPDATE entries SET number = 2 WHERE number = 3; "
            "UPDATE entries SET number = 3 WHERE number = 99;",
            1,
            "2 was changed",
        ),
    ],
)
def test_a_change_is_found_and_where(path: Path, script: str, in_order: int, fault: str) -> None:
    found = tampered(path, script).verify()
    assert found.entries == in_order
    assert fault in found.fault


def test_a_log_that_was_made_anew_is_told_by_a_noted_hash(path: Path) -> None:
    noted = AuditLog(path).verify().head
    path.unlink()
    log = AuditLog(path)
    log.append([AuditEvent(AuditKind.STARTED, {})])
    assert log.verify().is_whole
    assert "made anew" in log.verify(noted).fault


def test_entries_can_only_be_added(path: Path) -> None:
    connection = sqlite3.connect(path)
    for change in ("UPDATE entries SET what = 'x'", "DELETE FROM entries"):
        with pytest.raises(sqlite3.IntegrityError, match="only added"):
            connection.execute(change)
    connection.close()


def test_several_writers_make_one_chain(path: Path) -> None:
    def write(number: int) -> None:
        log = AuditLog(path)  # a connection of its own, as another process has
        for _ in range(5):
            log.append([AuditEvent(AuditKind.VIEWED, {"scan": str(number)})] * 2)
        log.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = AuditLog(path).verify()
    assert found.is_whole
    assert found.entries == 36


def test_the_log_is_written_out_line_by_line(path: Path) -> None:
    stream = io.StringIO()
    assert AuditLog(path).export(stream) == 6
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["number"] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert lines[-1]["facts"] == {"scan": "ab" * 32, "label": "glioma", "wörter": "später"}


def test_the_command_verifies_and_exports(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit-log", "--log", str(path), "verify"]) == 0
    head = capsys.readouterr().out.split()[-1]
    assert main(["audit-log", "--log", str(path), "verify", "--noted", head]) == 0
    assert main(["audit-log", "--log", str(path), "export", "--output", str(tmp_path / "log.jsonl")]) == 0
    assert json.loads((tmp_path / "log.jsonl").read_text("utf-8").splitlines()[-1])["hash"] == head
    tampered(path, "DELETE FROM entries WHERE number = 2;").close()
    assert main(["audit-log", "--log", str(path), "verify"]) == 1
    assert "Entry 2 is missing" in capsys.readouterr().err


def test_what_is_no_log_is_said_to_be_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit-log", "--log", str(tmp_path / "none.sqlite"), "verify"]) == 2
    (tmp_path / "text.sqlite").write_text("not a log " * 100)
    assert main(["audit-log", "--log", str(tmp_path / "text.sqlite"), "verify"]) == 1
    assert "no audit log" in capsys.readouterr().err
