"""The page of the settings: checked as they are typed, with an estimate beside Start."""

import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from gui.window.pseudo import PseudoTranslator, cut_texts, is_translated, speak, texts_of
from gui.window.training.conftest import Studio
from gui.window.training.runs_at_hand import TINY, answer_file, give_data
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QScrollArea
from pytestqt.exceptions import TimeoutError

from training.config import TrainConfig
from training.recipe import load_recipe, save_recipe
from training.speeds import recall
from tumorviewer.gui.training.plan.page import PlanPage
from tumorviewer.gui.training.plan.words import variant_name
from tumorviewer.inference.card import VARIANTS
from tumorviewer.state.training.desk import Step
from tumorviewer.state.training.plan_base import BaseKind


def opened(studio: Studio) -> PlanPage:
    studio.show(Step.PLAN)
    studio.wait(lambda: bool(studio.desk.plan.models))
    return studio.page.plan


def type_into(page: PlanPage, name: str, text: str) -> None:
    editor = page.fields[name].editor
    assert isinstance(editor, QLineEdit)
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, text)


def test_without_data_nothing_starts_and_the_way_to_it_is_shown(studio: Studio) -> None:
    page = opened(studio)
    assert page.no_data.isVisible()
    assert not page.bar.start.isEnabled()
    page.to_data.click()
    assert studio.desk.step is Step.DATA


def test_what_is_wrong_stands_below_its_field_and_nothing_can_start(studio: Studio, heads: Path) -> None:
    page = opened(studio)
    help_text = page.fields["epochs"].below.text()
    type_into(page, "epochs", "5000")
    assert "from 0 to 1000" in page.fields["epochs"].below.text()
    assert page.fields["epochs"].below.property("role") == "danger"
    give_data(studio, heads)
    assert not page.no_data.isVisible()
    assert not page.bar.start.isEnabled()
    type_into(page, "epochs", "3")
    assert page.fields["epochs"].below.text() == help_text
    studio.wait(page.bar.start.isEnabled)
    type_into(page, "epochs", "5000")
    assert not page.bar.start.isEnabled()


def test_what_is_wrong_elsewhere_is_named(studio: Studio) -> None:
    page = opened(studio)
    assert not page.more_parts.isVisible()
    studio.desk.plan.set_text("dropout", "7")
    assert "Dropout" in page.together.text.text(), "it is among the hidden settings"
    page.more.click()
    assert page.more_parts.isVisible()
    type_into(page, "dropout", "0.3")
    assert not page.together.isVisible()
    studio.desk.plan.set_text("box_weight", "1")
    studio.desk.plan.set_text("cutmix", "1")
    assert page.together.isVisible(), "each would be right alone"
    assert "mixup" in page.together.text.text()


def test_quick_is_chosen_by_mouse_and_keyboard(studio: Studio) -> None:
    page, plan = opened(studio), studio.desk.plan
    assert page.full.isChecked()
    page.quick.click()
    assert plan.quick
    assert not page.fields["epochs"].isEnabled()
    assert not page.augmenting.isEnabled()
    page.full.setFocus()
    QTest.keyClick(page.full, Qt.Key.Key_Space)
    assert not plan.quick
    assert page.fields["epochs"].isEnabled()


def test_the_base_decides_the_network_unless_it_is_from_scratch(studio: Studio, tmp_path: Path) -> None:
    page, plan = opened(studio), studio.desk.plan
    base = page.base
    assert base.variant.currentData() == "lite0"
    assert not base.variant.isEnabled()
    base.base.setCurrentIndex(base.base.count() - 1)
    base.base.activated.emit(base.base.count() - 1)
    assert plan.base.kind is BaseKind.SCRATCH
    assert base.variant.isEnabled()
    base.variant.setCurrentIndex(base.variant.findData("b1"))
    base.variant.activated.emit(base.variant.currentIndex())
    assert plan.config is not None
    assert plan.config.variant == "b1"
    weights = tmp_path / "efficientnetb0_notop.h5"
    weights.write_bytes(b"weights")
    base.base.activated.emit(1)
    assert not page.bar.start.isEnabled()
    assert "base" in plan.problems, "no file is chosen yet"
    answer_file(studio, weights)
    assert plan.base.path == weights
    assert base.variant.currentData() == "b0"
    assert weights.name in base.base.currentText()


