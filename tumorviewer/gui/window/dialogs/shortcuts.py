"""The page of keys and mouse, made from the table of actions."""

from collections.abc import Iterable
from html import escape

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.window.action_set import FORMAT, ActionSet
from tumorviewer.gui.window.action_words import menu_names
from tumorviewer.gui.window.actions import Menu
from tumorviewer.gui.window.dialogs.base import Dialog, two_columns

translate = QCoreApplication.translate

Rows = list[tuple[str, str]]


class ShortcutsDialog(Dialog):
    """All keys and what the mouse does, with a search.

    Parameters
    ----------
    actions : ActionSet
    """

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys and mouse"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search…"))
        self.search.setAccessibleName(self.tr("Search the keys"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        headings = [self.tr("What it does"), self.tr("Keys or mouse")]
        self.tree = two_columns(headings, self.tr("Keys and mouse"))
        self._sections: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        self.tree.setIndentation(2 * UNIT)
        self.tree.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        names = menu_names()
        for menu in Menu:
            pairs = [(action.iconText(), keys_of(action)) for _, action in actions.of_menu(menu) if keys_of(action)]
            self._add(names[menu].replace("&", ""), pairs)
        self._add(self.tr("Keys on the scan"), scan_keys())
        self._add(self.tr("Mouse on the scan"), mouse())
        self._add(self.tr("Keys in the worklist"), worklist_keys())
        self.tree.expandAll()
        self.body.addWidget(self.search)
        self.body.addWidget(self.tree, 1)
        self.search.setFocus()

    def _add(self, title: str, rows: Rows) -> None:
        if not rows:
            return
        heading = QTreeWidgetItem(self.tree, [title])
        heading.setFirstColumnSpanned(True)
        heading.setFont(0, figures(self.font(), bold=True))
        heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
        items = [QTreeWidgetItem(heading, [what, keys]) for what, keys in rows]
        for item, (what, _) in zip(items, rows, strict=True):
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setToolTip(0, f"<p>{escape(what)}</p>")
        self._sections.append((heading, items))

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for heading, items in self._sections:
            for item in items:
                told = f"{heading.text(0)} {item.text(0)} {item.text(1)}".casefold()
                item.setHidden(not all(word in told for word in words))
            heading.setHidden(all(item.isHidden() for item in items))


def keys_of(action: QAction) -> str:
    """Return all keys of an action as they are named on this system."""
    return _listed(sequence.toString(FORMAT) for sequence in action.shortcuts())


def scan_keys() -> Rows:
    """Return the keys that the scan itself takes."""
    return [
        (translate("Keys", "Next slice, slice before"), _keys("Down", "Up")),
        (translate("Keys", "Ten slices on, ten back"), _keys("Shift+Down", "Shift+Up")),
        (translate("Keys", "First slice, last slice"), _keys("Home", "End")),
        (translate("Keys", "Next stack, stack before"), _keys("PgDown", "PgUp")),
        (
            translate("Keys", "Move the crop, once it was clicked or with the crop tool"),
            _keys("Left", "Right", "Up", "Down"),
        ),
        (translate("Keys", "Move its right or lower edge"), _keys("Ctrl+Right", "Ctrl+Down")),
        (translate("Keys", "Ten pixels instead of one"), _keys("Shift")),
        (translate("Keys", "Remove the chosen measure"), _keys("Del")),
        (translate("Keys", "Take back a drag, leave the crop, leave full screen"), _keys("Esc")),
    ]


def mouse() -> Rows:
    """Return what the mouse does on the scan."""
    return [
        (translate("Keys", "Through the stack"), translate("Keys", "Wheel, or drag up and down")),
        (translate("Keys", "Ten slices"), translate("Keys", "Shift and wheel")),
        (translate("Keys", "Zoom at the cursor"), translate("Keys", "Ctrl and wheel")),
        (translate("Keys", "Pan"), translate("Keys", "Drag with the middle button")),
        (translate("Keys", "Set the window of grey values"), translate("Keys", "Drag with the right button")),
        (translate("Keys", "Default window"), translate("Keys", "Ctrl and double click")),
        (translate("Keys", "Change the crop"), translate("Keys", "Drag its frame or its handles")),
        (translate("Keys", "Draw a new crop"), translate("Keys", "Crop tool: drag outside of it, or Ctrl and drag")),
    ]


def worklist_keys() -> Rows:
    """Return the keys that the worklist takes."""
    return [
        (translate("Keys", "Search"), _keys("Ctrl+F")),
        (translate("Keys", "Next scan, scan before"), _keys("Down", "Up")),
        (translate("Keys", "Select more"), _keys("Shift+Down", "Shift+Up")),
        (translate("Keys", "Select all"), _keys("Ctrl+A")),
        (translate("Keys", "Copy names of files"), _keys("Ctrl+C")),
        (translate("Keys", "Show the scan"), _keys("Return")),
        (translate("Keys", "Menu of the row"), _keys("Menu", "Shift+F10")),
    ]


def _keys(*names: str) -> str:
    return _listed(QKeySequence(name).toString(FORMAT) or name for name in names)


def _listed(keys: Iterable[str]) -> str:
    return ", ".join(keys)
