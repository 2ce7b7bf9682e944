"""The application gets its look for one test, and loses it again."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from tumorviewer.gui.look import theme

UseTheme = Callable[[str], None]


@pytest.fixture
def use_theme(qapp: QApplication) -> Iterator[UseTheme]:
    yield lambda choice: theme.apply_theme(qapp, choice)
    theme.apply_theme(qapp, "system")
    for listener in qapp.findChildren(theme._Theme):
        listener.setParent(None)
        listener.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # it must not hear what the next test says
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())
