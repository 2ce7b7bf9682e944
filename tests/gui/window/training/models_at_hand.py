"""Models for tests of the page Models: real bundles of some kilobytes, whole and damaged."""

from collections.abc import Callable
from pathlib import Path

from gui.window.training.conftest import Studio
from PySide6.QtWidgets import QMessageBox, QPushButton
from tiny_bundle import make_bundle

from tumorviewer.gui.panel.model_line import ModelLine
from tumorviewer.gui.training.models.model_card import ModelCard
from tumorviewer.gui.training.models.page import ModelsPage
from tumorviewer.inference.bundle import MODEL
from tumorviewer.inference.catalogue import shipped
from tumorviewer.state.training.desk import Step
from tumorviewer.state.training.models import Check

SHIPPED = shipped()[-1].name


def install(user: Path, name: str = "tiny", version: str = "1.0") -> Path:
    """Put a model of the user's own into place."""
    return make_bundle(user / "models", name=name, version=version)


def damage(folder: Path) -> Path:
    """Change the network, as a bad disk does."""
    content = (folder / MODEL).read_bytes()
    (folder / MODEL).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    return folder


def opened(studio: Studio) -> ModelsPage:
    """Show the page, and wait until all models are checked."""
    studio.show(Step.MODELS)
    wait_for_checks(studio)
    page = studio.page.models
    studio.wait(lambda: len(page.models.cards) == len(studio.desk.models.entries))  # they are made one by one
    return page


def wait_for_checks(studio: Studio) -> None:
    models = studio.desk.models
    ends = (Check.GOOD, Check.DAMAGED)
    studio.wait(lambda: models.listed and all(models.checked(entry).check in ends for entry in models.entries))


def card_of(page: ModelsPage, name: str) -> ModelCard:
    """Return the card of a model, by name and version or by folder."""
    (card,) = [card for card in page.models.cards.values() if card.entry.name == name]
    return card


def names_of(page: ModelsPage) -> list[str]:
    """Return the models in the order in which they stand on the page."""
    cards = sorted(page.models.cards.values(), key=lambda card: card.y())
    return [card.entry.name for card in cards]


def in_use(studio: Studio) -> str:
    """Return the model that the review side says it uses."""
    (line,) = studio.scene.window.findChildren(ModelLine)
    return line.text().removeprefix("Model ").replace(" ", "-")


def answer_question(studio: Studio, text: str) -> str:
    """Press a button of the question that is open, and return what was asked."""
    boxes: list[QMessageBox] = []

    def is_asked() -> bool:
        boxes[:] = [box for box in studio.page.findChildren(QMessageBox) if box.isVisible()]
        return bool(boxes)

    studio.wait(is_asked)
    asked = f"{boxes[0].text()} {boxes[0].informativeText()}"
    next(button for button in boxes[0].findChildren(QPushButton) if button.text() == text).click()
    return asked


def when_done(studio: Studio, act: Callable[[], object]) -> str:
    """Do something to models, wait until it is over, and return what the page says then."""
    act()
    models = studio.desk.models
    studio.wait(lambda: not models.busy and models.message is not None)
    opened(studio)
    return studio.page.models.banner.text.text()
