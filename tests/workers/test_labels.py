"""Own labels are saved at once, by content, and are not lost without a word."""

import sqlite3
from pathlib import Path

import pytest
from workers.conftest import MakeDesk
from workers.desk import Desk, heads, png, written

from tumorviewer.state.entries import Entry
from tumorviewer.state.notices import NoticeKind
from tumorviewer.storage.library import Library
from tumorviewer.storage.review_store import ReviewStore


def saved(desk: Desk) -> set[tuple[str, str]]:
    """Return labels and notes in the file, as another start would find them."""
    path = desk.folder / "library" / "library.sqlite"
    if not path.exists():
        return set()
    connection = sqlite3.connect(path)
    try:
        return set(connection.execute("SELECT label, note FROM reviews").fetchall())
    except sqlite3.OperationalError:
        return set()  # its tables are being made
    finally:
        connection.close()


def open_one(desk: Desk, path: Path) -> Entry:
    desk.open(path)
    return next(row for row in desk.rows if row.path == path)


def test_a_label_is_saved_at_once(quiet_desk: Desk, tmp_path: Path) -> None:
    rows = quiet_desk.open(*heads(tmp_path, 3))
    quiet_desk.worklist.review([rows[0].id, rows[2].id], label="glioma")
    quiet_desk.worklist.review([rows[0].id], note="left frontal")
    quiet_desk.wait(lambda: saved(quiet_desk) == {("glioma", "left frontal"), ("glioma", "")})
    quiet_desk.worklist.review([rows[2].id], label="")
    quiet_desk.wait(lambda: saved(quiet_desk) == {("glioma", "left frontal")})


def test_a_label_given_in_the_last_moment_is_saved(quiet_desk: Desk, tmp_path: Path) -> None:
    (row,) = quiet_desk.open(png(tmp_path / "1.png"))
    quiet_desk.worklist.review([row.id], label="pituitary")
    quiet_desk.close()
    assert saved(quiet_desk) == {("pituitary", "")}


@pytest.mark.parametrize("judging", [True, False])
def test_a_file_that_was_moved_or_copied_keeps_its_label(make_desk: MakeDesk, tmp_path: Path, judging: bool) -> None:
    heads(tmp_path / "in", 3)
    first = make_desk(judging=judging)
    rows = first.open(tmp_path / "in")
    first.worklist.review([rows[1].id], label="meningioma", note="sure")
    first.close()
    moved = tmp_path / "elsewhere" / "renamed.png"
    written(moved, (tmp_path / "in" / "1.png").read_bytes())
    (tmp_path / "in" / "1.png").unlink()
    second = make_desk(judging=judging)
    rows = second.open(tmp_path / "in", tmp_path / "elsewhere")
    second.wait(lambda: any(row.label for row in rows))
    assert [(row.path.name, row.label, row.note) for row in rows if row.label] == [
        ("renamed.png", "meningioma", "sure"),
    ]


def test_labels_are_there_with_the_rows_the_second_time(make_desk: MakeDesk, tmp_path: Path) -> None:
    first = make_desk()
    folder = tmp_path / "heads"  # of their own: the desk keeps its files beside it
    folder.mkdir()
    rows = first.open(*heads(folder, 3))
    first.worklist.review([rows[2].id], label="glioma")
    first.wait_for_answers()
    first.close()
    second = make_desk()
    arrived: list[str] = []
    second.worklist.added.connect(lambda ids: arrived.extend(second.worklist.entries[i].label for i in ids))
    second.open(folder)
    assert arrived == ["", "", "glioma"]


def test_copies_that_are_open_have_one_label(desk: Desk, tmp_path: Path) -> None:
    rows = desk.open(png(tmp_path / "1.png", 1), png(tmp_path / "copy.png", 1), png(tmp_path / "other.png", 2))
    desk.wait_for_answers()
    desk.worklist.review([rows[0].id], label="glioma", note="seen")
    assert [(row.label, row.note) for row in rows] == [("glioma", "seen"), ("glioma", "seen"), ("", "")]
    desk.worklist.review([rows[1].id], label="")
    assert [(row.label, row.note) for row in rows] == [("", "seen"), ("", "seen"), ("", "")]


