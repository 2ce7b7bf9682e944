"""The menus of the window, made from the table."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.viewer.viewer import Viewer
from tumorviewer.gui.window.action_set import ActionSet
from tumorviewer.gui.window.action_words import menu_names
from tumorviewer.gui.window.actions import Act, Menu

_SUBMENUS = (Menu.THEME, Menu.WINDOW)


class Menus(QObject):
    """Fills the bar.

    Parameters
    ----------
    bar : QMenuBar
    actions : ActionSet
    viewer : Viewer
        Knows the grey windows that the file of the scan offers.
    fill_recent : callable
        Fills the menu of the folders that were opened last, each time before it is shown.
    """

    def __init__(self, bar: QMenuBar, actions: ActionSet, viewer: Viewer, fill_recent: Callable[[QMenu], None]) -> None:
        super().__init__(bar)
        self._bar = bar
        self._viewer, self._actions, self._names = viewer, actions, menu_names()
        self._of_file: list[QAction] = []
        self.recent = self._recent(fill_recent)
        self.theme = self._menu(Menu.THEME)
        self.windows = self._menu(Menu.WINDOW)
        self.windows.aboutToShow.connect(self._list_windows)
        for menu in Menu:
            if menu not in _SUBMENUS:
                bar.addMenu(self._menu(menu))

    def _menu(self, name: Menu) -> QMenu:
        menu = QMenu(self._names[name], self._bar)
        menu.setToolTipsVisible(True)
        for place, (spec, action) in enumerate(self._actions.of_menu(name)):
            if spec.starts_group and place:
                menu.addSeparator()
            menu.addAction(action)
            self._add_submenu(menu, spec.act)
        return menu

    def _add_submenu(self, menu: QMenu, after: Act) -> None:
        """Put a submenu where it belongs."""
        if after is Act.OPEN_FOLDER:
            menu.addMenu(self.recent)
        elif after is Act.FULL_SCREEN:
            menu.addMenu(self.theme)
        elif after is Act.RESET_VIEW:
            menu.addMenu(self.windows)

    def _recent(self, fill: Callable[[QMenu], None]) -> QMenu:
        menu = QMenu(self.tr("Open &recent folder"), self._bar)
        menu.setIcon(icon("folder"))
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(lambda: fill(menu))
        fill(menu)
        return menu

    def _list_windows(self) -> None:
        """Add the windows that the file of the scan offers, after those that there are for every scan."""
        for action in self._of_file:
            self.windows.removeAction(action)
            action.deleteLater()
        everywhere = len(self._actions.of_menu(Menu.WINDOW))
        offered = list(enumerate(self._viewer.window_presets()))[everywhere:]
        self._of_file = [self.windows.addSeparator()] if offered else []
        for number, (name, _) in offered:
            action = self.windows.addAction(name.replace("&", "&&"))
            action.triggered.connect(lambda _checked=False, number=number: self._viewer.apply_preset(number))
            self._of_file.append(action)
