"""The upper edge of the window: opening, the tabs, the panels, settings and help."""

from PySide6.QtCore import QCoreApplication, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSizePolicy, QTabBar, QToolBar, QToolButton, QWidget

from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.window.action_set import ActionSet
from tumorviewer.gui.window.actions import Act

ICON = QSize(20, 20)


class Header(QToolBar):
    """Buttons of actions, and the tabs in the middle of them.

    Parameters
    ----------
    actions : ActionSet
    """

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self.setObjectName("header")
        self.setWindowTitle(self.tr("Main bar"))
        self.setMovable(False)
        self.setIconSize(ICON)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(self.tr("Tasks"))
        for act in (Act.REVIEW, Act.TRAINING):
            self.tabs.addTab(actions[act].iconText())
        self.tabs.currentChanged.connect(self._tab_chosen)
        for act in (Act.OPEN_FOLDER, Act.OPEN_FILES):
            self._add(actions[act], words=True)
        self.addSeparator()
        self.addWidget(self.tabs)
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(space)
        for group in ((Act.UNDO, Act.REDO), (Act.WORKLIST, Act.PANEL), (Act.SETTINGS, Act.SHORTCUTS)):
            if group[0] is not Act.UNDO:
                self.addSeparator()
            for act in group:
                self._add(actions[act])
        dress_overflow(self)

    def show_tab(self, *, review: bool) -> None:
        """Mark the tab that is shown."""
        with QSignalBlocker(self.tabs):
            self.tabs.setCurrentIndex(0 if review else 1)

    def _tab_chosen(self, index: int) -> None:
        self._actions[Act.REVIEW if index == 0 else Act.TRAINING].trigger()

    def _add(self, action: QAction, *, words: bool = False) -> None:
        self.addAction(action)
        dress(self.widgetForAction(action), action, words=words)


def dress_overflow(bar: QToolBar) -> None:
    """Make the narrow button behind which the rest of a bar lies one that can be seen and named."""
    button = bar.findChild(QToolButton, "qt_toolbar_ext_button")
    if isinstance(button, QToolButton):
        button.setStyleSheet("padding: 0; border: 0;")
        button.setIcon(icon("chevron-right"))
        button.setAccessibleName(QCoreApplication.translate("Header", "More buttons"))
        button.setToolTip(QCoreApplication.translate("Header", "More buttons"))


def dress(button: QWidget | None, action: QAction, *, words: bool = False) -> None:
    """Make the button of an action reachable by keyboard and give it a name."""
    if isinstance(button, QToolButton):
        style = Qt.ToolButtonStyle
        button.setToolButtonStyle(style.ToolButtonTextBesideIcon if words else style.ToolButtonIconOnly)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.iconText())
