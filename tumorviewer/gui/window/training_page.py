"""The tab that will train models, until it does."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT

COMMAND = "tumorviewer train DATA --output RUN"


class TrainingPage(QWidget):
    """Says in plain words what to use meanwhile."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(self.tr("Training in the window comes with the next version"))
        title.setFont(figures(self.font(), scale=1.5, bold=True))
        text = QLabel(
            self.tr(
                "Until then, models are trained with a command. DATA is a folder with one sub-folder for each class, "
                "as the menu File writes it from the scans that you labelled here. The model that is made can then "
                "be chosen in the settings."
            )
        )
        self.copy = QPushButton(icon("copy"), self.tr("Copy command"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(COMMAND))
        for label in (title, text):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        card = QFrame()
        card.setProperty("role", "card")
        card.setMaximumWidth(90 * UNIT)
        column = QVBoxLayout(card)
        column.setContentsMargins(4 * UNIT, 4 * UNIT, 4 * UNIT, 4 * UNIT)
        column.setSpacing(2 * UNIT)
        column.addWidget(title)
        column.addWidget(text)
        column.addWidget(self._command_line())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4 * UNIT, 4 * UNIT, 4 * UNIT, 4 * UNIT)
        whole.addStretch(2)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card, 6)
        row.addStretch(1)
        whole.addLayout(row)
        whole.addStretch(3)

    def _command_line(self) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * UNIT)
        command = QLabel(COMMAND)
        command.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        command.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        row.addWidget(command, 1)
        row.addWidget(self.copy)
        return line
