"""What a look into a folder finds: new files, written to their end, once; whatever becomes of the folder meanwhile."""

import os
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from tumorviewer.imaging.phantom import draw_head
from tumorviewer.receiving.watching import (
    EVERYTHING,
    FROM_NOW,
    PATIENCE_SECONDS,
    SETTLE_SECONDS,
    YOUNG_SECONDS,
    FolderWatch,
)

PICTURE = cv2.imencode(".png", draw_head(1, size=64))[1].tobytes()


class Eyes:
    """A watch with a clock that is turned by hand."""

    def __init__(self, folder: Path, since: float = EVERYTHING, settle: float = SETTLE_SECONDS) -> None:
        self.now = 1000.0
        self.watch = FolderWatch(folder, since, settle, lambda: self.now)

    def look(self, later: float = SETTLE_SECONDS) -> list[str]:
        self.now += later
        found = self.watch.look()
        return [path.relative_to(self.watch.folder).as_posix() for path in found.ready]

    def settle(self) -> list[str]:
        return [*self.look(), *self.look()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "export"
    made.mkdir()
    return made


def put(path: Path, content: bytes = PICTURE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_new_files_are_found_once_in_the_order_of_a_person(folder: Path) -> None:
    put(folder / "old.png")
    eyes = Eyes(folder, FROM_NOW)
    assert eyes.settle() == []
    for name in ("IM10.png", "IM9.png", "deep/er/IM1", ".hidden.png", "notes.txt", "IM11.png.part", "__MACOSX/IM1.png"):
        put(folder / name, b"no picture" if name == "notes.txt" else PICTURE)
    assert eyes.look() == []
    assert eyes.look() == ["deep/er/IM1", "IM9.png", "IM10.png"]
    assert eyes.settle() == []
    (folder / "IM11.png.part").rename(folder / "IM11.png")
    assert eyes.settle() == ["IM11.png"]


def test_a_file_is_waited_for_while_it_grows_and_given_again_if_it_grew_later(folder: Path) -> None:
    eyes = Eyes(folder)
    path = put(folder / "slow.png", PICTURE[:100])
    assert eyes.look() == []
    put(path, PICTURE[:200])
    assert eyes.look() == []
    assert eyes.watch.look().waiting == 1
    assert eyes.look() == ["slow.png"]
    put(path)  # the network had hung for longer
    assert eyes.settle() == ["slow.png"]
    eyes.look(YOUNG_SECONDS)
    assert eyes.settle() == []


def test_an_empty_file_is_waited_for_and_then_shown_as_what_it_is(folder: Path) -> None:
    put(folder / "empty.dcm", b"")
    eyes = Eyes(folder)
    assert eyes.settle() == []
    assert eyes.look(PATIENCE_SECONDS) == ["empty.dcm"]


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is locked here")
def test_a_locked_file_is_waited_for(folder: Path) -> None:
    path = put(folder / "locked.png")
    path.chmod(0)
    eyes = Eyes(folder)
    assert eyes.settle() == []
    path.chmod(0o600)
    assert eyes.settle() == ["locked.png"]


def test_all_that_is_there_where_the_person_wants_that(folder: Path) -> None:
    put(folder / "old.png")
    assert Eyes(folder).settle() == ["old.png"]


def test_what_came_while_nobody_looked_is_found_after_a_restart_and_old_files_are_not(folder: Path) -> None:
    put(folder / "old.png")
    first = Eyes(folder, FROM_NOW)
    first.settle()
    os.utime(put(folder / "during.png"), (1e9, 1e9))  # a copy that kept its date is new all the same
    _let_the_disk_tick(folder)
    put(folder / "while closed.png")
    assert set(Eyes(folder, first.watch.since).settle()) == {"during.png", "while closed.png"}


@pytest.mark.parametrize("away", [lambda folder: folder.rename(folder.with_name("unplugged")), None])
def test_a_folder_that_goes_and_comes_back_loses_nothing(folder: Path, away: Callable[[Path], Path] | None) -> None:
    put(folder / "old.png")
    put(folder / "sub" / "older.png")
    eyes = Eyes(folder, FROM_NOW)
    eyes.settle()
    put(folder / "1.png")
    assert eyes.settle() == ["1.png"]
    eyes.look(YOUNG_SECONDS)
    elsewhere = away(folder) if away else folder.rename(folder.with_name("unmounted"))
    if away is None:
        folder.mkdir()  # as the empty folder that a drive was mounted on
    assert eyes.watch.look().there is (away is None)
    assert eyes.settle() == []
    if away is None:
        folder.rmdir()
    put(elsewhere / "2.png")
    elsewhere.rename(folder)
    assert eyes.settle() == ["2.png"]


def test_a_name_that_is_used_again_is_a_new_file(folder: Path) -> None:
    path = put(folder / "IM1.png")
    eyes = Eyes(folder)
    assert eyes.settle() == ["IM1.png"]
    eyes.look(YOUNG_SECONDS)
    path.unlink()
    eyes.look()
    put(path, PICTURE + b"another")
    eyes.look()
    eyes.now += SETTLE_SECONDS
    found = eyes.watch.look()
    assert found.ready == found.replaced == [path]


def test_a_link_that_leads_back_ends_nothing(folder: Path) -> None:
    put(folder / "a" / "1.png")
    (folder / "a" / "again").symlink_to(folder, target_is_directory=True)
    assert Eyes(folder).settle() == ["a/1.png"]


def test_an_inbox_gives_at_once(folder: Path) -> None:
    put(folder / "1.png")
    assert Eyes(folder, settle=0.0).look(0.0) == ["1.png"]


def test_thousands_that_are_there_already_are_given_once(folder: Path) -> None:
    source = put(folder.parent / "source.png")
    for number in range(500):
        os.link(source, folder / f"{number}.png")
    eyes = Eyes(folder)
    assert len(eyes.settle()) == 500
    assert eyes.look(YOUNG_SECONDS) == []
    put(folder / "new.png")
    assert eyes.settle() == ["new.png"]


def _let_the_disk_tick(folder: Path) -> None:
    """Write until the clock of the disk has gone on: many count in hundredths of a second."""
    probe = folder.parent / "tick"
    begun = put(probe, b"").stat().st_mtime_ns
    while put(probe, b"x").stat().st_mtime_ns == begun:
        pass
