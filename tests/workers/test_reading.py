"""The scan on the screen is read first, those around it ahead; what cannot be read any more says so."""

import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from workers.desk import Desk, dicom, head, heads, png, written

from tumorviewer.imaging.errors import DamagedImageError, MissingFileError
from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.survey import survey
from tumorviewer.state.entries import Arrival
from tumorviewer.state.loaded import ScanCache
from tumorviewer.state.session import PanelStatus
from tumorviewer.storage.library import Library
from tumorviewer.workers.attention import CALM_SECONDS, Attention
from tumorviewer.workers.reader import Reader
from tumorviewer.workers.reading import AHEAD


def test_what_is_shown_is_read(quiet_desk: Desk, tmp_path: Path) -> None:
    path = png(tmp_path / "1.png")
    quiet_desk.open(path)
    quiet_desk.wait(lambda: quiet_desk.session.pane.up_to_date)
    loaded = quiet_desk.session.pane.loaded
    assert loaded is not None
    assert np.array_equal(loaded.scan.pixels, load_scan(path).pixels)
    assert loaded.box is not None
    assert loaded.window is not None
    quiet_desk.wait(lambda: quiet_desk.rows[0].sha256 == loaded.scan.sha256)


def test_slices_are_read_ahead_where_scrolling_goes(quiet_desk: Desk, tmp_path: Path) -> None:
    heads(tmp_path / "scans", 60)
    rows = quiet_desk.open(tmp_path / "scans")
    ids = [row.id for row in rows]
    session = quiet_desk.session
    session.show(ids[30])
    quiet_desk.wait(lambda: all(i in session.cache for i in ids[31 : 31 + AHEAD]))
    assert ids[31 + AHEAD] not in session.cache
    session.scroll(-1)
    quiet_desk.wait(lambda: all(i in session.cache for i in ids[29 - AHEAD : 30]))


def test_slices_that_arrive_behind_the_one_on_the_screen_are_read_ahead(quiet_desk: Desk, tmp_path: Path) -> None:
    first, *others = heads(tmp_path, 4)
    quiet_desk.open(first)
    quiet_desk.wait(lambda: quiet_desk.session.pane.up_to_date)
    quiet_desk.worklist.add(Arrival(path, survey(path)) for path in others)  # as if they were received
    quiet_desk.wait(lambda: all(row.id in quiet_desk.session.cache for row in quiet_desk.rows))
    assert quiet_desk.session.pane.entry_id == quiet_desk.rows[0].id


def test_frames_are_read_ahead_from_one_open_file(
    quiet_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tumorviewer.workers import sources

    opened: list[Path] = []
    original = sources.open_source
    monkeypatch.setattr(sources, "open_source", lambda path: opened.append(path) or original(path))
    frames = np.stack([head(seed % 8) for seed in range(30)])
    rows = quiet_desk.open(dicom(tmp_path / "many.dcm", frames))
    quiet_desk.wait(lambda: all(row.id in quiet_desk.session.cache for row in rows[: 1 + AHEAD]))
    assert len(opened) == 1
    for _ in range(29):
        quiet_desk.session.scroll(1)
    quiet_desk.wait(lambda: quiet_desk.session.pane.up_to_date)
    assert len(opened) == 1
    loaded = quiet_desk.session.pane.loaded
    assert loaded is not None
    assert np.array_equal(loaded.scan.pixels, frames[29])


def test_the_newest_scan_is_read_and_those_between_are_dropped(
    quiet_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tumorviewer.workers.reading.AHEAD", 0)
    rows = quiet_desk.open(*heads(tmp_path, 40))
    quiet_desk.wait(lambda: quiet_desk.session.pane.up_to_date)
    for row in rows:  # all within one turn of the event loop
        quiet_desk.session.show(row.id)
    quiet_desk.wait(lambda: quiet_desk.session.pane.up_to_date)
    assert quiet_desk.session.pane.entry_id == rows[-1].id
    assert sum(row.id in quiet_desk.session.cache for row in rows) < 10


def test_the_background_holds_still_while_a_person_scrolls_through_what_is_read(qapp: object, tmp_path: Path) -> None:
    attention = Attention()
    reader = Reader(ScanCache(), Library(tmp_path, lambda problem: None), attention)
    begun = time.monotonic()
    reader.want([], [])  # the scan is there, nothing is left to read ahead
    attention.give_way()
    assert time.monotonic() - begun >= CALM_SECONDS


def test_both_scans_of_a_comparison_are_read(quiet_desk: Desk, tmp_path: Path) -> None:
    rows = quiet_desk.open(*heads(tmp_path, 3))
    session = quiet_desk.session
    session.show(rows[1].id)
    session.compare_with(rows[2].id)
    quiet_desk.wait(lambda: session.pane.up_to_date and session.other.up_to_date)


def test_a_file_that_vanished_is_a_row_with_a_reason_and_may_come_back(quiet_desk: Desk, tmp_path: Path) -> None:
    heads(tmp_path / "stick", 60)
    rows = quiet_desk.open(tmp_path / "stick")
    (tmp_path / "stick").rename(tmp_path / "pulled")
    session, last = quiet_desk.session, rows[-1]
    session.show(last.id)
    quiet_desk.wait(lambda: session.status is PanelStatus.UNREADABLE)
    assert isinstance(session.pane.error, MissingFileError)
    assert isinstance(last.error, MissingFileError)
    assert rows[-2].error is None  # nobody looked at it yet
    (tmp_path / "pulled").rename(tmp_path / "stick")
    quiet_desk.open(tmp_path / "stick")
    assert last.error is None
    session.show(last.id)
    quiet_desk.wait(lambda: session.pane.up_to_date)


def test_a_file_that_does_not_decode_is_a_row_with_a_reason(quiet_desk: Desk, tmp_path: Path) -> None:
    whole = png(tmp_path / "whole.png").read_bytes()
    written(tmp_path / "cut.png", whole[: len(whole) // 2])
    (row,) = quiet_desk.open(tmp_path / "cut.png")
    quiet_desk.wait(lambda: row.error is not None)
    assert isinstance(row.error, DamagedImageError)
    assert quiet_desk.session.status is PanelStatus.UNREADABLE


def test_closing_lets_go_of_everything(quiet_desk: Desk, tmp_path: Path) -> None:
    rows = quiet_desk.open(*heads(tmp_path / "in", 10))
    quiet_desk.wait(lambda: quiet_desk.session.pane.up_to_date)
    quiet_desk.workers.close_all()
    assert quiet_desk.session.entry is None
    shutil.rmtree(tmp_path / "in")
    (row,) = quiet_desk.open(png(tmp_path / "other.png"))
    quiet_desk.wait(lambda: quiet_desk.session.pane.up_to_date)
    assert not any(old.id in quiet_desk.session.cache for old in rows)
    assert row.id not in {old.id for old in rows}
