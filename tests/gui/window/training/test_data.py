"""The page of the data: opened, looked over, mended, looked at."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from gui.window.pseudo import PseudoTranslator, cut_texts, is_translated, speak, texts_of
from gui.window.scenes import drop, head_png
from gui.window.training.conftest import Studio
from gui.window.training.data_sets import give_overview, open_data, wait_for_overview
from gui.window.training.runs_at_hand import answer_file
from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QScrollArea, QWidget

from training.config import AugmentConfig
from training.findings import FindingKind
from training.overview import DataOverview, Verdict
from tumorviewer.gui.training.data.crops import CropCard
from tumorviewer.gui.training.data.findings import FindingsCard, PairGrid
from tumorviewer.gui.training.data.overview_part import OverviewPart
from tumorviewer.gui.training.data.samples import SampleCard
from tumorviewer.gui.training.data.shelf import Shelf
from tumorviewer.imaging.prepare import InputSpec
from tumorviewer.inference.labels import CLASSES
from tumorviewer.state.training.desk import Step, TrainingDesk
from tumorviewer.state.training.task import TaskStatus
from tumorviewer.workers.training.pictures import PictureReader


def texts(part: QWidget) -> str:
    return "\n".join(label.text() for label in part.findChildren(QLabel) if label.isVisible())


def test_a_dialog_opens_a_data_set_that_may_be_stopped_and_gone_on_with(studio: Studio, heads: Path) -> None:
    page, data = studio.page.data, studio.desk.data
    assert page.start.isVisible()
    assert not page.start.recent.isVisible(), "there is none yet"
    page.start.choose.click()
    answer_file(studio, heads)
    studio.wait(lambda: data.looking.busy)
    assert page.progress.isVisible()
    assert not page.start.isVisible()
    page.job.stop.click()
    studio.wait(lambda: not data.is_looking)
    assert data.looking.task.status is TaskStatus.STOPPED
    assert data.overview is None
    assert not page.progress.isVisible()
    assert "stopped" in page.banners.stopped.text.text()
    page.banners.go_on_looking.click()
    shown = wait_for_overview(studio)
    assert shown is not None
    assert not page.banners.stopped.isVisible()
    assert list(shown.counts.bars.counts) == list(CLASSES)
    assert {sum(parts.values()) for parts in shown.counts.bars.counts.values()} == {24}
    assert "Ready" in page.banners.verdict.text.text()
    page.banners.go_on.click()
    assert studio.desk.step is Step.PLAN

    page.head.close_it.click()
    studio.show(Step.DATA)
    assert page.start.isVisible()
    assert not shown.isVisible()
    assert [button.toolTip() for button in page.start.recent.buttons] == [str(heads)]
    page.start.recent.buttons[0].click()
    studio.wait(lambda: data.folder == heads)


def test_a_leaky_split_shows_no_figure_and_its_button_mends_it(studio: Studio, leaky: Path) -> None:
    drop(studio.scene.window, [leaky])
    shown, page, data = wait_for_overview(studio), studio.page.data, studio.desk.data
    assert shown is not None
    assert shown.counts.own.isChecked(), "its own parts are looked at first"
    assert "leaks" in page.banners.verdict.text.text()
    assert page.banners.mend.isVisible()
    assert not data.shows_test_accuracy
    assert not shown.baselines.values
    assert "%" not in texts(shown.baselines)
    assert studio.desk.plan.config is not None
    assert studio.desk.plan.config.published

    page.banners.mend.click()
    assert wait_for_overview(studio) is shown
    overview = data.overview
    assert overview is not None
    assert overview.verdict is Verdict.READY
    assert shown.counts.whole.isChecked()
    assert not page.banners.mend.isVisible()
    assert studio.desk.plan.config is not None
    assert not studio.desk.plan.config.published, "runs follow"
    readable = [pair for pair in overview.copies if "left_out" not in (pair.first.part, pair.second.part)]
    assert len(readable) >= 12
    assert all(pair.first.part == pair.second.part for pair in readable), "copies are in one part"
    assert len(shown.baselines.values) == 2
    assert "%" in texts(shown.baselines)


def test_all_that_is_known_of_a_data_set_is_shown(studio: Studio, leaky: Path, known: DataOverview) -> None:
    assert not any(topic.here for topic in studio.page.help.topics[:3])
    shown = give_overview(studio, leaky, known)
    check_narrow_window(studio, shown)
    check_crop_pairs(studio, shown.crops)
    check_findings(studio, shown.findings)
    check_explanations(studio, known)
    check_samples(studio, shown.samples)


def check_narrow_window(studio: Studio, shown: OverviewPart) -> None:
    """See that nothing scrolls sideways."""
    studio.scene.window.resize(QSize(1024, 640))
    area = studio.page.stack.currentWidget()
    assert isinstance(area, QScrollArea)
    studio.wait(lambda: area.viewport().width() < 600)
    studio.wait(lambda: area.horizontalScrollBar().maximum() == 0)
    below = area.widget().height() - shown.geometry().bottom()
    assert below < 60, "no empty room is left below the last card"


def check_crop_pairs(studio: Studio, crops: CropCard) -> None:
    """See that pairs show what is cut away."""
    studio.wait(lambda: all(view.picture is not None for view in crops.pairs))
    assert {view.scan.label for view in crops.pairs} == set(CLASSES)
    for view in crops.pairs:
        picture = view.picture
        assert picture is not None
        assert picture.before is not None
        assert picture.box is not None
        assert picture.after is not None
        assert picture.box.width < picture.before.shape[1], "something is cut away"
        assert picture.after.shape == (192, 192)
    drawn = crops.pairs[0].grab().toImage()
    yellow = [drawn.pixelColor(x, y) for x in range(104) for y in range(104)]
    assert any(one.red() > 200 and one.green() > 190 and one.blue() < 120 for one in yellow), "the box is drawn"


def check_findings(studio: Studio, findings: FindingsCard) -> None:
    """See that copies, contradictions and unreadable files are shown."""
    conflicts = findings.row(FindingKind.CONFLICTS)
    assert conflicts is not None
    assert "1 pair" in conflicts.text.text()
    grid = conflicts.details
    assert isinstance(grid, PairGrid)
    assert not grid.isVisible()
    conflicts.button.click()
    studio.wait(lambda: len(grid.grid.views) == 2 and all(view.tile.picture is not None for view in grid.grid.views))
    first, second = (view.tile for view in grid.grid.views)
    assert {first.caption, second.caption} == {"Glioma", "Meningioma"}
    assert first.picture is not None
    assert second.picture is not None
    assert np.array_equal(first.picture, second.picture), "it is the same slice"

    copies = findings.row(FindingKind.COPIES)
    assert copies is not None
    copies.button.click()
    assert isinstance(copies.details, PairGrid)
    many = copies.details
    studio.wait(lambda: len(many.grid.views) == 2 * 12)
    assert "Test" in texts_below(many)
    assert "Training" in texts_below(many)

    torn = findings.row(FindingKind.UNREADABLE)
    assert torn is not None
    torn.button.click()
    assert isinstance(torn.details, QPlainTextEdit)
    assert torn.details.isVisible()
    path, reason = torn.details.toPlainText().split(": ", 1)
    assert path == "Training/glioma/torn.png"
    assert "PNG" in reason


def check_explanations(studio: Studio, known: DataOverview) -> None:
    """See that explanations have the person's own figures."""
    labels, parts, crops, changes = (topic.here for topic in studio.page.help.topics)
    assert f"Yours: {known.scans} scans" in labels
    assert "contradict" in labels
    assert "leak" in parts
    assert "96 × 96" in crops
    assert "20°" in changes
    studio.desk.data.set_augment(AugmentConfig.none())
    assert "off" in studio.page.help.topics[3].here
    assert "off" in texts(studio.page.help), "it is written"


