"""Labels on the page of the data: doubtful ones, decisions, crops that follow them, labels out of the worklist."""

import shutil
from pathlib import Path

from gui.window.conftest import MakeScene
from gui.window.scenes import write_heads
from gui.window.training.conftest import Studio
from gui.window.training.data_sets import open_data, wait_for_overview
from gui.window.training.runs_at_hand import answer_file
from PySide6.QtTest import QTest

from training.decisions import LEAVE_OUT, load_decisions
from training.overview import Verdict
from tumorviewer.gui.training.data.crops import CropCard
from tumorviewer.gui.window.actions import Act
from tumorviewer.inference.labels import CLASSES, GLIOMA, MENINGIOMA, NO_TUMOR
from tumorviewer.state.training.task import TaskStatus


def mislabelled(heads: Path, folder: Path) -> Path:
    """Return a copy of which three gliomas lie among those without a tumour."""
    shutil.copytree(heads, folder)
    for number in range(3):
        shutil.move(folder / GLIOMA / f"glioma_{number}.png", folder / NO_TUMOR / f"wrong_{number}.png")
    return folder


def test_doubtful_labels_are_found_judged_undone_and_kept(make_scene: MakeScene, heads: Path, tmp_path: Path) -> None:
    studio = Studio(make_scene())
    folder = mislabelled(heads, tmp_path / "clinic")
    shown, data = open_data(studio, folder), studio.desk.data
    assert shown is not None
    doubts = shown.doubts
    assert not doubts.grid.isVisible()
    doubts.start.click()
    assert not doubts.start.isEnabled()
    studio.wait(lambda: not data.doubt.busy)
    assert data.doubtful is not None
    assert data.doubtful.judged == 96
    found = {item.path: item for item in data.doubtful.labels}
    wrong = [path for path in found if path.startswith("no_tumor/wrong")]
    assert len(wrong) >= 2, "most of what was planted is found"
    wrong.append(next(path for path in found if path not in wrong[:2]))
    assert "Judged 96 labels" in doubts.banner.text.text()
    tiles = {view.tile.key.path: view for view in doubts.grid.views}  # type: ignore[attr-defined]

    tiles[wrong[0]].chosen.emit(found[wrong[0]])
    detail = doubts.detail
    studio.wait(lambda: detail.picture.tile.picture is not None)
    assert "Rather: Glioma" in detail.suggested.text.text()
    relabel = detail.relabel.menu().actions()
    assert relabel[0].data() == GLIOMA, "the likeliest first"
    assert NO_TUMOR not in [action.data() for action in relabel]
    relabel[0].trigger()
    assert "Now glioma" in detail.decided.text()
    assert tiles[wrong[0]].tile.tone == "good"
    tiles[wrong[1]].chosen.emit(found[wrong[1]])
    detail.leave_out.click()
    tiles[wrong[2]].chosen.emit(found[wrong[2]])
    detail.leave_out.click()
    assert doubts.decisions.table.topLevelItemCount() == 3
    detail.undo.click()
    assert doubts.decisions.table.topLevelItemCount() == 2
    assert "Not decided" in detail.decided.text()
    detail.open.click()
    studio.scene.wait(lambda: [row.name for row in studio.scene.rows] == [Path(wrong[2]).name])

    studio.scene.act(Act.TRAINING)
    assert doubts.pending.isVisible(), "the counts are old"
    assert sum(shown.counts.bars.counts[GLIOMA].values()) == 21
    doubts.count_anew.click()
    wait_for_overview(studio)
    assert sum(shown.counts.bars.counts[GLIOMA].values()) == 22
    assert sum(shown.counts.bars.counts[NO_TUMOR].values()) == 25
    assert not doubts.pending.isVisibleTo(doubts)
    assert (folder / wrong[0]).exists(), "files stay as they are"
    file = data.decisions_file
    assert file is not None
    assert [(item.path, item.decision) for item in load_decisions(file)] == [(wrong[0], GLIOMA), (wrong[1], LEAVE_OUT)]
    check_crops_follow(studio, shown.crops, wrong[0], wrong[1], tmp_path)
    studio.scene.close()

    again = Studio(make_scene())
    again.page.data.start.recent.buttons[0].click()
    shown = wait_for_overview(again)
    assert shown is not None
    assert sum(shown.counts.bars.counts[GLIOMA].values()) == 22, "decisions hold after a restart"
    again.wait(lambda: bool(shown.doubts.grid.views))
    assert again.desk.data.doubtful == data.doubtful, "the list is back, too"
    assert "Judged 96 labels" in shown.doubts.banner.text.text()
    listed = shown.doubts.decisions
    assert [listed.table.topLevelItem(row).text(2) for row in range(2)] == ["Now glioma", "Left out"]
    listed.table.topLevelItem(0).setSelected(True)
    listed.undo.click()
    assert listed.table.topLevelItemCount() == 1
    again.wait(lambda: len(load_decisions(file)) == 1)


def check_crops_follow(studio: Studio, crops: CropCard, right: str, left_out: str, place: Path) -> None:
    """Save the crops: of 96 scans one has another label now, and one is left out."""
    data = studio.desk.data
    assert data.folder is not None
    crops.save.click()
    answer_file(studio, data.folder)
    studio.wait(lambda: "lies inside the data set" in crops.banner.text.text())
    full = place / "full"
    full.mkdir()
    (full / "letter.txt").write_text("mine")
    crops.save.click()
    answer_file(studio, full)
    studio.wait(lambda: data.crops.busy)
    assert not crops.save.isEnabled()
    studio.wait(lambda: not data.crops.busy)
    assert data.crops.task.status is TaskStatus.DONE
    home = full / "clinic cropped"
    files = [path.relative_to(home).as_posix() for path in home.rglob("*.png")]
    assert len(files) == 95
    assert {name.rpartition("/")[0] for name in files} == {
        f"{p}/{label}" for p in ("train", "test") for label in CLASSES
    }
    assert [name.split("/")[1] for name in files if Path(name).name == Path(right).name] == [GLIOMA]
    assert not [name for name in files if Path(name).name == Path(left_out).name]
    assert "Saved 95 cropped images" in crops.banner.text.text()
    assert "clinic cropped" in crops.banner.text.text()
    assert crops.open_folder.isVisibleTo(crops)
    assert (full / "letter.txt").read_text() == "mine"


def test_scans_labelled_in_the_worklist_become_a_data_set(studio: Studio, tmp_path: Path) -> None:
    scene, page = studio.scene, studio.page.data
    assert not page.start.labelled.isVisible()
    scene.window.open_paths(write_heads(tmp_path / "mine", 24))
    scene.wait(lambda: len(scene.rows) == 24)
    ids = [row.id for row in scene.rows]
    scene.workspace.worklist.review(ids[:10], label=GLIOMA)
    scene.workspace.worklist.review(ids[10:20], label=MENINGIOMA)
    scene.act(Act.TRAINING)
    assert "(20)" in page.start.labelled.text()
    QTest.keyClick(page.start.labelled, " ")
    shown = wait_for_overview(studio)
    assert shown is not None
    totals = {label: sum(parts.values()) for label, parts in shown.counts.bars.counts.items()}
    assert totals == {GLIOMA: 10, MENINGIOMA: 10}
    folder = studio.desk.data.folder
    assert folder is not None
    assert folder.is_relative_to(studio.desk.places.data)
    assert studio.desk.data.overview is not None
    assert studio.desk.data.overview.verdict is not Verdict.BLOCKED
