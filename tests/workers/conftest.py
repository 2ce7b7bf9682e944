"""Desks whose threads have ended when a test is over."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from workers.desk import Desk

MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(qtbot: QtBot, tmp_path: Path) -> Iterator[MakeDesk]:
    """Return what makes a desk; all desks of a test share a user folder, as two starts of the program do."""
    desks: list[Desk] = []

    def make(*, judging: bool = True) -> Desk:
        desks.append(Desk(qtbot, tmp_path / "user", judging=judging))
        return desks[-1]

    yield make
    for desk in desks:
        desk.close()


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    return make_desk()


@pytest.fixture
def quiet_desk(make_desk: MakeDesk) -> Desk:
    """Return a desk where only the scan on the screen is judged."""
    return make_desk(judging=False)
