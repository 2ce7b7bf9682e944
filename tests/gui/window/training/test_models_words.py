"""The words of the page of the models: in the help, and in another, longer language."""

import hashlib
from contextlib import suppress
from pathlib import Path

from gui.window.pseudo import PseudoTranslator, cut_texts, is_translated, speak, texts_of
from gui.window.training.conftest import Studio
from gui.window.training.models_at_hand import SHIPPED, card_of, damage, install, opened
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.exceptions import TimeoutError

from training.imported import SUFFIX, note_imported
from tumorviewer.gui.training.models.dialogs import RenameDialog, WeightsDialog
from tumorviewer.inference.bundle import CARD


def test_the_help_speaks_of_the_users_own_models(studio: Studio) -> None:
    install(studio.desk.places.user)
    damage(install(studio.desk.places.user, "other"))
    opened(studio)
    shipped = card_of(studio.page.models, SHIPPED)
    made, figures, elsewhere = [topic.here for topic in studio.page.help.topics]
    assert shipped.title.text() in made
    assert "Checked and whole: 2 models." in made
    assert "Damaged: 1 model." in made
    assert shipped.sensitivity.value.text() in figures
    assert "2 models of your own" in elsewhere


def test_the_page_in_another_longer_language(studio: Studio) -> None:
    user = studio.desk.places.user
    install(user)
    damage(install(user, "damaged"))
    (install(user, "unreadable") / CARD).write_text("{")
    add_weights(user / "weights", "whole", head=True)
    add_weights(user / "weights", "headless", head=False)
    language = PseudoTranslator()
    speak(language)
    try:
        studio.scene.stage._speak()
        studio.wait(lambda: studio.scene.window.training.page is not None)
        studio.scene.window.resize(1280, 720)
        page = opened(studio)
        card = card_of(page, "tiny-1.0")
        card.use.click()
        studio.wait(lambda: studio.desk.models.in_use == card.entry.folder)
        check_words(studio)
        page.ask_for_name(card.entry)
        rename = page.findChild(RenameDialog)
        rename.name.setText("a b")
        check_dialog(studio, rename)
        page._ask_about_weights(Path("model.h5"))
        check_dialog(studio, page.findChild(WeightsDialog))
        studio.scene.stage.workers._crew.models.bring(user / "none.zip")
        studio.wait(page.banner.isVisible)
        check_words(studio)
    finally:
        QCoreApplication.removeTranslator(language)


def add_weights(folder: Path, name: str, *, head: bool) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}{SUFFIX}"
    file.write_bytes(b"stands for weights")
    digest = hashlib.sha256(b"").hexdigest()
    note_imported(file, source="model.h5", sha256=digest, variant="b0", head_complete=head, notes=())
    return file


def check_words(studio: Studio) -> None:
    shown = studio.page.stack.currentWidget()
    page = studio.page.models
    known = {card.title.text() for card in (*page.models.cards.values(), *page.weights.cards.values())}
    for widget in (shown, studio.page.help):
        wrong = [f"{place}: {text!r}" for place, text in texts_of(widget) if not is_translated(text, known)]
        assert not wrong
    check_room(studio, shown)
    assert isinstance(shown, QScrollArea)
    assert shown.horizontalScrollBar().maximum() == 0, "pages do not scroll sideways"


def check_room(studio: Studio, widget: QWidget) -> None:
    with suppress(TimeoutError):  # parts that were just shown are laid out soon
        studio.scene.qtbot.waitUntil(lambda: not list(cut_texts(widget)), timeout=2000)
    assert not list(cut_texts(widget))


def check_dialog(studio: Studio, dialog: RenameDialog | WeightsDialog) -> None:
    assert dialog.isVisible()
    wrong = [f"{place}: {text!r}" for place, text in texts_of(dialog) if not is_translated(text, set())]
    assert not wrong
    check_room(studio, dialog)
    dialog.close()
