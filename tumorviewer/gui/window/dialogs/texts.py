"""Dialogs that show a text: the card of the model, the log, the messages."""

from PySide6.QtCore import QLocale, QSize, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QTextCursor
from PySide6.QtWidgets import QLabel, QTextBrowser, QWidget

from tumorviewer.gui.look.tokens import UNIT
from tumorviewer.gui.window.dialogs.base import Dialog, text_field
from tumorviewer.gui.window.messages import Messages
from tumorviewer.gui.words import notice_line


class CardDialog(Dialog):
    """What a model was made for, from what, and how good it is.

    Parameters
    ----------
    name : str
        Of the model.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Model {name}").format(name=name))
        self.page = QTextBrowser()
        self.page.setOpenLinks(False)
        self.page.setAccessibleName(self.tr("Card of the model"))
        self.body.addWidget(self.page, 1)

    def show_card(self, markdown: str) -> None:
        """Show the text of a card; it is only a text: no link of it is followed."""
        self.page.document().setDocumentMargin(2.0 * UNIT)
        self.page.setMarkdown(markdown)
        self.page.moveCursor(QTextCursor.MoveOperation.Start)
        self.open()

    def show_problem(self, reason: str) -> None:
        """Say why it cannot be shown."""
        self.page.setPlainText(self.tr("The card cannot be read: {reason}").format(reason=reason))
        self.open()


class LogDialog(Dialog):
    """The end of a log, to be read and copied.

    Parameters
    ----------
    about : str
        What it is the log of, and whom it is for.
    folder : str
        Where it lies.
    title : str
        Of the window.
    """

    reload_wanted = Signal()

    def __init__(self, about: str, folder: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        hint = QLabel(about)
        hint.setProperty("role", "quiet")
        hint.setWordWrap(True)
        self.field = text_field(title, fixed=True, wrap=False)
        self.body.addWidget(hint)
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


class MessagesDialog(Dialog):
    """All that the person was told since the start, the newest first.

    Parameters
    ----------
    messages : Messages
    """

    SIZE = QSize(72 * UNIT, 48 * UNIT)

    def __init__(self, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Messages"))
        self._messages = messages
        self.field = text_field(self.tr("Messages"))
        self.body.addWidget(self.field, 1)
        messages.added.connect(self._write)
        self._write()

    def open(self) -> None:
        """Show them; they are no longer new."""
        self._messages.see()
        super().open()

    def _write(self) -> None:
        locale = QLocale()
        plain, trouble = self.tr("{time}   {text}"), self.tr("{time} ⚠ {text}")
        lines = [
            (trouble if message.is_trouble else plain).format(
                time=locale.toString(message.when.time(), QLocale.FormatType.ShortFormat),
                text=notice_line(message.notice),
            )
            for message in reversed(self._messages.all)
        ]
        self.field.setPlainText("\n\n".join(lines) or self.tr("Nothing was said yet."))
        self._messages.see()
