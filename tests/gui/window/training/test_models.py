"""The page of the models: what is installed, whether it is whole, and which one answers."""

import dataclasses
import json
from pathlib import Path

from gui.window.conftest import MakeScene
from gui.window.training.conftest import Studio
from gui.window.training.models_at_hand import (
    SHIPPED,
    answer_question,
    card_of,
    damage,
    in_use,
    install,
    names_of,
    opened,
    wait_for_checks,
    when_done,
)
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tumorviewer.gui.training.page import TrainingPage
from tumorviewer.gui.window.dialogs.texts import CardDialog
from tumorviewer.inference.bundle import CARD, read_card
from tumorviewer.inference.card import card_to_json
from tumorviewer.state.model import ModelStatus
from tumorviewer.state.settings import MODEL
from tumorviewer.state.training.desk import Step, TrainingDesk
from tumorviewer.state.training.models import Check


def test_models_are_listed_with_what_their_cards_say_and_checked(studio: Studio) -> None:
    install(studio.desk.places.user)
    page = opened(studio)
    assert names_of(page) == [SHIPPED, "tiny-1.0"]
    card = card_of(page, SHIPPED)
    facts = read_card(card.entry.folder)
    accuracy = facts.metrics["accuracy"]
    assert card.badge.isVisible()
    assert "Came with the program" in card.origin.text()
    assert f"{facts.input.size} × {facts.input.size}" in card.origin.text()
    assert all(source in card.data.text() for source in facts.data["sources"])
    assert str(facts.data["train"]) in card.data.text()
    assert card.accuracy.value.text() == f"{100 * accuracy['value']:.1f} %"
    assert card.accuracy.between.text() == f"{100 * accuracy['low']:.1f} to {100 * accuracy['high']:.1f} %"
    assert card.sensitivity.isVisible()
    assert card.calibration.isVisible()
    assert "all files are as its card says" in card.state_line.text.text()
    assert not card.delete.isVisible()
    assert not card.rename.isVisible()
    own = card_of(page, "tiny-1.0")
    assert "Your own" in own.origin.text()
    assert not own.figures.isVisible()
    assert "not measured" in own.measured.text()
    assert own.delete.isVisible()


def test_figures_of_a_leaky_split_are_not_shown(studio: Studio) -> None:
    folder = install(studio.desk.places.user)
    figure = {"value": 1.0, "low": 0.9, "high": 1.0, "n": 40}
    card = dataclasses.replace(read_card(folder), metrics={"accuracy": figure}, data={"leak_free": False})
    (folder / CARD).write_text(card_to_json(card))
    shown = card_of(opened(studio), "tiny-1.0")
    assert not shown.figures.isVisible()
    assert "share patients" in shown.measured.text()


def test_a_damaged_model_says_why_and_can_only_be_deleted(studio: Studio) -> None:
    folder = damage(install(studio.desk.places.user))
    (install(studio.desk.places.user, "unreadable") / CARD).write_text("{")
    page = opened(studio)
    for name, reason in (("tiny-1.0", "SHA-256 differs"), ("unreadable-1.0", "not readable as JSON")):
        card = card_of(page, name)
        assert reason in card.state_line.text.text()
        assert card.state_line.text.property("role") == "danger"
        assert not any(button.isVisible() for button in (card.use, card.rename, card.export))
        assert card.delete.isVisible()
    assert str(folder) not in card_of(page, "tiny-1.0").state_line.text.text()
    said = when_done(
        studio, lambda: (card_of(page, "unreadable-1.0").delete.click(), answer_question(studio, "Delete"))
    )
    assert said == "unreadable-1.0 was deleted."
    assert names_of(page) == [SHIPPED, "tiny-1.0"]


def test_a_model_that_is_damaged_later_is_found_when_it_is_checked_again(studio: Studio) -> None:
    folder = install(studio.desk.places.user)
    page = opened(studio)
    card = card_of(page, "tiny-1.0")
    assert studio.desk.models.checked(card.entry).check is Check.GOOD
    damage(folder)
    card.verify.click()
    assert "being checked" in card.state_line.text.text()
    assert not card.verify.isEnabled()
    wait_for_checks(studio)
    assert "Damaged" in card.state_line.text.text()


def test_a_model_comes_into_use_and_one_click_goes_back(studio: Studio) -> None:
    install(studio.desk.places.user)
    studio.scene.wait_for_model()
    page = opened(studio)
    before, card = card_of(page, SHIPPED), card_of(page, "tiny-1.0")
    assert not card.go_back.isVisible()
    card.use.setFocus()
    QTest.keyClick(card.use, Qt.Key.Key_Space)
    studio.wait(lambda: in_use(studio) == "tiny-1.0" and card.badge.isVisible())
    assert not card.use.isVisible()
    assert not before.badge.isVisible()
    assert card.go_back.text() == f"Go back to {SHIPPED}"
    card.go_back.click()
    studio.wait(lambda: in_use(studio) == SHIPPED and before.badge.isVisible())
    assert not before.go_back.isVisible(), "there is nothing left to go back to"