def test_what_was_said_before_is_not_overwritten_unseen(make_desk: MakeDesk, tmp_path: Path) -> None:
    first = make_desk(judging=False)
    row = open_one(first, png(tmp_path / "1.png"))
    first.worklist.review([row.id], label="glioma", note="a long note")
    first.close()
    (tmp_path / "1.png").rename(tmp_path / "2.png")
    second = make_desk(judging=False)

    def label_at_once(ids: list[int]) -> None:
        assert second.worklist.entries[ids[0]].label == ""  # nobody has recognised the file yet
        second.worklist.review(ids, label="meningioma")

    second.worklist.added.connect(label_at_once)
    row = open_one(second, tmp_path / "2.png")
    second.wait(lambda: row.note == "a long note")
    assert row.label == "meningioma"
    second.wait(lambda: saved(second) == {("meningioma", "a long note")})


def test_a_label_that_cannot_be_saved_stays_on_the_screen_and_is_tried_again(
    quiet_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = quiet_desk.open(*heads(tmp_path, 2))
    quiet_desk.worklist.review([rows[1].id], label="no_tumor")
    quiet_desk.wait(lambda: bool(saved(quiet_desk)))
    other = sqlite3.connect(quiet_desk.folder / "library" / "library.sqlite", isolation_level=None)
    quiet_desk.workers._library.reviews._database._connection.execute("PRAGMA busy_timeout = 0")  # type: ignore[union-attr]
    other.execute("BEGIN EXCLUSIVE")
    quiet_desk.worklist.review([rows[0].id], label="glioma")
    quiet_desk.wait(lambda: bool(quiet_desk.told(NoticeKind.NOT_SAVED)))
    assert quiet_desk.told(NoticeKind.NOT_SAVED)[0].subject == "0.png"
    assert rows[0].label == "glioma"
    other.execute("ROLLBACK")
    other.close()
    quiet_desk.close()
    assert saved(quiet_desk) == {("glioma", ""), ("no_tumor", "")}
    assert len(quiet_desk.told(NoticeKind.NOT_SAVED)) == 1


def test_a_label_for_a_file_that_is_gone_is_said_to_be_lost(quiet_desk: Desk, tmp_path: Path) -> None:
    files = heads(tmp_path, 40)
    rows = quiet_desk.open(*files)
    files[39].unlink()
    quiet_desk.worklist.review([rows[39].id], label="glioma")
    quiet_desk.wait(lambda: bool(quiet_desk.told(NoticeKind.NOT_SAVED)))
    assert quiet_desk.told(NoticeKind.NOT_SAVED)[0].subject == "39.png"


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"no database" * 500, NoticeKind.LIBRARY_DAMAGED), (None, NoticeKind.LIBRARY_UNWRITABLE)],
)
def test_trouble_with_the_library_is_said_once_and_stops_nothing(
    make_desk: MakeDesk, tmp_path: Path, content: bytes | None, kind: NoticeKind
) -> None:
    folder = tmp_path / "user"
    if content is None:
        written(folder / "library", b"a file where the folder should be")
    else:
        written(folder / "library" / "library.sqlite", content)
    desk = make_desk()
    rows = desk.open(*heads(tmp_path / "in", 3))
    desk.wait_for_answers()
    desk.worklist.review([rows[0].id], label="glioma")
    desk.worklist.review([rows[1].id], label="glioma")
    desk.close()
    told = [notice for notice in desk.told(kind) if notice.subject == "library.sqlite"]
    assert len(told) == 1
    assert (told[0].detail != "") == (content is not None)
    assert not desk.told(NoticeKind.NOT_SAVED)
    assert not desk.told(NoticeKind.FAULT)


def test_a_library_of_a_newer_version_is_not_touched(make_desk: MakeDesk, tmp_path: Path) -> None:
    library = Library(tmp_path / "user" / "library")
    library.reviews.secret()
    library.close()
    path = tmp_path / "user" / "library" / "library.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    desk = make_desk()
    (row,) = desk.open(png(tmp_path / "1.png"))
    desk.worklist.review([row.id], label="glioma")
    desk.close()
    assert [notice.subject for notice in desk.told(NoticeKind.LIBRARY_NEWER)] == ["library.sqlite"]
    assert path.read_bytes() == before


def test_a_library_that_fails_in_the_middle_costs_labels_and_no_scan(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(ReviewStore, "of", broken)
    monkeypatch.setattr(ReviewStore, "is_empty", broken)
    rows = desk.open(*heads(tmp_path, 4))
    desk.wait_for_answers()
    assert all(row.answer is not None for row in rows)
    assert not desk.told(NoticeKind.FAULT)
