"""What stands where the list would be."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget


class EmptyList(QWidget):
    """Says that nothing is open, or that nothing passes the filter and how to change that."""

    clear_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel()
        self.hint = QLabel()
        self.button = QPushButton(self.tr("Clear filter"))
        self.button.clicked.connect(self.clear_wanted)
        bold = self.title.font()
        bold.setBold(True)
        self.title.setFont(bold)
        self.hint.setProperty("role", "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 32, 16, 16)
        column.setSpacing(8)
        for label in (self.title, self.hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addSpacing(8)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def say_nothing_open(self, *, opening: bool) -> None:
        """Say that there are no rows (yet)."""
        self.title.setText(self.tr("Looking for scans") if opening else self.tr("Nothing is open"))
        hint = self.tr("Drop scans, folders or zip archives here.")
        self.hint.setText(self.tr("The first ones appear here in a moment.") if opening else hint)
        self.button.hide()

    def say_nothing_passes(self) -> None:
        """Say that the filter hides all rows."""
        self.title.setText(self.tr("No scan matches"))
        self.hint.setText(self.tr("The search or the verdicts that are chosen hide all scans."))
        self.button.show()