def test_a_model_that_hides_behind_a_shipped_one_says_so(studio: Studio) -> None:
    name, version = SHIPPED.rsplit("-", 1)
    install(studio.desk.places.user, name, version)
    page = opened(studio)
    own = next(card for card in page.models.cards.values() if not card.entry.shipped)
    assert own.hidden_line.isVisible()
    assert not own.use.isEnabled()
    assert own.rename.isEnabled()
    assert not own.badge.isVisible()


def test_the_one_in_use_is_deleted_and_the_shipped_one_answers(studio: Studio) -> None:
    folder = install(studio.desk.places.user)
    page = opened(studio)
    card = card_of(page, "tiny-1.0")
    card.use.click()
    studio.wait(lambda: in_use(studio) == "tiny-1.0")
    card.delete.click()
    asked = answer_question(studio, "Keep it")
    assert "the model that came with the program answers then" in asked
    assert folder.is_dir()
    said = when_done(studio, lambda: (card.delete.click(), answer_question(studio, "Delete")))
    assert "came with the program answers now" in said
    assert not folder.exists()
    assert names_of(page) == [SHIPPED]
    studio.wait(lambda: in_use(studio) == SHIPPED)
    assert not card_of(page, SHIPPED).go_back.isVisible()


def test_a_chosen_model_that_was_refused_gives_way_when_it_is_deleted(
    make_scene: MakeScene, own_user_folder: Path
) -> None:
    folder = install(own_user_folder)
    scene = make_scene()
    scene.wait_for_model()
    scene.workspace.settings.set(MODEL, "tiny-1.0")
    scene.wait(lambda: scene.workspace.model.name == "tiny-1.0")
    scene.close()
    damage(folder)
    studio = Studio(make_scene())
    studio.wait(lambda: studio.scene.workspace.model.status is ModelStatus.MISSING)
    page = opened(studio)
    said = when_done(studio, lambda: (card_of(page, "tiny-1.0").delete.click(), answer_question(studio, "Delete")))
    assert "came with the program answers now" in said
    studio.wait(lambda: in_use(studio) == SHIPPED)


def test_details_show_the_card_for_readers(studio: Studio) -> None:
    folder = install(studio.desk.places.user)
    page = opened(studio)
    card_of(page, "tiny-1.0").details.click()
    dialog = studio.scene.dialog(CardDialog)
    assert isinstance(dialog, CardDialog)
    assert "brightness of quadrants" in dialog.page.toPlainText()
    dialog.close()
    (folder / "card.md").write_text("# Better than it is\n")
    card_of(page, "tiny-1.0").details.click()
    dialog = studio.scene.dialog(CardDialog)
    assert isinstance(dialog, CardDialog)
    assert "cannot be read" in dialog.page.toPlainText()
    assert "Better" not in dialog.page.toPlainText()


def test_what_was_put_there_meanwhile_is_shown_when_the_page_is_looked_at_again(studio: Studio) -> None:
    page = opened(studio)
    assert names_of(page) == [SHIPPED]
    assert not page.weights.cards
    install(studio.desk.places.user)
    studio.page.rail.setCurrentRow(0)
    opened(studio)
    studio.wait(lambda: len(page.models.cards) == 2)
    wait_for_checks(studio)


def test_a_card_from_elsewhere_is_only_text(studio: Studio) -> None:
    folder = install(studio.desk.places.user)
    values = json.loads((folder / CARD).read_text())
    values["data"] = {"sources": ["<b>bold</b>", 7], "train": 10**30, "leak_free": "yes"}
    values["metrics"] = {"accuracy": {"value": "high"}, "ece": 3, "macro_sensitivity": {"value": 4.0}}
    values["created"] = "<img src=x>"
    (folder / CARD).write_text(json.dumps(values))
    card = card_of(opened(studio), "tiny-1.0")
    assert "does not say" in card.data.text()
    assert "not measured" in card.measured.text()
    assert "<img" not in card.origin.text()
    assert card.data.textFormat() is Qt.TextFormat.PlainText


def test_without_the_parts_that_train_weights_cannot_be_imported(studio: Studio) -> None:
    crew = studio.scene.stage.workers._crew
    assert crew is not None
    lacking = TrainingPage(TrainingDesk(studio.desk.places.user, ("tensorflow",)), crew)
    studio.scene.qtbot.addWidget(lacking)
    lacking.rail.setCurrentRow(list(Step).index(Step.MODELS))
    lacking.show()
    page = lacking.models
    assert page.isVisible()
    assert not page.bring_weights.isEnabled()
    assert "tensorflow" in page.weights.about.text()
    assert page.bring.isEnabled()
