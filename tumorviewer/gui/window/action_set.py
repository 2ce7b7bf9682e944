"""The actions of one window, made from the table and kept in step with the facts."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.window.action_table import ACTIONS
from tumorviewer.gui.window.action_words import action_names, short_names
from tumorviewer.gui.window.actions import Act, Menu, Spec, enabled
from tumorviewer.gui.window.facts import Facts

FORMAT = QKeySequence.SequenceFormat.NativeText
REFRESH_MS = 30
"""Changes within two frames cost one look at the facts."""

_ROLES = {
    Act.SETTINGS: QAction.MenuRole.PreferencesRole,
    Act.QUIT: QAction.MenuRole.QuitRole,
    Act.ABOUT: QAction.MenuRole.AboutRole,
}
"""Where macOS wants them."""


class ActionSet(QObject):
    """All actions.

    Parameters
    ----------
    window : QWidget
        Owns them: their keys work in all of it, also while the menus are hidden.
    scan : QWidget
        Owns those whose keys are only meant for the scan.
    facts : callable
        Returns what is true now.
    """

    def __init__(self, window: QWidget, scan: QWidget, facts: Callable[[], Facts]) -> None:
        super().__init__(window)
        self._facts = facts
        self._by_act: dict[Act, QAction] = {}
        self._later = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._later.timeout.connect(self.refresh)
        names, short = action_names(), short_names()
        for spec in ACTIONS:
            action = _made(spec, names[spec.act], short.get(spec.act), self)
            (scan if spec.on_scan else window).addAction(action)
            self._by_act[spec.act] = action

    def __getitem__(self, act: Act) -> QAction:
        return self._by_act[act]

    def of_menu(self, menu: Menu) -> list[tuple[Spec, QAction]]:
        """Return the actions of a menu, in order."""
        return [(spec, self[spec.act]) for spec in ACTIONS if spec.menu is menu]

    def connect_to(self, handlers: dict[Act, Callable[[], object]]) -> None:
        """Say what each action does; every one has to be there."""
        for act, action in self._by_act.items():
            action.triggered.connect(_without_arguments(handlers[act]))
            action.triggered.connect(self.refresh_soon)

    def refresh_on(self, *signals: object) -> None:
        """Look at the facts again soon after any of some signals."""
        for signal in signals:
            signal.connect(self.refresh_soon)  # type: ignore[attr-defined]  # bound signals have no common type

    def refresh_soon(self) -> None:
        """Look at the facts again, once for all that changes in this moment."""
        if not self._later.isActive():
            self._later.start()

    def refresh(self) -> None:
        """Enable and check by the facts."""
        facts = self._facts()
        for spec in ACTIONS:
            action = self._by_act[spec.act]
            action.setEnabled(enabled(spec, facts))
            if spec.checked is not None:
                action.setChecked(spec.checked(facts))


def key_text(action: QAction) -> str:
    """Return the first keys of an action as they are named on this system."""
    return action.shortcut().toString(FORMAT)


def _made(spec: Spec, name: str, short: str | None, parent: QObject) -> QAction:
    action = QAction(name, parent)
    plain = name.replace("&", "").rstrip("…")
    keys = [QKeySequence(text) for text in spec.keys]
    action.setShortcuts(keys)
    if spec.on_scan:
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    if spec.icon is not None:
        action.setIcon(icon(spec.icon))
    action.setIconText(short or plain)
    tip = QCoreApplication.translate("ActionSet", "{name} ({keys})")
    action.setToolTip(tip.format(name=plain, keys=keys[0].toString(FORMAT)) if keys else plain)
    action.setCheckable(spec.checked is not None)
    action.setMenuRole(_ROLES.get(spec.act, QAction.MenuRole.NoRole))
    action.setAutoRepeat(spec.checked is None)  # a key that is held down does not switch on and off
    return action


def _without_arguments(handler: Callable[[], object]) -> Callable[..., None]:
    """Return a slot that does not pass on whether the action is checked: the state decides that."""

    def slot(_checked: bool = False) -> None:
        handler()

    return slot
