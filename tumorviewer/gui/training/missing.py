"""What stands in place of a page while the parts that train are not installed."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import icon
from tumorviewer.gui.look.tokens import UNIT

COMMAND = 'pip install "tumorviewer[training]"'


class MissingPage(QWidget):
    """Says in plain words what is missing and how to get it.

    Parameters
    ----------
    missing : sequence of str
        Names of packages.
    frozen : bool
        There is no Python that a command could add them to: only the other edition has them.
    """

    def __init__(self, missing: Sequence[str], parent: QWidget | None = None, *, frozen: bool = False) -> None:
        super().__init__(parent)
        title = QLabel(self.tr("This edition only views scans"))
        title.setFont(figures(self.font(), scale=1.5, bold=True))
        text = QLabel(self._edition() if frozen else self._parts(missing))
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
        if not frozen:
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

    def _edition(self) -> str:
        return self.tr(
            "Training is part of the full edition of Tumor Viewer. Install it over this one, from where you have this "
            "one: your settings, labels and models stay. A model that was trained elsewhere can be taken in on the "
            "page Models, also in this edition."
        )

    def _parts(self, missing: Sequence[str]) -> str:
        return self.tr(
            "Training needs parts that are not installed here ({parts}). Your settings, labels and models stay when "
            "this command adds them, where the program was installed with Python:"
        ).format(parts=", ".join(missing))

    def _command_line(self) -> QWidget:
        self.copy = QPushButton(icon("copy"), self.tr("Copy command"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(COMMAND))
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
