"""States of the tab Training: from a data set that leaks to a model that is compared and listed."""

from typing import TYPE_CHECKING

from docs.screenshots.studio import Studio, state

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tumorviewer.gui.training.page import TrainingPage
    from tumorviewer.gui.training.parts import TileView
    from tumorviewer.state.training.desk import TrainingDesk


@state("training")
def _training(studio: Studio) -> None:
    studio.close_dialogs()
    studio.act("TRAINING")
    studio.wait(lambda: studio.window.training.page is not None, "the training tab")
    studio.settle()


@state("a split that leaks")
def _leaky(studio: Studio) -> None:
    desk = _desk(studio)
    _page(studio).open_paths([studio.sample / "heads"])
    studio.wait(lambda: desk.data.overview is not None and not desk.data.is_looking, "the data set")
    if not desk.data.look.published:
        desk.data.use_own_split(True)
        studio.wait(lambda: desk.data.overview is not None and not desk.data.is_looking, "its own split")
    studio.settle()


@state("a split that was mended")
def _mended(studio: Studio) -> None:
    desk = _desk(studio)
    desk.data.mend()
    studio.wait(lambda: desk.data.overview is not None and not desk.data.is_looking, "the mended split")
    studio.settle()


@state("samples and crops")
def _samples(studio: Studio) -> None:
    overview = _page(studio).data.overview
    assert overview is not None
    studio.wait(lambda: all(view.tile.picture is not None for view in _tiles(overview)), "the pictures")
    _show(studio, overview.samples)


@state("settings of a run")
def _plan(studio: Studio) -> None:
    from tumorviewer.state.training.desk import Step

    _desk(studio).show(Step.PLAN)
    studio.settle()


@state("a finished run")
def _run(studio: Studio) -> None:
    from tumorviewer.state.training.desk import Step

    desk = _desk(studio)
    desk.show(Step.RUN)
    studio.wait(lambda: desk.run.end is not None, "the run")
    studio.settle()


@state("result of a run")
def _result(studio: Studio) -> None:
    from tumorviewer.state.training.desk import Step
    from tumorviewer.state.training.result_gate import GateStatus

    desk = _desk(studio)
    desk.show(Step.RESULT)
    studio.wait(lambda: desk.result.gate.status is GateStatus.COMPARED, "the comparison")
    studio.settle()


@state("two models compared")
def _compared(studio: Studio) -> None:
    _show(studio, _page(studio).result.gate)


@state("answers on the test scans")
def _answers(studio: Studio) -> None:
    result = _page(studio).result
    studio.wait(lambda: all(view.tile.picture is not None for view in _tiles(result)), "the pictures")
    _show(studio, result.scans)


@state("models")
def _models(studio: Studio) -> None:
    from tumorviewer.state.training.desk import Step

    desk = _desk(studio)
    desk.show(Step.MODELS)
    studio.wait(lambda: bool(desk.models.entries), "the models")
    studio.settle()


@state("no model")
def _no_model(studio: Studio) -> None:
    studio.act("REVIEW")
    studio.workers.use_model("no-such-model")
    studio.wait(lambda: bool(studio.workspace.model.problem), "the missing model")
    studio.show_file("glioma.jpg")


def _desk(studio: Studio) -> "TrainingDesk":
    desk = studio.workspace.training
    assert desk is not None
    return desk


def _page(studio: Studio) -> "TrainingPage":
    page = studio.window.training.page
    assert page is not None
    return page


def _tiles(part: "QWidget") -> "list[TileView]":
    from tumorviewer.gui.training.parts import TileView

    return [view for view in part.findChildren(TileView) if view.isVisible()]


def _show(studio: Studio, part: "QWidget") -> None:
    """Scroll a part of the page to the top."""
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QScrollArea

    area = _page(studio).stack.currentWidget()
    assert isinstance(area, QScrollArea)
    studio.settle()
    area.verticalScrollBar().setValue(part.mapTo(area.widget(), QPoint(0, 0)).y())
    studio.settle()
