"""Files, folders and archives become rows: in batches, with their reasons, and never in the way of the window."""

import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
from workers.conftest import MakeDesk
from workers.desk import Desk, dicom, head, heads, png, written

from tumorviewer.imaging.errors import NotAnImageError, UnreadableError
from tumorviewer.state.jobs import JobKind
from tumorviewer.state.notices import NoticeKind
from tumorviewer.workers.opening import MOST_IN_A_BATCH


def test_folders_files_and_unreadable_ones(quiet_desk: Desk, tmp_path: Path) -> None:
    heads(tmp_path / "a", 3)
    written(tmp_path / "a" / "broken.png", b"no picture")
    written(tmp_path / "a" / "notes.txt", b"hello")
    png(tmp_path / "b" / "single.png")
    rows = quiet_desk.open(tmp_path / "a", tmp_path / "b" / "single.png")
    assert [row.name for row in rows] == ["0.png", "1.png", "2.png", "broken.png", "single.png"]
    assert isinstance(quiet_desk.row("broken.png").error, NotAnImageError)
    (notice,) = quiet_desk.told(NoticeKind.OPENED)
    assert (notice.count, notice.failed, notice.detail) == (5, 1, "1")
    assert quiet_desk.workspace.settings.recent() == [str(tmp_path / "a")]
    assert not quiet_desk.jobs.running


def test_series_go_by_position(quiet_desk: Desk, tmp_path: Path) -> None:
    for name, place in (("a", 3.0), ("b", 1.0), ("c", 2.0)):
        dicom(
            tmp_path / "scans" / name, head(), SeriesInstanceUID="1.2.3", SeriesDescription="T1 +C",
            ImagePositionPatient=[0, 0, place], ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
        )  # fmt: skip
    rows = quiet_desk.open(tmp_path / "scans")
    assert [row.path.name for row in rows] == ["b", "c", "a"]
    (stack,) = quiet_desk.worklist.stacks.values()
    assert stack.name == "T1 +C"


def test_frames_of_a_file_are_rows(quiet_desk: Desk, tmp_path: Path) -> None:
    file = dicom(tmp_path / "many.dcm", np.stack([head(seed) for seed in range(4)]))
    assert [row.frame for row in quiet_desk.open(file)] == [0, 1, 2, 3]
    assert quiet_desk.told(NoticeKind.OPENED)[0].count == 4


def test_nothing_to_open_is_said(quiet_desk: Desk, tmp_path: Path) -> None:
    written(tmp_path / "empty" / "notes.txt", b"hello")
    quiet_desk.open(tmp_path / "empty")
    (notice,) = quiet_desk.told(NoticeKind.NOTHING_FOUND)
    assert notice.subject == "empty"
    assert not quiet_desk.rows


def test_a_path_that_is_not_there_is_a_row(quiet_desk: Desk, tmp_path: Path) -> None:
    (row,) = quiet_desk.open(tmp_path / "gone.png")
    assert row.error is not None


def test_what_is_opened_is_shown(quiet_desk: Desk, tmp_path: Path) -> None:
    heads(tmp_path / "first", 2)
    heads(tmp_path / "second", 2)
    first = written(tmp_path / "second" / "0 broken.png", b"broken, and the first by name")
    quiet_desk.open(tmp_path / "first")
    assert quiet_desk.session.entry is quiet_desk.rows[0]
    rows = quiet_desk.open(tmp_path / "second")
    assert rows[2].path == first
    assert quiet_desk.session.entry is rows[3]
    quiet_desk.open(tmp_path / "first" / "1.png")  # open already: no second row, but its stack is shown
    assert quiet_desk.rows == rows
    assert quiet_desk.session.entry is rows[0]
    quiet_desk.wait(lambda: quiet_desk.session.pane.up_to_date)


def test_ten_thousand_files_in_batches_that_leave_the_window_room(quiet_desk: Desk, tmp_path: Path) -> None:
    phantoms = heads(tmp_path / "phantoms", 4)
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(10_000):
        os.link(phantoms[number % 4], folder / f"{number}.png")
    sizes: list[int] = []
    in_between: list[int] = []
    quiet_desk.worklist.added.connect(lambda ids: sizes.append(len(ids)))
    quiet_desk.jobs.changed.connect(lambda: in_between.extend(job.done for job in quiet_desk.jobs.running))
    rows = quiet_desk.open(folder)
    assert [row.name for row in rows] == [f"{number}.png" for number in range(10_000)]
    assert max(sizes) <= MOST_IN_A_BATCH  # some milliseconds of the window's time
    assert sizes[0] < 100  # the first rows come long before
    assert len(sizes) >= 50
    assert len(in_between) < 3 * len(sizes) + 10  # progress costs no signals of its own
    assert 10_000 in in_between


