"""Where a note to a scan is written."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

_Button = QDialogButtonBox.StandardButton


class NoteDialog(QDialog):
    """A few lines of text; Ctrl+Enter saves, Escape leaves the note as it was."""

    def __init__(self, name: str, note: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Note"))
        self.editor = QPlainTextEdit(note)
        self.editor.setTabChangesFocus(True)
        self.editor.setAccessibleName(self.tr("Note"))
        self.editor.setPlaceholderText(self.tr("What you want to remember of this scan"))
        self.editor.selectAll()
        about = QLabel(self.tr("Note on {name}").format(name=name))
        about.setTextFormat(Qt.TextFormat.PlainText)  # a file name may look like markup
        about.setWordWrap(True)
        about.setBuddy(self.editor)
        buttons = QDialogButtonBox(_Button.Save | _Button.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(about)
        column.addWidget(self.editor)
        column.addWidget(buttons)

    @property
    def note(self) -> str:
        """What was written."""
        return self.editor.toPlainText().strip()

    def sizeHint(self) -> QSize:
        """Return room for some lines."""
        metrics = self.fontMetrics()
        return QSize(metrics.averageCharWidth() * 60, metrics.lineSpacing() * 12)
