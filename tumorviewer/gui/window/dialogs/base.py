"""What all dialogs share."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QVBoxLayout,
    QWidget,
)

from tumorviewer.gui.look.tokens import UNIT


class Dialog(QDialog):
    """A window of its own with a button that closes it; it is deleted then.

    Parameters
    ----------
    parent : QWidget
    """

    SIZE = QSize(84 * UNIT, 74 * UNIT)
    """At first; larger if what it holds needs that."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.body = QVBoxLayout()
        self.body.setSpacing(2 * UNIT)
        self.buttons = QDialogButtonBox()
        self.close_button = self.buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        self.close_button.setDefault(True)
        self.buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        whole.setSpacing(2 * UNIT)
        whole.addLayout(self.body, 1)
        whole.addWidget(self.buttons)

    def add_button(self, text: str) -> QPushButton:
        """Add a button at the other end."""
        button = self.buttons.addButton(text, QDialogButtonBox.ButtonRole.ActionRole)
        button.setAutoDefault(False)
        return button

    def open(self) -> None:
        """Show it beside the window, without stopping that; never larger than the screen."""
        if not self.isVisible():
            size = self.sizeHint().expandedTo(self.SIZE)
            self.resize(size.boundedTo(self.screen().availableGeometry().size() * 0.9))
            if self.focusWidget() is None:
                self.close_button.setFocus()
        self.show()
        self.raise_()
        self.activateWindow()


def two_columns(headings: list[str], name: str) -> QTreeWidget:
    """Return a list with two columns that is only looked at."""
    tree = QTreeWidget()
    tree.setColumnCount(2)
    tree.setHeaderLabels(headings)
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    tree.setAccessibleName(name)
    tree.setStyleSheet("QTreeView::item { padding: 3px 4px; }")
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
    return tree


def text_field(name: str, *, fixed: bool = False, wrap: bool = True) -> QPlainTextEdit:
    """Return a field whose text can be read, selected and copied."""
    field = QPlainTextEdit()
    field.setReadOnly(True)
    field.setAccessibleName(name)
    field.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    field.setTabChangesFocus(True)
    if fixed:
        field.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    if not wrap:
        field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    return field