def check_samples(studio: Studio, samples: SampleCard) -> None:
    """See that samples are drawn anew and open in the viewer."""
    assert list(samples.grids) == list(CLASSES)

    def keys() -> list[object]:
        return [view.tile.key for grid in samples.grids.values() for view in grid.views]

    def pictures() -> list[object]:
        return [view.tile.picture for grid in samples.grids.values() for view in grid.views]

    studio.wait(lambda: all(picture is not None for picture in pictures()))
    before, shown = keys(), [bytes_of(picture) for picture in pictures()]
    samples.shuffle.click()
    studio.wait(lambda: all(picture is not None for picture in pictures()))
    assert keys() != before
    assert [bytes_of(picture) for picture in pictures()] != shown
    grid = samples.grids["pituitary"]
    QTest.mouseClick(grid.views[0], Qt.MouseButton.LeftButton)
    scene = studio.scene
    scene.wait(lambda: bool(scene.rows))
    assert scene.rows[0].path.parent.name == "pituitary"


def bytes_of(picture: object) -> bytes:
    return np.ascontiguousarray(picture).tobytes()


def texts_below(grid: PairGrid) -> str:
    return " ".join(view.tile.below for view in grid.grid.views)


def test_the_window_waits_for_one_row_at_most(studio: Studio, leaky: Path, known: DataOverview) -> None:
    shown = give_overview(studio, leaky, known)
    rows = list(shown.findings.show_overview(known, InputSpec(size=192)))
    assert not shown.findings.rows
    for place, make in enumerate(rows, 1):
        make()
        assert [row.finding for row in shown.findings.rows] == list(known.findings[:place])
    assert len(rows) == len(known.findings)
    half = replace(known, pool=tuple(scan for scan in known.pool if scan.label in CLASSES[:2]))
    rows = list(shown.samples.show_overview(half, InputSpec(size=192)))
    assert not shown.samples.grids
    for place, make in enumerate(rows, 1):
        make()
        assert list(shown.samples.grids) == list(CLASSES[:place])
    assert len(rows) == 2


