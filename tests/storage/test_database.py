"""Whatever is wrong with a database, the program goes on; what was precious is kept, and it is said once."""

import sqlite3
from pathlib import Path

import pytest

from tumorviewer.storage import database
from tumorviewer.storage.database import Database, Problem, Schema, Trouble
from tumorviewer.storage.library import Library
from tumorviewer.storage.reviews import Review

SHA = "ab" * 32
REVIEW = Review("glioma", "left frontal", "2026-01-02T03:04:05+00:00")


class Told(list[Problem]):
    def __call__(self, problem: Problem) -> None:
        self.append(problem)


@pytest.fixture
def told() -> Told:
    return Told()


def with_a_label(folder: Path) -> Path:
    library = Library(folder)
    library.reviews.save([(SHA, 0, REVIEW)])
    library.close()
    return folder / "library.sqlite"


def test_nothing_is_made_before_it_is_used(tmp_path: Path) -> None:
    Library(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_what_is_no_database_is_kept_aside_and_said_once(tmp_path: Path, told: Told) -> None:
    (tmp_path / "library.sqlite").write_bytes(b"not a database, but somebody may want it" * 100)
    library = Library(tmp_path, told)
    assert library.reviews.of([SHA]) == {}
    library.reviews.save([(SHA, 0, REVIEW)])
    assert library.reviews.of([SHA]) == {SHA: {0: REVIEW}}
    assert library.reviews.saves
    (problem,) = told
    assert problem.trouble is Trouble.DAMAGED
    assert problem.kept is not None
    assert problem.kept.parent == tmp_path
    assert problem.kept.read_bytes().startswith(b"not a database")
    library.close()
    assert Library(tmp_path, told).reviews.of([SHA]) == {SHA: {0: REVIEW}}
    assert len(told) == 1


def test_a_page_that_was_overwritten_is_found_when_it_is_opened(tmp_path: Path, told: Told) -> None:
    library = Library(tmp_path)
    library.reviews.save([(f"{number:064x}", 0, REVIEW) for number in range(500)])
    library.close()
    path = tmp_path / "library.sqlite"
    content = bytearray(path.read_bytes())
    content[8192:12288] = b"\xff" * 4096
    path.write_bytes(content)
    assert Library(tmp_path, told).reviews.is_empty()
    assert [problem.trouble for problem in told] == [Trouble.DAMAGED]
    assert told[0].kept is not None
    assert told[0].kept.read_bytes() == content


def test_damage_that_shows_in_the_middle_of_the_work_costs_the_cache_and_no_more(tmp_path: Path, told: Told) -> None:
    library = Library(tmp_path, told)
    library.cache.save_thumbnails([(SHA, frame, b"x" * 3000) for frame in range(200)])
    library.close()
    path = tmp_path / "cache.sqlite"
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * (size - 4096))  # the cache is not looked through
    assert library.cache.thumbnail(SHA, 7) is None
    library.cache.save_thumbnails([(SHA, 7, b"new")])
    assert library.cache.thumbnail(SHA, 7) == b"new"
    assert [problem.trouble for problem in told] == [Trouble.DAMAGED]


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path, told: Told) -> None:
    path = with_a_label(tmp_path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    library = Library(tmp_path, told)
    library.reviews.save([(SHA, 1, REVIEW)])
    assert library.reviews.of([SHA]) == {SHA: {1: REVIEW}}  # in memory
    assert not library.reviews.saves
    library.close()
    assert [problem.trouble for problem in told] == [Trouble.NEWER]
    assert path.read_bytes() == before


def test_a_file_of_an_older_version_is_brought_up_to_date_and_keeps_what_it_holds(tmp_path: Path, told: Told) -> None:
    path, first = tmp_path / "own.sqlite", "CREATE TABLE notes (text TEXT);"
    old = Database(path, Schema((first,), precious=True), told)
    with old.writing() as connection:
        connection.execute("INSERT INTO notes VALUES ('kept')")
    old.close()
    second = "ALTER TABLE notes ADD COLUMN by TEXT NOT NULL DEFAULT 'nobody';"
    new = Database(path, Schema((first, second), precious=True), told)
    assert new.rows("SELECT text, by FROM notes") == [("kept", "nobody")]
    new.close()
    assert not told


def test_a_step_to_a_newer_version_that_fails_leaves_the_file_as_it_was(tmp_path: Path, told: Told) -> None:
    path, first = tmp_path / "own.sqlite", "CREATE TABLE notes (text TEXT);"
    old = Database(path, Schema((first,), precious=True), told)
    with old.writing() as connection:
        connection.executemany("INSERT INTO notes VALUES (?)", [("twice",), ("twice",)])
    old.close()
    before = path.read_bytes()
    hopeful = "CREATE TABLE half (x); CREATE UNIQUE INDEX texts ON notes (text);"
    new = Database(path, Schema((first, hopeful), precious=True), told)
    assert not new.saves
    new.close()
    assert [problem.trouble for problem in told] == [Trouble.UNWRITABLE]
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_costs_the_memory_of_the_program(tmp_path: Path, told: Told) -> None:
    (tmp_path / "file").write_text("in the way")
    library = Library(tmp_path / "file" / "folder", told)
    library.reviews.save([(SHA, 0, REVIEW)])
    assert library.reviews.of([SHA]) == {SHA: {0: REVIEW}}
    assert not library.reviews.saves
    assert [problem.trouble for problem in told] == [Trouble.UNWRITABLE]
    library.cache.save_thumbnails([(SHA, 0, b"small")])
    assert library.cache.thumbnail(SHA, 0) == b"small"
    assert [problem.file.name for problem in told] == ["library.sqlite", "cache.sqlite"]


def test_labels_that_can_be_read_but_not_written_are_known(
    tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = with_a_label(tmp_path)
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.0)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")  # nobody else can write, whoever runs the tests
    library = Library(tmp_path, told)
    assert library.reviews.of([SHA]) == {SHA: {0: REVIEW}}
    assert not library.reviews.saves
    assert [problem.trouble for problem in told] == [Trouble.UNWRITABLE]
    other.execute("ROLLBACK")
    other.close()


def test_all_of_a_batch_is_saved_or_nothing(tmp_path: Path) -> None:
    library = Library(tmp_path)
    broken = Review(label=None, note="", changed="")  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        library.reviews.save([(SHA, 0, REVIEW), (SHA, 1, Review("x", "y", None)), (SHA, 2, broken)])  # type: ignore[arg-type]
    assert library.reviews.of([SHA]) == {}
    library.reviews.save([(SHA, 0, REVIEW)])
    assert library.reviews.of([SHA]) == {SHA: {0: REVIEW}}


def test_a_cache_that_has_grown_too_large_begins_anew(tmp_path: Path, told: Told) -> None:
    library = Library(tmp_path, told)
    library.cache.save_thumbnails([(SHA, 0, b"small")])
    library.close()
    path = tmp_path / "cache.sqlite"
    with path.open("r+b") as stream:
        stream.truncate(2**30 + 2**12)  # sparse: it takes no room
    assert library.cache.thumbnail(SHA, 0) is None
    assert path.stat().st_size < 2**20
    assert not told
