"""The bar over the scan: what the mouse does, how the scan is looked at, the stack as a film."""

from typing import Final

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSpinBox, QToolBar, QToolButton, QWidget

from tumorviewer.gui.look.icons import IconName, icon
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.window.action_set import ActionSet
from tumorviewer.gui.window.actions import Act
from tumorviewer.gui.window.header import dress, dress_overflow
from tumorviewer.state.settings import CINE_RATE, Settings

ICON: Final = QSize(18, 18)

_TOOLS: Final = (Act.NAVIGATE, Act.WINDOW, Act.PAN, Act.MEASURE, Act.CROP)
_TURNS: Final = (Act.FLIP_ACROSS, Act.FLIP_DOWN, Act.ROTATE_LEFT, Act.ROTATE_RIGHT, Act.RESET_VIEW)
_FILM: Final = (Act.COMPARE, Act.CINE)


class ViewerBar(QToolBar):
    """Buttons of actions; those that there is no room for are behind the arrow at its end.

    Parameters
    ----------
    actions : ActionSet
    windows : QMenu
        The grey windows to choose from.
    settings : Settings
    """

    def __init__(self, actions: ActionSet, windows: QMenu, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle(self.tr("Tools"))
        self.setIconSize(ICON)
        self.setMovable(False)
        self._add(actions, *_TOOLS)
        self.addSeparator()
        self._add(actions, Act.FIT, Act.ACTUAL_SIZE, Act.INVERT)
        self.windows = self._add_menu("chart", self.tr("Grey-value windows"), windows)
        turns = QMenu(self)
        turns.addActions([actions[act] for act in _TURNS])
        self.turns = self._add_menu("rotate-right", self.tr("Turn and mirror"), turns)
        self.addSeparator()
        self._add(actions, Act.HEAT_MAP, Act.OVERLAYS)
        self.addSeparator()
        self._add(actions, *_FILM)
        self.rate = QSpinBox()
        self.rate.setRange(CINE_RATE.lowest or 1, CINE_RATE.highest or 60)
        self.rate.setSuffix(self.tr("/s", "slices a second, after a number"))
        self.rate.setToolTip(self.tr("Slices a second when the stack is played"))
        self.rate.setAccessibleName(self.tr("Slices a second when the stack is played"))
        self.rate.setKeyboardTracking(False)
        self.rate.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        widest = self.fontMetrics().horizontalAdvance(f"{self.rate.maximum()}{self.rate.suffix()}")
        self.rate.setFixedWidth(widest + 6 * UNIT)  # the usual width has room for much longer numbers
        self.addWidget(self.rate)
        dress_overflow(self)
        self._show_rate()
        settings.changed.connect(self._show_rate)

    def _show_rate(self, name: str = CINE_RATE.name) -> None:
        if name == CINE_RATE.name:
            with QSignalBlocker(self.rate):
                self.rate.setValue(self._settings.get(CINE_RATE))

    def _add(self, actions: ActionSet, *acts: Act) -> None:
        for act in acts:
            self.addAction(actions[act])
            dress(self.widgetForAction(actions[act]), actions[act])

    def _add_menu(self, name: IconName, text: str, menu: QMenu) -> QToolButton:
        action = QAction(icon(name), text, self)
        action.setMenu(menu)
        action.setToolTip(text)
        self.addAction(action)
        button = self.widgetForAction(action)
        assert isinstance(button, QToolButton)  # a bar makes one for each action
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        dress(button, action)
        return button