def test_saving_crops_that_was_stopped_goes_on_in_its_folder(
    studio: Studio, leaky: Path, known: DataOverview, tmp_path: Path
) -> None:
    crops, data = give_overview(studio, leaky, known).crops, studio.desk.data
    studio.page.data._save_crops(tmp_path / "out")
    studio.wait(lambda: data.crops.busy)
    crops.progress.stop.click()
    studio.wait(lambda: not data.crops.busy)
    assert "Stopped" in crops.banner.text.text()
    crops.go_on.click()
    studio.wait(lambda: data.crops.found is not None and not data.crops.busy)
    assert len(list((tmp_path / "out").rglob("*.png"))) == 73
    assert "Left out 1 unreadable file" in crops.banner.text.text()


def test_patients_are_found_by_patterns_that_are_tried_on_real_names(studio: Studio, tmp_path: Path) -> None:
    folder = tmp_path / "named"
    for label in CLASSES[:2]:
        (folder / label).mkdir(parents=True)
    for number in range(12):
        (folder / CLASSES[0] / f"P{number // 2}_{number}.png").write_bytes(head_png(number))
        (folder / CLASSES[1] / f"Q{number // 2}_{number}.png").write_bytes(head_png(50 + number))
    shown, data = open_data(studio, folder), studio.desk.data
    assert shown is not None
    patients = shown.patients
    assert patients.values[-1].text() == "24", "nothing tells the patient"
    assert not patients.apply.isEnabled()
    patients.pattern.setFocus()
    QTest.keyClicks(patients.pattern, "(P")
    studio.wait(lambda: "no regular expression" in patients.below.text())
    assert not patients.apply.isEnabled()
    patients.pattern.clear()
    QTest.keyClicks(patients.pattern, "((((((.+)+)+)+)+)+)+Q")
    studio.wait(lambda: "takes too long" in patients.below.text())
    assert not patients.apply.isEnabled()
    patients.ready.setCurrentIndex(1)
    patients.ready.activated.emit(1)
    studio.wait(lambda: "24 of 24 names: 12 patients" in patients.below.text())
    assert any(f"→ patient {letter}" in patients.below.text() for letter in ("P0", "P1", "P2", "Q0", "Q1", "Q2"))
    patients.apply.click()
    assert wait_for_overview(studio) is shown
    assert [value.text() for value in patients.values] == ["0", "0", "24", "0"]
    assert studio.desk.plan.config is not None
    assert studio.desk.plan.config.patient_pattern == patients.pattern.text()
    assert data.overview is not None
    parts = {scan.path.split("/")[1].split("_")[0]: set[str]() for scan in data.overview.pool}
    for scan in data.overview.pool:
        parts[scan.path.split("/")[1].split("_")[0]].add(scan.part)
    assert all(len(where) == 1 for where in parts.values()), "no patient is in two parts"


