"""The tab itself: steps, help, and what stands there without the parts that train."""

from gui.window.training.conftest import Studio
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from tumorviewer.gui.training.missing import COMMAND, MissingPage
from tumorviewer.gui.training.page import TrainingPage
from tumorviewer.state.training.desk import Step, TrainingDesk
from tumorviewer.workers.training.crew import Crew


def test_every_step_has_its_page_and_its_help(studio: Studio) -> None:
    seen = set()
    for step in Step:
        studio.show(step)
        widget = studio.page.stack.currentWidget()
        assert widget.isVisible()
        seen.add((id(widget), studio.page.help.topics[0].title))
    assert len({page for page, _ in seen}) == len({title for _, title in seen}) == len(Step)


def test_help_can_be_put_away(studio: Studio) -> None:
    help_panel = studio.page.help
    assert help_panel.isVisible()
    help_panel.button.click()
    assert not help_panel.isVisible()
    help_panel.button.click()
    assert help_panel.isVisible()


def test_without_the_parts_that_train_the_tab_says_how_to_get_them(studio: Studio) -> None:
    crew = studio.scene.stage.workers._crew
    assert crew is not None
    lacking = TrainingPage(TrainingDesk(studio.desk.places.user, ("tensorflow",)), crew)
    studio.scene.qtbot.addWidget(lacking)
    lacking.show()
    page = lacking.stack.currentWidget()
    assert isinstance(page, MissingPage)
    assert any("tensorflow" in label.text() for label in page.findChildren(QLabel))
    page.copy.click()
    assert QGuiApplication.clipboard().text() == COMMAND
    assert not hasattr(MissingPage(("tensorflow",), lacking, frozen=True), "copy"), "there is no Python to add them to"
    lacking.rail.setCurrentRow(list(Step).index(Step.MODELS))
    assert not isinstance(lacking.stack.currentWidget(), MissingPage)
    assert isinstance(crew, Crew)
