"""The dock with the DICOM tags, and whom a scan shows: only where that is asked for."""

from pathlib import Path

import cv2
import numpy as np
from dicom_writer import as_bytes, dataset_of
from gui.window.conftest import MakeScene
from gui.window.scenes import Scene
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from tumorviewer.gui.tags.model import HIDDEN, Column
from tumorviewer.gui.window.actions import Act
from tumorviewer.imaging.phantom import draw_head


def scan(path: Path, name: str, number: int = 1) -> Path:
    picture = np.ascontiguousarray(draw_head(number, size=64))
    path.write_bytes(
        as_bytes(dataset_of(picture, PatientName=name, PatientID=f"ID-{number}", PatientBirthDate="19500203"))
    )
    return path


def value(scene: Scene, place: str) -> str | None:
    found = scene.window.tags.found
    rows = {found.index(row, Column.PLACE).data(): row for row in range(found.rowCount())}
    return found.index(rows[place], Column.VALUE).data() if place in rows else None


def test_tags_are_listed_searched_and_hidden_until_they_may_be_shown(scene: Scene, tmp_path: Path) -> None:
    files = [scan(tmp_path / "1.dcm", "MUELLER^ANNA"), scan(tmp_path / "2.dcm", "MEIER^OTTO", 2)]
    scene.stage.workers.open_paths(files)
    scene.wait(lambda: len(scene.rows) == 2 and scene.workspace.session.pane.up_to_date)
    dock, header = scene.window.tags, scene.workspace.header
    assert header.header is None, "nothing is read that nobody wants to see"
    scene.act(Act.TAGS)
    scene.wait(lambda: value(scene, "(0010,0010)") is not None)
    assert value(scene, "(0010,0010)") == HIDDEN
    assert value(scene, "(0008,0060)") == "MR"
    assert "MUELLER" not in "\n".join(scene.window.review.viewer.main.layers.said)
    QTest.keyClicks(dock.search, "anna")
    scene.wait(lambda: dock.found.rowCount() == 0)
    scene.act(Act.PATIENT)
    scene.wait(lambda: dock.found.rowCount() == 1)
    assert value(scene, "(0010,0010)") == "MUELLER^ANNA"
    said = "\n".join(scene.window.review.viewer.main.layers.said)
    assert "MUELLER, ANNA" in said
    assert "ID-1 · born 1950-02-03" in said
    dock.table.selectRow(0)
    dock.table.actions()[0].trigger()
    assert QGuiApplication.clipboard().text().split("\t")[-1] == "MUELLER^ANNA"
    dock.search.clear()
    scene.workspace.session.show(scene.rows[1].id)
    scene.wait(lambda: value(scene, "(0010,0020)") == "ID-2")
    assert "MUELLER" not in "\n".join(scene.window.review.viewer.main.layers.said)


def test_the_dock_goes_with_the_scans_and_is_there_again_after_a_restart(make_scene: MakeScene, tmp_path: Path) -> None:
    scene = make_scene()
    (tmp_path / "1.png").write_bytes(cv2.imencode(".png", draw_head(1, size=64))[1].tobytes())
    scene.stage.workers.open_paths([tmp_path / "1.png"])
    scene.wait(lambda: len(scene.rows) == 1)
    scene.act(Act.TAGS)
    scene.wait(lambda: "without a DICOM header" in scene.window.tags.note.text())
    scene.act(Act.TRAINING)
    assert scene.window.tags.isHidden()
    scene.act(Act.REVIEW)
    assert not scene.window.tags.isHidden()
    scene.close()
    again = make_scene()
    assert not again.window.tags.isHidden()
    again.window.tags.close()
    assert again.window.tags.isHidden()
