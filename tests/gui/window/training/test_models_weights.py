"""Weights of a notebook's model are read in a process of their own, listed apart, and trained from."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from gui.window.training.conftest import PATHS_OF_TESTS, Studio
from gui.window.training.models_at_hand import answer_question, opened, when_done
from gui.window.training.runs_at_hand import answer_file
from PySide6.QtTest import QTest

from training.imported import list_imported
from tumorviewer.gui.training.models.dialogs import WeightsDialog
from tumorviewer.gui.training.models.page import ModelsPage
from tumorviewer.inference.labels import GLIOMA, MENINGIOMA, NO_TUMOR, PITUITARY
from tumorviewer.state.training.desk import Step
from tumorviewer.state.training.plan_base import BaseKind
from tumorviewer.state.training.task import TaskStatus

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a model of EfficientNetB0 as a notebook saves it.

    Made in a process of its own: with TensorFlow in this one, every window after would take longer to be cleared away.
    """
    file = tmp_path_factory.mktemp("notebook") / "my model.h5"
    script = "import sys; from foreign_models import flat; flat().save(sys.argv[1])"
    command = [sys.executable, "-c", script, str(file)]
    subprocess.run(command, env=os.environ | PATHS_OF_TESTS, check=True, capture_output=True)
    return file


def ask(studio: Studio, file: Path) -> WeightsDialog:
    """Choose a file, and return the questions about it."""
    page = studio.page.models
    page.bring_weights.click()
    answer_file(studio, file)
    dialog = page.findChild(WeightsDialog)
    assert isinstance(dialog, WeightsDialog)
    assert dialog.isVisible()
    return dialog


def weights_names(page: ModelsPage) -> list[str]:
    return [weights.name for weights in page.weights.cards]


def test_weights_are_imported_trained_from_and_deleted(studio: Studio, notebook: Path) -> None:
    page, plan = opened(studio), studio.desk.plan
    dialog = ask(studio, notebook)
    assert "nothing in it is run" in dialog.about.text()
    assert dialog.name.text() == "my-model"
    assert dialog.classes == [GLIOMA, MENINGIOMA, NO_TUMOR, PITUITARY]
    dialog.name.setText("course")

    def confirm() -> None:
        dialog.confirm.click()
        assert page.work.stop.isVisible()
        assert notebook.name in page.work.text.text()

    assert "course" in when_done(studio, confirm)
    assert weights_names(page) == ["course"]
    (card,) = page.weights.cards.values()
    assert "EfficientNet-B0" in card.origin.text()
    assert notebook.name in card.origin.text()
    assert "know the classes already" in card.known.text()

    card.train.click()
    assert studio.desk.step is Step.PLAN
    assert plan.base.kind is BaseKind.FILE
    assert plan.base.path == card.weights.file
    studio.wait(lambda: bool(plan.models))
    assert plan.fixed_variant == "b0", "it is known from the file, whatever its name"

    opened(studio)
    again = ask(studio, notebook)
    again.name.setText("course")
    assert "already" in again.below.text()
    assert not again.confirm.isEnabled()
    again.reject()

    when_done(studio, lambda: (card.remove.click(), answer_question(studio, "Delete")))
    assert not page.weights.cards
    assert list_imported(studio.desk.places.weights) == ()


def test_other_classes_leave_the_last_layer_out(studio: Studio, notebook: Path) -> None:
    page = opened(studio)
    dialog = ask(studio, notebook)
    give_the_first_output_to_no_tumor(dialog)
    dialog.unknown.click()
    assert not dialog.order.isEnabled()
    when_done(studio, dialog.confirm.click)
    (card,) = page.weights.cards.values()
    assert "last layer is trained anew" in card.known.text()


def give_the_first_output_to_no_tumor(dialog: WeightsDialog) -> None:
    """See that it swaps with the output that had the class."""
    first = dialog.order.boxes[0]
    first.setFocus()
    QTest.keyClicks(first, "No")
    first.activated.emit(first.currentIndex())
    assert dialog.classes == [NO_TUMOR, MENINGIOMA, GLIOMA, PITUITARY]
    assert [box.currentText() for box in dialog.order.boxes][2] == "Glioma"


def test_a_file_that_is_none_says_so(studio: Studio, tmp_path: Path) -> None:
    page = opened(studio)
    said = when_done(studio, lambda: page._crew.bring_weights(tmp_path / "model.zip", "a", ()))
    assert "Import a model" in said, "another kind has its place elsewhere"
    assert studio.desk.models.importing.status is TaskStatus.IDLE
    file = tmp_path / "letter.keras"
    file.write_text("this is a text")
    dialog = ask(studio, file)
    said = when_done(studio, dialog.confirm.click)
    assert file.name in said
    assert "damaged" in said
    assert "Nothing was changed" in said
    assert not page.weights.cards


def test_an_import_is_cancelled(studio: Studio, notebook: Path) -> None:
    page = opened(studio)
    ask(studio, notebook).confirm.click()
    studio.wait(page.work.stop.isVisible)
    page.work.stop.click()
    studio.wait(lambda: studio.desk.models.importing.status is TaskStatus.STOPPED)
    assert not page.work.isVisible()
    assert not page.banner.isVisible()
    assert page.bring_weights.isEnabled()
    assert list_imported(studio.desk.places.weights) == ()
