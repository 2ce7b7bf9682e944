"""Tables, data sets and pictures: asked for in the window, written in the background."""

import csv
from pathlib import Path

import pytest
from gui.window.scenes import Scene, write_heads
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from tumorviewer import NOTICE
from tumorviewer.gui.window.actions import Act
from tumorviewer.inference.labels import GLIOMA, NO_TUMOR
from tumorviewer.state.notices import NoticeKind


@pytest.fixture
def judged(scene: Scene, tmp_path: Path) -> Scene:
    scene.open(*write_heads(tmp_path / "heads", 3))
    scene.wait_for_answer()
    scene.wait_until_quiet()
    return scene


def test_a_table_of_all_rows_then_of_the_selected_ones(judged: Scene, tmp_path: Path) -> None:
    judged.act(Act.EXPORT_CSV)
    judged.choose(tmp_path / "all.csv")
    judged.wait_told(NoticeKind.EXPORTED)
    text = (tmp_path / "all.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    assert NOTICE in text
    assert sum("slice" in ",".join(row) for row in rows) == 3
    assert str(tmp_path) not in text, "no folders, unless the person wants them"
    panel = judged.window.review.worklist
    panel.export_csv_wanted.emit([judged.row("slice 2.png").id])
    judged.choose(tmp_path / "one.csv")
    judged.wait(lambda: len(judged.told(NoticeKind.EXPORTED)) == 2)
    assert "slice 2.png" in (tmp_path / "one.csv").read_text(encoding="utf-8-sig")
    assert "slice 1.png" not in (tmp_path / "one.csv").read_text(encoding="utf-8-sig")


def test_labelled_scans_become_class_folders(judged: Scene, tmp_path: Path) -> None:
    worklist = judged.workspace.worklist
    worklist.review([judged.row("slice 1.png").id], label=GLIOMA)
    worklist.review([judged.row("slice 3.png").id], label=NO_TUMOR)
    target = tmp_path / "data set"
    target.mkdir()
    judged.act(Act.EXPORT_DATASET)
    judged.choose(target)
    judged.wait_told(NoticeKind.EXPORTED)
    written = list(target.rglob("*.png"))
    assert {path.parent.name for path in written} == {GLIOMA, NO_TUMOR}
    assert len(written) == 2


def test_the_picture_of_the_scan_is_what_was_seen(judged: Scene, tmp_path: Path) -> None:
    viewer = judged.window.review.viewer
    seen = viewer.grab_picture()
    judged.act(Act.SAVE_PICTURE)
    dialog = judged.dialog(QFileDialog)
    assert dialog.selectedFiles()[0].endswith(".png")
    judged.choose(tmp_path / "picture.png")
    judged.wait_told(NoticeKind.EXPORTED)
    written = QImage(str(tmp_path / "picture.png"))
    assert written.size() == seen.size()
    middle = QPoint(written.width() // 2, written.height() // 2)
    assert written.pixelColor(middle) == seen.pixelColor(middle)
    assert [path.name for path in tmp_path.glob("*.png")] == ["picture.png"], "nothing half written is left"


def test_a_folder_that_cannot_be_written_is_one_calm_line(judged: Scene, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    judged.window.files._write_picture(judged.window.review.viewer.grab_picture(), tmp_path / "file" / "x.png")
    notice = judged.wait_told(NoticeKind.EXPORT_FAILED)
    assert notice.subject == "x.png"
    assert notice.detail
    assert judged.window.toast.isVisible()
    assert judged.window.toast.text.text().startswith("The export to x.png failed")