def test_sliders_reach_the_settings_and_the_preview(studio: Studio, leaky: Path, known: DataOverview) -> None:
    augment, data, plan = give_overview(studio, leaky, known).augment, studio.desk.data, studio.desk.plan
    assert augment.panel is None, "nothing is made before it is wanted"
    assert not data.preview.task.busy
    augment.toggle.click()
    panel = augment.panel
    assert panel is not None
    data.set_augment(AugmentConfig.none())
    studio.wait(lambda: data.preview.after is not None)
    studio.wait(lambda: data.preview.after is not None and np.array_equal(data.preview.before, data.preview.after))
    assert len(panel.after.views) == len(panel.before.views) == 6
    panel.sliders["invert"].slider.setValue(panel.sliders["invert"].slider.maximum())
    assert plan.config is not None
    assert plan.config.augment.invert == 1.0
    assert panel.sliders["invert"].value.text().startswith("100")
    studio.wait(lambda: data.preview.after is not None and not np.array_equal(data.preview.before, data.preview.after))
    shown = panel.after.views[0].tile.picture
    original = panel.before.views[0].tile.picture
    assert shown is not None
    assert original is not None
    assert shown[original > 200].mean() < 100, "what was white is dark"
    panel.reset.click()
    assert plan.config.augment == AugmentConfig()
    plan.set_augmenting(False)
    assert "Switched off" in augment.hint.text()
    augment.toggle.click()
    studio.wait(lambda: not data.preview.task.busy)


def test_the_page_in_another_longer_language_and_a_small_window(
    studio: Studio, leaky: Path, known: DataOverview
) -> None:
    language = PseudoTranslator()
    speak(language)
    try:
        studio.scene.stage._speak()
        studio.wait(lambda: studio.scene.window.training.page is not None)
        studio.scene.window.resize(1280, 720)
        check_words(studio, leaky)
        shown = give_overview(studio, leaky, known)
        for row in shown.findings.rows:
            row.button.setChecked(row.details is not None)
        studio.wait(lambda: all(view.picture is not None for view in shown.crops.pairs))
        check_words(studio, leaky)
    finally:
        QCoreApplication.removeTranslator(language)


def check_words(studio: Studio, folder: Path) -> None:
    page = studio.page.data
    files = [folder, *folder.rglob("*")]
    names = {name for path in files for name in (path.name, path.stem, str(path), path.relative_to(folder).as_posix())}
    wrong = [f"{place}: {text!r}" for place, text in texts_of(page) if not is_translated(text, names)]
    assert not wrong
    studio.wait(lambda: not list(cut_texts(page)))
    area = studio.page.stack.currentWidget()
    assert isinstance(area, QScrollArea)
    assert area.horizontalScrollBar().maximum() == 0, "pages do not scroll sideways"


def test_a_picture_that_was_being_read_as_files_changed_is_read_anew(
    qapp: QApplication, heads: Path, tmp_path: Path
) -> None:
    desk, reader = TrainingDesk(tmp_path), PictureReader()
    data: Any = desk.data
    data.folder = tmp_path
    file = Path(shutil.copy(heads / "glioma/glioma_0.png", tmp_path))

    def change() -> None:
        if file.exists():
            file.unlink()
            shelf.clear()

    reader.read.connect(change)  # before the shelf hears of it
    shelf = Shelf(desk.data, reader)
    assert shelf.picture(file.name, 0, InputSpec(size=64)) is None
    reader.work()
    picture = shelf.picture(file.name, 0, InputSpec(size=64))
    assert picture is not None
    assert picture.error is not None, "it is not what was there before"


def test_a_data_set_that_changes_or_goes_is_said(studio: Studio, tmp_path: Path, leaky: Path) -> None:
    folder = shutil.copytree(leaky / "Training", tmp_path / "moving")
    shown, page, data = open_data(studio, folder), studio.page.data, studio.desk.data
    assert isinstance(shown, OverviewPart)
    shutil.rmtree(folder / "pituitary")
    shown.shelf.clear()
    shown.samples.shuffle.click()
    views = shown.samples.grids["pituitary"].views
    studio.wait(lambda: all(view.tile.tone == "danger" for view in views))
    assert "cannot be read any more" in views[0].tile.describe
    page.head.again.click()
    wait_for_overview(studio)
    assert list(shown.counts.bars.counts) == ["glioma", "meningioma", "no_tumor"]
    assert list(shown.samples.grids) == ["glioma", "meningioma", "no_tumor"]
    shutil.rmtree(folder)
    page.head.again.click()
    studio.wait(lambda: data.folder is None)
    assert page.start.isVisible()
    assert "is not there any more" in page.banners.trouble.text.text()
    assert str(folder) in page.banners.trouble.text.text()
