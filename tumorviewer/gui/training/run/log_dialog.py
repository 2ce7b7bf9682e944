"""The log of a run."""

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QTextCursor
from PySide6.QtWidgets import QWidget

from tumorviewer.gui.training.parts import quiet
from tumorviewer.gui.window.dialogs.base import Dialog, text_field


class RunLogDialog(Dialog):
    """The end of what the computation noted, to be read and copied.

    Parameters
    ----------
    folder : str
        Of the run.
    """

    reload_wanted = Signal()

    def __init__(self, folder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Log of the run"))
        self.body.addWidget(quiet(self.tr("What the computation noted, for those who look for faults.")))
        self.field = text_field(self.tr("Log of the run"), fixed=True, wrap=False)
        self.body.addWidget(self.field, 1)
        self.copy = self.add_button(self.tr("Copy"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.field.toPlainText()))
        self.open_folder = self.add_button(self.tr("Open its folder"))
        self.open_folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(folder)))
        self.reload = self.add_button(self.tr("Read again"))
        self.reload.clicked.connect(self.reload_wanted)

    def show_log(self, text: str) -> None:
        """Show the newest lines."""
        self.field.setPlainText(text or self.tr("The log is empty."))
        self.copy.setEnabled(bool(text))
        self.field.moveCursor(QTextCursor.MoveOperation.End)
        self.field.moveCursor(QTextCursor.MoveOperation.StartOfLine)
