"""Small pictures: only of the rows that are asked for, the newest first, and only once."""

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtGui import QImage
from workers.conftest import MakeDesk
from workers.desk import Desk, heads, png, written

from tumorviewer.imaging.load import load_scan
from tumorviewer.imaging.render import render_grey
from tumorviewer.imaging.thumbnail import SIDE
from tumorviewer.workers import thumbnails


def pixels(image: QImage | None) -> np.ndarray:
    assert image is not None
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width()].copy()


def test_a_thumbnail_is_the_whole_scan_made_small(quiet_desk: Desk, tmp_path: Path) -> None:
    wide = cv2.resize(render_grey(load_scan(png(tmp_path / "1.png"))), (400, 200))
    written(tmp_path / "wide.png", cv2.imencode(".png", wide)[1].tobytes())
    (row,) = quiet_desk.open(tmp_path / "wide.png")
    shown = quiet_desk.workers.thumbnails
    assert shown.image(row.id) is None
    quiet_desk.wait(lambda: shown.image(row.id) is not None)  # asks again and again: it is made once
    image = shown.image(row.id)
    assert image is not None
    assert (image.width(), image.height()) == (SIDE, SIDE // 2)
    expected = cv2.resize(wide, (SIDE, SIDE // 2), interpolation=cv2.INTER_AREA)
    assert np.abs(pixels(image).astype(int) - expected).max() < 3


def test_nothing_is_made_that_nobody_asked_for(
    quiet_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrunk: list[object] = []
    original = thumbnails.shrink
    monkeypatch.setattr(thumbnails, "shrink", lambda grey: shrunk.append(1) or original(grey))
    rows = quiet_desk.open(*heads(tmp_path, 30))
    ready: list[int] = []
    quiet_desk.workers.thumbnails.ready.connect(ready.extend)
    for row in rows[:20]:
        quiet_desk.workers.thumbnails.image(row.id)
    quiet_desk.workers.set_visible([row.id for row in rows[15:20]])  # the others have left the screen
    quiet_desk.wait(lambda: {row.id for row in rows[15:20]} <= set(ready))
    assert set(ready) <= {row.id for row in rows[:20]}
    assert len(ready) < 20
    assert len(shrunk) < 20


def test_what_was_asked_for_last_comes_first(quiet_desk: Desk, tmp_path: Path) -> None:
    rows = quiet_desk.open(*heads(tmp_path, 20))
    ready: list[int] = []
    shown = quiet_desk.workers.thumbnails
    shown.ready.connect(ready.extend)
    for row in rows:
        shown.image(row.id)
    quiet_desk.wait(lambda: len(ready) == 20)
    assert ready.index(rows[19].id) <= 1  # one may have been begun before the last was asked for
    assert ready[2:] == sorted(ready[2:], reverse=True)


def test_thumbnails_are_remembered(make_desk: MakeDesk, tmp_path: Path) -> None:
    path = png(tmp_path / "1.png", 1, 300)
    first = make_desk(judging=False)
    (row,) = first.open(path)
    first.wait(lambda: first.workers.thumbnails.image(row.id) is not None)
    before = pixels(first.workers.thumbnails.image(row.id))
    first.close()
    second = make_desk(judging=False)
    (row,) = second.open(path)
    second.wait(lambda: second.session.pane.up_to_date)
    written(path, bytes(path.stat().st_size))  # it cannot be decoded any more
    second.wait(lambda: second.workers.thumbnails.image(row.id) is not None)
    assert np.abs(pixels(second.workers.thumbnails.image(row.id)).astype(int) - before).mean() < 3  # JPEG


def test_what_cannot_be_read_is_not_asked_for_again(quiet_desk: Desk, tmp_path: Path) -> None:
    png(tmp_path / "in" / "first.png")
    whole = png(tmp_path / "in" / "second.png", 2, 200)
    written(whole, whole.read_bytes()[:2000])
    rows = quiet_desk.open(tmp_path / "in")
    shown = quiet_desk.workers.thumbnails
    ready: list[int] = []
    shown.ready.connect(ready.extend)
    assert shown.image(rows[1].id) is None
    quiet_desk.wait(lambda: rows[1].id in ready)
    ready.clear()
    assert shown.image(rows[1].id) is None
    shown.image(rows[0].id)
    quiet_desk.wait(lambda: rows[0].id in ready)
    assert rows[1].id not in ready


def test_memory_is_bounded(quiet_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thumbnails, "MOST_KEPT", 5)
    rows = quiet_desk.open(*heads(tmp_path, 12))
    shown = quiet_desk.workers.thumbnails
    ready: list[int] = []
    shown.ready.connect(ready.extend)
    for row in rows:
        shown.image(row.id)
    quiet_desk.wait(lambda: len(ready) == 12)
    assert sum(shown.image(row.id) is not None for row in rows) == 5


def test_closing_forgets_them(quiet_desk: Desk, tmp_path: Path) -> None:
    heads(tmp_path / "in", 3)
    rows = quiet_desk.open(tmp_path / "in")
    shown = quiet_desk.workers.thumbnails
    quiet_desk.wait(lambda: all(shown.image(row.id) is not None for row in rows))
    quiet_desk.workers.close_all()
    shutil.rmtree(tmp_path / "in")
    assert all(shown.image(row.id) is None for row in rows)
