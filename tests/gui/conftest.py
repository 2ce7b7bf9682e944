"""What holds for every test with widgets: no thread outlives it."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QThread
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from tumorviewer.gui.look import theme


@pytest.fixture(autouse=True)
def no_thread_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a QThread running: the next one would meet it, and closing the program too."""
    begun: list[QThread] = []
    start = QThread.start

    def remembered(thread: QThread, *arguments: object) -> None:
        begun.append(thread)
        start(thread, *arguments)

    monkeypatch.setattr(QThread, "start", remembered)
    yield
    left = [thread for thread in begun if isValid(thread) and thread.isRunning()]
    names = [thread.objectName() or "without a name" for thread in left]
    for thread in left:
        thread.quit()
        thread.wait(5000)
    assert not left, f"threads were left running: {', '.join(names)}"


@pytest.fixture
def plain_look(qapp: QApplication) -> Iterator[None]:
    """Take the program's look from the application again after a test."""
    yield
    for listener in qapp.findChildren(theme._Theme):
        listener.setParent(None)
        listener.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # it must not hear what the next test says
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())
