"""A line of words over a bar, with a button that stops what it tells of."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from tumorviewer.gui.look.fonts import figures
from tumorviewer.gui.look.icons import IconName, icon
from tumorviewer.gui.look.tokens import UNIT


class ProgressRow(QFrame):
    """The parts; what is written into them, and when they are shown, subclasses know.

    Parameters
    ----------
    sign : str
        The icon of the button.
    name : str
        What it is called.

    Attributes
    ----------
    text : QLabel
    bar : QProgressBar
    stop : QPushButton
    """

    def __init__(self, sign: IconName, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLabel()
        self.text.setFont(figures(self.font()))
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.stop = QPushButton(icon(sign), name)
        self.stop.setAutoDefault(False)
        left = QVBoxLayout()
        left.setSpacing(UNIT // 2)
        left.addWidget(self.text)
        left.addWidget(self.bar)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(2 * UNIT)
        self.row.addLayout(left, 1)
        self.row.addWidget(self.stop)
