"""Thousands of rows are taken over in pieces, and the window goes on in between."""

import pytest
import shiboken6
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from tumorviewer.workers.gathering import TOGETHER, gather


def test_rows_come_in_order_and_the_window_is_served_in_between(qtbot: QtBot) -> None:
    parent, ids = QObject(), list(range(2 * TOGETHER + 7))
    taken: list[int] = []
    seen: list[int] = []
    ended: list[int] = []
    gather(ids, taken.extend, lambda: ended.append(len(taken)), parent)
    assert len(taken) == TOGETHER
    QTimer.singleShot(0, parent, lambda: seen.append(len(taken)))
    qtbot.waitUntil(lambda: bool(ended))
    assert taken == ids
    assert ended == [len(ids)]
    assert seen[0] < len(ids)


@pytest.mark.parametrize("count", [0, 3])
def test_few_rows_are_handed_over_at_once(count: int) -> None:
    said: list[str] = []
    gather(list(range(count)), lambda some: said.append(f"{len(some)}"), lambda: said.append("end"), QObject())
    assert said == [f"{count}", "end"]


def test_nothing_comes_once_the_asker_is_gone(qtbot: QtBot) -> None:
    parent, clock = QObject(), QObject()
    taken: list[int] = []
    later: list[bool] = []
    gather(list(range(2 * TOGETHER)), taken.extend, lambda: taken.append(-1), parent)
    shiboken6.delete(parent)
    QTimer.singleShot(20, clock, lambda: later.append(True))
    qtbot.waitUntil(lambda: bool(later))
    assert len(taken) == TOGETHER
