"""Who reports: the fields of the settings for the head of reports."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSignalBlocker, QStandardPaths, Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.state.settings import REPORT_LETTERHEAD, REPORT_LOGO, Settings

AddRow = Callable[[QFormLayout, str, QWidget], None]
LINES = 4


class LetterheadFields(QObject):
    """Text and logo, bound both ways to the settings.

    Parameters
    ----------
    settings : Settings
    window : QWidget
        Whose dialog this is.
    """

    def __init__(self, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._settings, self._window = settings, window
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText(self.tr("Name of the house, department, address"))
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * LINES + 2 * UNIT)
        self.name = QLabel()
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.choose = QPushButton(self.tr("C&hoose…"))
        self.remove = QPushButton(self.tr("Re&move"))
        for button in (self.choose, self.remove):
            button.setAutoDefault(False)
        self._connect()
        self.show_now()

    def add_to(self, form: QFormLayout, add_row: AddRow) -> None:
        """Put the fields into a section of the settings."""
        add_row(form, self.tr("Letter&head of reports"), self.text)
        logo = QWidget()
        column = QVBoxLayout(logo)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addWidget(self.name)
        row = QHBoxLayout()
        row.setSpacing(UNIT)
        row.addWidget(self.choose)
        row.addWidget(self.remove)
        row.addStretch(1)
        column.addLayout(row)
        add_row(form, self.tr("Logo of reports"), logo)

    def show_now(self) -> None:
        """Show the settings as they are."""
        text, logo = self._settings.get(REPORT_LETTERHEAD), self._settings.get(REPORT_LOGO)
        if text != self.text.toPlainText():
            with QSignalBlocker(self.text):
                self.text.setPlainText(text)
        self.name.setText(Path(logo).name if logo else self.tr("none"))
        self.name.setToolTip(logo)
        self.remove.setEnabled(bool(logo))

    # ------------------------------------------------------------ inside

    def _connect(self) -> None:
        settings = self._settings
        self.text.textChanged.connect(lambda: settings.set(REPORT_LETTERHEAD, self.text.toPlainText()))
        self.choose.clicked.connect(self._ask_for_logo)
        self.remove.clicked.connect(lambda: settings.set(REPORT_LOGO, ""))
        settings.changed.connect(self.show_now)

    def _ask_for_logo(self) -> None:
        logo = self._settings.get(REPORT_LOGO)
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        dialog = QFileDialog(self._window, self.tr("Logo of reports"), str(Path(logo).parent) if logo else pictures)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Pictures (*.png *.jpg *.jpeg *.bmp *.gif)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self._settings.set(REPORT_LOGO, name))
        dialog.open()
