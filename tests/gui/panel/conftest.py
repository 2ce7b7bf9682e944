"""A shown panel with nothing open, and the model that comes with the program."""

from collections.abc import Callable
from pathlib import Path

import pytest
from gui.panel.desk import PanelDesk
from pytestqt.qtbot import QtBot

from tumorviewer.state.settings import LESS_MOTION

MakeDesk = Callable[..., PanelDesk]


@pytest.fixture
def make_desk(qtbot: QtBot, tmp_path: Path) -> MakeDesk:
    """Return a maker of desks; nothing moves by itself unless it is asked for."""

    def make(*, model: bool = True, motion: bool = False, size: tuple[int, int] = (320, 580)) -> PanelDesk:
        desk = PanelDesk(tmp_path)
        desk.settings.set(LESS_MOTION, not motion)
        if model:
            desk.use_model()
        qtbot.addWidget(desk.panel)
        desk.panel.resize(*size)
        with qtbot.waitExposed(desk.panel):
            desk.panel.show()
        return desk

    return make


@pytest.fixture
def desk(make_desk: MakeDesk) -> PanelDesk:
    return make_desk()
