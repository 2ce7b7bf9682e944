"""What the person asks for is written, can be stopped, and fails in a sentence."""

import csv
from pathlib import Path

import pytest
from workers.desk import Desk, heads, png, written

from training.dataset import read_dataset
from tumorviewer.imaging.scan import CropBox
from tumorviewer.state.entries import WHOLE_IMAGE, CropChoice, CropKind
from tumorviewer.state.jobs import JobKind
from tumorviewer.state.notices import NoticeKind
from tumorviewer.state.settings import EXPORT_PATHS
from tumorviewer.workers import exporter

ENDS = (NoticeKind.EXPORTED, NoticeKind.EXPORT_FAILED, NoticeKind.EXPORT_STOPPED)


def ended(desk: Desk) -> bool:
    return any(notice.kind in ENDS for notice in desk.notices)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_table_tells_crops_apart(desk: Desk, tmp_path: Path) -> None:
    heads(tmp_path / "in", 3)
    written(tmp_path / "in" / "broken.png", b"no picture")
    rows = desk.open(tmp_path / "in")
    desk.wait_for_answers()
    box = CropBox(5, 6, 40, 41)
    desk.session.show(rows[1].id)
    desk.session.edit_crop(CropChoice(CropKind.EDITED, box))
    desk.wait(lambda: rows[1].answer is not None and rows[1].answer.crop == box)
    desk.session.show(rows[2].id)
    desk.session.edit_crop(WHOLE_IMAGE)
    desk.wait(lambda: rows[2].answer is not None and rows[2].answer.crop is None)
    desk.worklist.review([rows[0].id], label="glioma", note="=1+1")
    desk.workers.export_csv([row.id for row in rows], tmp_path / "out.csv")
    desk.wait(lambda: ended(desk))
    lines = table(tmp_path / "out.csv")
    assert [line["file"] for line in lines] == ["0.png", "1.png", "2.png", "broken.png"]
    assert [line["crop_kind"] for line in lines] == ["automatic", "edited", "whole", ""]
    assert [lines[1][f"crop_{side}"] for side in "xywh"] == ["5", "6", "40", "41"]
    assert lines[2]["crop_x"] == ""
    assert (lines[0]["own_label"], lines[0]["note"]) == ("glioma", "'=1+1")
    assert lines[0]["sha256"] == rows[0].sha256
    assert lines[3]["error"] != ""
    (notice,) = desk.told(NoticeKind.EXPORTED)
    assert (notice.subject, notice.count) == ("out.csv", 4)
    assert not desk.jobs.running


def test_an_answer_to_another_crop_is_not_written(desk: Desk, tmp_path: Path) -> None:
    rows = desk.open(png(tmp_path / "1.png"))
    desk.wait_for_answers()
    desk.session.drag_crop(CropBox(5, 6, 40, 41))  # its answer is on the way
    desk.workers.export_csv([rows[0].id], tmp_path / "out.csv")
    desk.wait(lambda: ended(desk))
    assert table(tmp_path / "out.csv")[0]["verdict"] == ""


def test_paths_are_written_where_the_setting_says_so(quiet_desk: Desk, tmp_path: Path) -> None:
    (row,) = quiet_desk.open(png(tmp_path / "1.png"))
    quiet_desk.workspace.settings.set(EXPORT_PATHS, True)
    quiet_desk.workers.export_csv([row.id], tmp_path / "out.csv")
    quiet_desk.wait(lambda: ended(quiet_desk))
    assert table(tmp_path / "out.csv")[0]["file"] == str(row.path)


def test_labelled_scans_become_a_data_set(quiet_desk: Desk, tmp_path: Path) -> None:
    rows = quiet_desk.open(*heads(tmp_path / "in", 5))
    quiet_desk.worklist.review([rows[0].id, rows[1].id], label="glioma")
    quiet_desk.worklist.review([rows[3].id], label="no_tumor")
    quiet_desk.workers.export_dataset([row.id for row in rows], tmp_path / "set")
    quiet_desk.wait(lambda: ended(quiet_desk))
    (notice,) = quiet_desk.told(NoticeKind.EXPORTED)
    assert (notice.subject, notice.count, notice.failed) == ("set", 3, 0)
    assert sorted(read_dataset(tmp_path / "set").labels) == ["glioma", "glioma", "no_tumor"]


def test_an_export_can_be_stopped(quiet_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tumorviewer.workers.steady._SECONDS", 0.0)
    rows = quiet_desk.open(*heads(tmp_path / "in", 100))
    quiet_desk.worklist.review([row.id for row in rows], label="glioma")

    def stop() -> None:
        for job in quiet_desk.jobs.running:
            if job.kind is JobKind.EXPORTING and job.done:
                job.cancel()

    quiet_desk.jobs.changed.connect(stop)
    quiet_desk.workers.export_dataset([row.id for row in rows], tmp_path / "set")
    quiet_desk.wait(lambda: ended(quiet_desk))
    assert quiet_desk.told(NoticeKind.EXPORT_STOPPED)
    assert not (tmp_path / "set").exists()
    assert not quiet_desk.jobs.running


@pytest.mark.parametrize("as_table", [True, False])
def test_a_place_that_cannot_be_written_is_said(quiet_desk: Desk, tmp_path: Path, as_table: bool) -> None:
    (row,) = quiet_desk.open(png(tmp_path / "1.png"))
    quiet_desk.worklist.review([row.id], label="glioma")
    target = written(tmp_path / "file", b"") / "out"
    if as_table:
        quiet_desk.workers.export_csv([row.id], target)
    else:
        quiet_desk.workers.export_dataset([row.id], target)
    quiet_desk.wait(lambda: ended(quiet_desk))
    (notice,) = quiet_desk.told(NoticeKind.EXPORT_FAILED)
    assert notice.detail
    assert not quiet_desk.told(NoticeKind.FAULT)


def test_a_full_disk_is_said(quiet_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporter, "write_table", full)  # tests/storage has a disk that is really full
    (row,) = quiet_desk.open(png(tmp_path / "1.png"))
    quiet_desk.workers.export_csv([row.id], tmp_path / "out.csv")
    quiet_desk.wait(lambda: ended(quiet_desk))
    assert "the disk is full" in quiet_desk.told(NoticeKind.EXPORT_FAILED)[0].detail
