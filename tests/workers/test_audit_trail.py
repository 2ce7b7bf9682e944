"""What a person does in the window stands in the audit log, without names."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workers.desk import Desk, heads, png

from tumorviewer.imaging.scan import CropBox
from tumorviewer.state.entries import CropChoice, CropKind
from tumorviewer.state.notices import NoticeKind
from tumorviewer.storage.audit_log import FILE, AuditLog


def logged(desk: Desk) -> list[tuple[str, dict[str, Any]]]:
    """End the threads, and return what the log says."""
    desk.close()
    log = AuditLog(desk.folder / "library" / FILE)
    assert log.verify().is_whole
    entries = [(entry.what, json.loads(entry.facts)) for entry in log.entries()]
    log.close()
    return entries


def of(entries: list[tuple[str, dict[str, Any]]], what: str) -> list[dict[str, Any]]:
    return [facts for kind, facts in entries if kind == what]


def test_what_is_done_is_logged_by_content_and_without_names(desk: Desk, tmp_path: Path) -> None:
    heads(tmp_path / "MUELLER^ANNA", 3)
    rows = desk.open(tmp_path / "MUELLER^ANNA")
    desk.wait_for_answers()
    first = rows[0]
    first_answer = first.answer
    desk.session.show(rows[1].id)
    desk.worklist.review([first.id], label="glioma", note="Anna Mueller, born 1950")
    desk.session.show(first.id)
    desk.session.edit_crop(CropChoice(CropKind.EDITED, CropBox(5, 6, 40, 41)))
    desk.wait(lambda: first.answer is not None and first.answer is not first_answer)
    desk.workers.export_csv([row.id for row in rows[:2]], tmp_path / "out.csv")
    desk.wait(lambda: bool(desk.told(NoticeKind.EXPORTED)))
    entries = logged(desk)
    assert entries[0][0] == "program started"
    assert sorted(sha for facts in of(entries, "scan opened") for sha in facts["scans"]) == sorted(
        row.sha256 for row in rows
    )
    assert {facts["scan"] for facts in of(entries, "scan looked at")} >= {rows[0].sha256}
    answers = of(entries, "model answered")
    assert {facts["scan"] for facts in answers} == {row.sha256 for row in rows}
    edited = [facts for facts in answers if facts["crop"] == [5, 6, 40, 41]]
    assert [facts["scan"] for facts in edited] == [first.sha256]
    assert edited[0]["model_sha256"] == desk.model.sha256
    assert of(entries, "label given") == [{"scan": first.sha256, "frame": 0, "label": "glioma", "has_note": True}]
    assert of(entries, "exported") == [
        {"how": "table", "written": 2, "scans": [rows[0].sha256, rows[1].sha256]},
    ]
    content = (desk.folder / "library" / FILE).read_bytes()
    for name in (b"MUELLER", b"Mueller", b"1950", b"0.png", str(tmp_path).encode()):
        assert name not in content


def test_kept_answers_are_not_given_again(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    png(tmp_path / "1.png")
    first = make_desk()
    first.open(tmp_path / "1.png")
    first.wait_for_answers()
    before = logged(first)
    second = make_desk()
    second.wait_for_model()
    second.open(tmp_path / "1.png")
    second.wait_for_answers()
    added = logged(second)[len(before) :]
    assert [what for what, _ in added if what in ("program started", "scan opened", "model answered")] == [
        "program started",
        "scan opened",
    ]


def test_what_could_not_be_written_comes_later(desk: Desk, tmp_path: Path) -> None:
    desk.open(png(tmp_path / "1.png"))
    desk.wait_for_answers()
    file = desk.folder / "library" / FILE
    desk.wait(file.is_file)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")  # as a program that makes a backup
    desk.worklist.review([desk.rows[0].id], label="glioma")
    desk.wait(lambda: bool(desk.told(NoticeKind.NOT_LOGGED)))
    holder.execute("COMMIT")
    holder.close()
    assert [facts["label"] for facts in of(logged(desk), "label given")] == ["glioma"]


def test_a_damaged_log_is_kept_and_said_once(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    file = tmp_path / "user" / "library" / FILE
    file.parent.mkdir(parents=True)
    file.write_bytes(b"no data base " * 500)
    desk = make_desk()
    desk.wait(lambda: bool(desk.told(NoticeKind.AUDIT_LOG_DAMAGED)))
    (notice,) = desk.told(NoticeKind.AUDIT_LOG_DAMAGED)
    assert (file.parent / notice.detail).read_bytes().startswith(b"no data base")
    assert [what for what, _ in logged(desk)] == ["program started"]
