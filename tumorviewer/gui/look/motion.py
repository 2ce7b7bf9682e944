"""Whether things may move on the screen."""

import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStyle, QWidget

from tumorviewer.state.settings import LESS_MOTION, Settings

GROWING_MS = 150
"""How long a bar takes to its value."""


def motion_wanted(settings: Settings, widget: QWidget) -> bool:
    """Tell whether neither the person nor the system asks for less motion."""
    if settings.get(LESS_MOTION):
        return False
    if sys.platform == "win32" and not QApplication.isEffectEnabled(Qt.UIEffect.UI_General):
        return False  # elsewhere Qt does not know what the system wants
    return widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget) > 0