def test_scrolling_past_a_list_does_not_change_it(studio: Studio) -> None:
    page, plan = opened(studio), studio.desk.plan
    box = page.fields["size"].editor
    at = QPointF(box.rect().center())
    turn = QWheelEvent(
        at, QPointF(box.mapToGlobal(box.rect().center())), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QCoreApplication.sendEvent(box, turn)
    assert plan.values["size"] == TrainConfig().size
    assert not turn.isAccepted()


def test_settings_are_saved_and_loaded(studio: Studio, tmp_path: Path) -> None:
    page, plan = opened(studio), studio.desk.plan
    file = tmp_path / "mine.toml"
    type_into(page, "epochs", "4")
    page.quick.click()
    page.save.click()
    answer_file(studio, file)
    studio.wait(file.is_file)
    assert load_recipe(file) == plan.config
    save_recipe(replace(TINY, epochs=11, dropout=0.25, name="other"), file)
    page.load.click()
    answer_file(studio, file)
    studio.wait(lambda: plan.values["name"] == "other")
    assert not plan.quick
    editor = page.fields["epochs"].editor
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "11"
    assert page.full.isChecked()
    assert plan.base.kind is BaseKind.SCRATCH


def test_a_damaged_file_of_settings_is_said_and_changes_nothing(studio: Studio, tmp_path: Path) -> None:
    page, plan = opened(studio), studio.desk.plan
    file = tmp_path / "bad.toml"
    file.write_text('epochs = "many"\n')
    page.load.click()
    answer_file(studio, file)
    studio.wait(page.trouble.isVisible)
    assert "epochs" in page.trouble.text.text()
    assert plan.config == TrainConfig()


def test_settings_outlive_another_language(studio: Studio) -> None:
    page = opened(studio)
    type_into(page, "epochs", "abc")
    page.quick.click()
    studio.scene.stage._speak()
    studio.wait(lambda: studio.scene.window.training.page is not None)
    again = studio.page.plan
    assert again is not page
    editor = again.fields["epochs"].editor
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "abc"
    assert again.quick.isChecked()


def test_the_estimate_is_rough_until_this_machine_was_measured(studio: Studio, heads: Path) -> None:
    plan = studio.desk.plan
    plan.load(TINY)
    page = opened(studio)
    give_data(studio, heads)
    studio.wait(lambda: plan.foreseen is not None)
    assert plan.foreseen is not None
    assert not plan.foreseen.estimate.confident
    assert page.bar.memory.value.text().endswith("GB")
    studio.wait(lambda: plan.measuring.busy)  # by itself, as nothing was measured ever
    assert page.bar.measure.text() == "Stop measuring"
    studio.wait(lambda: not plan.measuring.busy)
    studio.wait(lambda: plan.foreseen is not None and plan.foreseen.estimate.confident)
    assert recall(TINY, studio.desk.places.cache) == plan.foreseen.measured
    assert page.bar.text.text() == "Measured on this machine."


def test_too_little_memory_is_said_before_the_start(studio: Studio, heads: Path) -> None:
    plan = studio.desk.plan
    page = opened(studio)
    plan.load(replace(TINY, batch_size=1024, size=512, variant="b3"))
    give_data(studio, heads)
    studio.wait(page.shortage.isVisible)
    assert "memory" in page.shortage.text.text()
    plan.measuring.stop()
    studio.wait(lambda: not plan.measuring.busy)


def test_both_pages_in_another_longer_language(studio: Studio, finished: Path, heads: Path) -> None:
    language = PseudoTranslator()
    speak(language)
    try:
        shutil.copytree(finished, studio.desk.places.runs / "x1")
        studio.scene.stage._speak()
        studio.wait(lambda: studio.scene.window.training.page is not None)
        studio.scene.window.resize(1280, 720)
        give_data(studio, heads)
        page = opened(studio)
        page.more.click()
        check_words(studio)
        studio.desk.plan.set_text("epochs", "-1")
        studio.desk.plan.set_text("box_weight", "x")
        check_words(studio)
        studio.show(Step.RUN)
        studio.wait(lambda: studio.desk.run.output is not None)
        check_words(studio)
    finally:
        QCoreApplication.removeTranslator(language)


def check_words(studio: Studio) -> None:
    known = {variant_name(name) for name in VARIANTS}
    shown = studio.page.stack.currentWidget()
    wrong = [f"{place}: {text!r}" for place, text in texts_of(shown) if not is_translated(text, known)]
    assert not wrong
    with suppress(TimeoutError):  # parts that were just shown are laid out soon
        studio.scene.qtbot.waitUntil(lambda: not list(cut_texts(shown)), timeout=2000)
    assert not list(cut_texts(shown))
    assert isinstance(shown, QScrollArea)
    assert shown.horizontalScrollBar().maximum() == 0, "pages do not scroll sideways"
