"""A shown viewer with nothing open."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gui.viewer.desk import Desk
from pytestqt.qtbot import QtBot

MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(qtbot: QtBot, tmp_path: Path) -> Iterator[MakeDesk]:
    desks = []

    def make(*, model: bool = False, size: tuple[int, int] = (1000, 600)) -> Desk:
        desk = Desk(tmp_path, model=model)
        qtbot.addWidget(desk.viewer)
        desk.viewer.resize(*size)
        with qtbot.waitExposed(desk.viewer):
            desk.viewer.show()
        desks.append(desk)
        return desk

    yield make
    for desk in desks:
        desk.viewer.cine.stop()


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    return make_desk()