def test_opening_can_be_stopped(quiet_desk: Desk, tmp_path: Path) -> None:
    phantom = png(tmp_path / "phantom.png")
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(3000):
        os.link(phantom, folder / f"{number}.png")
    quiet_desk.worklist.added.connect(lambda: quiet_desk.job(JobKind.OPENING).cancel())
    rows = quiet_desk.open(folder)
    (notice,) = quiet_desk.told(NoticeKind.OPENING_STOPPED)
    assert 0 < len(rows) <= MOST_IN_A_BATCH
    assert notice.count <= 3 * MOST_IN_A_BATCH
    assert not quiet_desk.jobs.running
    quiet_desk.wait(lambda: quiet_desk.session.pane.up_to_date)  # what is open works


def test_closing_all_ends_what_is_being_opened(quiet_desk: Desk, tmp_path: Path) -> None:
    phantom = png(tmp_path / "phantom.png")
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(3000):
        os.link(phantom, folder / f"{number}.png")
    quiet_desk.workers.open_paths([folder])
    quiet_desk.wait(lambda: bool(quiet_desk.rows))
    quiet_desk.workers.close_all()
    assert not quiet_desk.rows
    assert not quiet_desk.jobs.running
    assert [row.name for row in quiet_desk.open(phantom)] == ["phantom.png"]
    assert [notice.kind for notice in quiet_desk.notices] == [NoticeKind.OPENED]


def test_an_archive_is_opened_and_leaves_nothing_behind(quiet_desk: Desk, tmp_path: Path) -> None:
    heads(tmp_path / "in" / "patient", 3)
    archive = tmp_path / "scans.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for path in sorted((tmp_path / "in").rglob("*.png")):
            zipped.write(path, path.relative_to(tmp_path / "in"))
        zipped.writestr("loose.png", (tmp_path / "in" / "patient" / "0.png").read_bytes())
    rows = quiet_desk.open(archive)
    assert [(row.path.parent.name, row.name) for row in rows] == [
        ("scans", "loose.png"), ("patient", "0.png"), ("patient", "1.png"), ("patient", "2.png"),
    ]  # fmt: skip
    unpacked = quiet_desk.folder / "library" / "unpacked"
    assert rows[0].path.is_relative_to(unpacked)
    quiet_desk.workers.close_all()
    quiet_desk.wait(lambda: not any(unpacked.iterdir()))
    quiet_desk.open(archive)
    quiet_desk.close()
    assert not any(unpacked.iterdir())


def test_what_a_process_left_that_did_not_end_well_is_removed(make_desk: MakeDesk, tmp_path: Path) -> None:
    left = written(tmp_path / "user" / "library" / "unpacked" / "abc" / "1" / "scans" / "1.png", b"of a patient")
    desk = make_desk()
    other = make_desk()
    heads(tmp_path / "in", 1)
    shutil.make_archive(str(tmp_path / "scans"), "zip", tmp_path / "in")
    (row,) = other.open(tmp_path / "scans.zip")
    desk.open(tmp_path / "in")
    desk.wait(lambda: not left.exists())
    assert row.path.exists()  # of a process that is alive


def test_a_broken_archive_is_refused(quiet_desk: Desk, tmp_path: Path) -> None:
    written(tmp_path / "scans.zip", b"PK\3\4 and nothing behind it")
    quiet_desk.open(tmp_path / "scans.zip")
    (notice,) = quiet_desk.told(NoticeKind.ARCHIVE_REFUSED)
    assert notice.subject == "scans.zip"
    assert "damaged" in notice.detail
    assert not quiet_desk.rows


def test_an_entry_of_an_archive_that_is_refused_is_a_row(quiet_desk: Desk, tmp_path: Path) -> None:
    inner = png(tmp_path / "in" / "1.png")
    archive = tmp_path / "scans.zip"
    link = zipfile.ZipInfo("link.png")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.write(inner, "1.png")
        zipped.writestr(link, "/etc/passwd")
    rows = quiet_desk.open(archive)
    assert [row.name for row in rows] == ["1.png", "link.png"]
    assert isinstance(rows[1].error, UnreadableError)
    assert "link" in rows[1].error.reason
