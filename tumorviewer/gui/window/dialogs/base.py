"""What all dialogs share."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from tumorviewer.gui.look.tokens import UNIT


class Dialog(QDialog):
    """A window of its own with a button that closes it; it is deleted then.

    Parameters
    ----------
    title : str
    parent : QWidget
    """

    def __init__(self, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
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

    def open_at(self, size: QSize) -> None:
        """Show it beside the window, without stopping that; never larger than the screen."""
        self.resize(size.boundedTo(self.screen().availableGeometry().size() * 0.9))
        self.show()
        self.raise_()
        self.activateWindow()


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
